"""审批流程: the table of routes, a route drawn, its editor, and the try-out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from houqin.approvals import selectors, services
from houqin.approvals.forms import RetireForm, RouteForm, TryForm, initial_steps
from houqin.approvals.matching import edition_for, planned_steps
from houqin.approvals.models import Route
from houqin.approvals.subjects import Facts
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.registry import registry
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
from houqin.web.templatetags.houqin import clock

READ, MANAGE = "houqin.approval_route:read", "houqin.approval_route:manage"


def kind_of(route: Route) -> str:
    """What the route is for, in the office's words."""
    subject = registry.approval_subjects.get(route.subject_kind)
    return subject.label if subject is not None else route.subject_kind


def when(route: Route) -> str:
    """The conditions in force."""
    return "".join(selectors.conditions_of(edition) for edition in selectors.in_force(route))


def who_signs(route: Route) -> str:
    """Who signs in which order."""
    return "".join(selectors.signers_of(edition) for edition in selectors.in_force(route))


class RouteList(ListPage):
    """The routes in the order in which they are compared."""

    perm = READ
    model = Route
    title = "审批流程"
    columns = (
        Column("name", "流程", sort="name"),
        Column("subject_kind", "适用事项", kind_of, sort="subject_kind"),
        Column("conditions", "条件", when, is_wide=True),
        Column("signers", "依次审批", who_signs, is_wide=True),
        Column("order", "顺序", sort="order", is_number=True, on_phone=False),
        Column("retired_on", "停用日期", sort="retired_on", is_rare=True),
    )
    filters = (RETIRED,)
    order = ("subject_kind", "order")
    search_hint = "流程名称"
    search_fields = ("name",)
    create = Way("新增流程", "approvals:route-create", MANAGE, icon="plus")
    empty_title = "还没有审批流程"
    empty_hint = "先写一条：什么事、多少钱以内、由谁依次审批。写好后可以试一试。"

    def rows(self) -> Any:
        return selectors.with_editions(super().rows())


class RouteDetail(ObjectPage):
    """A route as it is in force, and how it was before."""

    perm = READ
    model = Route
    template_name = "approvals/route.html"

    def trail(self) -> list[tuple[str, str]]:
        return [("审批流程", reverse("approvals:route-list"))]

    def back_url(self) -> str:
        return reverse("approvals:route-list")

    def facts(self, route: Route) -> list[tuple[str, Any]]:
        edition = selectors.newest_edition(route)
        return [
            ("适用事项", kind_of(route)),
            ("条件", selectors.conditions_of(edition)),
            ("顺序", route.order),
            ("版次", f"第 {edition.number} 版" if edition else ""),
            ("停用日期", route.retired_on),
        ]

    def steps(self, route: Route, user: User) -> list[Step]:
        may = allowed(actor(self.request), MANAGE)
        at = [route.public_id]
        found = [
            Step("试一试", reverse("approvals:route-try"), is_primary=not may, icon="flask-conical"),
        ]
        if route.retired_on is None:
            found += [
                Step("修改", reverse("approvals:route-edit", args=at), may, is_primary=True, icon="pencil"),
                Step("停用", reverse("approvals:route-retire", args=at), may, is_danger=True, icon="archive"),
            ]
        return found

    def context(self) -> Mapping[str, Any]:
        return {
            "chain": selectors.drawn_route(selectors.newest_edition(self.record)),
            "overlaps": selectors.overlapping(self.record),
        }

    def linked(self, route: Route) -> list[Linked]:
        editions = route.editions.select_related("created_by").order_by("-number")
        things = [
            Thing(
                f"第 {each.number} 版",
                detail=f"{clock(each.created_at)} {each.created_by or '系统'}　{each.reason}",
            )
            for each in editions
        ]
        return [Linked("历次版本", things)]


class RouteEditor:
    """What the two forms of a route have in common."""

    template_name: ClassVar[str] = "approvals/route_form.html"
    form_class: ClassVar[type[forms.BaseForm]] = RouteForm

    def arguments(self, form: RouteForm) -> dict[str, Any]:
        names = [name for name in ("name", "kind", "order", "reason") if name in form.cleaned_data]
        given = {name: form.cleaned_data[name] for name in names}
        return given | {"conditions": form.conditions(), "steps": form.steps()}


class RouteCreate(RouteEditor, FormPage):
    """Add a route."""

    perm = MANAGE
    model = Route
    title = "新增流程"
    service = services.create_route
    said = "流程已新增。"

    def initial(self) -> dict[str, Any]:
        return {"order": 50}

    def back_url(self) -> str:
        return reverse("approvals:route-list")


class RouteEdit(RouteEditor, EditPage):
    """Rewrite a route as a new edition."""

    perm = MANAGE
    model = Route
    title = "修改流程"
    service = services.rewrite_route
    record_name = "route"
    said = "新的一版已生效，正在审批的单子按原来的流程走完。"

    def form_arguments(self) -> dict[str, Any]:
        return {"subject_kind": self.record.subject_kind}

    def initial_of(self, route: Any) -> dict[str, Any]:
        edition = selectors.newest_edition(self.record)
        found: dict[str, Any] = {"name": route.name, "order": route.order}
        if edition is not None:
            found |= {name: getattr(edition, name) for name in ("over", "up_to", "budget")}
            found["departments"] = list(edition.departments.values_list("pk", flat=True))
            found |= initial_steps(edition)
        return found


class RouteRetire(ActPage):
    """Retire a route."""

    perm = MANAGE
    model = Route
    title = "停用流程"
    submit_label = "停用"
    is_danger = True
    question = "停用后新提交的事项不再走这条流程，正在审批的单子不受影响。"
    form_class = RetireForm
    service = services.retire_route
    record_name = "route"
    said = "流程已停用。"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class RouteTry(Page):
    """Type what somebody would ask for, and see which route it takes and who signs today."""

    perm = READ
    model = Route
    title = "试一试审批流程"
    template_name = "approvals/route_try.html"

    def back_url(self) -> str:
        return reverse("approvals:route-list")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = TryForm(request.GET if "kind" in request.GET else None)
        found: dict[str, Any] = {"form": form, "is_tried": False}
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            applicant: User = given["applicant"]
            facts = Facts(
                department=applicant.department, amount=given.get("amount"), budget=given.get("budget", "")
            )
            edition = edition_for(given["kind"], facts)
            steps = planned_steps(edition, applicant, facts) if edition is not None else []
            found |= {"is_tried": True, "edition": edition, "steps": steps}
            found["stuck"] = [step.label for step in steps if step.vacant]
        return self.answer(request, found, status=422 if form.is_bound and not form.is_valid() else 200)
