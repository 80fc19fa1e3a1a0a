"""A real school's beginning: two administrators, no demonstration, no default password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from houqin.actors import System
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import RoleHolding, User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services.founding import Founder, found_school
from houqin.school import current_school
from tests.backups.conftest import asked
from tests.backups.factories import copy_of, own_database, site_of
from tests.factories import acting, person
from tests.program import Place, ProgramFailed

JOB = System("建立学校")
FIRST = Founder("A001", "高远", Password("once upon a time 1"))
SECOND = Founder("A002", "严守正", Password("once upon a time 2"))


def found(**changed: Any) -> list[User]:
    said = {"name": "青溪镇中心小学", "system_admin": FIRST, "security_admin": SECOND, "by": JOB}
    return found_school(**{**said, **changed})


@pytest.mark.django_db
def test_a_school_begins_with_two_people_who_must_change_their_passwords() -> None:
    made = found()
    assert [(user.name, user.must_change_password) for user in made] == [("高远", True), ("严守正", True)]
    assert sorted(RoleHolding.objects.values_list("user__name", "role")) == [
        ("严守正", Role.SECURITY_ADMIN), ("高远", Role.SYSTEM_ADMIN),
    ]  # fmt: skip
    school = current_school()
    assert school is not None
    assert (school.name, school.is_demo, User.objects.count()) == ("青溪镇中心小学", False, 2)
    assert made[0].check_password("once upon a time 1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "请填写学校名称。"),
        ({"security_admin": FIRST}, "这个工号已经有人使用，请核对。"),
        ({"system_admin": Founder("", "高远", FIRST.password)}, "请填写工号。"),
        ({"system_admin": Founder("13712345678", "高远", FIRST.password)}, "工号不能是手机号的样子"),
    ],
)
def test_what_is_missing_or_the_same_is_said(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        found(**changed)


@pytest.mark.django_db
def test_a_school_that_is_there_is_never_founded_again() -> None:
    person()
    with pytest.raises(RuleBroken, match="已经有人"):
        found()
    with pytest.raises(NotAllowed):
        found(by=acting(person(Role.SYSTEM_ADMIN)))


@pytest.fixture
def place(django_db_setup: None, tmp_path: Path) -> Iterator[Place]:
    with copy_of(own_database(), f"{own_database()}_new", tmp_path) as place:
        yield place


DEMONSTRATION = """
import django
django.setup()
from houqin.school import School
from tests.factories import person
School.objects.create(name="演示", is_demo=True)
person(name="演示甲")
"""
TYPED = ("--name", "青溪镇中心小学", "--system-admin", "A001", "高远", "--security-admin", "A002", "严守正")


def test_setup_school_prints_two_passwords_once_and_refuses_a_second_time(place: Place) -> None:
    said = place.run("manage.py", "setup_school", *TYPED)
    passwords = re.findall(r"一次性密码 ([2-9a-z]{12})$", said, re.MULTILINE)
    assert len(set(passwords)) == 2
    server = site_of(place).server
    assert asked(server, "SELECT name FROM houqin_user ORDER BY staff_no") == ["高远", "严守正"]
    with pytest.raises(ProgramFailed, match="已经有一所学校，什么都没有动。"):
        place.run("manage.py", "setup_school", *TYPED)


def test_a_demonstration_is_put_aside_only_when_that_is_asked_for(place: Place) -> None:
    site = site_of(place)
    place.run("-c", DEMONSTRATION)
    with pytest.raises(ProgramFailed, match="--replace-demonstration"):
        place.run("manage.py", "setup_school", *TYPED)
    place.run("manage.py", "setup_school", *TYPED, "--replace-demonstration")
    assert asked(site.server, "SELECT name FROM houqin_user ORDER BY staff_no") == ["高远", "严守正"]
    assert asked(site.before, "SELECT name FROM houqin_user") == ["演示甲"]
