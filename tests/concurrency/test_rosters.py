"""Two keepers put one person on two shifts at the same moment, and two fill one place: one of each counts.

No lock keeps them apart, because they hold different rosters: the database alone decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.rosters import services
from houqin.rosters.models import Duty, DutyLog, LogEntry, Roster, Swap
from houqin.rosters.services import duties, logs, swaps
from houqin.writing import write
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting
from tests.rosters.factories import NOW, TUESDAY, guard, kind, office, published, put, roster, shift_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after everything was checked, before either writes."""
    met = Meeting()
    monkeypatch.setattr(duties, "_free_seat", met.after(duties._free_seat))
    return met


def adding(made: Roster, who: User, shift: str = "白班") -> Callable[[], Any]:
    by = acting(office())
    on = shift_of(made.kind, shift)
    return lambda: write(services.add_duty, roster=made, shift=on, day=TUESDAY, person=who, by=by)


def test_one_person_is_put_in_one_of_two_places_that_are_filled_at_once(meeting: Meeting) -> None:
    gate, who = roster(kind(name="门卫")), guard("关镇海")
    buses = roster(kind(("接车", time(7), time(9)), name="校车"))
    outcome = together(adding(gate, who), adding(buses, who, "接车"))
    kept = Duty.objects.get()
    assert (meeting.met, len(outcome.answers), [type(each) for each in outcome.errors]) == (
        True, 1, [RuleBroken],
    )  # fmt: skip
    assert f"关镇海这段时间已经排了 {services.duty_label(kept)}" in str(outcome.errors[0])


def test_of_two_who_fill_one_place_at_once_the_second_is_told_that_it_is_full(meeting: Meeting) -> None:
    gate = roster()
    outcome = together(adding(gate, guard()), adding(gate, guard()))
    assert (meeting.met, len(outcome.answers), [type(each) for each in outcome.errors]) == (
        False, 1, [RuleBroken],
    )  # fmt: skip
    assert ("已经排满" in str(outcome.errors[0]), Duty.objects.count()) == (True, 1)


@pytest.mark.parametrize(
    ("rounds", "rivals"),
    [(2, 10), pytest.param(20, 10, marks=pytest.mark.long), pytest.param(200, 2, marks=pytest.mark.long)],
)
def test_l1_of_all_who_fill_the_last_place_at_once_one_has_it(rounds: int, rivals: int) -> None:
    """The last item goes out once, and a place in a shift is the first thing here that runs out."""
    for number in range(rounds):
        gate = roster(kind(name=f"门卫{number}"))
        outcome = together(*(adding(gate, guard()) for _ in range(rivals)))
        full = "“白班”这一班要 1 人，9月15日（周二）已经排满。"
        assert (len(outcome.answers), {str(each) for each in outcome.errors}) == (1, {full})
        assert Duty.objects.filter(roster=gate).count() == 1


def test_control_without_the_lock_the_database_keeps_the_place_for_one(
    monkeypatch: pytest.MonkeyPatch, meeting: Meeting
) -> None:
    monkeypatch.setattr(duties, "lock", without_lock)
    gate = roster()
    outcome = together(adding(gate, guard()), adding(gate, guard()))
    assert (meeting.met, len(outcome.answers), [str(each) for each in outcome.errors]) == (
        True, 1, [duties.FULL],
    )  # fmt: skip


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the swaps' locks only read again."""
    monkeypatch.setattr(swaps, "lock_all", lambda rows: list(rows.order_by("pk")))


def waiting_swap() -> Swap:
    """A wish of 甲 to give 乙 his Tuesday for 乙's Wednesday."""
    made = roster(kind(name="门卫"))
    one, other = put(made, guard("甲")), put(made, guard("乙"), TUESDAY + timedelta(days=1))
    published(made)
    mine, theirs = Duty.objects.get(pk=one.pk), Duty.objects.get(pk=other.pk)
    return write(
        services.ask_swap, duty=mine, other_duty=theirs, reason="有事", at=NOW, by=acting(mine.person)
    )


def answer_and_withdrawal(swap: Swap) -> list[Callable[[], Any]]:
    """The other agrees while whoever asked takes it back."""
    return [
        lambda: write(services.agree_to_swap, swap=swap, at=NOW, by=acting(swap.other)),
        lambda: write(services.withdraw_swap, swap=swap, at=NOW, by=acting(swap.asker)),
    ]


def at_the_rules(patch: pytest.MonkeyPatch) -> Meeting:
    met = Meeting()
    for rule in ("can_answer", "can_withdraw", "may_settle"):
        patch.setattr(swaps, rule, met.after(getattr(swaps, rule)))
    return met


def test_of_two_who_approve_one_swap_at_once_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = write(services.agree_to_swap, swap=(first := waiting_swap()), at=NOW, by=acting(first.other))
    met = at_the_rules(monkeypatch)
    chiefs = [acting(office()), acting(office())]
    outcome = together(
        *[lambda by=by: write(services.approve_swap, swap=swap, at=NOW, by=by) for by in chiefs]  # type: ignore[misc]
    )
    assert (met.met, len(outcome.answers), [str(each) for each in outcome.errors]) == (
        False, 1, ["这份换班申请已换班，现在不用批准。"],
    )  # fmt: skip
    assert [each.person.name for each in Duty.objects.order_by("day")] == ["乙", "甲"]


def test_control_without_the_lock_a_swap_would_be_answered_and_withdrawn(
    no_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = waiting_swap()
    met = at_the_rules(monkeypatch)
    together(*answer_and_withdrawal(swap))
    assert met.met is True


def test_a_swap_is_answered_or_withdrawn_and_never_both(monkeypatch: pytest.MonkeyPatch) -> None:
    swap = waiting_swap()
    met = at_the_rules(monkeypatch)
    outcome = together(*answer_and_withdrawal(swap))
    swap.refresh_from_db()
    assert met.met is False
    # Agreed first, it may still be taken back; taken back first, nobody answers it any more.
    assert (len(outcome.answers), swap.state) in {(2, "withdrawn"), (1, "withdrawn")}


def signature_and_entry() -> list[Callable[[], Any]]:
    """One of two on a shift signs its log while the other writes into it."""
    made = roster(kind(("白班", time(6), time(18)), people=2))
    pair = [put(made, guard(name)) for name in ("甲", "乙")]
    published(made)
    one, other = Duty.objects.select_related("person").filter(pk__in=[each.pk for each in pair])
    at = one.begins_at + timedelta(hours=1)
    log = write(services.write_entry, duty=one, text="巡查，正常", at=at, by=acting(one.person))
    return [
        lambda: write(services.sign_log, log=log, summary="正常。", at=at, by=acting(one.person)),
        lambda: write(services.write_entry, duty=other, text="有人敲门", at=at, by=acting(other.person)),
    ]


def log_and_entries() -> tuple[str, int]:
    return DutyLog.objects.get().state, LogEntry.objects.count()


def test_nothing_is_written_into_a_log_that_is_being_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    acts, met = signature_and_entry(), Meeting()
    for rule in ("can_sign", "can_happen_at"):
        monkeypatch.setattr(logs, rule, met.after(getattr(logs, rule)))
    refused = [str(each) for each in together(*acts).errors]
    told = "这份日志已经签字，不能再改。要补充的写进下一班的日志。"
    assert (refused, log_and_entries()) in [([], ("signed", 2)), ([told], ("signed", 1))]
    assert not met.met


def test_control_without_the_lock_the_trigger_waits_for_the_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The entry is written between the signature and its commit: it waits there, and is refused."""
    acts, signed, written = signature_and_entry(), Meeting(), Meeting()
    announced = signed.after(logs.announce)
    monkeypatch.setattr(logs, "lock", without_lock)
    monkeypatch.setattr(logs, "announce", written.after(announced))
    monkeypatch.setattr(logs, "can_happen_at", signed.after(logs.can_happen_at))
    monkeypatch.setattr(logs, "save_or_refuse", written.after(logs.save_or_refuse))
    refused = [str(each) for each in together(*acts).errors]
    assert (refused, log_and_entries()) == ([logs.SIGNED], ("signed", 1))
    assert (signed.met, written.met) == (True, False)
