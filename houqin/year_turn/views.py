"""The pages of a turn of the school year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone

from houqin.documents.availability import available
from houqin.documents.printing import Document
from houqin.people.models import User
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Way,
    state_column,
)
from houqin.web.pages.page import PUBLIC_ID
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import clock
from houqin.year_turn import documents, selectors, services
from houqin.year_turn.forms import PlanForm, TurnForm, lines_in
from houqin.year_turn.models import TurnLine, YearTurn
from houqin.year_turn.rules import can_plan, can_undo
from houqin.year_turn.states import LIVE, MANAGE, TurnState


class TurnList(ListPage):
    """Every turn, the latest first."""

    perm = MANAGE
    model = YearTurn
    title = "学年结转"
    columns = (
        Column("begins_in", "学年", lambda turn: turn.year_label, sort="begins_in"),
        state_column(),
        Column(
            "done_at", "结转时间", lambda turn: clock(turn.done_at) if turn.done_at else "", sort="done_at"
        ),
        Column("created_by", "经办人", "created_by.name"),
    )
    filters = (Choices("state", "状态", TurnState.choices),)
    create = Way("准备结转", "turns:turn-create", MANAGE, icon="graduation-cap")
    empty_title = "还没有办过学年结转"
    empty_hint = "每年新学年办一次：班级升级、毕业班离校、新班、班主任和教室。先演练，再结转，当天可以撤销。"

    def rows(self) -> Any:
        return super().rows().select_related("created_by")


class TurnCreate(FormPage):
    perm = MANAGE
    model = YearTurn
    title = "准备学年结转"
    lead = "先照这里的选择排出一张表，下一步再逐班定班主任和教室。准备和演练都不改动班级。"
    submit_label = "排出结转表"
    said = "结转表已排好，请核对班主任和教室。"
    form_class = TurnForm
    service = services.draft_turn

    def form_arguments(self) -> dict[str, Any]:
        years, _ = selectors.years_to_turn_into(timezone.localdate())
        return {"years": years, "grades": selectors.grades_in_use()}

    def initial(self) -> dict[str, Any]:
        _, year = selectors.years_to_turn_into(timezone.localdate())
        return {"begins_in": year, "leaving": selectors.proposed_leaving()}

    def possible(self) -> Decision:
        if not selectors.grades_in_use():
            return Decision.no("还没有在用的班级，先新增或导入班级。")
        return Decision.yes()

    def back_url(self) -> str:
        return reverse("turns:turn-list")


class TurnDetail(ObjectPage):
    """The rehearsal: before and after, what stands in the way, what leaving classes hold."""

    perm = MANAGE
    model = YearTurn
    template_name = "year_turn/turn.html"
    also = ((TurnLine, "turn"),)

    def trail(self) -> list[tuple[str, str]]:
        return [("学年结转", reverse("turns:turn-list"))]

    def facts(self, turn: YearTurn) -> list[tuple[str, Any]]:
        return [("说明", turn.note)] if turn.note else []

    def steps(self, turn: YearTurn, user: User) -> list[Step]:
        at, today = [turn.public_id], timezone.localdate()
        self.rehearsal = selectors.rehearsal(turn, on=today)
        if turn.state == TurnState.DRAFT:
            return [
                Step(
                    "结转", reverse("turns:carry-out", args=at), self.rehearsal.findings.decision(),
                    is_primary=True, icon="check",
                ),
                Step("安排班级", reverse("turns:plan", args=at), is_primary=True, icon="pencil"),
                Step("重新读取班级", reverse("turns:reread", args=at), is_post=True, icon="refresh-cw"),
                Step("放弃", reverse("turns:drop", args=at), is_danger=True, icon="trash-2"),
            ]  # fmt: skip
        if turn.state == TurnState.DONE:
            decision = can_undo(turn.state, done_on=turn.done_on, on=today)
            return [Step("撤销结转", reverse("turns:undo", args=at), decision, is_danger=True, icon="undo-2")]
        return []

    def print_url(self, turn: YearTurn) -> str:
        return reverse("turns:print", args=[turn.public_id]) if available() else ""

    def context(self) -> Mapping[str, Any]:
        turn, rehearsed = self.record, self.rehearsal
        is_open, can_print = turn.state == TurnState.DRAFT, bool(available())
        return {
            "rehearsal": rehearsed,
            "plan_url": reverse("turns:plan", args=[turn.public_id]) if is_open else "",
            "handover_url": reverse("turns:handover", args=[turn.public_id]) if can_print else "",
            "may_undo": bool(can_undo(turn.state, done_on=turn.done_on, on=timezone.localdate())),
        }


class OfTurn(Page):
    """What the pages about one turn have in common."""

    perm = MANAGE
    model = YearTurn
    record: Any

    def trail(self) -> list[tuple[str, str]]:
        return [("学年结转", reverse("turns:turn-list")), (str(self.record), self.record.get_absolute_url())]


class TurnPlan(OfTurn, FormPage):
    title = "安排班级"
    lead = "逐班定去向、班主任和教室，最后一起保存。有冲突也能先存，演练时会一次列出来。"
    form_class = PlanForm
    service = services.plan_turn
    record_name = "turn"
    template_name = "year_turn/plan.html"
    said = "安排已保存。"

    def form_arguments(self) -> dict[str, Any]:
        lines = self.record.lines.all()
        if self.request.method == "POST":
            # The lines that the page showed: those that were added since are left alone.
            shown = [each for each in lines_in(self.request.POST) if PUBLIC_ID.fullmatch(each)]
            lines = lines.filter(public_id__in=shown)
        named = ("old_head_teacher", "old_room")
        return {"lines": selectors.in_order(lines.select_related(*named))}

    def arguments(self, form: PlanForm) -> dict[str, Any]:
        return {"plans": form.plans, "more": form.more}

    def possible(self) -> Decision:
        return can_plan(self.record.state)


class TurnAct(OfTurn, ActPage):
    """What the acts on a turn have in common."""

    record_name = "turn"


class TurnReread(TurnAct):
    title = submit_label = "重新读取班级"
    question = "照班级现在的样子更新“结转前”一栏，新增的班级也加进来。已经安排好的去向、班主任和教室不变。"
    service = services.reread_turn
    said = "班级已重新读取，请再核对一遍。"

    def possible(self) -> Decision:
        return can_plan(self.record.state)


class TimedAct(TurnAct):
    """An act that is told the moment, and which state of the turn its reader saw."""

    is_versioned: ClassVar[bool] = True

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class TurnCarryOut(TimedAct):
    title = submit_label = "结转"
    template_name = "year_turn/carry_out.html"
    service = services.carry_out_turn

    def possible(self) -> Decision:
        decision = can_move(self.record, "carry_out", self.actor())
        if not decision:
            return decision
        self.rehearsal = selectors.rehearsal(self.record, on=timezone.localdate())
        return self.rehearsal.findings.decision()

    def said_of(self, answer: YearTurn) -> str:
        went = selectors.rehearsal(answer, on=timezone.localdate())
        return f"结转完成：{went.summary}发现不对，今天之内可以整批撤销。"

    def context(self) -> Mapping[str, Any]:
        return {"rehearsal": getattr(self, "rehearsal", None)}


class TurnUndo(TimedAct):
    title = submit_label = "撤销结转"
    question = "所有班级改回结转前的样子：名称、年级、班主任、教室；新建的班级停用。只能在结转的当天撤销。"
    is_danger = True
    service = services.undo_turn
    said = "结转已撤销，班级和结转前一样。"

    def possible(self) -> Decision:
        turn = self.record
        return can_undo(turn.state, done_on=turn.done_on, on=timezone.localdate())


class TurnDrop(TurnAct):
    title = submit_label = "放弃这次结转"
    question = "放弃后，安排好的表不再用，班级不变；可以重新准备一次。"
    is_danger = True
    service = services.drop_turn
    said = "已放弃，班级没有改动。"

    def possible(self) -> Decision:
        return can_move(self.record, "drop", self.actor())


class TurnPrint(OfTurn, PrintPage):
    """班级结转表."""

    def sheet(self, back_url: str) -> Document:
        return documents.turn_sheet(
            self.record, printed_by=self.user.name, back_url=back_url, on=timezone.localdate()
        )

    def file_name(self) -> str:
        return f"{self.record.year_label}班级结转表"


class TurnHandover(OfTurn, PrintPage):
    """毕业班移交清单, of a turn in which classes leave: none leaves by one that was given up."""

    def rows(self) -> Any:
        return super().rows().filter(state__in=LIVE)

    def sheet(self, back_url: str) -> Document:
        return documents.handover_sheet(
            self.record, printed_by=self.user.name, back_url=back_url, on=timezone.localdate()
        )

    def file_name(self) -> str:
        return f"{self.record.ending_label}毕业班移交清单"
