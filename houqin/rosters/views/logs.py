"""值班日志: the list, one with what is handed over, and what whoever is on duty does with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from houqin.documents.printing import Document
from houqin.people.access import allowed
from houqin.people.entering import EntrySource
from houqin.people.models import User
from houqin.rosters import documents, selectors, services
from houqin.rosters.forms import CloseMatterForm, EntryForm, MatterForm, SignForm, TakeOverForm
from houqin.rosters.models import Duty, DutyKind, DutyLog, Handover, LogEntry, Matter
from houqin.rosters.rules import can_settle_matter, can_sign, is_over
from houqin.rosters.states import READ_LOGS, WRITE_LOG, LogState
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EntersForOthers,
    Flag,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Period,
    Related,
    Step,
    day_column,
)
from houqin.web.pages.entering import DOER, SOURCE
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import badge, clock, state_badge


def whose(log: Any) -> str:
    """Who is on the shift, by the roster until it is signed; of several, who signed."""
    people = log.on_duty or "、".join(log.names)
    signer = log.signed_by.name if log.signed_by is not None else people
    return people if people == signer else f"{people}（{signer}签字）"


def taken_by(log: DutyLog) -> str:
    """Who took over from the log, if somebody did."""
    handover: Handover | None = getattr(log, "handover", None)
    return handover.taken_by.name if handover is not None else ""


def state_words(log: DutyLog) -> str:
    """The state, and whether it was signed late."""
    return f"{log.get_state_display()}（补记）" if log.is_late else str(log.get_state_display())


def state_drawn(log: DutyLog) -> str:
    """The same as badges: a column of its own for 补记 would be empty in nearly every row."""
    late = badge("补记", "warn") if log.is_late else ""
    return format_html("{} {}", state_badge(log), late)


class LogList(ListPage):
    """Every log that the reader may see."""

    perm = READ_LOGS
    model = DutyLog
    title = "值班日志"
    columns = (
        day_column("day", "日期"),
        Column("kind", "值班种类", "kind.name", sort="kind__name"),
        Column("shift", "班次", "shift.name", sort="shift__name"),
        Column("on_duty", "值班人", whose, sort="signed_by__search_key"),
        Column("summary", "值班情况", is_wide=True),
        Column("state", "状态", state_words, sort="state", draw=state_drawn),
        Column("taken_by", "接班人", taken_by, on_phone=False),
        Column("number", "编号", sort="number", on_phone=False),
    )
    filters = (
        Flag("mine", "我签的", lambda user, _today: Q(signed_by=user.pk)),
        Flag(
            "unsigned", "没有签字", lambda _user, _today: Q(state=LogState.OPEN, ends_at__lt=timezone.now())
        ),
        Flag("late", "补记", lambda _user, _today: Q(is_late=True)),
        Flag("waiting", "没有接班", lambda _user, _today: Q(state=LogState.SIGNED, handover=None)),
        Choices("state", "状态", LogState.choices),
        Related("kind", "值班种类", lambda user: DutyKind.objects.visible_to(user).order_by("name")),
        Period("day", "日期"),
    )
    order = ("-begins_at",)
    search_hint = "值班情况、值班人、编号"
    search_fields = ("summary", "on_duty", "signed_by__name", "signed_by__search_key", "number")
    empty_title = "还没有值班日志"
    empty_hint = "值班的人在“我的值班”里点开那一班，再点“写日志”。"

    def rows(self) -> Any:
        found = super().rows().select_related("kind", "shift", "signed_by", "handover__taken_by")
        return found.annotate(names=selectors.names_of_shift())


class LogPage(Page):
    """What the pages of a log have in common."""

    model = DutyLog
    record_name = "log"

    def rows(self) -> Any:
        return super().rows().select_related("kind__keeper", "shift", "signed_by", "handover__taken_by")


class LogDetail(LogPage, ObjectPage):
    """A log: what happened, what is handed over, who took it over."""

    perm = READ_LOGS
    template_name = "rosters/log.html"
    also = ((LogEntry, "log"), (Matter, "log"), (Handover, "log"))

    def trail(self) -> list[tuple[str, str]]:
        return [("值班日志", reverse("rosters:log-list"))]

    def back_url(self) -> str:
        return reverse("rosters:log-list")

    def facts(self, log: DutyLog) -> Sequence[tuple[str, Any]]:
        late = [("补记", f"{clock(log.signed_at)} 签字：{log.late_reason}")] if log.is_late else []
        return [
            ("班次", f"{log.kind} {log.shift}（{log.hours}）"),
            ("值班人", log.on_duty or services.names_on(log) or "—"),
            ("值班情况", log.summary or "还没有签字"),
            *([("签字", f"{log.signed_by} {clock(log.signed_at)}")] if log.signed_at else []),
            *late,
            *([("编号", log.number)] if log.number else []),
        ]

    def steps(self, log: DutyLog, user: User) -> list[Step]:
        at, by = [log.public_id], actor(self.request)
        own = selectors.duty_on(user, log)
        may = allowed(by, WRITE_LOG, log)
        add = may and services.may_add_for_somebody(log=log, by=by)
        sign = may and services.may_add(log=log, by=by) and can_sign(log, timezone.now())
        take = may and services.may_take_over(log=log, by=by)
        duty = own or (selectors.first_duty_of(log) if add else None)
        write = reverse("rosters:log-write", args=[duty.public_id]) if duty is not None else ""
        note, matter = ("代录一条", "代录交接事项") if add and not own else ("记一条", "加交接事项")
        return [
            *([Step(note, write, add, icon="pencil")] if write else []),
            Step(matter, reverse("rosters:matter-create", args=at), add, icon="list-plus"),
            Step("签字交班", reverse("rosters:log-sign", args=at), sign, is_primary=True, icon="pen-line"),
            Step("接班", reverse("rosters:log-take-over", args=at), take, is_primary=True, icon="handshake"),
        ]

    def print_url(self, log: DutyLog) -> str:
        return reverse("rosters:log-print", args=[log.public_id])

    def context(self) -> Mapping[str, Any]:
        by, log = actor(self.request), self.record
        return {
            "entries": services.noted(log),
            "matters": selectors.carried_by(log),
            "may_add": bool(services.may_add(log=log, by=by)),
            "may_close": bool(allowed(by, WRITE_LOG, log)),
            "handover": getattr(log, "handover", None),
        }


class WritesForTheShift(EntersForOthers):
    """A form of a log: filled in by whoever is on the shift, or by the office for one of them (代录)."""

    record: Any

    def offer_doers(self, form: Any) -> None:
        """Those on the shift; who is not on it himself has to choose one."""
        super().offer_doers(form)
        if DOER not in form.fields:
            return
        on_it = selectors.people_to_write_for(self.user, self.record)
        form.fields[DOER].queryset = on_it
        if not services.serves_on(self.user, self.record):
            form.fields[DOER].required = form.fields[SOURCE].required = True
            form.fields[DOER].empty_label = "请选择"
            form.fields[SOURCE].choices = [("", "请选择"), *EntrySource.choices]
            # Whose duty was opened; of a log, the only one who is on it.
            usual = [each for each in on_it if each.pk == getattr(self.record, "person_id", each.pk)]
            form.initial.setdefault(DOER, usual[0] if len(usual) == 1 else None)

    def form(self, data: Any = None) -> Any:
        form = super().form(data)
        if not services.serves_on(self.user, self.record):
            self.offer_doers(form)
        return form


class LogWrite(WritesForTheShift, FormPage):
    """Write down what happened on my shift; the first entry begins the log."""

    perm = WRITE_LOG
    model = Duty
    record_name = "duty"
    title = "写值班日志"
    form_class = EntryForm
    service = services.write_entry
    said = "已记下。"

    def rows(self) -> Any:
        return super().rows().select_related("roster__kind", "shift", "person")

    def standing_at(self) -> str:
        return reverse("rosters:my")

    def possible(self) -> Decision:
        return services.may_fill_in(duty=self.record, at=timezone.now(), by=self.actor())

    def page_title(self) -> str:
        return f"写值班日志：{self.record.heading}"

    def form_arguments(self) -> dict[str, Any]:
        return {"is_over": is_over(self.record.ends_at, timezone.now())}

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def success_url(self, answer: DutyLog) -> str:
        return answer.get_absolute_url()


class LogAct(LogPage, ActPage):
    """What the acts on a log have in common; each happens now."""

    perm = WRITE_LOG

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, WRITE_LOG, self.record) and services.may_add(log=self.record, by=by)

    def success_url(self, answer: Any) -> str:
        address: str = self.record.get_absolute_url()
        return address


class MatterCreate(WritesForTheShift, LogAct):
    """Hand something over to the next shifts."""

    title = "加交接事项"
    submit_label = "保存"
    question = "以后每一班都会看到它，直到有人办结。"
    form_class = MatterForm
    service = services.raise_matter
    said = "交接事项已加上。"

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, WRITE_LOG, self.record) and services.may_add_for_somebody(log=self.record, by=by)


class LogSign(LogAct):
    """Sign, and hand over."""

    title = submit_label = "签字交班"
    question = "签字以后日志不能再改，会通知下一班来接。"
    form_class = SignForm
    service = services.sign_log
    said = "已签字，等下一班接班。"

    def possible(self) -> Decision:
        return super().possible() and can_sign(self.record, timezone.now())

    def form_arguments(self) -> dict[str, Any]:
        return {"is_late": services.comes_late(self.record, timezone.now())}

    def initial(self) -> dict[str, Any]:
        # Whoever noted something says himself how the shift was.
        is_quiet = not self.record.entries.exists() and not self.record.matters.exists()
        return {"summary": "一切正常。"} if is_quiet else {}


class LogTakeOver(LogAct):
    """I took it over."""

    title = submit_label = "接班"
    question = "确认您已看过上一班的日志和交接事项。"
    form_class = TakeOverForm
    service = services.take_over
    said = "已接班。"

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, WRITE_LOG, self.record) and services.may_take_over(log=self.record, by=by)

    def context(self) -> Mapping[str, Any]:
        return {"matters": selectors.carried_by(self.record)}


class EntryStrike(ActPage):
    """Strike an entry out of a log that is not signed."""

    perm = WRITE_LOG
    model = LogEntry
    record_name = "entry"
    title = submit_label = "划掉这一条"
    is_danger = True
    question = "划掉后可以重新记。"
    service = services.strike_entry
    said = "已划掉。"

    def rows(self) -> Any:
        return super().rows().select_related("log__kind", "log__shift")

    def standing_at(self) -> str:
        return reverse("rosters:log-list")

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, WRITE_LOG) and services.may_add(log=self.record.log, by=by)

    def success_url(self, answer: DutyLog) -> str:
        return answer.get_absolute_url()


class MatterClose(ActPage):
    """Say that a matter is settled."""

    perm = WRITE_LOG
    model = Matter
    record_name = "matter"
    title = submit_label = "办结交接事项"
    form_class = CloseMatterForm
    service = services.close_matter
    said = "已办结。"

    def rows(self) -> Any:
        return super().rows().select_related("log__kind", "log__shift")

    def standing_at(self) -> str:
        return reverse("rosters:log-list")

    def possible(self) -> Decision:
        return allowed(self.actor(), WRITE_LOG, self.record) and can_settle_matter(self.record)

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class LogPrint(LogPage, PrintPage):
    """值班日志, with 值班交接."""

    perm = READ_LOGS

    def sheet(self, back_url: str) -> Document:
        return documents.log_sheet(self.record, printed_by=self.user.name, back_url=back_url)
