"""值班日志: written on duty, signed once, handed over; what is open is carried over until it is settled."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.registry import registry
from houqin.rosters import notices, selectors, services
from houqin.rosters.models import Duty, DutyLog, Matter
from houqin.writing import write
from tests.factories import acting, signed_in
from tests.rosters.factories import TUESDAY, guard, office, published, put, roster
from tests.rosters.laid import moment

pytestmark = pytest.mark.django_db

NIGHT, MORNING = moment(TUESDAY, time(22)), moment(TUESDAY + timedelta(days=1), time(6))


def watches() -> tuple[Duty, Duty]:
    """The night of Tuesday and the day after it."""
    made = roster()
    night = put(made, guard("甲"), shift="夜班")
    day = put(made, guard("乙"), TUESDAY + timedelta(days=1), "白班")
    published(made)
    return Duty.objects.get(pk=night.pk), Duty.objects.get(pk=day.pk)


def written(duty: Duty, text: str = "东门巡查，正常", at: datetime = NIGHT, **more: Any) -> DutyLog:
    return write(services.write_entry, duty=duty, text=text, at=at, by=acting(duty.person), **more)


def signed(log: DutyLog, by: User, at: datetime = MORNING, **more: Any) -> DutyLog:
    return write(services.sign_log, log=log, summary="一切正常。", at=at, by=acting(by), **more)


def refusal(service: Any, **arguments: Any) -> str:
    with pytest.raises(RuleBroken) as refused:
        write(service, **arguments)
    return refused.value.message


def test_the_first_entry_begins_the_log_of_the_shift() -> None:
    night, _ = watches()
    log = written(night)
    assert written(night, "南门有人敲门，劝离", NIGHT + timedelta(hours=1)) == log
    assert (log.shift, log.day, log.begins_at, log.ends_at) == (
        night.shift, night.day, night.begins_at, night.ends_at,
    )  # fmt: skip
    assert [each.text for each in log.entries.all()] == ["东门巡查，正常", "南门有人敲门，劝离"]


def test_only_whoever_is_on_the_shift_writes_its_log() -> None:
    night, day = watches()
    log = written(night)
    for service, about in ((services.write_entry, {"duty": night}), (services.raise_matter, {"log": log})):
        with pytest.raises(NotAllowed):
            write(service, text="我也来写", at=NIGHT, by=acting(day.person), **about)


def test_what_happened_lies_on_the_shift() -> None:
    night, _ = watches()
    early = {"duty": night, "text": "巡查", "by": acting(night.person)}
    noon = moment(TUESDAY, time(12))
    assert refusal(services.write_entry, at=noon, **early) == "这一班还没有开始，到时间再写日志。"
    assert refusal(services.write_entry, at=NIGHT, happened_at=noon, **early) == (
        "这一班是9月15日（周二） 18:00–次日06:00，这个时间不在班上。"
    )
    later = NIGHT + timedelta(hours=1)
    assert refusal(services.write_entry, at=NIGHT, happened_at=later, **early) == "时间不能在以后。"


def test_a_signed_log_has_its_number_and_is_written_no_more() -> None:
    night, _ = watches()
    log = signed(written(night), night.person)
    assert (log.state, log.number[:9], log.on_duty, log.is_late) == ("signed", "ZBR-2026-", "甲", False)
    said = "这份日志已经签字，不能再改。要补充的写进下一班的日志。"
    by = acting(night.person)
    assert refusal(services.write_entry, duty=night, text="再记", at=MORNING, by=by) == said
    assert refusal(services.strike_entry, entry=log.entries.get(), by=by) == said
    assert refusal(services.raise_matter, log=log, text="再交代", at=MORNING, by=by) == said
    assert refusal(services.sign_log, log=log, summary="再签", at=MORNING, by=by) == said


LATE_ENTRY = (
    "INSERT INTO houqin_logentry (public_id, version, created_at, log_id, happened_at, text)"
    " SELECT 'LOGENTRY22', 1, now(), id, now(), '补一条' FROM houqin_dutylog"
)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE houqin_dutylog SET summary = '改了'",
        "UPDATE houqin_logentry SET text = '改了'",
        "DELETE FROM houqin_logentry",
        LATE_ENTRY,
        "UPDATE houqin_duty SET person_id = (SELECT max(id) FROM houqin_user)",
        "UPDATE houqin_matter SET text = '改了'",
        "DELETE FROM houqin_dutylog",
    ],
)
def test_the_database_keeps_what_was_signed(change: str) -> None:
    night, _ = watches()
    log = written(night)
    write(services.raise_matter, log=log, text="门锁坏了", at=NIGHT, by=acting(night.person))
    signed(log, night.person)
    guard()
    refused = pytest.raises((IntegrityError, ProgrammingError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_whoever_was_on_a_signed_shift_is_not_exchanged_afterwards() -> None:
    night, _ = watches()
    signed(written(night), night.person)
    night.refresh_from_db()
    said = refusal(
        services.change_duty, duty=night, version=night.version, person=guard(), by=acting(office())
    )
    assert said == "这一班的日志已经签字，不能再换人或空出。"
    assert refusal(services.remove_duty, duty=night, by=acting(office())) == said


def test_a_log_signed_long_afterwards_says_why_and_when() -> None:
    night, _ = watches()
    log, late = written(night), MORNING + timedelta(hours=13)
    by = acting(night.person)
    assert refusal(services.sign_log, log=log, summary="正常", at=late, by=by) == (
        "这一班早已结束，按补记处理，请写明补记原因。"
    )
    log = signed(log, night.person, late, late_reason="手机没电")
    assert (log.is_late, log.late_reason, log.signed_at) == (True, "手机没电", late)


def test_what_is_written_after_the_shift_says_when_it_happened_and_when_it_was_written() -> None:
    night, _ = watches()
    late, by = MORNING + timedelta(hours=13), acting(night.person)
    for at, said in ((NIGHT, "巡查"), (MORNING + timedelta(hours=3), "交了钥匙"), (late, "补一条")):
        log = write(services.write_entry, duty=night, text=said, happened_at=NIGHT, at=at, by=by)
    found = {each.entry.text: (each.is_afterwards, each.is_late) for each in services.noted(log)}
    assert found == {"巡查": (False, False), "交了钥匙": (True, False), "补一条": (True, True)}
    page = signed_in(office()).get(log.get_absolute_url()).content.decode()
    assert page.count("班后所记，记于9月16日（周三）") == 2


@pytest.mark.parametrize("hours", [-1, 3, 13])
def test_the_forms_ask_when_it_was_and_why_so_late_only_where_that_is_needed(hours: int) -> None:
    night, _ = watches()
    log, client = written(night), signed_in(night.person)
    with time_machine.travel(MORNING + timedelta(hours=hours), tick=False):
        client = signed_in(night.person)
        entry = client.get(reverse("rosters:log-write", args=[night.public_id])).content.decode()
        signature = client.get(reverse("rosters:log-sign", args=[log.public_id])).content.decode()
    asked = "必填" in entry.partition('for="id_happened_at"')[2].partition("</label>")[0]
    reason = signature.partition('for="id_late_reason"')[2].partition("</label>")[0]
    assert (asked, "必填" in reason) == (hours > 0, hours > 12)


def test_nobody_signs_for_another() -> None:
    night, _ = watches()
    log = written(night)
    typed = acting(night.person, entered_by=office(), source="纸质")
    with pytest.raises(NotAllowed):
        write(services.sign_log, log=log, summary="正常", at=MORNING, by=typed)


def test_the_next_shift_is_told_and_takes_over_once() -> None:
    night, day = watches()
    log = written(night)
    by = acting(day.person)
    assert refusal(services.take_over, log=log, at=MORNING, by=by) == "上一班还没有签字，签字以后再接班。"
    log = signed(log, night.person)
    assert [draft.to for draft in registry.notice_kind(notices.LOG_SIGNED).drafts(log, {})] == [day.person]
    before = put(night.roster, guard("丙"), TUESDAY, "白班").person
    for stranger in (guard(), before):
        with pytest.raises(NotAllowed):
            write(services.take_over, log=log, at=MORNING, by=acting(stranger))
    made = write(services.take_over, log=log, note="钥匙少一把", at=MORNING, by=by)
    assert (made.given_by, made.taken_by, made.note) == (night.person, day.person, "钥匙少一把")
    assert refusal(services.take_over, log=log, at=MORNING, by=by) == "已经接过班了。"


def test_the_database_lets_nobody_relieve_himself_nor_take_over_what_is_not_signed() -> None:
    night, day = watches()
    log = written(night)
    insert = (
        "INSERT INTO houqin_handover (public_id, version, created_at, log_id, given_by_id, taken_by_id,"
        " taken_at, note) SELECT 'HANDVER222', 1, now(), %s, %s, %s, now(), ''"
    )
    for signs_first, taker, constraint in (
        (False, day.person_id, "handed_over_by_the_signer"),
        (True, night.person_id, "nobody_relieves_himself"),
    ):
        if signs_first:
            signed(log, night.person)
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [log.pk, night.person_id, taker])
        assert refused.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_what_is_open_is_carried_over_until_somebody_settles_it() -> None:
    night, day = watches()
    log = written(night)
    matter = write(services.raise_matter, log=log, text="门锁坏了", at=NIGHT, by=acting(night.person))
    log = signed(log, night.person)
    noon = MORNING + timedelta(hours=6)
    after = written(day, "交接完毕", noon)
    assert selectors.carried_by(after) == [matter]
    closed = write(services.close_matter, matter=matter, outcome="换了新锁", at=noon, by=acting(day.person))
    assert (closed.state, closed.closed_by) == ("closed", day.person)
    assert selectors.open_matters(log.kind_id) == []
    assert (
        refusal(services.close_matter, matter=matter, outcome="又换", at=noon, by=acting(day.person))
        == "这件事已经办结了。"
    )
    with pytest.raises(NotAllowed):
        write(services.close_matter, matter=matter, outcome="换了", at=noon, by=acting(guard()))


def test_a_log_on_paper_has_its_columns_what_is_handed_over_and_the_boxes() -> None:
    night, day = watches()
    log = written(night)
    write(services.raise_matter, log=log, text="门锁坏了", at=NIGHT, by=acting(night.person))
    log = signed(log, night.person)
    write(services.take_over, log=log, at=MORNING, by=acting(day.person))
    answer = signed_in(office()).get(reverse("rosters:log-print", args=[log.public_id]))
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    for words in ("序号时间情况和处理记录人", "东门巡查，正常", "值班交接", "门锁坏了", "未办结", "交班人：",
                  "接班人：", "系统签字：乙", "总务主任："):  # fmt: skip
        assert words in text, words


def test_the_list_says_who_is_on_duty_and_who_took_over_and_stands_without() -> None:
    night, day = watches()
    log = written(night)
    client, address = signed_in(day.person), reverse("rosters:log-list")
    assert '<td data-label="值班人">甲</td>' in client.get(address).content.decode()
    signed(log, night.person)
    before = client.get(address).content.decode()
    write(services.take_over, log=log, at=MORNING, by=acting(day.person))
    cell = '<td data-label="接班人" class="desk-only">{}</td>'
    after = client.get(address).content.decode()
    assert (cell.format("") in before, cell.format("乙") in after) == (True, True)


def test_the_page_of_a_log_offers_each_reader_his_next_step() -> None:
    night, day = watches()
    log = written(night)
    write(services.raise_matter, log=log, text="门锁坏了", at=NIGHT, by=acting(night.person))
    page = signed_in(night.person).get(log.get_absolute_url()).content.decode()
    assert reverse("rosters:log-sign", args=[log.public_id]) in page
    signed(log, night.person)
    page = signed_in(day.person).get(log.get_absolute_url()).content.decode()
    assert reverse("rosters:log-take-over", args=[log.public_id]) in page
    assert reverse("rosters:matter-close", args=[Matter.objects.get().public_id]) in page


def test_the_form_of_a_signed_log_says_that_nothing_is_added() -> None:
    night, _ = watches()
    signed(written(night), night.person)
    answer = signed_in(night.person).get(reverse("rosters:log-write", args=[night.public_id]))
    assert "这份日志已经签字，不能再改。" in answer.content.decode()
