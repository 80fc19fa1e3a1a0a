"""What is told of a finding: to put right, to look at again, closed; each once, and not to who did it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from houqin.checklists import services
from houqin.checklists.models import Finding
from houqin.notifications.models import Notice
from houqin.people.models import User
from houqin.people.roles import OFFICE, Role
from houqin.writing import write
from tests.checklists.factories import (
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
from tests.factories import acting, person
from tests.notifications.working import tell_all
from tests.places import factories as places

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    """Who was told what since the last time this was asked."""
    tell_all()
    found = sorted(Notice.objects.values_list("recipient__name", "title"))
    Notice.objects.all().delete()
    return found


@pytest.fixture
def keeper() -> User:
    return person(Role.REPAIR_WORKER, name="石大勇")


@pytest.fixture
def found(keeper: User) -> Finding:
    """A broken window in the keeper's room; that he was told of it is seen to."""
    made = finding(owner=keeper, by=person(Role.INSPECTOR, name="程思齐"))
    assert told() == [("石大勇", f"请整改：{made.subject_label}：坏了")]
    return made


def test_however_much_one_check_finds_its_keeper_is_told_once(keeper: User) -> None:
    first, second, _ = items_of(in_use())
    run = signed(
        first.edition,
        failed(first),
        failed(second),
        subject=places.room(keeper=keeper, name="301"),
        by=checker(),
    )
    assert told() == [("石大勇", f"请整改：{run.subject_label}的 2 个问题")]


def test_what_has_no_owner_yet_is_told_when_it_gets_one() -> None:
    made = finding()
    assert told() == []
    arranged(made, person(name="王芳"), made.found_by)
    assert told() == [("王芳", f"请整改：{made.subject_label}：坏了")]


def test_who_has_it_already_is_not_told_again_when_only_the_time_changes(
    found: Finding, keeper: User
) -> None:
    arranged(found, keeper, found.found_by, due_at=NOW + timedelta(days=5))
    assert told() == []


def test_put_right_it_is_told_to_whoever_looks_again_and_closed_to_whoever_found_it(found: Finding) -> None:
    another = person(Role.INSPECTOR, name="赵敏")
    arranged(found, found.owner, another)  # type: ignore[arg-type]
    rectified(found)
    assert told() == [("赵敏", f"请复查：{found.subject_label}：坏了")]
    closed(found, another)
    assert told() == [
        ("石大勇", f"整改已复查合格：{found.subject_label}：坏了"),
        ("程思齐", f"整改已复查合格：{found.subject_label}：坏了"),
    ]  # fmt: skip


def test_where_nobody_was_named_to_look_again_the_office_is_told() -> None:
    who, director = person(Role.INSPECTOR), person(Role.DIRECTOR, name="陆文山")
    made = finding(owner=who, by=who)
    rectified(made)
    holders = User.objects.filter(holdings__role__in=OFFICE).values_list("name", flat=True)
    assert director.name in holders
    assert (made.rechecker, told()) == (
        None,
        [(name, f"请复查：{made.subject_label}：坏了") for name in sorted(holders)],
    )


def test_sent_back_its_owner_is_told_why(found: Finding) -> None:
    rectified(found)
    told()
    facts: dict[str, Any] = {"opinion": "还在漏", "due_at": SOON + timedelta(days=1), "at": SOON}
    write(services.send_back, finding=found, by=acting(found.found_by), **facts)
    tell_all()
    assert list(Notice.objects.values_list("recipient__name", "detail")) == [
        ("石大勇", "9月16日（周三）12:00前整改。复查退回：还在漏")
    ]


def test_what_is_settled_before_the_notice_goes_out_is_told_to_nobody() -> None:
    who = checker()
    made = finding(owner=person(), by=who)
    rectified(made)
    closed(made, who)
    tell_all()
    assert {each.kind for each in Notice.objects.all()} == {"checklists.closed"}


def test_the_office_that_puts_it_right_itself_is_not_asked_to_look_again() -> None:
    who, director = person(Role.INSPECTOR), office()
    made = finding(owner=who, by=who)
    rectified(made, director)
    assert director.name not in {name for name, _ in told()}
