"""Two who enter one code at once, two merges in opposite directions, an account said twice: one winner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models

from houqin.errors import RuleBroken
from houqin.partners.models import Partner, PartnerAccount
from houqin.partners.services import accounts, keeping, merging
from houqin.people.roles import Role
from houqin.writing import write
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import acting, person
from tests.partners.factories import code, partner

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 9, 15)


def all_without_lock(rows: models.QuerySet[Any]) -> Sequence[Any]:
    return list(rows.order_by("pk"))


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: every lock of the services only reads again."""
    monkeypatch.setattr(accounts, "lock", without_lock)
    monkeypatch.setattr(merging, "lock_all", all_without_lock)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Both rivals stand here after the last check of their services, if a lock does not keep one away."""
    met = Meeting()
    monkeypatch.setattr(accounts, "can_be_used", met.after(accounts.can_be_used))
    monkeypatch.setattr(merging, "can_merge", met.after(merging.can_merge))
    monkeypatch.setattr(keeping, "_refuse_alike", met.after(keeping._refuse_alike))
    return met


def merge_into_each_other() -> tuple[int, list[type[BaseException]], int]:
    """How many of two opposite merges succeed, how they are refused, and how many partners are left."""
    first, second, by = partner(), partner(), acting(person(Role.DIRECTOR))

    def act(gone: Partner, survivor: Partner) -> Callable[[], Any]:
        return lambda: write(
            merging.merge_partners, partner=gone, survivor=survivor, reason="两次", on=DAY, by=by
        )

    outcome = together(act(first, second), act(second, first))
    left = Partner.objects.filter(retired_on=None).count()
    return len(outcome.answers), [type(error) for error in outcome.errors], left


def test_two_partners_are_not_merged_into_each_other(meeting: Meeting) -> None:
    assert (merge_into_each_other(), meeting.met) == ((1, [RuleBroken], 1), False)


def test_control_without_the_lock_both_pass_the_rule(no_locks: None, meeting: Meeting) -> None:
    """What then becomes of them is luck: both are gone, or the database refuses or stops one of them."""
    merge_into_each_other()
    assert meeting.met is True


def say_twice() -> tuple[int, list[type[BaseException]], int]:
    firm, by = partner(), acting(person(Role.CLAIMS_CLERK))
    outcome = together(
        *[
            lambda number=number: write(
                accounts.set_account, partner=firm, payee="户名", bank="农信社", account=number, by=by
            )
            for number in ("10000000", "20000000")
        ]
    )
    left = PartnerAccount.objects.filter(closed_at=None).count()
    return len(outcome.answers), [type(error) for error in outcome.errors], left


def test_of_two_accounts_said_at_once_the_second_closes_the_first(meeting: Meeting) -> None:
    assert (say_twice(), meeting.met) == ((2, [], 1), False)


def test_control_without_the_lock_the_database_refuses_the_second_account(
    no_locks: None, meeting: Meeting
) -> None:
    assert (say_twice(), meeting.met) == ((1, [IntegrityError], 1), True)


def test_of_two_who_enter_one_code_at_once_one_is_told_in_a_sentence(meeting: Meeting) -> None:
    taken, by = code(), acting(person(Role.DIRECTOR))
    outcome = together(
        *[
            lambda name=name: write(
                keeping.create_partner, name=name, kinds=["food"], credit_code=taken, by=by
            )
            for name in ("绿野", "丰源")
        ]
    )
    sentences = [str(error) for error in outcome.errors]
    assert (len(outcome.answers), sentences, meeting.met) == (
        1, ["这个统一社会信用代码已登记在另一家名下，请核对。"], True,
    )  # fmt: skip
