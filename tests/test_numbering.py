"""Document numbers: right year, no number twice, no holes; promise L9."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from houqin.actors import Actor, System
from houqin.errors import RuleBroken
from houqin.numbering import NumberCounter, next_number, number_year
from houqin.registry import Series, registry
from houqin.writing import write
from tests.concurrency.racing import Meeting, together

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 22)
OFFICE = System("测试")


@pytest.fixture
def series() -> Iterator[Series]:
    """A series that exists only in this test."""
    made = Series("tests.voucher", "测试凭证", "PZ")
    registry.add_series(made)
    yield made
    del registry.series[made.code]


def give(series: Series, *, on: date = DAY) -> str:
    with transaction.atomic():
        return next_number(series.code, on=on)


def test_numbers_count_up_per_series_and_year(series: Series) -> None:
    assert [give(series) for _ in range(3)] == ["PZ-2026-0001", "PZ-2026-0002", "PZ-2026-0003"]
    assert give(series, on=date(2027, 1, 1)) == "PZ-2027-0001"
    assert give(series) == "PZ-2026-0004"


@pytest.mark.parametrize(
    ("by_school_year", "on", "year"),
    [
        (False, date(2026, 1, 1), 2026),
        (False, date(2026, 12, 31), 2026),
        (True, date(2026, 8, 31), 2025),
        (True, date(2026, 9, 1), 2026),
        (True, date(2027, 8, 31), 2026),
    ],
)
def test_a_number_carries_the_year_that_its_series_counts_by(
    by_school_year: bool, on: date, year: int
) -> None:
    assert number_year(Series("x", "", "X", by_school_year=by_school_year), on) == year


def test_a_number_that_is_wider_than_its_series_is_not_cut(series: Series) -> None:
    NumberCounter.objects.create(series=series.code, year=2026, last=9999)
    assert give(series) == "PZ-2026-10000"


def test_a_series_that_nobody_declared_gives_no_numbers() -> None:
    with pytest.raises(LookupError), transaction.atomic():
        next_number("tests.nothing", on=DAY)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_only_in_the_transaction_of_its_document(series: Series) -> None:
    with pytest.raises(RuntimeError, match="only inside the transaction"):
        next_number(series.code, on=DAY)


def test_a_document_that_is_rolled_back_gives_its_number_back(series: Series) -> None:
    def regretted(*, by: Actor) -> None:
        next_number(series.code, on=DAY)
        raise RuleBroken("不行。")

    with pytest.raises(RuleBroken):
        write(regretted, by=OFFICE)
    assert give(series) == "PZ-2026-0001"


def draw_numbers(number: Callable[[], str], count: int, *, threads: int = 8) -> list[str]:
    """`count` documents drawn by `threads` at once, every fifth rolled back; the numbers that were kept."""
    chance = random.Random(9)  # noqa: S311 - the same rollbacks in every run
    fates = [[chance.random() < 0.2 for _ in range(count // threads)] for _ in range(threads)]

    def draw(mine: list[bool]) -> list[str]:
        kept = []
        for is_lost in mine:
            with transaction.atomic():
                given = number()
                if is_lost:
                    transaction.set_rollback(True)
                else:
                    kept.append(given)
        return kept

    outcome = together(*[lambda mine=mine: draw(mine) for mine in fates])
    assert outcome.errors == []
    return [given for kept in outcome.answers for given in kept]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [40, pytest.param(500, marks=pytest.mark.long)])
def test_l9_parallel_numbers_have_no_duplicates_and_no_gaps(series: Series, count: int) -> None:
    given = draw_numbers(lambda: next_number(series.code, on=DAY), count)
    assert len(given) < count
    assert sorted(given) == [f"PZ-2026-{place:04}" for place in range(1, len(given) + 1)]


@pytest.mark.django_db(transaction=True)
def test_l9_control_reading_and_then_writing_gives_a_number_twice(series: Series) -> None:
    """The same draw without the lock, with both rivals made to read before either writes."""
    NumberCounter.objects.create(series=series.code, year=2026)
    meeting = Meeting()

    def read_then_write() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT last FROM houqin_numbercounter WHERE series = %s", [series.code])
            (last,) = cursor.fetchone()
            meeting.wait()
            cursor.execute(
                "UPDATE houqin_numbercounter SET last = %s WHERE series = %s", [last + 1, series.code]
            )
        return int(last) + 1

    outcome = together(read_then_write, read_then_write)
    assert (meeting.met, outcome.answers, outcome.errors) == (True, [1, 1], [])
