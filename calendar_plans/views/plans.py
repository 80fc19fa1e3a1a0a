from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from calendar_plans import selectors
from calendar_plans.forms import PlanForm, ReasonForm, head_of
from calendar_plans.models import Plan, PlanMonth
from calendar_plans.periods import PeriodKind, first_of, proposed_period
from calendar_plans.rules import can_change, can_close, can_remove_plan, can_start
from calendar_plans.services import plans as services
from calendar_plans.states import UNSETTLED, PlanState
from calendar_plans.tables import PLAN_COLUMNS, PLAN_FILTERS
from houqin.attachments.pages import AttachPage
from houqin.people.access import allowed
from houqin.people.models import Department
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import ActPage, EditPage, FormPage, ListPage, ObjectPage, Page, Step, Way

READ, WRITE, RUN = "calendar_plans.plan:read", "calendar_plans.plan:write", "calendar_plans.plan:run"


class PlanList(ListPage):
    perm = READ
    model = Plan
    title = "工作计划"
    columns = PLAN_COLUMNS
    filters = PLAN_FILTERS
    order = ("-first_month",)
    search_hint = "标题、编号、拼音首字母"
    create = Way("读入计划", "plans:reading-create", WRITE, icon="file-text")
    empty_title = "还没有工作计划"
    empty_hint = "把去年的计划粘贴进来，核对一遍就是今年的；也可以从空白开始。"
    reader_hint = "总务处启用计划以后，您看得到的会列在这里。"

    def with_columns(self, rows: QuerySet[Plan]) -> QuerySet[Plan]:
        shown: QuerySet[Plan] = super().with_columns(rows).select_related("department")
        return shown.annotate(item_count=Count("items"))


class PlanDetail(ObjectPage):
    perm = READ
    model = Plan
    template_name = "calendar_plans/plan.html"
    also = ((PlanMonth, "plan"),)

    def rows(self) -> QuerySet[Plan]:
        return super().rows().select_related("department", "source__reading")  # type: ignore[no-any-return]

    def page_title(self) -> str:
        return str(self.record.title)

    def back_url(self) -> str:
        return reverse("plans:plan-list")

    def trail(self) -> list[tuple[str, str]]:
        return [("工作计划", reverse("plans:plan-list"))]

    def facts(self, plan: Plan) -> list[tuple[str, Any]]:
        return [
            ("编号", plan.number or "启用时给号"),
            ("类型", plan.get_kind_display()),
            ("起止", plan.period.label),
            ("部门", plan.department),
        ]

    def steps(self, plan: Plan, user: Any) -> list[Step]:
        by = actor(self.request)
        at = [plan.public_id]
        write = allowed(by, WRITE) and can_change(plan)
        start = can_move(plan, "start", by) and can_start(plan, plan.items.count())
        steps = [
            Step("启用计划", reverse("plans:plan-start", args=at), start, is_primary=True, icon="play"),
            Step("添加事项", reverse("plans:item-create", args=at), write, is_primary=True, icon="plus"),
            Step("修改计划", reverse("plans:plan-edit", args=at), write, icon="pencil"),
            Step("计划总览", reverse("plans:plan-matrix", args=at), icon="table-2", is_primary=True),
        ]
        if plan.number is None:
            remove = allowed(by, WRITE) and can_remove_plan(plan)
            steps.append(
                Step(
                    "删除草稿", reverse("plans:plan-remove", args=at), remove, is_danger=True, icon="trash-2"
                )
            )
        if plan.state == PlanState.RUNNING:
            close = can_move(plan, "close", by) and can_close(
                plan, plan.items.filter(state__in=UNSETTLED).count()
            )
            steps.append(
                Step("结束计划", reverse("plans:plan-close", args=at), close, is_danger=True, icon="archive")
            )
        if plan.state == PlanState.CLOSED:
            reopen = can_move(plan, "reopen", by)
            steps.append(Step("重新启用", reverse("plans:plan-reopen", args=at), reopen, icon="undo-2"))
        return steps

    def context(self) -> Mapping[str, Any]:
        plan = self.record
        return {
            "counts": selectors.month_counts(plan, timezone.localdate()),
            "goals": plan.goals.all(),
            "measures": plan.measures.all(),
            "this_month": first_of(timezone.localdate()),
            "is_draft": plan.state == PlanState.DRAFT,
        }


class PlanMatrix(Page):
    perm = READ
    model = Plan
    template_name = "calendar_plans/matrix.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        self.plan = self.find(public_id)
        today = timezone.localdate()
        matrix = selectors.matrix(self.plan)
        standing = (item for row in matrix.rows for cell in row.cells for item in cell)
        late = [item for item in standing if item.is_late(today)]
        shown = {"plan": self.plan, "matrix": matrix, "late_items": late, "this_month": first_of(today)}
        return self.answer(request, shown)

    def page_title(self) -> str:
        return f"计划总览：{self.plan.title}"

    def back_url(self) -> str:
        return self.plan.get_absolute_url()  # type: ignore[no-any-return]

    def trail(self) -> list[tuple[str, str]]:
        return [("工作计划", reverse("plans:plan-list")), (self.plan.title, self.plan.get_absolute_url())]


class PlanCreate(FormPage):
    perm = WRITE
    title = "新建工作计划"
    form_class = PlanForm
    service = services.create_plan
    said = "计划已建立，可以添加事项了。"

    def initial(self) -> dict[str, Any]:
        period = proposed_period(PeriodKind.TERM, (), timezone.localdate())
        return {
            "kind": period.kind,
            "first_month": period.first,
            "last_month": period.last,
            "department": self.user.department_id,
        }

    def arguments(self, form: PlanForm) -> dict[str, Any]:
        return {"department": form.cleaned_data["department"], "proposal": form.proposal}

    def back_url(self) -> str:
        return reverse("plans:plan-list")


class PlanEdit(EditPage):
    perm = WRITE
    model = Plan
    title = "修改工作计划"
    form_class = PlanForm
    service = services.update_plan
    record_name = "plan"
    said = "计划已修改。"

    def form_arguments(self) -> dict[str, Any]:
        return {"plan": self.record}

    def initial_of(self, plan: Plan) -> dict[str, Any]:
        return head_of(plan)

    def arguments(self, form: PlanForm) -> dict[str, Any]:
        return {"proposal": form.proposal}

    def possible(self) -> Decision:
        return can_change(self.record)

    def back_url(self) -> str:
        return self.record.get_absolute_url()  # type: ignore[no-any-return]


class PlanAttach(AttachPage):
    perm = WRITE
    model = Plan


class PlanAct(ActPage):
    """What the acts on a plan have in common."""

    perm = RUN
    model = Plan
    record_name = "plan"
    action: str

    def possible(self) -> Decision:
        return can_move(self.record, self.action, actor(self.request))

    def back_url(self) -> str:
        return self.record.get_absolute_url()  # type: ignore[no-any-return]


class PlanStart(PlanAct):
    action = "start"
    title = submit_label = "启用计划"
    question = "启用后，责任人就能看到自己的工作并报进展；事项不能再删除，只能报结果或顺延。"
    service = services.start_plan
    said = "计划已启用。"
    template_name = "calendar_plans/plan_start.html"

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return super().possible() and can_start(self.record, self.record.items.count())

    def context(self) -> Mapping[str, Any]:
        return {"without_owner": self.record.items.filter(owner=None).count()}


class PlanClose(PlanAct):
    action = "close"
    title = submit_label = "结束计划"
    question = "结束后不能再改事项、报进展。"
    is_danger = True
    service = services.close_plan
    said = "计划已结束。"

    def possible(self) -> Decision:
        unsettled = self.record.items.filter(state__in=UNSETTLED).count()
        return super().possible() and can_close(self.record, unsettled)


class PlanRemove(ActPage):
    perm = WRITE
    model = Plan
    title = "删除计划草稿"
    submit_label = "删除草稿"
    question = "这份计划还没有启用。删除后，它的事项、目标和措施都没有了；读入的原文可以重新保存。"
    is_danger = True
    record_name = "plan"
    service = services.remove_plan
    said = "草稿已删除。"

    def possible(self) -> Decision:
        return can_remove_plan(self.record)

    def success_url(self, answer: Department) -> str:
        return reverse("plans:plan-list")


class PlanReopen(PlanAct):
    action = "reopen"
    title = "重新启用计划"
    submit_label = "重新启用"
    question = "重新启用后可以继续修改和报进展。"
    form_class = ReasonForm
    service = services.reopen_plan
    said = "计划已重新启用。"
