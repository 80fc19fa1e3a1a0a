"""What the house forgets at night, what it keeps, and that the worker really does it as the app role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin import nightly
from houqin.actors import System
from houqin.errors import NotAllowed
from houqin.people.guessing import LoginGuess
from houqin.people.models import Department, User
from houqin.spreadsheets.services import forget_old_imports
from houqin.writing import IdempotencyKey, write
from tests.factories import acting, department, person

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
NIGHT = System("夜间清理")

pytestmark = pytest.mark.django_db


def key(name: str, age: timedelta) -> None:
    made = IdempotencyKey.objects.create(actor="user:1", key=name, content="x", service="y")
    IdempotencyKey.objects.filter(pk=made.pk).update(created_at=NOW - age)


def session(ends: datetime) -> str:
    store = SessionStore()
    store.create()
    Session.objects.filter(pk=store.session_key).update(expire_date=ends)
    return store.session_key or ""


@pytest.mark.django_db(transaction=True)
def test_keys_older_than_a_week_are_forgotten_and_younger_ones_kept() -> None:
    key("old", timedelta(days=7, seconds=1))
    key("young", timedelta(days=7))
    assert write(nightly.forget_old_keys, at=NOW, by=NIGHT) == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]


def test_ended_sessions_are_forgotten_and_others_kept() -> None:
    session(NOW - timedelta(seconds=1))
    lasting = session(NOW)
    assert nightly.forget_ended_sessions(at=NOW, by=NIGHT) == 1
    assert [row.pk for row in Session.objects.all()] == [lasting]


def test_guesses_of_the_day_before_are_forgotten() -> None:
    LoginGuess.objects.create(account="T1", at=NOW - timedelta(days=1, seconds=1))
    LoginGuess.objects.create(account="T2", at=NOW - timedelta(days=1))
    assert nightly.forget_old_guesses(at=NOW, by=NIGHT) == 1
    assert [row.account for row in LoginGuess.objects.all()] == ["T2"]


def test_c3_logins_of_half_a_year_ago_are_forgotten_and_not_a_day_sooner() -> None:
    for days in (179, 181):
        for model, fields in ((AccessLog, {}), (AccessAttempt, {"failures_since_start": 1})):
            made = model.objects.create(username=f"T{days}", ip_address="10.0.0.1", **fields)
            model.objects.filter(pk=made.pk).update(attempt_time=NOW - timedelta(days=days))
    assert nightly.forget_old_logins(at=NOW, by=NIGHT) == 2
    kept = [[*model.objects.values_list("username", flat=True)] for model in (AccessLog, AccessAttempt)]
    assert kept == [["T179"], ["T179"]]


def test_keys_that_were_filled_by_saving_are_right() -> None:
    department("总务处")
    person(name="单晓东")
    assert nightly.check_search_keys(by=NIGHT) == {}


def test_a_key_that_was_written_past_save_is_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    department("总务处")
    Department.objects.update(name="教务处")
    User.objects.filter(pk=person(name="单晓东").pk).update(search_key="dan xiao dong|dxd")
    assert nightly.check_search_keys(by=NIGHT) == {"houqin.Department": 1, "houqin.User": 1}
    assert [record.message for record in caplog.records] == [
        "1 rows of houqin.Department have a pinyin key that is not that of their text",
        "1 rows of houqin.User have a pinyin key that is not that of their text",
    ]


@pytest.mark.parametrize(
    ("service", "arguments"),
    [
        (nightly.forget_old_keys, {"at": NOW}),
        (nightly.forget_ended_sessions, {"at": NOW}),
        (nightly.forget_old_guesses, {"at": NOW}),
        (nightly.forget_old_logins, {"at": NOW}),
        (nightly.check_search_keys, {}),
        (forget_old_imports, {"at": NOW}),
    ],
)
def test_no_person_may_do_what_the_night_does(service: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        service(**arguments, by=acting(person()))


def test_every_job_has_its_time_and_those_of_the_night_run_between_three_and_four_at_school() -> None:
    times = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert times == {
        "houqin.forget_old_documents": "0 19 * * *",
        "houqin.forget_old_keys": "5 19 * * *",
        "houqin.forget_ended_sessions": "10 19 * * *",
        "houqin.forget_old_guesses": "15 19 * * *",
        "houqin.forget_old_logins": "17 19 * * *",
        "houqin.forget_finished_jobs": "20 19 * * *",
        "calendar_plans.forget_unused_readings": "25 19 * * *",
        "houqin.check_search_keys": "30 19 * * *",
        "houqin.forget_unlinked_files": "35 19 * * *",
        "houqin.tidy_files": "40 19 * * *",
        "houqin.forget_old_imports": "45 19 * * *",
        "houqin.forget_old_notices": "50 19 * * *",
        "houqin.announce_ending_papers": "55 19 * * *",
        # By day: what waits to be sent, torn-off prints, steps that are late, and the morning's time limits.
        "houqin.send_due": "* * * * *",
        "houqin.resume_documents": "* * * * *",
        "houqin.announce_late_steps": "*/30 * * * *",
        "calendar_plans.announce_limits": "30 23 * * *",
    }


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_the_jobs_of_the_night_as_the_app_role(monkeypatch: pytest.MonkeyPatch) -> None:
    # The worker's thread would keep its connection, and nobody may be connected when the database is dropped.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("houqin_app",)
    key("old", timedelta(days=800))
    names = sorted({task.task.name for task in app.periodic_registry.periodic_tasks.values()})
    for name in names:
        app.configure_task(name).defer(timestamp=0)
    call_command("procrastinate", "worker", "--one-shot")
    done = ProcrastinateJob.objects.filter(args={"timestamp": 0}).order_by("task_name")
    assert [(job.task_name, job.status) for job in done] == [(name, "succeeded") for name in names]
    assert IdempotencyKey.objects.count() == 0
