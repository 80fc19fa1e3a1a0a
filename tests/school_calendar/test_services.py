"""Keeping the school calendar: no term over another, no day twice, and what is missing is said aloud."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from houqin.actors import System
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.remembering import remembering
from houqin.school_calendar import services
from houqin.school_calendar.models import CalendarFeed, SchoolYear, Term
from houqin.school_calendar.reading import is_school_day, school_days, working_time
from houqin.school_calendar.selectors import calendar_todos, feed_of, feed_token, happenings_between
from houqin.school_calendar.services import TermDays
from houqin.writing import write
from tests.factories import acting, person
from tests.school_calendar.factories import feed, school_year, special_day

pytestmark = [pytest.mark.django_db, pytest.mark.dates]

FIRST = TermDays("第一学期", date(2026, 9, 1), date(2027, 1, 22))
SECOND = TermDays("第二学期", date(2027, 2, 24), date(2027, 7, 3))


@pytest.fixture
def director() -> Any:
    return acting(person(Role.DIRECTOR))


def enter(by: Any, **fields: Any) -> SchoolYear:
    return write(
        services.create_school_year, by=by, **{"begins_in": 2026, "first": FIRST, "second": SECOND, **fields}
    )


def test_a_school_year_is_entered_with_its_two_terms(director: Any) -> None:
    year = enter(director)
    assert (str(year), [(term.number, term.first_on) for term in year.terms.order_by("number")]) == (
        "2026—2027学年",
        [(1, date(2026, 9, 1)), (2, date(2027, 2, 24))],
    )


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        (
            {"begins_in": 2026, "first": TermDays("一", date(2026, 9, 1), date(2026, 9, 1))},
            "晚于",
            "first_first_on",
        ),
        ({"first": TermDays("一", date(2025, 9, 1), date(2026, 1, 22))}, "7月15日", "first_first_on"),
        ({"second": TermDays("二", date(2027, 2, 24), date(2027, 9, 3))}, "8月31日", "second_first_on"),
        ({"second": TermDays("二", date(2027, 1, 22), date(2027, 7, 3))}, "以后开始", "second_first_on"),
        ({"second": TermDays(" ", date(2027, 2, 24), date(2027, 7, 3))}, "学期名称", "second_name"),
        ({"first": TermDays("一", date(2026, 7, 15), date(2027, 7, 3))}, "不会超过 250 天", "first_first_on"),
    ],
)
def test_days_that_cannot_be_terms_are_refused_beside_their_field(
    director: Any, fields: dict[str, Any], sentence: str, field: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        enter(director, **fields)
    assert (refusal.value.field, SchoolYear.objects.count()) == (field, 0)


def test_a_year_is_entered_once_and_no_term_lies_over_another(director: Any) -> None:
    enter(director)
    with pytest.raises(RuleBroken, match="这个学年已经填过了"):
        enter(director)
    early = TermDays("第一学期", date(2027, 7, 15), date(2028, 1, 14))
    write(
        services.update_term,
        term=Term.objects.get(number=2),
        name="第二学期",
        first_on=date(2027, 2, 24),
        last_on=date(2027, 7, 20),
        by=director,
    )
    with pytest.raises(RuleBroken, match="重叠"):
        enter(
            director, begins_in=2027, first=early, second=TermDays("二", date(2028, 2, 20), date(2028, 7, 1))
        )


def test_the_two_terms_keep_their_order(director: Any) -> None:
    enter(director)
    second = Term.objects.get(number=2)
    days = {"first_on": date(2026, 8, 1), "last_on": date(2026, 8, 31)}
    with pytest.raises(RuleBroken, match="第一学期要在第二学期之前"):
        write(services.update_term, term=second, name="第二学期", by=director, **days)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE houqin_term SET last_on = first_on",
        "UPDATE houqin_term SET last_on = '2027-03-01' WHERE number = 1",
        "UPDATE houqin_term SET number = 3 WHERE number = 1",
        "UPDATE houqin_term SET number = 1",
        "UPDATE houqin_specialday SET last_on = '2026-11-30', first_on = '2026-11-01'",
        "UPDATE houqin_specialday SET kind = 'party'",
        "UPDATE houqin_schoolyear SET begins_in = 1026",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(statement: str) -> None:
    school_year(2026)
    special_day(date(2026, 11, 6))
    special_day(date(2026, 11, 9))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_special_day_counts_at_once_and_so_does_its_removal(director: Any) -> None:
    friday = date(2026, 11, 6)
    with remembering():
        before = is_school_day(friday)
        made = write(services.create_special_day, kind="off", name="校庆", first_on=friday, by=director)
        during = is_school_day(friday)
        write(services.remove_special_day, special_day=made, by=director)
        assert (before, during, is_school_day(friday)) == (True, False, True)


def test_no_day_is_arranged_twice(director: Any) -> None:
    special_day(date(2026, 11, 6), last_on=date(2026, 11, 8))
    with pytest.raises(RuleBroken, match="已经有一条安排"):
        write(
            services.create_special_day, kind="classes", name="补课", first_on=date(2026, 11, 8), by=director
        )


@pytest.mark.parametrize(
    ("last_on", "sentence"),
    [(date(2026, 11, 5), "不能早于开始日期"), (date(2027, 2, 1), "寒暑假不用在这里填")],
)
def test_special_days_are_few_and_in_order(director: Any, last_on: date, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        write(
            services.create_special_day,
            kind="off",
            name="停课",
            first_on=date(2026, 11, 6),
            last_on=last_on,
            by=director,
        )


@pytest.mark.parametrize("role", [Role.TEACHER, Role.PRINCIPAL, Role.SECURITY_ADMIN])
def test_nobody_else_keeps_the_calendar(role: Role) -> None:
    with pytest.raises(NotAllowed):
        enter(acting(person(role)))


def test_a_request_reads_the_calendar_once() -> None:
    school_year(2026)
    with remembering(), CaptureQueriesContext(connection) as queries:
        for day in range(1, 31):
            is_school_day(date(2026, 11, day))
        working_time()
    assert len(queries) == 3


# What is missing is said on the home page of whoever keeps the calendar


def told(role: Role, on: date) -> list[str]:
    return [todo.title for todo in calendar_todos(person(role), on)]


def test_whoever_keeps_the_calendar_is_told_what_is_missing() -> None:
    on = date(2026, 11, 26)
    assert told(Role.SYSTEM_ADMIN, on) == ["校历里还没有这段时间的学期", "2027 年的放假调休，程序里还没有"]
    school_year(2026)
    special_day(date(2027, 1, 1), kind="holiday", name="元旦")
    assert (told(Role.SYSTEM_ADMIN, on), told(Role.TEACHER, on)) == ([], [])


def test_the_next_school_year_is_asked_for_a_month_before_it_begins() -> None:
    school_year(2025)
    assert [told(Role.DIRECTOR, on) for on in (date(2026, 8, 1), date(2026, 8, 2))] == [
        [],
        ["下一个学年还没有填进校历"],
    ]


# Happenings


def test_a_holiday_of_seven_days_is_one_happening() -> None:
    found = happenings_between(school_days(), date(2026, 10, 1), date(2026, 10, 31))
    assert [(each.title, each.first_on, each.last_on, each.key) for each in found] == [
        ("国庆节（放假）", date(2026, 10, 1), date(2026, 10, 7), "holiday-20261001"),
        ("国庆节调休上班", date(2026, 10, 10), date(2026, 10, 10), "classes-20261010"),
    ]


def test_terms_and_vacations_are_happenings() -> None:
    school_year(2026)
    found = happenings_between(school_days(), date(2027, 1, 10), date(2027, 3, 1))
    assert [(each.title, each.first_on) for each in found] == [
        ("2026—2027学年第一学期最后一天", date(2027, 1, 22)),
        ("寒假", date(2027, 1, 23)),
        ("2026—2027学年第二学期开学", date(2027, 2, 24)),
    ]


# Subscriptions


def test_an_address_is_signed_and_ends_with_its_subscription(director: Any) -> None:
    made = write(services.open_feed, name="我的手机", by=director)
    token = feed_token(made)
    assert (feed_of(token), len(token) > 50) == (made, True)
    write(services.close_feed, feed=made, at=made.created_at, by=director)
    assert feed_of(token) is None
    with pytest.raises(RuleBroken, match="已经停用"):
        write(services.close_feed, feed=made, at=made.created_at, by=director)


def test_trying_addresses_asks_the_database_nothing() -> None:
    token = feed_token(feed(person()))
    forged = [
        token[:-1],
        token[:10],
        "x",
        "",
        token.replace(".", ".."),
        token[::-1],
        "2222222222" + token[10:],
    ]
    with CaptureQueriesContext(connection) as queries:
        assert [feed_of(each) for each in forged] == [None] * len(forged)
    assert len(queries) == 0


def test_a_disabled_person_subscribes_to_nothing() -> None:
    user = person()
    token = feed_token(feed(user))
    user.is_active = False
    user.save()
    assert feed_of(token) is None


def test_nobody_closes_anothers_subscription_and_five_are_enough(director: Any) -> None:
    made = feed(person())
    with pytest.raises(NotAllowed):
        write(services.close_feed, feed=made, at=made.created_at, by=director)
    for _ in range(services.MOST_FEEDS):
        feed(director.user)
    with pytest.raises(RuleBroken, match="最多同时用 5 个"):
        write(services.open_feed, name="又一个", by=director)
    with pytest.raises(NotAllowed):
        write(services.open_feed, name="夜里", by=System("夜间清理"))
    assert CalendarFeed.objects.filter(user=director.user).count() == services.MOST_FEEDS
