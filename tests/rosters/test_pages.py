"""The pages of the rosters: the wall, drawing up by turns, who is on duty, my duties, prints."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from houqin.notifications.models import Notice
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import CalendarEntry, registry
from houqin.rosters import notices, selectors
from houqin.rosters.models import Duty, Roster
from houqin.web.templatetags.houqin import day_prose
from tests.factories import person, signed_in
from tests.rosters import laid
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
)
from tests.security.filling import form_of
from tests.web.pages import reading

pytestmark = pytest.mark.django_db


def send(client: Client, address: str, **typed: Any) -> Any:
    """Open a form, fill it in and send it, as a browser would."""
    form = form_of(client.get(address).content.decode(), address)
    assert form is not None
    return client.post(address, form.filled() | typed)


def page(user: User, address: str) -> str:
    return signed_in(user).get(address).content.decode()


def address(name: str, record: Any) -> str:
    return reverse(f"rosters:{name}", args=[record.public_id])


def test_who_keeps_no_kind_is_offered_no_new_roster_and_refused_at_its_address() -> None:
    keeper, other = person(Role.DORMITORY_KEEPER), person(Role.DORMITORY_KEEPER)
    begin = reverse("rosters:roster-create")
    kind(keeper=keeper)
    offered = [begin in page(user, reverse("rosters:roster-list")) for user in (keeper, other)]
    answered = [signed_in(user).get(begin).status_code for user in (keeper, other)]
    assert (offered, answered) == ([True, False], [200, 403])


def test_a_roster_is_begun_drawn_up_as_it_was_shown_and_published() -> None:
    who, made = signed_in(office()), kind()
    people = [guard(), guard()]
    begun = send(
        who, f"{reverse('rosters:roster-create')}?kind={made.public_id}", name="九月",
        first_on=str(MONDAY), last_on=str(SUNDAY),
    )  # fmt: skip
    turns = begun["Location"]
    shown = f"{turns}?{'&'.join(f'people={each.public_id}' for each in people)}"
    forms = who.get(shown).content.decode()
    assert Duty.objects.count() == 0
    form = form_of(forms, turns)
    assert form is not None
    saved = who.post(turns, form.filled())
    wall = Roster.objects.get()
    assert (saved.status_code, saved["Location"]) == (303, wall.get_absolute_url())
    assert wall.duties.count() == 14
    assert send(who, address("roster-publish", wall)).status_code == 303
    wall.refresh_from_db()
    assert wall.state == "published"


def test_an_empty_place_leads_to_filling_it_for_whoever_draws_up() -> None:
    made = roster()
    put(made, person(Role.TEACHER))
    month = f"{made.get_absolute_url()}?month=2026-09"
    asks = (
        f"{address('duty-create', made)}?day={MONDAY}&amp;shift={made.kind.shifts.get(name='白班').public_id}"
    )
    assert asks in page(office(), month)
    published(made)
    reader = person(Role.PRINCIPAL)
    assert (asks in page(reader, month), "缺 1 人" in page(reader, month)) == (False, True)


def test_who_stands_in_no_roster_sees_none() -> None:
    made = roster()
    inside, outside = guard(), guard()
    put(made, inside)
    assert signed_in(inside).get(made.get_absolute_url()).status_code == 404
    published(made)
    answers = [signed_in(each).get(made.get_absolute_url()).status_code for each in (inside, outside)]
    assert answers == [200, 404]


def test_everybody_sees_who_is_on_duty_now_and_the_phone_only_of_whom_he_may() -> None:
    on_duty = guard("关镇海")
    on_duty.phone = "13900000001"
    on_duty.save()
    now, hour = timezone.now(), timedelta(hours=1)
    laid.duty_in(laid.published(), on_duty, begins_at=now - hour, ends_at=now + hour)
    teacher, chief = (
        page(person(Role.TEACHER), reverse("rosters:today")),
        page(office(), reverse("rosters:today")),
    )
    assert ("关镇海" in teacher, "13900000001" in teacher, "13900000001" in chief) == (True, False, True)


def test_my_duties_are_those_to_come_also_in_the_calendar() -> None:
    who = guard()
    duty = laid.duty(who)
    assert duty.roster.kind.name in page(who, reverse("rosters:my"))
    assert selectors.entries_for in registry.calendar_entries
    (entry,) = selectors.entries_for(who, duty.day, duty.day)
    assert entry == CalendarEntry(
        f"duty-{duty.public_id}", duty.day, f"{duty.roster.kind} 全天 08:00–次日08:00",
        duty.get_absolute_url(), "", f"{duty.roster.kind}全天",
    )  # fmt: skip
    assert list(selectors.entries_for(guard(), duty.day, duty.day)) == []


def test_the_list_of_duties_is_exported_with_days_that_a_workbook_sorts() -> None:
    made = roster(kind(name="门卫"))
    put(made, guard("关镇海"))
    published(made)
    response = signed_in(office()).get(f"{reverse('rosters:duty-list')}?past=1&export=csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == [
        '"日期","值班种类","班次","时间","值班人","地点","值班表"',
        f'"2026-09-15","门卫","白班","06:00–18:00","关镇海","","{made.name}"',
    ]


def test_the_list_of_duties_begins_today_and_shows_past_ones_from_the_last() -> None:
    today = timezone.localdate()
    days = [today + step * timedelta(days=1) for step in (-2, -1, 0, 1)]
    made, who = roster(first=days[0], last=days[-1]), guard("关镇海")
    for day in days:
        put(made, who, day)
    client, address = signed_in(office()), reverse("rosters:duty-list")

    def shown(asked: str = "") -> list[str]:
        found = reading.rows(client.get(f"{address}{asked}"))
        return [words.partition(" ")[0] for words in found]

    written = [day_prose(day) for day in days]
    period = f"?day-from={days[0]}&day-to={days[2]}"
    assert (shown(), shown("?past=1"), shown(period)) == (written[2:], written[1::-1], written[:3])
    assert "今天" in reading.rows(client.get(address))[0]


def test_who_is_on_duty_now_stands_first_and_who_went_home_last() -> None:
    hours = (("早班", time(8), time(10)), ("中班", time(11), time(13)), ("晚班", time(14), time(16)))
    made = roster(kind(*hours))
    for name, _, _ in hours:
        put(made, guard(), shift=name)
    published(made)
    noon = timezone.make_aware(datetime.combine(TUESDAY, time(12)))
    found = [(each.shift.name, each.is_now, each.is_over) for each in selectors.on_duty(noon)]
    assert found == [("中班", True, False), ("晚班", False, False), ("早班", False, True)]


def test_a_single_duty_is_proposed_for_today_or_the_first_day_of_the_roster() -> None:
    today = timezone.localdate()
    rosters = [
        roster(first=today - timedelta(days=before), last=today - timedelta(days=before) + timedelta(days=6))
        for before in (3, -3, 10)
    ]
    forms = [
        form_of(page(office(), address("duty-create", each)), address("duty-create", each))
        for each in rosters
    ]
    proposed = [each.controls["day"].values for each in forms if each is not None]
    assert proposed == [[day.isoformat()] for day in (today, rosters[1].first_on, rosters[2].first_on)]


def printed(response: Any) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def test_the_roster_on_paper_has_its_columns_and_boxes() -> None:
    made = roster(kind(name="门卫"))
    drawn_up(made, [guard("关镇海"), guard("万能手"), guard("石大勇")])
    published(made)
    text = printed(signed_in(office()).get(address("roster-print", made))).replace("\n", "")
    text = text.replace(" ", "")
    for words in ("日期星期白班06:00–18:00夜班18:00–次日06:00备注", "9月14日周一关镇海万能手",
                  "值班要求：夜里巡查", "排班人：", "总务主任：", "分管副校长："):  # fmt: skip
        assert words in text, words


def test_the_chat_gets_a_line_a_day() -> None:
    made = roster(kind(name="门卫"))
    put(made, guard("关镇海"))
    rows = selectors.wall_of(made).rows
    assert selectors.chat_of(made, rows) == f"【值班】{made}\n9月15日（周二）白班 关镇海"


def told(kind: str, about: Any, **words: Any) -> list[tuple[User, str]]:
    """Whom the notice would reach and with which words in its title."""
    declared = registry.notice_kind(kind)
    return [(draft.to, declared.title.format_map(draft.words)) for draft in declared.drafts(about, words)]


def test_everybody_in_a_published_roster_is_told_of_his_own() -> None:
    made, one, other = roster(), guard(), guard()
    for day in (MONDAY, TUESDAY):
        put(made, one, day)
    put(made, other, SUNDAY)
    drafts = list(registry.notice_kind(notices.PUBLISHED).drafts(made, {}))
    assert [(draft.to, draft.words["count"], draft.words["first"]) for draft in drafts] == [
        (one, 2, "9月14日（周一）白班（06:00–18:00）"), (other, 1, "9月20日（周日）白班（06:00–18:00）"),
    ]  # fmt: skip


def test_whoever_gets_a_duty_and_whoever_loses_it_are_told() -> None:
    made = roster(kind(name="门卫"))
    duty = put(made, guard())
    assert told(notices.DUTY_GIVEN, duty) == [(duty.person, "请您值班：9月15日（周二）白班（06:00–18:00）")]
    gone = guard()
    words = {"person": gone.pk, "duty": "2026-09-15 门卫 白班"}
    assert told(notices.DUTY_TAKEN, made, **words) == [(gone, "这一班改由别人值：2026-09-15 门卫 白班")]
    assert Notice.objects.count() == 0
