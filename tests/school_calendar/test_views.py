"""The pages of the school calendar, and the file that a phone fetches."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from houqin.people.models import User
from houqin.people.roles import Role
from houqin.school_calendar.models import CalendarFeed, SpecialDay
from houqin.school_calendar.selectors import feed_token
from houqin.school_settings.models import SettingChange
from tests.calendar_plans import factories as plans
from tests.factories import department, person, signed_in
from tests.school_calendar.factories import feed, school_year, special_day
from tests.web.pages.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return person(Role.TEACHER, department=department())


def with_work(user: User, on: date) -> None:
    """An item that `user` answers for, due on the day `on`."""
    plan = plans.running_plan(user.department, first_month=on.replace(day=1), last_month=on.replace(day=1))
    plans.item(plan, owner=user, due_on=on, content="检修独一无二的门窗")


def fetched(user: User, **headers: Any) -> Any:
    address = reverse("calendar:feed", args=[feed_token(feed(user))])
    return Client().get(address, **headers)


def test_everybody_sees_the_month_with_holidays_and_his_own_work(teacher: User) -> None:
    school_year(2026)
    with_work(teacher, date(2026, 10, 20))
    page = signed_in(teacher).get("/calendar/?month=2026-10")
    month = page.context["month"]
    days = {cell.day.on: cell for week in month.weeks for cell in week.cells}
    assert (page.status_code, len(month.weeks), [week.number for week in month.weeks]) == (
        200,
        5,
        [5, 6, 7, 8, 9],
    )
    assert (days[date(2026, 10, 1)].words, days[date(2026, 10, 1)].day.is_school_day) == ("国庆节", False)
    assert [entry.title for entry in days[date(2026, 10, 20)].entries] == ["检修独一无二的门窗"]
    assert "国庆节（放假）" in words(page)


@pytest.mark.parametrize("asked", ["", "2026-13", "1999-01", "9999-12", "x", "2026-1", "２０２６-10"])
def test_a_month_that_is_none_is_this_month(teacher: User, asked: str) -> None:
    page = signed_in(teacher).get("/calendar/", {"month": asked})
    assert page.context["month"].first == timezone.localdate().replace(day=1)


@pytest.mark.parametrize(("month", "missing"), [("2000-01", "previous"), ("2099-12", "next")])
def test_the_calendar_ends_where_its_years_end(teacher: User, month: str, missing: str) -> None:
    page = signed_in(teacher).get("/calendar/", {"month": month})
    assert (page.status_code, page.context[missing]) == (200, "")


def test_a_year_that_nobody_knows_is_said_on_the_page(teacher: User) -> None:
    page = words(signed_in(teacher).get("/calendar/?month=2090-05"))
    assert ("2090 年的国家放假和调休，程序里还没有" in page, "请提醒总务处填写" in page) == (True, True)


def test_the_week_begins_on_the_day_that_the_school_has_set(teacher: User) -> None:
    client = signed_in(teacher)
    before = client.get("/calendar/").context["month"].weekdays
    SettingChange.objects.create(
        code="calendar.week_starts_on", value="sunday", valid_from=timezone.localdate(), reason="习惯"
    )
    month = client.get("/calendar/").context["month"]
    assert (before, month.weekdays, month.weeks[0].cells[0].day.on.weekday()) == (
        "一二三四五六日",
        "日一二三四五六",
        6,
    )


def test_only_whoever_keeps_the_calendar_finds_the_way_to_change_it(teacher: User) -> None:
    ways = [
        "/calendar/terms/" in client.get("/calendar/").content.decode()
        for client in (signed_in(teacher), signed_in(person(Role.DEPUTY_DIRECTOR)))
    ]
    assert ways == [False, True]


def test_a_school_year_is_proposed_and_saved_as_it_stands() -> None:
    client = signed_in(person(Role.DIRECTOR))
    form = client.get("/calendar/terms/new/").context["form"]
    data = {name: str(value) for name, value in form.initial.items()} | {"_key": str(uuid.uuid4())}
    response = client.post("/calendar/terms/new/", data, follow=True)
    assert (response.redirect_chain[0], f"{form.initial['begins_in']}" in words(response)) == (
        ("/calendar/terms/", 303),
        True,
    )


def test_a_day_off_is_entered_changed_and_removed() -> None:
    client = signed_in(person(Role.DIRECTOR))
    typed = {"kind": "off", "name": "运动会", "first_on": "2026-11-06", "last_on": ""}
    client.post("/calendar/days/new/", typed | {"_key": str(uuid.uuid4())})
    day = SpecialDay.objects.get()
    changed = typed | {"last_on": "2026-11-07", "_key": str(uuid.uuid4()), "_version": str(day.version)}
    assert client.post(f"/calendar/days/{day.public_id}/edit/", changed).status_code == 303
    assert SpecialDay.objects.get().last_on == date(2026, 11, 7)
    assert (
        client.post(f"/calendar/days/{day.public_id}/remove/", {"_key": str(uuid.uuid4())}).status_code == 303
    )
    assert SpecialDay.objects.count() == 0


def test_a_day_that_is_taken_is_refused_beside_its_field() -> None:
    special_day(date(2026, 11, 6))
    typed = {"kind": "off", "name": "又一个", "first_on": "2026-11-06", "_key": str(uuid.uuid4())}
    response = signed_in(person(Role.DIRECTOR)).post("/calendar/days/new/", typed)
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["first_on"])


# The file


def test_the_file_holds_the_schools_days_and_the_readers_own_work(teacher: User) -> None:
    today = timezone.localdate()
    school_year(today.year if today.month > 8 else today.year - 1)
    with_work(teacher, today)
    with_work(person(name="别人", department=department()), today)
    response = fetched(teacher)
    events = Calendar.from_ical(response.content).walk("VEVENT")
    mine = [event for event in events if event["SUMMARY"] == "检修独一无二的门窗"]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert [(event.decoded("DTSTART"), event.decoded("DTEND")) for event in mine] == [
        (today, today + timedelta(days=1))
    ]
    assert mine[0]["URL"].startswith("http://testserver/plans/items/")
    assert {"寒假", "暑假"} <= {str(event["SUMMARY"]) for event in events}
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_the_file_tells_nothing_about_people(teacher: User) -> None:
    teacher.phone = "13912345678"
    teacher.save()
    with_work(teacher, timezone.localdate())
    body = fetched(teacher).content.decode()
    assert [each in body for each in (teacher.phone, teacher.name, teacher.staff_no)] == [False] * 3


def test_a_phone_that_has_the_file_already_is_told_so(teacher: User) -> None:
    address = reverse("calendar:feed", args=[feed_token(feed(teacher))])
    first = Client().get(address)
    second = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")


def test_wrong_closed_and_foreign_addresses_read_alike(teacher: User) -> None:
    closed = feed(teacher, closed_at=timezone.now())
    tokens = [feed_token(closed), "x", "2222222222.abc", feed_token(CalendarFeed(public_id="2222222222"))]
    answers = [Client().get(reverse("calendar:feed", args=[token])) for token in tokens]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_a_module_that_is_off_leaves_the_file_without_its_work(teacher: User) -> None:
    with_work(teacher, timezone.localdate())
    assert "独一无二" in fetched(teacher).content.decode()
    SettingChange.objects.create(
        code="modules.calendar_plans", value="no", valid_from=timezone.localdate(), reason="先不用"
    )
    assert "独一无二" not in fetched(teacher).content.decode()


def test_a_person_makes_an_address_sees_it_and_closes_it(teacher: User) -> None:
    client = signed_in(teacher)
    client.post("/calendar/subscribe/new/", {"_key": str(uuid.uuid4()), "name": "我的手机"})
    made = CalendarFeed.objects.get()
    page = client.get("/calendar/subscribe/")
    address = f"http://testserver{reverse('calendar:feed', args=[feed_token(made)])}"
    assert (address in words(page), page["Cache-Control"]) == (True, "no-store")
    client.post(f"/calendar/subscribe/{made.public_id}/stop/", {"_key": str(uuid.uuid4())})
    assert "还没有订阅" in words(client.get("/calendar/subscribe/"))


@pytest.mark.parametrize("count", [1, 15])
def test_the_list_of_terms_asks_the_same_number_of_questions_at_any_length(
    django_assert_num_queries: Any, count: int
) -> None:
    client = signed_in(person(Role.DIRECTOR))
    for year in range(count):
        school_year(2000 + year)
    with django_assert_num_queries(4):
        assert client.get("/calendar/terms/").status_code == 200


def test_a_vacation_is_named_where_it_begins_and_once_a_month(teacher: User) -> None:
    school_year(2026)
    month = signed_in(teacher).get("/calendar/?month=2027-07").context["month"]
    named = [cell.day.on for week in month.weeks for cell in week.cells if cell.words == "暑假"]
    assert named == [date(2027, 7, 4), date(2027, 8, 1)]
