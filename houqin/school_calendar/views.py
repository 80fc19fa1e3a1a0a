"""The pages of the school calendar, and the file that a subscription fetches."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views import View

from houqin.school import school_name
from houqin.school_calendar import selectors, services
from houqin.school_calendar.days import SpecialKind
from houqin.school_calendar.feeds import AHEAD, BEHIND, calendar_file
from houqin.school_calendar.forms import FeedForm, SpecialDayForm, TermForm, YearForm
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term
from houqin.school_calendar.permissions import SCHOOL_HOURS
from houqin.school_calendar.reading import school_days, working_time
from houqin.school_settings.reading import setting
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    FormPage,
    ListPage,
    Page,
    Way,
)

MANAGE = "houqin.calendar:manage"
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
EXAMPLE = timedelta(hours=4)


class MonthView(Page):
    perm = "houqin.calendar:read"
    model = SpecialDay
    template_name = "school_calendar/month.html"
    title = "校历"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        today = timezone.localdate()
        first = _month(request.GET.get("month", "")) or today.replace(day=1)
        days, is_now = school_days(), first == today.replace(day=1)
        # Of another month the head says in which term it begins, else in which one begins within it.
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        heads = (today,) if is_now else (first, last)
        terms = [days.term_of(each) for each in heads] + [days.vacation_of(each) for each in heads]
        context = {
            "month": selectors.month_of(self.user, first, on=today),
            "term": next((each for each in terms if each is not None), None),
            "teaching_week": is_now
            and days.teaching_week(today, first_weekday=selectors.first_weekday(today)),
            "is_now": is_now,
            "today": days.day(today),
            "hours": _hours(today),
            "example": working_time().add(timezone.now(), EXAMPLE),
            "previous": _address(first - timedelta(days=1)),
            "next": _address(first + timedelta(days=31)),
            "may_manage": self.user.has(MANAGE),
        }
        return self.answer(request, context)


def _month(asked: str) -> date | None:
    found = MONTH.fullmatch(asked)
    return date(int(found[1]), int(found[2]), 1) if found else None


def _address(day: date) -> str:
    """The page of the month of `day`; empty outside the years that the page shows."""
    written = f"{day:%Y-%m}"
    return f"{reverse('calendar:month')}?month={written}" if MONTH.fullmatch(written) else ""


def _hours(on: date) -> str:
    return SCHOOL_HOURS.shown(setting(SCHOOL_HOURS.code, on=on))


class TermList(ListPage):
    """学年 and 学期, the latest first."""

    perm = "houqin.calendar:read"
    model = Term
    title = "学年和学期"
    columns = (
        Column("name", "学期", str, sort="first_on"),
        Column("first_on", "第一天", sort="first_on"),
        Column("last_on", "最后一天", sort="last_on"),
    )
    create = Way("新增学年", "calendar:year-create", MANAGE, icon="plus")
    reader_hint = "总务处填好学期以后，这里就有。"
    empty_title = "还没有学年"
    empty_hint = "填好学期的起止日期，寒暑假、教学周和办事时限就都有了。"

    def rows(self) -> Any:
        return super().rows().select_related("year")

    def row_url(self, term: Term) -> str:
        return reverse("calendar:term-edit", args=[term.public_id]) if self.user.has(MANAGE) else ""

    def back_url(self) -> str:
        return reverse("calendar:month")


class YearCreate(FormPage):
    perm = MANAGE
    model = SchoolYear
    title = "新增学年"
    lead = "照教育局发的校历填四个日期。下面是常见的日期，不对的改一改。"
    form_class = YearForm
    service = services.create_school_year
    template_name = "school_calendar/year.html"
    said = "学年已保存。"

    def form_arguments(self) -> dict[str, Any]:
        """The years around today, entered or not: only the service can tell a second tap from a new year."""
        this_year = timezone.localdate().year
        return {"years": list(range(this_year - 2, this_year + 4))}

    def initial(self) -> dict[str, Any]:
        """The year that is running or the next that is missing, with the days that most schools have."""
        today = timezone.localdate()
        running = today.year if today.month >= selectors.AUTUMN else today.year - 1
        there = set(self.rows().values_list("begins_in", flat=True))
        year = next(each for each in count(running) if each not in there)
        return {
            "begins_in": year,
            "first_name": "第一学期",
            "first_first_on": date(year, 9, 1),
            "first_last_on": date(year + 1, 1, 22),
            "second_name": "第二学期",
            "second_first_on": date(year + 1, 2, 24),
            "second_last_on": date(year + 1, 7, 3),
        }

    def arguments(self, form: Any) -> dict[str, Any]:
        given = form.cleaned_data
        first, second = (
            services.TermDays(given[f"{each}_name"], given[f"{each}_first_on"], given[f"{each}_last_on"])
            for each in ("first", "second")
        )
        return {"begins_in": given["begins_in"], "first": first, "second": second}

    def success_url(self, answer: Any) -> str:
        return reverse("calendar:term-list")

    def back_url(self) -> str:
        return reverse("calendar:term-list")


class TermEdit(EditPage):
    perm = MANAGE
    model = Term
    form_class = TermForm
    service = services.update_term
    record_name = "term"
    said = "学期已保存。"

    def rows(self) -> Any:
        return super().rows().select_related("year")

    def page_title(self) -> str:
        return f"修改{self.record}"

    def success_url(self, answer: Any) -> str:
        return reverse("calendar:term-list")

    def back_url(self) -> str:
        return reverse("calendar:term-list")


class SpecialDayList(ListPage):
    """What the school arranged itself, the latest first."""

    perm = "houqin.calendar:read"
    model = SpecialDay
    title = "放假和调休"
    columns = (
        Column("name", "名称", sort="name"),
        Column("kind", "安排", sort="kind"),
        Column("first_on", "从哪天", sort="first_on"),
        Column("last_on", "到哪天", sort="last_on"),
    )
    filters = (Choices("kind", "安排", SpecialKind.choices),)
    search_hint = "名称"
    search_fields = ("name",)
    create = Way("新增放假或调休", "calendar:day-create", MANAGE, icon="plus")
    reader_hint = "国家法定节假日和调休，在校历里看。"
    empty_title = "学校还没有自己的安排"
    empty_hint = "国家法定节假日和调休程序里已经有。学校自己放假、补课、运动会，填在这里。"

    def row_url(self, day: SpecialDay) -> str:
        return reverse("calendar:day-edit", args=[day.public_id]) if self.user.has(MANAGE) else ""

    def back_url(self) -> str:
        return reverse("calendar:month")


class SpecialDayPage(FormPage):
    """What the forms of special days have in common."""

    perm = MANAGE
    model = SpecialDay

    def success_url(self, answer: Any) -> str:
        return reverse("calendar:day-list")

    def back_url(self) -> str:
        return reverse("calendar:day-list")


class SpecialDayCreate(SpecialDayPage):
    title = "新增放假或调休"
    lead = "寒暑假不用填，按学期的起止日期自动算；国家放假安排程序里没有的年份，照国务院的通知填。"
    form_class = SpecialDayForm
    service = services.create_special_day
    said = "已保存，校历和时限马上按它算。"


class SpecialDayEdit(SpecialDayPage, EditPage):
    title = "修改放假或调休"
    form_class = SpecialDayForm
    service = services.update_special_day
    record_name = "special_day"
    template_name = "school_calendar/day.html"
    said = "已保存，校历和时限马上按它算。"


class SpecialDayRemove(SpecialDayPage, ActPage):
    title = submit_label = "删除这条安排"
    question = "删除后，这几天照国家安排和学期算。"
    is_danger = True
    service = services.remove_special_day
    record_name = "special_day"
    said = "安排已删除。"


# Subscriptions


class Feeds(Page):
    perm = "houqin.calendar_feed:own"
    model = CalendarFeed
    title = "订阅到手机日历"
    template_name = "school_calendar/feeds.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        feeds = [
            (feed, request.build_absolute_uri(reverse("calendar:feed", args=[selectors.feed_token(feed)])))
            for feed in self.rows().filter(closed_at=None)
        ]
        response = self.answer(request, {"feeds": feeds})
        # The addresses are as good as keys: no browser keeps this page.
        response["Cache-Control"] = "no-store"
        return response

    def back_url(self) -> str:
        return reverse("calendar:month")


class FeedPage(FormPage):
    """What the acts on one's own subscriptions have in common."""

    perm = "houqin.calendar_feed:own"
    model = CalendarFeed

    def success_url(self, answer: Any) -> str:
        return reverse("calendar:feeds")

    def back_url(self) -> str:
        return reverse("calendar:feeds")


class FeedOpen(FeedPage):
    title = "新增订阅"
    submit_label = "生成地址"
    form_class = FeedForm
    service = services.open_feed
    said = "地址已生成，照下面的做法加到手机里。"

    def initial(self) -> dict[str, Any]:
        return {"name": "我的手机"}


class FeedClose(FeedPage, ActPage):
    title = submit_label = "停用这个订阅"
    question = "停用后，用这个地址的手机不再更新。换了手机，或地址给错了人，就停用它，再新增一个。"
    is_danger = True
    service = services.close_feed
    record_name = "feed"
    said = "订阅已停用。"

    def rows(self) -> Any:
        return super().rows().filter(closed_at=None)

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class FeedFile(View):
    """The file itself: whoever has the address reads one person's calendar, and nothing else.

    Wrong, closed and foreign addresses give the same 404.
    """

    public = True
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        feed = selectors.feed_of(token)
        if feed is None:
            raise Http404
        today = timezone.localdate()
        body = calendar_file(
            selectors.feed_happenings(feed.user, today - BEHIND, today + AHEAD, on=today),
            name=f"{school_name()}校历",
            on=today,
            link=request.build_absolute_uri,
        )
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="houqin.ics"'
        response["Cache-Control"] = "private, max-age=1800"
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        response["ETag"] = etag
        conditional = get_conditional_response(request, etag=etag, response=response)
        return conditional if conditional is not None else response
