"""Guesses and last administrators under real threads: each scarce thing goes out once."""

from __future__ import annotations

from functools import partial

import pytest

from houqin.actors import Guest
from houqin.people.guessing import LoginGuess, reserve_guess
from houqin.people.models import RoleHolding
from houqin.people.roles import Role
from houqin.people.services import end_role
from houqin.writing import write
from tests.concurrency.racing import together
from tests.factories import acting, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_b1_of_sixteen_guesses_at_the_same_moment_five_are_checked() -> None:
    guess = partial(write, reserve_guess, account="T1", device="", by=Guest(""))
    outcome = together(*[guess] * 16)
    assert (outcome.errors, sum(each is not None for each in outcome.answers)) == ([], 5)
    assert LoginGuess.objects.count() == 5


def test_two_last_administrators_cannot_end_each_other_at_the_same_moment() -> None:
    one, other = person(Role.SECURITY_ADMIN), person(Role.SECURITY_ADMIN)
    outcome = together(
        partial(write, end_role, holding=other.holdings.get(), by=acting(one)),
        partial(write, end_role, holding=one.holdings.get(), by=acting(other)),
    )
    assert [len(outcome.answers), len(outcome.errors)] == [1, 1]
    assert RoleHolding.objects.filter(role=Role.SECURITY_ADMIN, ended_at=None).count() == 1
