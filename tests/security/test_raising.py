"""A5: nobody raises a role. Every path of three acts over the services of people, from every role.

The one who searches holds one account with one role, plus every account whose password he comes to know. An
act may fail; what counts is what all his accounts together may do afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from houqin.errors import HouqinError
from houqin.people import services
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.passwords import Password
from houqin.people.roles import ADMINISTRATORS, GRANTABLE, Role
from houqin.people.rules import ORDINARY_ROLES
from houqin.registry import registry
from tests.factories import PASSWORD as FACTORY_PASSWORD
from tests.factories import _hashed, acting, department, person, school_class

pytestmark = pytest.mark.django_db

KNOWN = Password("known to the searcher 1")
# One of each kind that the rules tell apart; every business role is treated alike.
GRANTED = (Role.PRINCIPAL, Role.TEACHER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


@dataclass(frozen=True)
class Searcher:
    """The accounts that he can log in with, and what he did to get there."""

    accounts: frozenset[int]
    path: tuple[str, ...] = ()


Act = tuple[str, Callable[[], Any]]


@pytest.fixture(autouse=True)
def _quick_hash(settings: Any) -> None:
    """Hundreds of Argon2 hashes would take minutes; the factories' own is made first, because it is kept."""
    _hashed(FACTORY_PASSWORD)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def acts(user: User) -> Iterator[Act]:
    """Everything that `user` can try with everybody and everything that is there."""
    by = acting(user)
    people = list(User.objects.order_by("pk"))
    yield "create", lambda: services.create_person(staff_no="NEW", name="新", password=KNOWN, by=by)
    for each in people:
        yield f"reset {each}", partial(services.reset_password, user=each, password=KNOWN, by=by)
        slips = {each.public_id: KNOWN}
        yield f"slip {each}", partial(services.give_first_passwords, users=[each], passwords=slips, by=by)
        yield f"request {each}", partial(services.request_reset, user=each, reason="x", by=by)
        yield f"disable {each}", partial(services.disable_person, user=each, by=by)
        yield f"enable {each}", partial(services.enable_person, user=each, by=by)
        for role in GRANTED:
            yield f"grant {each} {role}", partial(services.grant_role, user=each, role=role, by=by)
    for holding in RoleHolding.objects.filter(ended_at=None):
        yield f"end {holding}", partial(services.end_role, holding=holding, by=by)
    for reset in PasswordReset.objects.filter(closed_at=None):
        yield f"confirm {reset}", partial(services.confirm_reset, reset=reset, password=KNOWN, by=by)
    place, school = Department.objects.get(), SchoolClass.objects.get()
    yield (
        "move",
        lambda: services.update_person(
            user=user, staff_no=user.staff_no, name=user.name, phone="", department=place, by=by
        ),
    )
    yield "lead", lambda: services.update_department(department=place, name="x", head=user, order=1, by=by)
    yield (
        "class",
        lambda: services.update_class(
            school_class=school, name="x", grade=1, number=1, entry_year=2026, head_teacher=user, by=by
        ),
    )
    yield "retire", lambda: services.retire_class(school_class=school, on=date(2026, 9, 1), by=by)


def rights(accounts: frozenset[int]) -> set[str]:
    """What these accounts together may do."""
    return {code for user in User.objects.filter(pk__in=accounts) for code in user.rights}


def known() -> frozenset[int]:
    """The accounts that open with the password that the searcher gave out."""
    return frozenset(user.pk for user in User.objects.all() if user.check_password(str(KNOWN)))


def signature(searcher: Searcher) -> tuple[Any, ...]:
    """Equal for states that are equal to everything that can still be tried."""
    return (
        searcher.accounts,
        tuple(User.objects.order_by("pk").values_list("pk", "is_active")),
        frozenset(RoleHolding.objects.filter(ended_at=None).values_list("user", "role")),
        frozenset(PasswordReset.objects.filter(closed_at=None).values_list("user", "created_by")),
    )


@dataclass
class Search:
    """Depth first, every act in a savepoint that is taken back."""

    allowed: set[str]
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    found: list[tuple[str, ...]] = field(default_factory=list)

    def go(self, searcher: Searcher, depth: int) -> None:
        if not rights(searcher.accounts) <= self.allowed:
            self.found.append(searcher.path)
            return
        state = signature(searcher)
        if depth == 0 or self.seen.get(state, 0) >= depth:
            return
        self.seen[state] = depth
        for pk in sorted(searcher.accounts):
            for name, act in acts(User.objects.get(pk=pk)):
                self.tried(searcher, name, act, depth)

    def tried(self, searcher: Searcher, name: str, act: Callable[[], Any], depth: int) -> None:
        point = transaction.savepoint()
        try:
            # A refusal by the database spoils what it stands in; outside tests that is the whole write.
            with transaction.atomic():
                act()
        except HouqinError:
            pass
        else:
            gained = searcher.accounts | known()
            self.go(replace(searcher, accounts=gained, path=(*searcher.path, name)), depth - 1)
        transaction.savepoint_rollback(point)


def cast() -> None:
    """Who is there besides the searcher."""
    place = department("总务处")
    # Never logged in yet, so that somebody could still print him his first password.
    person(Role.PRINCIPAL, name="校长", department=place, must_change_password=True)
    person(Role.DIRECTOR, name="停用的主任", is_active=False)
    person(Role.TEACHER, name="教师")
    person(Role.SYSTEM_ADMIN, name="系统员")
    person(Role.SECURITY_ADMIN, name="安全员")
    school_class(1, 1)


def paths_up(role: Role, depth: int) -> list[tuple[str, ...]]:
    cast()
    searcher = person(role, name="本人")
    ordinary = set(registry.rights_of(ORDINARY_ROLES))
    search = Search(rights(frozenset({searcher.pk})) | ordinary)
    search.go(Searcher(frozenset({searcher.pk})), depth)
    return search.found


@pytest.mark.parametrize("role", [role for role in GRANTABLE if role not in ADMINISTRATORS])
def test_a5_no_business_role_raises_itself_in_three_acts(role: Role) -> None:
    assert paths_up(role, 3) == []


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_a5_no_administrator_raises_himself_in_two_acts(role: Role) -> None:
    assert paths_up(role, 2) == []


@pytest.mark.long
@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_a5_no_administrator_raises_himself_in_three_acts(role: Role) -> None:
    assert paths_up(role, 3) == []


def test_a5_an_administrator_holds_no_business_role_whatever_the_order() -> None:
    by = acting(person(Role.SECURITY_ADMIN))
    for first in sorted(ADMINISTRATORS):
        for second in (role for role in GRANTABLE if role not in ORDINARY_ROLES and role != first):
            user = person(first)
            with pytest.raises(HouqinError):
                services.grant_role(user=user, role=second, by=by)
            other = person(second)
            with pytest.raises(HouqinError):
                services.grant_role(user=other, role=first, by=by)
