"""值班种类 and their shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rosters import services
from houqin.rosters.forms import KindForm, ShiftForm
from houqin.rosters.models import DutyKind, Shift
from houqin.rosters.selectors import shifts_in_use
from houqin.rosters.states import KEEP_KINDS
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    RETIRED,
    ActPage,
    Column,
    EditPage,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Thing,
    Way,
)
from houqin.web.templatetags.houqin import day_prose

OUT_OF_USE = Decision.no("这个值班种类已停用。")


class KindList(ListPage):
    """The kinds of duty in use, with who draws up their rosters."""

    perm = KEEP_KINDS
    model = DutyKind
    title = "值班种类"
    columns = (
        Column("name", "值班种类", sort="name"),
        Column("keeper", "排班人", "keeper.name", sort="keeper__search_key"),
        Column("note", "值班要求", on_phone=False),
        Column("retired_on", "停用日期", sort="retired_on", on_phone=False),
    )
    filters = (RETIRED,)
    order = ("name",)
    search_hint = "值班种类、排班人"
    search_fields = ("name", "keeper__name")
    create = Way("新增值班种类", "rosters:kind-create", KEEP_KINDS, icon="plus")
    empty_title = "还没有值班种类"
    empty_hint = "先加一种，如“行政值班”“门卫”“宿舍值班”，再给它加班次，就可以排班了。"

    def rows(self) -> Any:
        return super().rows().select_related("keeper")


class KindPage(Page):
    """What the pages of a kind have in common."""

    perm = KEEP_KINDS
    model = DutyKind
    record_name = "kind"

    def rows(self) -> Any:
        return super().rows().select_related("keeper")


class KindDetail(KindPage, ObjectPage):
    """A kind with its shifts and rosters."""

    template_name = "rosters/kind.html"
    also = ((Shift, "kind"),)

    def trail(self) -> list[tuple[str, str]]:
        return [("值班种类", reverse("rosters:kind-list"))]

    def back_url(self) -> str:
        return reverse("rosters:kind-list")

    def facts(self, kind: DutyKind) -> Sequence[tuple[str, Any]]:
        retired = [("停用日期", kind.retired_on)] if kind.retired_on else []
        return [("排班人", kind.keeper), ("值班要求", kind.note or "—"), *retired]

    def steps(self, kind: DutyKind, user: User) -> list[Step]:
        at = [kind.public_id]
        may = OUT_OF_USE if kind.retired_on else allowed(actor(self.request), KEEP_KINDS)
        has_shifts = bool(shifts_in_use(kind))
        draw = f"{reverse('rosters:roster-create')}?kind={kind.public_id}"
        first = Step("加班次", reverse("rosters:shift-create", args=at), may, not has_shifts, icon="plus")
        then = [Step("排一张值班表", draw, may, is_primary=True, icon="calendar-plus")] if has_shifts else []
        return [
            *then,
            first,
            Step("修改", reverse("rosters:kind-edit", args=at), may, icon="pencil"),
            Step("停用", reverse("rosters:kind-retire", args=at), may, is_danger=True, icon="archive"),
        ]

    def linked(self, kind: DutyKind) -> list[Linked]:
        things = [
            Thing(
                str(each), each.get_absolute_url(), f"{day_prose(each.first_on)}至{day_prose(each.last_on)}"
            )
            for each in kind.rosters.order_by("-first_on")[:12]
        ]
        return [Linked("值班表", things, "还没有排过。")]

    def context(self) -> Mapping[str, Any]:
        return {"shifts": self.record.shifts.order_by("-retired_on", "position", "begins", "pk")}


class KindCreate(FormPage):
    """Add a kind of duty."""

    perm = KEEP_KINDS
    model = DutyKind
    title = "新增值班种类"
    form_class = KindForm
    service = services.create_kind
    said = "已新增，请接着加班次。"

    def back_url(self) -> str:
        return reverse("rosters:kind-list")


class KindEdit(KindPage, EditPage):
    """Change a kind of duty."""

    title = "修改值班种类"
    form_class = KindForm
    service = services.update_kind


class KindRetire(KindPage, ActPage):
    """Take a kind out of use."""

    title = "停用值班种类"
    submit_label = "停用"
    is_danger = True
    question = "停用后不能再排新的值班表，已有的值班表和日志不变。"
    service = services.retire_kind
    said = "已停用。"

    def possible(self) -> Decision:
        return OUT_OF_USE if self.record.retired_on else Decision.yes()

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class ShiftCreate(KindPage, FormPage):
    """Add a shift to a kind."""

    title = "加班次"
    form_class = ShiftForm
    service = services.add_shift
    said = "班次已加好。"

    def possible(self) -> Decision:
        return OUT_OF_USE if self.record.retired_on else Decision.yes()

    def success_url(self, answer: Shift) -> str:
        return answer.kind.get_absolute_url()


class ShiftPage(Page):
    """What the pages of a shift have in common."""

    perm = KEEP_KINDS
    model = Shift
    record_name = "shift"
    record: Shift

    def rows(self) -> Any:
        return super().rows().select_related("kind")

    def back_url(self) -> str:
        return self.record.kind.get_absolute_url()

    def standing_at(self) -> str:
        return self.back_url()

    def success_url(self, answer: Shift) -> str:
        return self.back_url()


class ShiftEdit(ShiftPage, EditPage):
    """Change a shift, for what is drawn up from now on."""

    title = "修改班次"
    lead = "只影响以后排的班；已经排好的班，时间不变。"
    form_class = ShiftForm
    service = services.update_shift


class ShiftRetire(ShiftPage, ActPage):
    """Take a shift out of use."""

    title = submit_label = "停用班次"
    is_danger = True
    question = "停用后排班不再有这一班，已经排好的班不变。"
    service = services.retire_shift
    said = "班次已停用。"

    def possible(self) -> Decision:
        return Decision.no("这个班次已经停用了。") if self.record.retired_on else Decision.yes()

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}
