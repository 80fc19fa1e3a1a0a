from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from calendar_plans import documents, selectors
from calendar_plans.chat import month_text
from calendar_plans.forms import AssignForm, FocusForm, lines_in
from calendar_plans.models import Item, PlanMonth
from calendar_plans.papers import MONTH
from calendar_plans.periods import after, first_of
from calendar_plans.rules import can_change, can_change_month, can_send_month
from calendar_plans.services import items as item_services
from calendar_plans.services import plans as services
from calendar_plans.services import sign_off
from calendar_plans.states import SUBMIT_MONTH, ItemState, MonthState, PlanState
from houqin.documents.availability import available
from houqin.documents.printing import print_sheet
from houqin.documents.responses import document_response
from houqin.errors import HouqinError
from houqin.office_forms.pages import FilledFormPage
from houqin.office_forms.placeholders import Content
from houqin.office_forms.selectors import forms_for
from houqin.orders.views import offered
from houqin.people.access import allowed
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import ActPage, EditPage, FormPage, ObjectPage, Page, Step
from houqin.web.pages.page import PUBLIC_ID

READ, WRITE_PLAN, WRITE_ITEM = (
    "calendar_plans.plan:read",
    "calendar_plans.plan:write",
    "calendar_plans.item:write",
)


class MonthPage(Page):
    """What the pages of one month of a plan have in common."""

    model = PlanMonth

    def rows(self) -> QuerySet[PlanMonth]:
        return super().rows().select_related("plan__department")  # type: ignore[no-any-return]

    def back_url(self) -> str:
        return self.record.get_absolute_url()  # type: ignore[attr-defined, no-any-return]

    def standing_at(self) -> str:
        is_this = self.record.month == first_of(timezone.localdate())  # type: ignore[attr-defined]
        return reverse("plans:this-month") if is_this else ""


class MonthDetail(MonthPage, ObjectPage):
    perm = READ
    template_name = "calendar_plans/month.html"

    def page_title(self) -> str:
        return f"{self.record.label}工作"

    def back_url(self) -> str:
        return self.record.plan.get_absolute_url()  # type: ignore[no-any-return]

    def trail(self) -> list[tuple[str, str]]:
        plan = self.record.plan
        return [("工作计划", reverse("plans:plan-list")), (plan.title, plan.get_absolute_url())]

    def steps(self, month: PlanMonth, user: Any) -> list[Step]:
        by, at = actor(self.request), [month.public_id]
        change = can_change(month.plan) and can_change_month(month)
        arrange = allowed(by, WRITE_ITEM) and change
        send = (
            can_move(month, "submit", by)
            and change
            and can_send_month(
                month.plan, selectors.items_of_month(month.plan.items.all(), month.month).count()
            )
        )
        add = f"{reverse('plans:item-create', args=[month.plan.public_id])}?month={month.month}"
        fill = Step("按上级表样填写", reverse("plans:month-form", args=at), icon="file-text")
        return [
            Step(
                "安排责任人",
                reverse("plans:month-assign", args=at),
                arrange,
                is_primary=not selectors.is_arranged(month),
                icon="users",
            ),
            Step(
                "送审",
                reverse("plans:month-submit", args=at),
                send,
                is_primary=True,
                is_post=True,
                icon="send",
            ),
            Step("添加事项", add, arrange, icon="plus"),
            Step(
                "写本月重点",
                reverse("plans:month-focus", args=at),
                allowed(by, WRITE_PLAN) and change,
                icon="star",
            ),
            *([fill] if forms_for(MONTH.code, user) else []),
        ]

    def print_url(self, month: PlanMonth) -> str:
        return reverse("plans:month-print", args=[month.public_id])

    def context(self) -> Mapping[str, Any]:
        month, today = self.record, timezone.localdate()
        around = {row.month: row for row in month.plan.months.all()}
        items = list(selectors.with_people(selectors.items_of_month(month.plan.items.all(), month.month)))
        late = [item for item in items if item.is_late(today)]
        return {
            "items": items,
            "done": sum(item.state == ItemState.DONE for item in items),
            "late": len(late),
            "late_items": late,
            "is_begun": month.plan.state != PlanState.DRAFT,
            "approval": selectors.approval_of(month),
            "changes": month.changes.select_related("created_by"),
            "carried": selectors.carried_out_of(month.plan, month.month),
            "previous": around.get(after(month.month, -1)),
            "next": around.get(after(month.month)),
            "other_plans": selectors.other_plans_of(month, self.user),
            "print_is_possible": available(),
            "chat_text": month_text(month, items, self.here()) if items else "",
        }


class ThisMonth(Page):
    perm = READ
    title = "本月工作"
    model = PlanMonth
    template_name = "calendar_plans/no_month.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        plan = selectors.plan_of_today(self.user, today)
        if plan is None:
            return self.answer(request, {"can_write": self.user.has(WRITE_PLAN)})
        months = list(plan.months.all())
        now = first_of(today)
        month = next(
            (row for row in months if row.month == now), months[-1] if now > months[-1].month else months[0]
        )
        return redirect(month)


class MonthAssign(MonthPage, FormPage):
    perm = WRITE_ITEM
    form_class = AssignForm
    service = item_services.assign_items
    said = "安排已保存。"
    template_name = "calendar_plans/month_assign.html"

    def page_title(self) -> str:
        return f"安排{self.record.label}的工作"

    def form_arguments(self) -> dict[str, Any]:
        items: QuerySet[Item] = Item.objects.visible_to(self.user).filter(plan=self.record.plan)
        if self.request.method == "POST":
            # The lines that the page showed: what was added since is left alone, what was changed or carried
            # to another month is refused by its version, and what is gone by the form.
            shown = [each for each in lines_in(self.request.POST) if PUBLIC_ID.fullmatch(each)]
            items = items.filter(public_id__in=shown).order_by("position", "pk")
        else:
            items = selectors.items_of_month(items, self.record.month)
        return {"items": list(items), "is_approved": self.record.state == MonthState.APPROVED}

    def arguments(self, form: AssignForm) -> dict[str, Any]:
        reason = form.cleaned_data.get("change_reason", "")
        return {"plan": self.record.plan, "assignments": form.assignments, "change_reason": reason}

    def possible(self) -> Decision:
        return can_change(self.record.plan) and can_change_month(self.record)

    def success_url(self, answer: Any) -> str:
        return self.back_url()


class MonthFocus(MonthPage, EditPage):
    perm = WRITE_PLAN
    form_class = FocusForm
    service = services.set_focus
    record_name = "month"
    said = "本月重点已保存。"

    def page_title(self) -> str:
        return f"{self.record.label}重点"

    def form_arguments(self) -> dict[str, Any]:
        return {"is_approved": self.record.state == MonthState.APPROVED}

    def initial_of(self, month: PlanMonth) -> dict[str, Any]:
        return {"focus": month.focus}

    def possible(self) -> Decision:
        return can_change(self.record.plan) and can_change_month(self.record)


class MonthSubmit(MonthPage, ActPage):
    perm = SUBMIT_MONTH
    title = "送审月计划"
    submit_label = "送审"
    question = "按审批流程依次审批。送审期间不能改，批准以后改动要写原因。"
    service = sign_off.submit_month
    record_name = "month"
    said = "已送审。"

    def possible(self) -> Decision:
        month = self.record
        count = selectors.items_of_month(month.plan.items.all(), month.month).count()
        return can_move(month, "submit", self.actor()) and can_send_month(month.plan, count)


class MonthPrint(MonthPage):
    perm = READ
    template_name = "pages/no_print.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        self.record = self.find(public_id)
        asked = {"month": public_id, "site": request.build_absolute_uri("/").rstrip("/")}
        paper = documents.MonthPaper(self.user, asked)
        paper.month = self.record
        try:
            if paper.is_long():
                return offered(request, paper)
            sheet = print_sheet(paper.sheets()[0])
        except HouqinError as refusal:
            return self.answer(request, {"reason": refusal.message}, status=refusal.status)
        return document_response(request, sheet.pdf, f"{paper.title()}.pdf")

    def page_title(self) -> str:
        return "现在不能打印"


class MonthForm(MonthPage, FilledFormPage):
    perm = READ
    paper = MONTH.code

    def content(self, month: PlanMonth) -> Content:
        return documents.month_content(month, on=timezone.localdate())

    def file_name(self, month: PlanMonth) -> str:
        return documents.month_file_name(month)
