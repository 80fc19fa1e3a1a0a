"""请人代办: who decides for somebody who is away."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.people import services
from houqin.people.access import allowed
from houqin.people.acting import ActingFor
from houqin.people.forms import ActingForm
from houqin.people.models import User
from houqin.people.rules import can_end_acting
from houqin.people.scopes import Scope
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import ActPage, Column, Flag, FormPage, ListPage, ObjectPage, Page, Step, Way
from houqin.web.templatetags.houqin import badge, day

READ, APPOINT = "houqin.acting:read", "houqin.acting:appoint"


def state_word(acting: ActingFor) -> str:
    """Whether the period is to come, holds today, or is over."""
    today = timezone.localdate()
    if acting.ended_at is not None or acting.last_day < today:
        return "已结束"
    return "代办中" if acting.holds_on(today) else "未开始"


class ActingList(ListPage):
    """The periods that concern the reader; all of them for a 安全管理员."""

    perm = READ
    model = ActingFor
    title = "请人代办"
    columns = (
        Column("absent", "本人", sort="absent__search_key"),
        Column("deputy", "代办人", sort="deputy__search_key"),
        Column("first_day", "起", sort="first_day"),
        Column("last_day", "止", sort="last_day"),
        Column("state", "状态", state_word, draw=lambda each: badge(state_word(each))),
    )
    filters = (Flag("open", "还没结束的", lambda _user, today: Q(ended_at=None, last_day__gte=today)),)
    order = ("-first_day",)
    search_hint = "姓名"
    search_fields = ("absent__name", "deputy__name", "absent__search_key", "deputy__search_key")
    create = Way("请人代办", "people:acting-create", APPOINT, icon="plus")
    empty_title = "还没有代办"
    empty_hint = "外出或请假时，可以请一位同事代您审批。他以自己的名义办，并注明代您。"

    def rows(self) -> QuerySet[ActingFor]:
        return super().rows().select_related("absent", "deputy")  # type: ignore[no-any-return]


class ActingPage(Page):
    """What the pages of one period have in common."""

    model = ActingFor

    def rows(self) -> QuerySet[ActingFor]:
        return super().rows().select_related("absent", "deputy")  # type: ignore[no-any-return]


class ActingDetail(ActingPage, ObjectPage):
    """One period."""

    perm = READ

    def trail(self) -> list[tuple[str, str]]:
        return [("请人代办", reverse("people:acting-list"))]

    def back_url(self) -> str:
        return reverse("people:acting-list")

    def facts(self, acting: ActingFor) -> list[tuple[str, Any]]:
        return [
            ("本人", acting.absent),
            ("代办人", acting.deputy),
            ("日期", f"{day(acting.first_day)} 至 {day(acting.last_day)}"),
            ("事由", acting.reason),
            ("状态", state_word(acting)),
        ]

    def steps(self, acting: ActingFor, user: User) -> list[Step]:
        can_end = can_end_acting(is_over=state_word(acting) == "已结束")
        may = allowed(actor(self.request), APPOINT, acting) and can_end
        end = reverse("people:acting-end", args=[acting.public_id])
        return [Step("提前结束", end, may, is_danger=True, icon="calendar-x")]


class ActingCreate(FormPage):
    """Ask a colleague; a 安全管理员 may do it for somebody who is ill."""

    perm = APPOINT
    model = ActingFor
    title = "请人代办"
    lead = "代办人以自己的名义审批，并注明代您。您自己申请的事，他也不能审批。"
    form_class = ActingForm
    service = services.appoint_deputy
    said = "代办已登记。"

    def initial(self) -> dict[str, Any]:
        return {"first_day": timezone.localdate(), "last_day": timezone.localdate()}

    def form_arguments(self) -> dict[str, Any]:
        return {"for_others": Scope.ALL in self.user.scopes(APPOINT), "me": self.user}

    def arguments(self, form: ActingForm) -> dict[str, Any]:
        given = dict(form.cleaned_data)
        return {"absent": given.pop("absent", None) or self.user, **given}

    def back_url(self) -> str:
        return reverse("people:acting-list")


class ActingEnd(ActingPage, ActPage):
    """End a period at once."""

    perm = APPOINT
    title = "提前结束代办"
    submit_label = "结束代办"
    question = "结束后代办人不能再代为审批，他已经办的都留作记录。"
    service = services.end_acting
    record_name = "acting"
    said = "代办已结束。"

    def possible(self) -> Decision:
        may = allowed(self.actor(), APPOINT, self.record)
        return may and can_end_acting(is_over=state_word(self.record) == "已结束")
