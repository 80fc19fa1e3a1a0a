"""Routes: made, rewritten as a new edition, put in order, retired. An edition in use is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from houqin.actors import Actor
from houqin.approvals.models import (
    EditionDepartment,
    MeetingBody,
    Route,
    RouteEdition,
    RouteSeat,
    RouteStep,
)
from houqin.approvals.states import Mode, SeatKind
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import Department, User
from houqin.registry import registry
from houqin.saving import save_or_refuse

MANAGE = "houqin.approval_route:manage"
ROUTE_SENTENCES = {
    "one_route_per_kind_and_name": ("这类事项已有同名的流程，请换一个名称。", "name"),
    "route_has_a_name": ("请填写流程名称。", "name"),
}
EDITION_SENTENCES = {
    "route_band_is_not_empty": ("“不超过”的金额要大于“大于”的金额，请核对。", "up_to"),
    "one_edition_per_number": ("刚才有人改过这条流程，请刷新后再改。", None),
}


@dataclass(frozen=True, slots=True)
class SeatDraft:
    """A seat as it is typed in."""

    kind: str
    role: str = ""
    person: User | None = None
    body: MeetingBody | None = None
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as it is typed in; `hours` is how long it may take, in working hours."""

    label: str
    seats: Sequence[SeatDraft]
    mode: str = Mode.ANY
    hours: int = 16
    copies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a route applies; amounts in yuan, `over` exclusive and `up_to` inclusive."""

    over: Decimal | None = None
    up_to: Decimal | None = None
    categories: Sequence[str] = ()
    departments: Sequence[Department] = field(default_factory=tuple)
    budget: str = ""


def create_route(
    *, name: str, kind: str, order: int = 50, conditions: Conditions, steps: Sequence[StepDraft], by: Actor
) -> Route:
    """Add a route with its first edition.

    Raises `NotAllowed`, and `RuleBroken` for an unknown kind, a taken name, an empty band or step.
    """
    require(by, MANAGE)
    if kind not in registry.approval_subjects:
        raise RuleBroken("请选这条流程适用的事项。", field="kind")
    route = Route(name=name.strip(), subject_kind=kind, order=order)
    route.set_maker(by)
    save_or_refuse(route, ROUTE_SENTENCES)
    _write_edition(route, 1, conditions, steps, reason="", by=by)
    return route


def rewrite_route(
    *,
    route: Route,
    name: str,
    order: int,
    conditions: Conditions,
    steps: Sequence[StepDraft],
    reason: str,
    version: int | None = None,
    by: Actor,
) -> Route:
    """Give a route a new edition, in force for what is submitted from now on; what runs is not touched.

    Raises as `create_route`, `EditedMeanwhile`, and `RuleBroken` without a reason.
    """
    require(by, MANAGE, route)
    route = lock(route)
    route.expect_version(version)
    if not reason.strip():
        raise RuleBroken("请写明修改原因，以后查得到为什么改。", field="reason")
    _require_in_use(route)
    route.name, route.order = name.strip(), order
    save_or_refuse(route, ROUTE_SENTENCES)
    newest = route.editions.order_by("-number").values_list("number", flat=True).first() or 0
    _write_edition(route, newest + 1, conditions, steps, reason=reason.strip(), by=by)
    return route


def retire_route(*, route: Route, on: date, version: int | None = None, by: Actor) -> Route:
    """Retire a route as of a day; requests on their way run on to their end."""
    require(by, MANAGE, route)
    route = lock(route)
    route.expect_version(version)
    _require_in_use(route)
    route.retired_on = on
    route.save(update_fields=["retired_on"])
    return route


def _require_in_use(route: Route) -> None:
    if route.retired_on is not None:
        raise RuleBroken("这条流程已经停用。")


def _write_edition(
    route: Route,
    number: int,
    conditions: Conditions,
    steps: Sequence[StepDraft],
    *,
    reason: str,
    by: Actor,
) -> None:
    _require_steps(steps)
    edition = RouteEdition(
        route=route, number=number, over=conditions.over, up_to=conditions.up_to,
        categories=list(conditions.categories), budget=conditions.budget, reason=reason,
    )  # fmt: skip
    edition.set_maker(by)
    save_or_refuse(edition, EDITION_SENTENCES)
    for department in conditions.departments:
        EditionDepartment(edition=edition, department=department, created_by=by.user).save()
    for position, draft in enumerate(steps, 1):
        step = RouteStep(
            edition=edition, position=position, label=draft.label.strip(), mode=draft.mode, hours=draft.hours,
            copies=list(draft.copies), created_by=by.user,
        )  # fmt: skip
        step.save()
        for place, seat in enumerate(draft.seats, 1):
            RouteSeat(
                step=step, position=place, kind=seat.kind, role=seat.role, person=seat.person, body=seat.body,
                stand_in=seat.stand_in, created_by=by.user,
            ).save()  # fmt: skip


def _require_steps(steps: Sequence[StepDraft]) -> None:
    if not steps:
        raise RuleBroken("流程至少要有一个环节。")
    for place, step in enumerate(steps, 1):
        if not step.label.strip():
            raise RuleBroken(f"第 {place} 步还没有名称。")
        if not step.seats:
            raise RuleBroken(f"第 {place} 步“{step.label}”还没有审批人。")
        if len(step.seats) > 1 and any(seat.kind == SeatKind.MEETING for seat in step.seats):
            raise RuleBroken(f"第 {place} 步“{step.label}”由会议决定，不能再加别的审批人，请另设一步。")
