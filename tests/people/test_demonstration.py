"""The demonstration school: whole, for an empty database only."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from houqin.people.demonstration import PASSWORD
from houqin.people.models import Department, SchoolClass, User
from houqin.people.roles import Role
from houqin.people.signals import demo_school_loaded, last_noon
from houqin.school import current_school
from tests.factories import PASSWORD as FACTORY_PASSWORD
from tests.factories import _hashed, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_hash(settings: Any) -> None:
    """Hundreds of Argon2 hashes would take minutes; the factories' own is made first, because it is kept."""
    _hashed(FACTORY_PASSWORD)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_every_role_has_an_account_that_can_log_in() -> None:
    run("load_demo_school")
    accounts = json.loads(run("demo_accounts", "--json"))
    assert {each["role"] for each in accounts} == set(Role.values)
    assert {each["password"] for each in accounts} == {PASSWORD}
    for each in accounts:
        user = User.objects.get(staff_no=each["login"])
        assert (user.name, each["role"] in user.roles, user.must_change_password) == (
            each["name"],
            True,
            False,
        )
    assert Client().post("/login/", {"login": "qx 004", "password": PASSWORD}).status_code == 302


def test_the_school_stands_with_its_classes_and_heads() -> None:
    run("load_demo_school")
    school = current_school()
    assert (school is not None and school.is_demo, SchoolClass.objects.count()) == (True, 12)
    assert Department.objects.get(name="总务处").head == User.objects.get(name="陆文山")
    assert SchoolClass.objects.get(grade=3, number=1).head_teacher == User.objects.get(name="林晓月")
    assert User.objects.get(name="曾子墨").search_key == "zeng zi mo|zzm|zengzimo"
    assert User.objects.get(name="万能手").holdings.filter(ended_at=None).count() == 3


def test_a_database_with_people_is_left_alone() -> None:
    person()
    with pytest.raises(CommandError, match="不能再装演示学校"):
        run("load_demo_school")
    assert "没有改动" in run("load_demo_school", "--if-empty")
    assert (User.objects.count(), current_school()) == (1, None)
    with pytest.raises(CommandError, match="不是演示学校"):
        run("demo_accounts")


def test_loading_twice_does_nothing_the_second_time() -> None:
    run("load_demo_school", "--if-empty")
    people = User.objects.count()
    run("load_demo_school", "--if-empty")
    assert User.objects.count() == people


def test_apps_are_told_within_the_same_transaction() -> None:
    heard: list[tuple[str, bool]] = []

    def answer(sender: Any, *, by: Any, on: date, **kwargs: Any) -> None:
        heard.append((by.label, User.objects.filter(staff_no="QX001").exists()))

    demo_school_loaded.connect(answer)
    try:
        run("load_demo_school")
    finally:
        demo_school_loaded.disconnect(answer)
    assert heard == [("系统（演示学校）", True)]


@pytest.mark.parametrize(("hours", "day"), [(-1, 0), (1, -1)])
def test_nothing_of_the_demonstration_happens_ahead_of_time(
    monkeypatch: pytest.MonkeyPatch, hours: int, day: int
) -> None:
    noon = datetime(2026, 11, 28, 12, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: noon - timedelta(hours=hours))
    assert last_noon(noon.date()) == noon + timedelta(days=day)
