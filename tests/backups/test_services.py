"""The journal of backups: who writes it, what it says, and when the home page warns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from houqin.actors import System
from houqin.backups import services
from houqin.backups.models import Backup
from houqin.backups.selectors import backup_todos, warning
from houqin.backups.services import BROKEN_OFF
from houqin.backups.states import BackupState
from houqin.errors import NotAllowed
from houqin.people.roles import Role
from houqin.school import School
from tests.factories import acting, person, signed_in

pytestmark = pytest.mark.django_db

JOB = System("备份")
NIGHT = datetime(2026, 11, 26, 19, 50, tzinfo=UTC)
NAME = "houqin-20261127-035000"


def begun(name: str = NAME, at: datetime = NIGHT) -> Backup:
    return services.begin_backup(name=name, at=at, by=JOB)


def good(name: str = NAME, at: datetime = NIGHT, **more: Any) -> Backup:
    facts = {"size": 5 * 2**20, "rows": 1_335, "files": 4, "lost": [], "at": at + timedelta(minutes=2)}
    return services.finish_backup(backup=begun(name, at), **{**facts, **more}, by=JOB)


def real_school(**fields: Any) -> School:
    made: School = School.objects.create(name="青溪镇中心小学", **fields)
    return made


def test_a_backup_is_good_when_it_was_put_in_place_and_proved() -> None:
    backup = good(lost=["AB23456789"])
    assert (backup.state, backup.rows, backup.said) == (
        BackupState.GOOD, 1_335, "有 1 个附件的文件在备份之前就已经丢失。",
    )  # fmt: skip


def test_one_that_was_broken_off_is_told_by_the_next() -> None:
    torn = begun("houqin-20261126-035000", NIGHT - timedelta(days=1))
    begun()
    torn.refresh_from_db()
    assert (torn.state, torn.said, torn.ended_at) == (BackupState.FAILED, BROKEN_OFF, NIGHT)


def test_what_lies_in_the_folder_and_not_in_the_journal_is_entered_once() -> None:
    good()
    found = {NAME: NIGHT, "houqin-20261120-035000": NIGHT - timedelta(days=7)}
    entered = services.note_found(found=found, by=JOB)
    assert [(each.name, each.state) for each in entered] == [("houqin-20261120-035000", BackupState.FOUND)]
    assert services.note_found(found=found, by=JOB) == []


def test_thinned_ones_stay_in_the_journal_and_failed_ones_are_none() -> None:
    good()
    failed = services.fail_backup(
        backup=begun("houqin-20261128-035000", NIGHT + timedelta(days=1)), said="磁盘已满。",
        at=NIGHT + timedelta(days=1), by=JOB,
    )  # fmt: skip
    assert services.note_thinned(names=[NAME, failed.name, "houqin-20200101-000000"], by=JOB) == 1
    states = dict(Backup.objects.values_list("name", "state"))
    assert states == {NAME: BackupState.THINNED, failed.name: BackupState.FAILED}


def test_a_restored_school_finishes_the_row_that_stood_in_its_own_backup() -> None:
    begun()
    facts = {"name": NAME, "size": 1, "rows": 2, "files": 3, "begun_at": NIGHT}
    at = NIGHT + timedelta(hours=5)
    row = services.note_restored(**facts, at=at, by=JOB)
    assert (row.state, row.rows, row.restored_at, row.ended_at) == (BackupState.GOOD, 2, at, at)
    again = services.note_restored(**facts, at=at + timedelta(hours=1), by=JOB)
    assert (again.pk, again.restored_at, again.ended_at) == (row.pk, at + timedelta(hours=1), at)


def test_a_backup_during_which_the_clock_was_set_back_ends_when_it_began() -> None:
    back = NIGHT - timedelta(hours=1)
    facts: dict[str, Any] = {"size": 1, "rows": 1, "files": 0, "at": back, "by": JOB}
    journal = [
        services.finish_backup(backup=begun(), lost=[], **facts),
        services.fail_backup(backup=begun("houqin-20261128-035000"), said="磁盘已满。", at=back, by=JOB),
        services.note_restored(name="houqin-20261129-035000", begun_at=NIGHT, **facts),
    ]
    assert [backup.ended_at for backup in journal] == [NIGHT] * 3


@pytest.mark.parametrize(
    ("service", "arguments"),
    [
        (services.begin_backup, {"name": NAME, "at": NIGHT}),
        (services.note_found, {"found": {}}),
        (services.note_thinned, {"names": []}),
        (
            services.note_restored,
            {"name": NAME, "size": 1, "rows": 1, "files": 0, "begun_at": NIGHT, "at": NIGHT},
        ),
    ],
)
def test_no_person_writes_the_journal(service: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        service(**arguments, by=acting(person(Role.SYSTEM_ADMIN)))


def test_no_person_finishes_or_fails_a_backup() -> None:
    backup, somebody = begun(), acting(person(Role.SYSTEM_ADMIN))
    with pytest.raises(NotAllowed):
        services.finish_backup(backup=backup, size=1, rows=1, files=0, lost=[], at=NIGHT, by=somebody)
    with pytest.raises(NotAllowed):
        services.fail_backup(backup=backup, said="x", at=NIGHT, by=somebody)


def test_a_failed_backup_without_a_reason_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Backup.objects.create(name=NAME, begun_at=NIGHT, ended_at=NIGHT, state=BackupState.FAILED)


# The warning: F3


@pytest.mark.parametrize(
    ("hours", "warned"), [(26, None), (26.01, "已经 26 小时没有做成备份"), (72, "已经 3 天没有做成备份")]
)
def test_f3_after_26_hours_without_a_good_one_the_home_page_warns(hours: float, warned: str | None) -> None:
    real_school()
    good()
    todo = warning(at=NIGHT + timedelta(hours=hours))
    assert (todo.title if todo else None) == warned


def test_f3_a_backup_that_failed_does_not_count_and_says_why() -> None:
    real_school()
    good()
    late = NIGHT + timedelta(hours=24)
    services.fail_backup(backup=begun("houqin-20261128-035000", late), said="磁盘已满。", at=late, by=JOB)
    todo = warning(at=NIGHT + timedelta(hours=27))
    assert todo is not None
    assert (todo.title, todo.detail) == ("已经 27 小时没有做成备份", "磁盘已满。")


def test_f3_a_backup_that_was_only_found_does_not_count() -> None:
    real_school()
    good()
    services.note_found(found={"houqin-20261128-045000": NIGHT + timedelta(hours=25)}, by=JOB)
    Backup.objects.filter(state=BackupState.FOUND).update(ended_at=NIGHT + timedelta(hours=26))
    assert warning(at=NIGHT + timedelta(hours=27)) is not None


def test_f3_backups_that_a_wrong_clock_dated_ahead_silence_no_warning_and_no_reason() -> None:
    real_school()
    good()
    good("houqin-20990101-035000", datetime(2099, 1, 1, tzinfo=UTC))
    late = NIGHT + timedelta(hours=24)
    services.fail_backup(backup=begun("houqin-20261128-035000", late), said="磁盘已满。", at=late, by=JOB)
    todo = warning(at=NIGHT + timedelta(hours=27))
    assert todo is not None
    assert (todo.title, todo.detail) == ("已经 27 小时没有做成备份", "磁盘已满。")


def test_a_new_school_is_given_its_first_night_and_a_demonstration_any_number() -> None:
    school = real_school()
    assert warning(at=school.created_at + timedelta(hours=26)) is None
    todo = warning(at=school.created_at + timedelta(hours=27))
    assert todo is not None
    assert todo.title == "这所学校还没有一份备份"
    school.is_demo = True
    school.save()
    assert warning(at=school.created_at + timedelta(days=27)) is None


def test_the_warning_stands_on_the_home_page_of_whoever_reads_the_journal() -> None:
    real_school(created_at=timezone.now() - timedelta(days=2))
    told = {
        role: [todo.title for todo in backup_todos(person(role), timezone.localdate())]
        for role in (Role.SYSTEM_ADMIN, Role.DIRECTOR, Role.AUDIT_ADMIN, Role.TEACHER)
    }
    sentence = ["这所学校还没有一份备份"]
    assert told == {
        Role.SYSTEM_ADMIN: sentence, Role.DIRECTOR: sentence, Role.AUDIT_ADMIN: sentence, Role.TEACHER: [],
    }  # fmt: skip
    assert "这所学校还没有一份备份" in signed_in(person(Role.SYSTEM_ADMIN)).get("/").content.decode()


# The page


def test_the_page_says_which_are_good_and_why_one_is_not() -> None:
    real_school()
    now = timezone.now()
    good(at=now - timedelta(hours=2), lost=["AB23456789"])
    late = now - timedelta(hours=1)
    services.fail_backup(backup=begun("houqin-20261128-035000", late), said="磁盘已满。", at=late, by=JOB)
    page = signed_in(person(Role.SYSTEM_ADMIN)).get("/backups/").content.decode()
    for words in (
        "备份正常",
        "已恢复检验",
        "没有做成",
        "磁盘已满。",
        "5.0",
        "1,335",
        NAME,
        "已经丢失",
        "make restore",
    ):
        assert words in page
    assert "已经 " not in page


def test_an_empty_journal_says_what_to_do() -> None:
    told = {}
    for role in (Role.DIRECTOR, Role.SYSTEM_ADMIN):
        page = signed_in(person(role)).get("/backups/").content.decode()
        told[role] = ("还没有备份" in page, "make backup" in page)
    # A command is for whoever installs the program.
    assert told == {Role.DIRECTOR: (True, False), Role.SYSTEM_ADMIN: (True, True)}
