"""Who is on duty: today's board, my duties, all of them in a list, one of them, and filling places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rosters import selectors, services
from houqin.rosters.forms import DutyForm, NewDutyForm, facts_of_duty
from houqin.rosters.models import Duty, DutyKind, DutyLog, Roster, Swap
from houqin.rosters.states import MANAGE, ON_DUTY, READ, READ_LOGS
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Column,
    EditPage,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Period,
    Related,
    Step,
    Thing,
)
from houqin.web.pages.address import Asked
from houqin.web.pages.filters import Filter
from houqin.web.templatetags.houqin import badge, day_prose


class Today(Page):
    """Who is on duty now and today: for everybody, with the phone of those whose phone the reader may see."""

    perm = ON_DUTY
    model = Duty
    title = "今日值班"
    template_name = "rosters/today.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        watches = selectors.on_duty(timezone.now())
        people = {duty.person_id for watch in watches for duty in watch.duties}
        seen = User.objects.visible_to(self.user).filter(pk__in=people)
        phones = dict(seen.exclude(phone=None).values_list("pk", "phone"))
        rows = [
            (watch, [(duty.person.name, phones.get(duty.person_id, "")) for duty in watch.duties])
            for watch in watches
        ]
        return self.answer(request, {"rows": rows, "today": timezone.localdate()})


PAST = "past"


def _midnight(day: date) -> datetime:
    """When `day` begins: duties stand in the index by their moments, not by their days."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _day_of(duty: Duty) -> str:
    """The day in the list as people say it; today's shifts are marked. Exports keep the day itself."""
    said = day_prose(duty.day)
    return said if duty.day != timezone.localdate() else format_html("{} {}", said, badge("今天", "info"))


class DutyList(ListPage):
    """Every duty that the reader may see."""

    perm = READ
    model = Duty
    title = "值班明细"
    columns: ClassVar[Sequence[Column]] = (
        Column("day", "日期", sort="day", draw=_day_of),
        Column("kind", "值班种类", "roster.kind.name", sort="roster__kind__name"),
        Column("shift", "班次", "shift.name", sort=("shift__position", "shift__name")),
        Column("hours", "时间", lambda duty: duty.hours, sort="begins_at", is_whole=True),
        Column("person", "值班人", "person.name", sort="person__search_key"),
        Column("where", "地点", "shift.where", on_phone=False),
        Column("roster", "值班表", "roster.name", on_phone=False),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Flag("mine", "我的", lambda user, _today: Q(person=user.pk)),
        Flag(PAST, "以前的", lambda _user, today: Q(begins_at__lt=_midnight(today))),
        Related(
            "kind", "值班种类", lambda user: DutyKind.objects.visible_to(user).order_by("name"),
            field="roster__kind",
        ),
        Period("day", "日期"),
    )  # fmt: skip
    order = ("begins_at",)
    search_hint = "值班人、班次"
    search_fields: ClassVar[Sequence[str]] = ("person__name", "person__search_key", "shift__name")
    empty_title = "今天起还没有排班"
    empty_hint = "值班表公布以后，每一班会出现在这里，可以按人、按日期查，也可以导出。"

    def rows(self) -> Any:
        return super().rows().select_related("roster__kind", "shift", "person")

    def narrowed(self, rows: Any, asked: Asked) -> Any:
        """From today on, until past ones or certain days are asked for."""
        found = super().narrowed(rows, asked)
        if not {PAST, "day"} & asked.narrowings.keys():
            found = found.filter(begins_at__gte=_midnight(timezone.localdate()))
        return found

    def order_of(self, asked: Asked) -> list[str]:
        """What comes from the next, what is past from the last: nobody pages through years to reach today."""
        is_past = PAST in asked.narrowings and asked.sort is None
        return ["-begins_at", "-pk"] if is_past else super().order_of(asked)


class Mine(DutyList):
    """My duties that last still or come."""

    title = "我的值班"
    columns = tuple(each for each in DutyList.columns if each.name not in {"person"})
    filters = (Period("day", "日期"),)
    order = ("begins_at",)
    search_hint = "值班种类、班次"
    search_fields = ("roster__kind__name", "shift__name")
    empty_title = "近期没有您的班"
    empty_hint = "值班表公布以后，排到您的班会出现在这里，也在校历和手机日历里。"

    def rows(self) -> Any:
        return super().rows().filter(person=self.user.pk, ends_at__gt=timezone.now())

    def narrowed(self, rows: Any, asked: Asked) -> Any:
        # One that began yesterday and lasts still is mine now.
        return ListPage.narrowed(self, rows, asked)


class DutyPage(Page):
    """What the pages of a duty have in common."""

    model = Duty
    record_name = "duty"
    record: Any

    def rows(self) -> Any:
        return super().rows().select_related("roster__kind__keeper", "shift", "person")

    def standing_at(self) -> str:
        return reverse("rosters:my")

    def may_manage(self) -> Decision:
        """Whether the reader draws up the roster that it stands in."""
        return allowed(actor(self.request), MANAGE, self.record.roster)


class DutyDetail(DutyPage, ObjectPage):
    """One person on one shift of one day."""

    perm = READ

    def page_title(self) -> str:
        return str(self.record.heading)

    def trail(self) -> list[tuple[str, str]]:
        return [("我的值班", reverse("rosters:my"))]

    def back_url(self) -> str:
        return reverse("rosters:my")

    def facts(self, duty: Duty) -> Sequence[tuple[str, Any]]:
        return [
            ("值班种类", duty.roster.kind),
            ("班次", duty.shift),
            ("日期", day_prose(duty.day)),
            ("时间", duty.hours),
            ("地点", duty.shift.where or "—"),
            ("值班人", duty.person),
            ("值班要求", duty.roster.note or duty.roster.kind.note or "—"),
            ("值班表", duty.roster),
        ]

    def steps(self, duty: Duty, user: User) -> list[Step]:
        at, may, by, now = [duty.public_id], self.may_manage(), actor(self.request), timezone.now()
        write, is_own = services.may_fill_in(duty=duty, at=now, by=by), services.serves_on(user, duty)
        swap = services.may_ask(duty=duty, at=now, by=by)
        wall = f"{duty.roster.get_absolute_url()}?month={duty.day:%Y-%m}"
        return [
            Step(
                "写日志" if is_own or not write else "代录日志",
                reverse("rosters:log-write", args=at),
                write,
                is_primary=is_own,
                icon="pencil",
            ),
            Step(
                "换班", reverse("rosters:swap-ask", args=at), swap, is_primary=True, icon="arrow-left-right"
            ),
            Step("换人", reverse("rosters:duty-edit", args=at), may, is_primary=True, icon="user-check"),
            Step("看整张值班表", wall, icon="calendar-days"),
            Step("空出这一班", reverse("rosters:duty-remove", args=at), may, is_danger=True, icon="user-x"),
        ]

    def linked(self, duty: Duty) -> list[Linked]:
        log, before = selectors.log_of(duty), selectors.log_before(duty)
        logs = [
            Thing(f"{label}：{each}", each.get_absolute_url(), each.get_state_display())
            for label, each in (("本班日志", log), ("最近一份日志", before))
            if each is not None and self.user.has(READ_LOGS) and self.sees(each)
        ]
        swaps = Swap.objects.visible_to(self.user).filter(duty=duty).order_by("-asked_at", "-pk")
        asked = [Thing(str(each), each.get_absolute_url(), each.get_state_display()) for each in swaps]
        return [Linked("值班日志", logs, "还没有写。"), *([Linked("换班", asked)] if asked else [])]

    def sees(self, log: DutyLog) -> bool:
        return DutyLog.objects.visible_to(self.user).filter(pk=log.pk).exists()


class DutyCreate(FormPage):
    """Fill a free place of a roster."""

    perm = MANAGE
    model = Roster
    record_name = "roster"
    title = "排一班"
    form_class = NewDutyForm
    service = services.add_duty
    said = "已排好。"

    def rows(self) -> Any:
        return super().rows().select_related("kind")

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record)

    def form_arguments(self) -> dict[str, Any]:
        return {"roster": self.record}

    def initial(self) -> dict[str, Any]:
        given = {name: self.request.GET.get(name, "") for name in ("day", "shift")}
        return {**given, "day": given["day"] or self.usual_day().isoformat()}

    def usual_day(self) -> date:
        """Today, or the first day of a roster that comes or is over."""
        today, roster = timezone.localdate(), self.record
        return today if roster.first_on <= today <= roster.last_on else roster.first_on

    def arguments(self, form: Any) -> dict[str, Any]:
        return super().arguments(form) | {"day": date.fromisoformat(form.cleaned_data["day"])}

    def said_of(self, answer: Duty) -> str:
        return f"{self.said}{selectors.long_watches([(answer.person, answer)])}"

    def success_url(self, answer: Duty) -> str:
        return f"{answer.roster.get_absolute_url()}?month={answer.day:%Y-%m}"


class DutyEdit(DutyPage, EditPage):
    """Give a duty to somebody else."""

    perm = MANAGE
    title = "换人"
    form_class = DutyForm
    service = services.change_duty
    said = "已换人。"

    def initial_of(self, duty: Any) -> dict[str, Any]:
        return facts_of_duty(duty)

    def possible(self) -> Decision:
        return self.may_manage()

    def context(self) -> Mapping[str, Any]:
        return {"duty": self.record}

    def page_title(self) -> str:
        return f"换人：{self.record.heading}"

    def said_of(self, answer: Duty) -> str:
        return f"{self.said}{selectors.long_watches([(answer.person, answer)])}"


class DutyRemove(DutyPage, ActPage):
    """Empty a place."""

    perm = MANAGE
    title = submit_label = "空出这一班"
    is_danger = True
    question = "这一班没有人了，要再排别人；值班表已公布的，会通知原来的人。"
    service = services.remove_duty
    said = "这一班已空出。"

    def possible(self) -> Decision:
        return self.may_manage()

    def success_url(self, answer: Roster) -> str:
        return answer.get_absolute_url()
