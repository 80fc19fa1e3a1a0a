"""Kinds, rosters and duties through their services, and what the database itself refuses."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.rosters import services
from houqin.rosters.models import Duty, Roster
from houqin.writing import write
from tests.factories import acting, person
from tests.rosters.factories import (
    MONDAY,
    SUNDAY,
    TUESDAY,
    drawn_up,
    guard,
    kind,
    office,
    published,
    put,
    roster,
    shift_of,
)
from tests.rosters.laid import moment
from tests.school_calendar import factories as calendar

pytestmark = pytest.mark.django_db


def refusal(service: Any, **arguments: Any) -> tuple[str, str | None]:
    """What the service says, and beside which field."""
    with pytest.raises((RuleBroken, NotAllowed)) as refused:
        write(service, **arguments)
    return refused.value.message, refused.value.field


def test_a_keeper_must_be_somebody_whose_roles_let_him_draw_up() -> None:
    teacher = person(Role.TEACHER, name="林老师")
    said, field = refusal(services.create_kind, name="门卫", keeper=teacher, by=acting(office()))
    assert (said[:9], field) == ("林老师的岗位不能排", "keeper")


def test_two_kinds_have_no_one_name() -> None:
    kind(name="门卫")
    said = refusal(services.create_kind, name="门卫", keeper=guard(), by=acting(office()))
    assert said == ("已有同名的值班种类，请换一个名称。", "name")


def test_a_keeper_draws_up_his_own_kind_and_no_other() -> None:
    keeper = guard()
    own, other = kind(keeper=keeper), kind()
    facts = {"name": "九月", "first_on": MONDAY, "last_on": SUNDAY, "by": acting(keeper)}
    assert write(services.create_roster, kind=own, **facts).kind == own
    with pytest.raises(NotAllowed):
        write(services.create_roster, kind=other, **facts)


def test_a_day_of_a_kind_stands_in_one_roster() -> None:
    made = roster()
    said = refusal(
        services.create_roster, kind=made.kind, name="又一张", first_on=SUNDAY, last_on=SUNDAY,
        by=acting(office()),
    )  # fmt: skip
    assert said == ("这几天已经有一张同一种类的值班表，请核对日期。", "first_on")
    assert roster(kind()).first_on == MONDAY


def test_a_duty_keeps_the_times_that_its_shift_had() -> None:
    duty = put(roster(), guard(), shift="夜班")
    shift = duty.shift
    write(
        services.update_shift, shift=shift, version=shift.version, name="夜班", begins=time(20), ends=time(6),
        days="every", people=1, by=acting(office()),
    )  # fmt: skip
    duty.refresh_from_db()
    assert (duty.begins_at, duty.ends_at, duty.hours) == (
        moment(TUESDAY, time(18)), moment(TUESDAY + timedelta(days=1), time(6)), "18:00–次日06:00",
    )  # fmt: skip


def test_nobody_is_in_two_places_and_the_sentence_names_the_other() -> None:
    who = guard("关镇海")
    gate = roster(kind(name="门卫"))
    dormitory = roster(kind(("晚班", time(17), time(23)), name="宿舍"))
    put(gate, who, shift="夜班")
    said = refusal(
        services.add_duty, roster=dormitory, shift=shift_of(dormitory.kind, "晚班"), day=TUESDAY, person=who,
        by=acting(office()),
    )  # fmt: skip
    other = "9月15日（周二）门卫 夜班（18:00–次日06:00）"
    assert said == (f"关镇海这段时间已经排了 {other}，请换人或换时间。", "person")
    assert put(gate, who, TUESDAY, shift="白班").person == who


def test_a_night_that_reaches_into_the_next_day_is_in_the_way_there() -> None:
    who = guard("关镇海")
    gate = roster()
    put(gate, who, TUESDAY, shift="夜班")
    early = roster(kind(("早班", time(5), time(8)), name="校车"))
    wednesday = TUESDAY + timedelta(days=1)
    said, _ = refusal(
        services.add_duty, roster=early, shift=shift_of(early.kind, "早班"), day=wednesday, person=who,
        by=acting(office()),
    )  # fmt: skip
    assert said.startswith("关镇海这段时间已经排了 9月15日（周二）")


def overlap_by_sql(duty: Duty) -> None:
    """The same person an hour later on another shift, past every service, as the app role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("houqin_app",)
        cursor.execute(
            "INSERT INTO houqin_duty (public_id, version, created_at, roster_id, shift_id, day, seat,"
            " person_id, begins_at, ends_at) SELECT 'ROSTERSQL1', 1, now(), roster_id, shift_id, day, 2,"
            " person_id, begins_at + interval '1 hour', ends_at + interval '1 hour'"
            " FROM houqin_duty WHERE id = %s",
            [duty.pk],
        )


def test_the_database_itself_lets_nobody_be_in_two_places() -> None:
    duty = put(roster(), guard())
    with pytest.raises(IntegrityError, match="nobody_is_in_two_places"), transaction.atomic():
        overlap_by_sql(duty)
    assert Duty.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE houqin_duty SET day = day + 30", "duty_of_its_roster"),
        ("UPDATE houqin_duty SET ends_at = begins_at", "duty_ends_after_it_begins"),
        ("UPDATE houqin_roster SET last_on = first_on", "roster_keeps_its_duties"),
        ("UPDATE houqin_roster SET state = 'published'", "published_roster_has_a_moment"),
    ],
)
def test_the_database_refuses_what_no_service_would_do(change: str, constraint: str) -> None:
    put(roster(), guard())
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_what_hangs_on_the_wall_is_not_taken_down() -> None:
    made = roster()
    put(made, guard())
    published(made)
    Duty.objects.all().delete()
    with pytest.raises(IntegrityError, match="was published"), transaction.atomic():
        Roster.objects.all().delete()
    assert refusal(services.remove_roster, roster=made, by=acting(office()))[0][:7] == "值班表已经公布"


def test_a_shift_takes_as_many_as_it_needs() -> None:
    made = roster()
    put(made, guard())
    said, _ = refusal(
        services.add_duty, roster=made, shift=shift_of(made.kind, "白班"), day=TUESDAY, person=guard(),
        by=acting(office()),
    )  # fmt: skip
    assert said == "“白班”这一班要 1 人，9月15日（周二）已经排满。"


def test_a_shift_of_school_days_follows_the_school_calendar() -> None:
    calendar.school_year(2026)
    calendar.special_day(TUESDAY, name="运动会后休息")
    calendar.special_day(date(2026, 9, 19), kind="classes", name="补课")
    made = roster(kind(("带班", time(7), time(18)), days="school"))
    one = guard()
    days = [duty.day.day for duty in drawn_up(made, [one]).duties.order_by("day")]
    # The 20th is the State Council's own make-up day before the autumn holidays.
    assert days == [14, 16, 17, 18, 19, 20]
    said, _ = refusal(
        services.add_duty, roster=made, shift=shift_of(made.kind, "带班"), day=TUESDAY, person=guard(),
        by=acting(office()),
    )  # fmt: skip
    assert said == "9月15日（周二）不上课，这天没有“带班”（只在上课日）。"


def test_what_is_drawn_up_is_what_was_shown() -> None:
    made, people = roster(), [guard(), guard(), guard()]
    seen = services.digest_of(services.proposed(made, people))
    elsewhere = roster(kind(("校车", time(6), time(8))))
    put(elsewhere, people[0], MONDAY, "校车")
    said, _ = refusal(services.draw_up, roster=made, people=people, seen=seen, by=acting(office()))
    assert said.endswith("请先点“先看结果”，再保存。")
    assert drawn_up(made, people).duties.filter(day=MONDAY, person=people[0], shift__name="白班").count() == 0


def test_drawing_up_anew_replaces_the_draft_and_never_what_was_published() -> None:
    made, people = roster(), [guard(), guard(), guard()]
    put(made, guard())
    drawn_up(made, people)
    assert (made.duties.count(), set(made.duties.values_list("person", flat=True))) == (
        14, {each.pk for each in people},
    )  # fmt: skip
    published(made)
    said, _ = refusal(services.draw_up, roster=made, people=people, seen="", by=acting(office()))
    assert said == "值班表已经公布，不能整张重排；要换人请点开那一班。"


def test_a_roster_gets_its_number_when_it_is_published_and_only_once() -> None:
    made = roster()
    assert refusal(services.publish_roster, roster=made, by=acting(office()))[0][:5] == "还没有排人"
    put(made, guard())
    hung = published(made)
    assert (hung.state, hung.number[:8]) == ("published", "ZB-2026-")
    assert refusal(services.publish_roster, roster=made, by=acting(office()))[0] == "这张值班表已经公布过了。"


def test_a_roster_is_not_cut_shorter_than_its_duties() -> None:
    made = roster()
    put(made, guard(), SUNDAY)
    said = refusal(
        services.update_roster, roster=made, name="短", first_on=MONDAY, last_on=TUESDAY, by=acting(office())
    )
    assert said == ("改短以后有些已排的班不在日期里了，请先删掉那些班。", "first_on")


def test_of_two_who_edit_one_duty_the_second_is_told() -> None:
    duty = put(roster(), guard())
    write(services.change_duty, duty=duty, version=duty.version, person=guard(), by=acting(office()))
    with pytest.raises(EditedMeanwhile):
        write(services.change_duty, duty=duty, version=duty.version, person=guard(), by=acting(office()))


def test_an_emptied_place_can_be_filled_again() -> None:
    made = roster()
    duty = put(made, guard())
    write(services.remove_duty, duty=duty, by=acting(office()))
    assert put(made, guard()).seat == 1


def test_who_has_left_is_put_on_no_duty() -> None:
    gone = guard("已走的")
    gone.is_active = False
    gone.save()
    made = roster()
    said, _ = refusal(
        services.add_duty, roster=made, shift=shift_of(made.kind, "白班"), day=TUESDAY, person=gone,
        by=acting(office()),
    )  # fmt: skip
    assert said == "已走的的账号已停用，请选别的同事。"
