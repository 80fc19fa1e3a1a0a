"""What a process keeps from one request to the next: as long as its tables are as they were."""

from __future__ import annotations

import pytest
from django.db import connection

from houqin import remembering
from houqin.people.models import Department
from houqin.remembering import Remembered, kept, kept_a_while, known_of_late, learn, read_once
from tests import factories

# Both are watched by the program itself; the tests above the last one only use their names.
TABLE, OTHER = "houqin_department", "houqin_user"


def version() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {remembering.version_of(TABLE)}")
        found: str = cursor.fetchone()[0]
    return found


class Reading:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def readings(versions: list[dict[str, str]], *, tables: list[str]) -> list[int]:
    """What one reading is in a request that begins with each of `versions`; it is asked for twice in each."""
    reading = Remembered(Reading(), tables=tables)
    found = []
    for known in versions:
        with remembering.remembering():
            learn(known)
            found += [reading(), reading()]
    return found


def test_what_is_kept_is_read_again_when_one_of_its_tables_changed() -> None:
    versions = [
        {TABLE: "1", OTHER: "1"},
        {TABLE: "1", OTHER: "1"},
        {TABLE: "1", OTHER: "2"},
        {TABLE: "1", OTHER: "2"},
    ]
    assert readings(versions, tables=[TABLE, OTHER]) == [1, 1, 1, 1, 2, 2, 2, 2]


def test_what_names_no_tables_is_read_once_a_request() -> None:
    assert readings([{TABLE: "1"}, {TABLE: "1"}], tables=[]) == [1, 1, 2, 2]


def test_a_request_that_does_not_know_the_version_reads_for_itself() -> None:
    assert readings([{}, {}, {OTHER: "1"}], tables=[TABLE]) == [1, 1, 2, 2, 3, 3]


def test_what_a_write_asked_to_forget_is_read_each_time_and_not_kept() -> None:
    reading = Remembered(Reading(), tables=[TABLE])
    with remembering.remembering():
        learn({TABLE: "1"})
        before = reading()
        reading.forget()
        during = [reading(), reading()]
    with remembering.remembering():
        learn({TABLE: "1"})
        assert (before, during, reading()) == (1, [2, 3], 1)


def test_outside_a_request_nothing_is_kept() -> None:
    reading = Remembered(Reading(), tables=[TABLE])
    assert [reading(), reading()] == [1, 2]


def test_what_is_read_once_is_read_again_by_the_next_request_and_outside_of_one() -> None:
    reading, found = Reading(), []
    for _ in range(2):
        with remembering.remembering():
            found += [read_once("waiting", reading), read_once("waiting", reading)]
    assert [*found, read_once("waiting", reading), read_once("waiting", reading)] == [1, 1, 2, 2, 3, 4]


def test_each_key_is_kept_by_itself() -> None:
    with remembering.remembering():
        learn({TABLE: "1"})
        assert [kept(key, lambda key=key: key, tables=[TABLE]) for key in ("x", "y", "x")] == ["x", "y", "x"]  # type: ignore[misc]


def test_what_is_kept_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_KEPT", 3)
    with remembering.remembering():
        learn({TABLE: "1"})
        for key in range(10):
            kept(key, lambda: 0, tables=[TABLE])
    assert len(remembering._kept) <= 3


def read_at(moments: list[float], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a reading that is good for a minute is in requests at `moments`, in seconds."""
    reading, found = Reading(), []
    for moment in moments:
        monkeypatch.setattr(remembering, "monotonic", lambda moment=moment: moment)
        with remembering.remembering():
            found.append(kept_a_while("an estimate", reading, seconds=60))
    return found


def test_what_may_be_a_little_old_is_read_again_when_it_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_at([5, 64, 65, 66, 500], monkeypatch) == [1, 1, 2, 2, 3]


def test_what_may_be_a_little_old_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_KEPT", 3)
    with remembering.remembering():
        for key in range(10):
            kept_a_while(key, lambda: 0, seconds=60)
    assert len(remembering._passing) <= 3


@pytest.mark.parametrize(("moment", "known"), [(4.9, 7), (59.0, 7), (65.0, None)])
def test_what_may_be_a_little_old_is_known_without_a_reading_until_it_is_too_old(
    monkeypatch: pytest.MonkeyPatch, moment: float, known: int | None
) -> None:
    with remembering.remembering():
        monkeypatch.setattr(remembering, "monotonic", lambda: 5.0)
        before = known_of_late("an estimate")
        kept_a_while("an estimate", lambda: 7, seconds=60)
        monkeypatch.setattr(remembering, "monotonic", lambda: moment)
        assert [before, known_of_late("an estimate")] == [None, known]
    assert known_of_late("an estimate") is None


def test_outside_a_request_nothing_old_is_read() -> None:
    reading = Reading()
    assert [kept_a_while("an estimate", reading, seconds=60) for _ in range(2)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_no_change_of_a_table_leaves_its_version_as_it_was() -> None:
    first, second = factories.department("教务处"), factories.department("德育处")
    versions = [version(), version()]
    Department.objects.filter(pk=first.pk).update(name="教导处")
    versions.append(version())
    # Back to the same text, by another transaction.
    Department.objects.filter(pk=first.pk).update(name="教务处")
    versions.append(version())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE id = %s", [second.pk])
    versions.append(version())
    factories.department("德育处")
    versions.append(version())
    assert versions[0] == versions[1]
    assert len(set(versions)) == 5
