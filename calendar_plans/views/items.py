from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from calendar_plans import selectors
from calendar_plans.chat import item_text
from calendar_plans.forms import CarryForm, FinishForm, ItemForm, ReasonForm, ReportForm, facts_of
from calendar_plans.models import CarryOver, Item, ItemPartner, Plan, PlanMonth, ProgressNote
from calendar_plans.periods import first_of
from calendar_plans.rules import can_change, can_remove, can_work_on, carry_targets
from calendar_plans.services import items as services
from calendar_plans.states import UNSETTLED, ItemState
from calendar_plans.tables import ITEM_COLUMNS, ITEM_FILTERS, item_rows
from houqin.attachments.pages import AttachPage, TakesFiles
from houqin.attachments.selectors import files_on
from houqin.people.access import allowed
from houqin.places.links import place_link
from houqin.rules import Decision
from houqin.showing import said_day
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import ActPage, EditPage, EntersForOthers, FormPage, ListPage, ObjectPage, Page, Step
from houqin.web.templatetags.houqin import day_prose

# Nobody works through more on a phone; a page of everything took a minute on a bad line.
MOST_DUE = 50

READ, WRITE, REPORT = "calendar_plans.item:read", "calendar_plans.item:write", "calendar_plans.item:report"
READ_PLAN = "calendar_plans.plan:read"


class ItemList(ListPage):
    perm = READ
    model = Item
    title = "全部事项"
    columns = ITEM_COLUMNS
    filters = ITEM_FILTERS
    order = ("-month",)
    search_hint = "工作内容、措施、首字母"
    empty_title = "还没有计划事项"
    empty_hint = "启用工作计划以后，您看得到的工作会列在这里。"

    def with_columns(self, rows: QuerySet[Item]) -> QuerySet[Item]:
        return item_rows(rows)


class MyItems(Page):
    perm = REPORT
    model = Item
    title = "我的工作"
    template_name = "calendar_plans/my_items.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        mine = selectors.my_items(self.user)
        due = list(selectors.due_now(self.user, today)[: MOST_DUE + 1])
        shown = due[:MOST_DUE]
        return self.answer(
            request,
            {
                "late": [item for item in shown if item.is_late(today)],
                "now": [item for item in shown if not item.is_late(today)],
                "all_url": f"{reverse('plans:item-list')}?mine=1" if len(due) > MOST_DUE else "",
                "most": MOST_DUE,
                "coming": mine.filter(state__in=UNSETTLED, month__gt=first_of(today))[:20],
                "settled": mine.exclude(state__in=UNSETTLED).order_by("-settled_on", "-pk")[:10],
            },
        )


class ItemPage(Page):
    """What the pages of one item have in common."""

    model = Item

    def back_url(self) -> str:
        return self.record.get_absolute_url()  # type: ignore[attr-defined, no-any-return]


class ItemDetail(ItemPage, ObjectPage):
    perm = READ
    template_name = "calendar_plans/item.html"
    also = ((ItemPartner, "item"), (ProgressNote, "item"), (CarryOver, "item"))

    def rows(self) -> QuerySet[Item]:
        related = ("plan__department", "category", "owner", "place__merged_into")
        return super().rows().select_related(*related)  # type: ignore[no-any-return]

    def page_title(self) -> str:
        return str(self.record.content)

    def chat_text(self, item: Item) -> str:
        return item_text(item, self.here())

    def back_url(self) -> str:
        """Who works on his own items came from their list; who arranges a month, from the month."""
        if self.record.owner_id == self.user.pk and not self.user.has(WRITE):
            return reverse("plans:my-items")
        return self.month.get_absolute_url() if self.month and self.user.has(READ_PLAN) else "/"

    def trail(self) -> list[tuple[str, str]]:
        if not (self.month and self.user.has(READ_PLAN)):
            return []
        plan = self.record.plan
        return [
            ("工作计划", reverse("plans:plan-list")),
            (plan.title, plan.get_absolute_url()),
            (f"{self.month.label}工作", self.month.get_absolute_url()),
        ]

    @cached_property
    def month(self) -> PlanMonth | None:
        """The month of the plan that the item first stands in."""
        return next(iter(selectors.month_of_plan(self.record.month, self.record.plan_id)), None)

    def facts(self, item: Item) -> list[tuple[str, Any]]:
        facts: list[tuple[str, Any]] = [
            ("月份", item.months_label),
            ("类别", item.category or "未分类"),
            ("责任人", item.owner or "未定"),
            ("配合部门", "、".join(str(each) for each in selectors.partners_of(item.pk)) or "无"),
            ("地点", place_link(item.place) if item.place else "未定"),
            ("完成时限", day_prose(item.due_on) if item.due_on else "未定"),
            ("措施要求", item.requirement or "无"),
        ]
        if item.is_settled:
            result = item.outcome or item.get_state_display()
            when = said_day(item.settled_on) if item.settled_on else ""
            facts.append(("完成情况", f"{when} {result}"))
        if item.times_carried:
            facts.append(("顺延", f"原定 {item.original_month:%Y-%m}，已顺延 {item.times_carried} 次"))
        facts.append(("计划", item.plan))
        if item.remark:
            facts.append(("备注", item.remark))
        return facts

    def steps(self, item: Item, user: Any) -> list[Step]:
        by, at = actor(self.request), [item.public_id]
        work, change = can_work_on(item.plan), can_change(item.plan)
        carry = can_move(item, "carry", by) and work and has_later_month(item)
        is_begun = item.state == ItemState.IN_PROGRESS or item.is_late(timezone.localdate())
        steps = [
            Step("报进展", reverse("plans:item-report", args=at), can_move(item, "report", by) and work,
                 is_primary=not is_begun, icon="pencil-line"),
            Step("报完成", reverse("plans:item-finish", args=at), can_move(item, "finish", by) and work,
                 is_primary=True, icon="check"),
            Step("报未完成", reverse("plans:item-fail", args=at), can_move(item, "fail", by) and work,
                 icon="x"),
            Step("修改", reverse("plans:item-edit", args=at), allowed(by, WRITE) and change, icon="pencil",
                 is_primary=True),
            Step("顺延", reverse("plans:item-carry", args=at), carry, icon="calendar-arrow-up"),
        ]  # fmt: skip
        if item.is_settled:
            reopen = can_move(item, "reopen", by) and work
            steps.append(Step("改回进行中", reverse("plans:item-reopen", args=at), reopen, icon="undo-2"))
        if item.plan.number is None:
            remove = allowed(by, WRITE) and can_remove(item.plan)
            steps.append(
                Step("删除", reverse("plans:item-remove", args=at), remove, is_danger=True, icon="trash-2")
            )
        return steps

    def context(self) -> Mapping[str, Any]:
        item = self.record
        notes = selectors.notes_of(item.pk)
        files = files_on(notes, self.user)
        return {
            "notes": [(note, files.get(note.pk, ())) for note in notes],
            # The item counts them itself.
            "carry_overs": item.carry_overs.select_related("created_by") if item.times_carried else (),
            "is_late": item.is_late(timezone.localdate()),
        }


def has_later_month(item: Item) -> Decision:
    """Carrying over needs a month to go to."""
    if carry_targets(item, item.plan):
        return Decision.yes()
    return Decision.no("计划期内没有以后的月份了，请列入下一份计划。")


class ItemCreate(FormPage):
    perm = WRITE
    model = Plan
    title = "添加事项"
    form_class = ItemForm
    service = services.create_item
    record_name = "plan"
    said = "事项已添加。"

    def form_arguments(self) -> dict[str, Any]:
        return {"plan": self.record, "is_approved": selectors.has_approved_month(self.record)}

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("month", "")
        months = [month.isoformat() for month in self.record.period.months]
        now = timezone.localdate().replace(day=1).isoformat()
        return {"month": next((month for month in (wanted, now) if month in months), months[0])}

    def arguments(self, form: ItemForm) -> dict[str, Any]:
        return {"facts": form.facts, "change_reason": form.cleaned_data.get("change_reason", "")}

    def possible(self) -> Decision:
        return can_change(self.record)

    def back_url(self) -> str:
        return self.record.get_absolute_url()  # type: ignore[no-any-return]


class ItemEdit(ItemPage, EditPage):
    perm = WRITE
    title = "修改事项"
    form_class = ItemForm
    service = services.update_item
    record_name = "item"
    said = "事项已修改。"

    def form_arguments(self) -> dict[str, Any]:
        plan = self.record.plan
        return {"plan": plan, "item": self.record, "is_approved": selectors.has_approved_month(plan)}

    def initial_of(self, item: Item) -> dict[str, Any]:
        return facts_of(item)

    def arguments(self, form: ItemForm) -> dict[str, Any]:
        return {"facts": form.facts, "change_reason": form.cleaned_data.get("change_reason", "")}

    def possible(self) -> Decision:
        return can_change(self.record.plan)


class ItemAct(ItemPage, ActPage):
    """What the acts on an item have in common; each happens today."""

    record_name = "item"
    action: str

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return can_move(self.record, self.action, actor(self.request)) and can_work_on(self.record.plan)


class ItemReport(EntersForOthers, TakesFiles, ItemAct):
    perm = REPORT
    action = "report"
    title = submit_label = "报进展"
    form_class = ReportForm
    service = services.report_progress
    said = "进展已登记。"


class ItemFinish(EntersForOthers, TakesFiles, ItemAct):
    perm = REPORT
    action = "finish"
    title = submit_label = "报完成"
    form_class = FinishForm
    service = services.finish_item
    said = "已报完成。"


class ItemFail(EntersForOthers, ItemAct):
    perm = REPORT
    action = "fail"
    title = submit_label = "报未完成"
    form_class = ReasonForm
    service = services.fail_item
    said = "已报未完成。"


class ItemReopen(ItemAct):
    perm = WRITE
    action = "reopen"
    title = submit_label = "改回进行中"
    form_class = ReasonForm
    service = services.reopen_item
    said = "已改回进行中。"


class ItemCarry(ItemAct):
    perm = WRITE
    action = "carry"
    title, submit_label = "顺延到以后的月份", "顺延"
    form_class = CarryForm
    service = services.carry_over
    said = "已顺延。"

    def form_arguments(self) -> dict[str, Any]:
        # What is sent is measured by the service: after the first of two taps the later months differ.
        plan = self.record.plan
        return {
            "targets": plan.period.months
            if self.request.method == "POST"
            else carry_targets(self.record, plan)
        }

    def possible(self) -> Decision:
        return super().possible() and has_later_month(self.record)


class ItemAttach(ItemPage, AttachPage):
    perm = REPORT


class ItemRemove(ItemPage, ActPage):
    perm = WRITE
    title = submit_label = "删除事项"
    is_danger = True
    record_name = "item"
    service = services.remove_item
    said = "事项已删除。"

    def possible(self) -> Decision:
        return can_remove(self.record.plan)

    question = "从草稿里去掉这一条。"

    def success_url(self, answer: Plan) -> str:
        return answer.get_absolute_url()
