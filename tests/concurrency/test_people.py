"""Guesses and last administrators under real threads: each scarce thing goes out once."""

from __future__ import annotations

from functools import partial

import pytest

from houqin.actors import Guest
from houqin.errors import RuleBroken
from houqin.people.guessing import LoginGuess, reserve_guess
from houqin.people.models import RoleHolding
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services import end_role, pass_two_step, turn_on_two_step, two_step
from houqin.people.two_step import new_secret
from houqin.writing import write
from tests.concurrency.racing import Meeting, together, without_lock
from tests.factories import PASSWORD, acting, person
from tests.people.test_two_step import NOW, RECOVERY, code_at, with_two_step

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


def test_of_eight_logins_with_one_code_at_the_same_moment_one_is_let_in() -> None:
    """However many know the code: it is read over a shoulder, or typed on a false page that passes it on."""
    user, secret = with_two_step()
    passing = partial(
        write, pass_two_step, user=user, code=Password(code_at(secret, NOW)), at=NOW, by=Guest("")
    )
    outcome = together(*[passing] * 8)
    assert (outcome.errors, sorted(outcome.answers)) == ([], [False] * 7 + [True])


def test_of_eight_logins_with_one_code_for_a_lost_phone_one_is_let_in() -> None:
    user, _ = with_two_step()
    outcome = together(
        *[partial(write, pass_two_step, user=user, code=Password(RECOVERY[0]), by=Guest(""))] * 8
    )
    assert (outcome.errors, sorted(outcome.answers)) == ([], [False] * 7 + [True])


def test_control_without_the_lock_one_code_lets_two_in(monkeypatch: pytest.MonkeyPatch) -> None:
    user, secret = with_two_step()
    meeting = Meeting()
    monkeypatch.setattr(two_step, "lock", without_lock)
    monkeypatch.setattr(two_step, "step_of", meeting.after(two_step.step_of))
    passing = partial(
        write, pass_two_step, user=user, code=Password(code_at(secret, NOW)), at=NOW, by=Guest("")
    )
    assert (together(passing, passing).answers, meeting.met) == ([True, True], True)


def test_two_taps_at_once_turn_it_on_once() -> None:
    user, secret = person(), new_secret()
    tap = partial(
        write, turn_on_two_step, password=Password(PASSWORD), secret=secret, recovery=[],
        code=Password(code_at(secret, NOW)), at=NOW, by=acting(user),
    )  # fmt: skip
    outcome = together(tap, tap)
    assert ([type(each) for each in outcome.errors], len(outcome.answers)) == ([RuleBroken], 1)
