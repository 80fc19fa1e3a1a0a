"""Findings: an owner and a time limit by the school's clock, a re-check by somebody else, rounds, to-dos."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from houqin.actors import Person
from houqin.checklists import services
from houqin.checklists.models import Finding, FindingRound
from houqin.checklists.rules import Given
from houqin.checklists.selectors import todos_for
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.checklists.factories import (
    FRIDGE,
    NOW,
    SOON,
    arranged,
    checker,
    closed,
    failed,
    finding,
    in_use,
    items_of,
    office,
    rectified,
    signed,
)
from tests.factories import acting, person, signed_in
from tests.places import factories as places
from tests.school_calendar import factories as calendar

pytestmark = pytest.mark.django_db


def sent_back(found: Finding, by: User, **more: Any) -> Finding:
    facts = {"opinion": "还在漏", "due_at": SOON + timedelta(days=1), "at": SOON} | more
    return write(services.send_back, finding=found, by=acting(by), **facts)


def test_every_failed_item_opens_a_finding_with_the_keeper_as_owner() -> None:
    keeper, who = person(), checker()
    found = finding(owner=keeper, by=who)
    assert (found.title, found.owner, found.rechecker, found.state) == (
        "坏了",
        keeper,
        who,
        "open",
    )


def test_a_problem_leads_with_what_is_wrong_and_where() -> None:
    edition = in_use(FRIDGE)
    (fridge,) = items_of(edition)
    room = places.room()
    warm = signed(edition, Given(fridge, number=Decimal(12)), subject=room).findings.get()
    told = signed(edition, Given(fridge, number=Decimal(12), note="压缩机不转"), subject=room).findings.get()
    assert (str(warm), str(told)) == (f"{room}：冷藏柜温度　不合格　12 ℃", f"{room}：压缩机不转")


@pytest.mark.parametrize(
    ("is_round", "at", "due"),
    [
        # Friday evening: a whole working day on is the end of Monday.
        (False, datetime(2026, 9, 11, 10, 31, tzinfo=UTC), datetime(2026, 9, 14, 9, 30, tzinfo=UTC)),
        # Ten past ten on Tuesday: half past ten on Wednesday.
        (False, datetime(2026, 9, 15, 2, 10, tzinfo=UTC), datetime(2026, 9, 16, 2, 30, tzinfo=UTC)),
        (True, datetime(2026, 9, 18, 10, 31, tzinfo=UTC), datetime(2026, 9, 19, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_next_limit_is_a_day_on_by_the_clock_of_the_list(
    is_round: bool, at: datetime, due: datetime
) -> None:
    calendar.school_year()
    checklist = in_use(is_round_the_clock=is_round).checklist
    assert services.next_limit(checklist, at=at) == due


def test_who_found_it_does_not_recheck_what_he_answers_for() -> None:
    who = checker()
    assert finding(owner=who, by=who).rechecker is None


def test_a_keeper_whose_account_is_closed_is_no_owner() -> None:
    assert finding(owner=person(is_active=False)).owner is None


def test_the_limit_runs_in_working_time() -> None:
    """Ten on Tuesday and eight working hours of 8–12 and 14–17:30: 2 + 3.5 today, 2.5 tomorrow."""
    calendar.school_year()
    edition = in_use(rectify_hours=8)
    found = signed(edition, failed(items_of(edition)[0])).findings.get()
    assert found.due_at == datetime(2026, 9, 16, 2, 30, tzinfo=UTC)


def test_the_limit_of_a_canteen_runs_round_the_clock() -> None:
    edition = in_use(rectify_hours=8, is_round_the_clock=True)
    assert signed(edition, failed(items_of(edition)[0])).findings.get().due_at == NOW + timedelta(hours=8)


def test_a_key_item_waits_for_no_working_day() -> None:
    edition = in_use(rectify_hours=100)
    found = signed(edition, failed(items_of(edition)[1])).findings.get()
    assert (found.is_key, found.due_at) == (True, NOW + timedelta(hours=24))


def test_put_right_by_the_owner_and_closed_by_who_looked_again() -> None:
    owner, who = person(), checker()
    found = closed(rectified(finding(owner=owner, by=who)), who)
    made = found.rounds.get()
    assert (found.state, found.closed_at) == ("closed", SOON)
    assert (made.rectified_by, made.measure, made.rechecked_by, made.result) == (
        owner,
        "换了玻璃",
        who,
        "passed",
    )


def test_nobody_rechecks_what_he_put_right_himself() -> None:
    who = office()
    found = rectified(finding(owner=person()), by=who)
    with pytest.raises(NotAllowed, match="谁整改谁不复查"):
        closed(found, who)


def test_the_owner_does_not_recheck_what_a_colleague_put_right_for_him() -> None:
    owner = office()
    found = rectified(finding(owner=owner), by=office())
    with pytest.raises(NotAllowed, match="谁整改谁不复查"):
        closed(found, owner)


def test_the_database_too_keeps_both_hands_apart() -> None:
    found = rectified(finding(owner=person()))
    made = found.rounds.get()
    with pytest.raises(IntegrityError, match="rectifier_does_not_recheck"), transaction.atomic():
        FindingRound.objects.filter(pk=made.pk).update(
            rechecked_by=made.rectified_by, rechecked_at=NOW, result="passed"
        )
    with pytest.raises(IntegrityError, match="owner_does_not_recheck"), transaction.atomic():
        Finding.objects.filter(pk=found.pk).update(rechecker=found.owner)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE houqin_finding SET state = 'closed', closed_at = now()",
        "UPDATE houqin_finding SET state = 'rectified'",
        "UPDATE houqin_finding SET found_at = now()",
        "DELETE FROM houqin_finding",
    ],
)
def test_the_database_too_closes_nothing_that_nobody_looked_at(statement: str) -> None:
    finding(owner=person())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_round_that_was_rechecked_stays_what_it_was() -> None:
    who = checker()
    made = closed(rectified(finding(owner=person(), by=who)), who).rounds.get()
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        FindingRound.objects.filter(pk=made.pk).update(result="returned", opinion="改主意")


def test_a_recheck_is_never_entered_for_somebody() -> None:
    who = checker()
    found = rectified(finding(owner=person(), by=who))
    with pytest.raises(NotAllowed, match="不能由别人代录"):
        write(services.close_finding, finding=found, by=Person(who, entered_by=office(), source="电话"))


def test_a_rectification_may_be_entered_for_a_worker() -> None:
    owner = person(Role.REPAIR_WORKER)
    found = write(
        services.rectify, finding=finding(owner=owner), measure="修好了",
        by=Person(owner, entered_by=office(), source="纸质"),
    )  # fmt: skip
    assert found.rounds.get().rectified_by == owner


def test_sent_back_a_new_round_begins_with_a_reason_and_a_new_limit() -> None:
    owner, who = person(), checker()
    found = sent_back(rectified(finding(owner=owner, by=who)), who)
    assert (found.state, found.round, found.due_at) == ("open", 2, SOON + timedelta(days=1))
    assert found.rounds.get().opinion == "还在漏"
    assert closed(rectified(found), who).round == 2
    assert list(found.rounds.values_list("round", "result")) == [(1, "returned"), (2, "passed")]


@pytest.mark.parametrize(("more", "field"), [({"opinion": " "}, "opinion"), ({"due_at": SOON}, "due_at")])
def test_sent_back_for_a_reason_and_until_a_time_to_come(more: dict[str, Any], field: str) -> None:
    who = checker()
    with pytest.raises(RuleBroken) as refusal:
        sent_back(rectified(finding(owner=person(), by=who)), who, **more)
    assert refusal.value.field == field


def test_what_is_put_right_is_not_put_right_again_nor_arranged_anew() -> None:
    found = rectified(finding(owner=person()))
    with pytest.raises(RuleBroken, match="不用再报整改"):
        rectified(found, by=office())
    with pytest.raises(RuleBroken, match="不能安排整改"):
        arranged(found, person(), person())


def test_nobody_else_reports_a_rectification() -> None:
    found = finding(owner=person())
    with pytest.raises(NotAllowed):
        rectified(found, by=person())


def test_a_named_rechecker_does_not_report_it_put_right() -> None:
    owner, other = person(), person()
    found = arranged(finding(), owner, other)
    with pytest.raises(NotAllowed, match="由整改责任人"):
        rectified(found, by=other)


def test_the_office_says_who_and_until_when_and_one_person_is_not_both() -> None:
    owner, other = person(), person()
    found = arranged(finding(), owner, other, demand="换钢化玻璃")
    assert (found.owner, found.rechecker, found.demand) == (owner, other, "换钢化玻璃")
    with pytest.raises(RuleBroken, match="不能自己复查"):
        arranged(found, owner, owner)
    with pytest.raises(RuleBroken, match="已停用"):
        arranged(found, person(is_active=False), other)


def test_only_the_office_arranges() -> None:
    with pytest.raises(NotAllowed):
        write(
            services.assign_finding, finding=finding(), owner=person(), rechecker=person(), due_at=SOON,
            by=acting(checker()),
        )  # fmt: skip


# To-dos


def actions(user: User) -> list[tuple[str, bool]]:
    return [(todo.action, todo.is_late) for todo in todos_for(user, timezone.localdate())]


def test_the_owner_then_the_rechecker_has_it_to_do() -> None:
    owner, who = person(), checker()
    found = finding(owner=owner, by=who)
    Finding.objects.filter(pk=found.pk).update(due_at=timezone.now() + timedelta(days=1))
    before = actions(owner), actions(who)
    found = rectified(found)
    after = actions(owner), actions(who)
    closed(found, who)
    assert (before, after) == (([("报整改", False)], []), ([], [("复查", False)]))
    assert (actions(owner), actions(who)) == ([], [])


def test_an_overdue_one_is_marked_late() -> None:
    owner = person()
    found = finding(owner=owner)
    Finding.objects.filter(pk=found.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert actions(owner) == [("报整改", True)]


def test_what_nobody_answers_for_waits_for_the_office() -> None:
    found = finding()
    Finding.objects.filter(pk=found.pk).update(due_at=timezone.now() + timedelta(days=1))
    assert actions(office()) == [("安排整改", False)]
    listed = signed_in(office()).get("/checks/findings/").content.decode()
    assert '<td data-label="责任人">未指定</td>' in listed


def test_a_stranger_sees_no_finding() -> None:
    finding(owner=person())
    assert list(Finding.objects.visible_to(person(Role.TEACHER))) == []


def test_who_answers_for_it_sees_his_own() -> None:
    owner = person()
    found = finding(owner=owner)
    finding(owner=person())
    assert list(Finding.objects.visible_to(owner)) == [found]


def test_findings_of_a_room_stay_when_the_room_is_merged() -> None:
    keeper = person()
    found = finding(owner=keeper)
    room = found.run.subject
    room.merged_into, room.retired_on = places.room(), NOW.date()
    room.save()
    assert rectified(found).subject_label == room.full_name
