"""Rows of any model, by introspection: what a test needs that walks over every model there is.

A model of a later issue is filled by its fields' types. Where its constraints ask for more, its app's tests
add a builder to `BUILDERS`; where even a single row takes several writes, a maker to `MAKERS`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from calendar_plans.models import CarryOver, Item, Plan, PlanMonth
from calendar_plans.states import ItemState, MonthState, PlanState
from houqin.approvals.models import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
    Meeting,
    RouteSeat,
    RouteStep,
    SeatHolder,
    StruckLine,
)
from houqin.approvals.states import Act, Mode, RequestState, SeatKind, StepState
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.backups.models import Backup
from houqin.checklists.models import (
    CheckAnswer,
    Checklist,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
    FindingRound,
)
from houqin.checklists.states import EditionState, FindingState
from houqin.notifications.models import Channel, Message
from houqin.notifications.states import MessageState
from houqin.orders.models import PrintOrder
from houqin.partners.models import Partner, PartnerAccount, PartnerContact, Qualification
from houqin.partners.states import PartnerState
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.roles import Role
from houqin.places.models import DoorCode, Place
from houqin.rosters.models import (
    Duty,
    DutyKind,
    DutyLog,
    Handover,
    Matter,
    Roster,
    Shift,
    Swap,
)
from houqin.rosters.states import LogState, MatterState, RosterState, SwapState
from houqin.school_calendar.models import SchoolYear, SpecialDay, Term
from houqin.spreadsheets.models import ImportRun
from houqin.states import pairs
from houqin.year_turn.models import TurnLine, YearTurn
from tests import factories
from tests.calendar_plans import factories as plans
from tests.checklists import laid as checks
from tests.partners import factories as partners
from tests.places import factories as places
from tests.school_calendar import factories as calendar

_numbers = count(1)

DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def _plan(**fields: Any) -> Plan:
    if fields.get("state", PlanState.DRAFT) != PlanState.DRAFT:
        fields.setdefault("number", f"JH-2026-R{next(_numbers)}")
    return plans.plan(**fields)


def _reset(**fields: Any) -> PasswordReset:
    return PasswordReset.objects.create(
        user=factories.person(), created_by=factories.person(), reason="忘记密码", **fields
    )


def _plan_month(state: str = MonthState.DRAFT) -> PlanMonth:
    month: PlanMonth = plans.plan().months.first()  # type: ignore[assignment]
    return led_to(month, state)


def _carry_over(**fields: Any) -> CarryOver:
    fields = {"from_month": date(2026, 8, 1), "to_month": date(2026, 9, 1), "reason": "雨天"} | fields
    return CarryOver(item=plans.item(), occurred_on=DAY, **fields)


def _attachment(**fields: Any) -> Attachment:
    told = {"name": "合同.pdf", "kind": "pdf", "size": 1, "sha256": "0" * 64}
    made: Attachment = Attachment.objects.create(**told | fields)
    return made


def _meeting(**fields: Any) -> Meeting:
    vote = {"members": 5, "quorum": 67, "present": 4, "votes_for": 3, "votes_against": 1}
    fields = {"number": f"纪要{next(_numbers)}", "held_on": DAY, "minutes": "议定事项。"} | vote | fields
    return Meeting(body=value_for(Meeting._meta.get_field("body")), **fields)


def _turn(**fields: Any) -> YearTurn:
    return YearTurn(**{"begins_in": 2000 + next(_numbers) % 200, "done_at": NOW} | fields)


def _turn_line(**fields: Any) -> TurnLine:
    new = {"act": "new", "grade": 7, "number": 1, "name": "七（1）班", "entry_year": 2026}
    return TurnLine(**{"turn": fields.pop("turn", None) or make(YearTurn)} | new | fields)


def _role_seat_of_a_route(**fields: Any) -> RouteSeat:
    step = fields.pop("step", None) or make(RouteStep)
    return RouteSeat(**{"step": step, "position": 1, "kind": SeatKind.ROLE, "role": Role.GUARD} | fields)


def _first_request(**fields: Any) -> ApprovalRequest:
    """A request of one step that has not been entered yet, about a department of its own."""
    fields = {"number": f"SP-2026-R{next(_numbers)}", "digest": "a" * 64, "length": 1} | fields
    fields.setdefault("edition", value_for(ApprovalRequest._meta.get_field("edition")))
    return ApprovalRequest(
        subject_kind="test.spending",
        content_type=ContentType.objects.get_for_model(Department),
        object_id=factories.department().pk,
        title="经费申请",
        applicant=factories.person(),
        submitted_at=NOW,
        **fields,
    )


def _waiting_step(**fields: Any) -> ApprovalStep:
    request = fields.pop("request", None) or make(ApprovalRequest)
    fields = {"submission": 1, "round": 1, "position": 1, "label": "门卫", "hours": 16} | fields
    return ApprovalStep(request=request, mode=Mode.ANY, **fields)


def _role_seat(**fields: Any) -> ApprovalSeat:
    """A seat that the route of its request names, too."""
    step = fields.pop("step", None) or make(ApprovalStep)
    named = {"position": 1, "kind": SeatKind.ROLE, "role": Role.GUARD} | fields
    make(RouteSeat, step=make(RouteStep, edition=step.request.edition), **named)
    return ApprovalSeat(step=step, **named)


def _holder(**fields: Any) -> SeatHolder:
    seat = fields.pop("seat", None) or make(ApprovalSeat)
    return SeatHolder(seat=seat, user=factories.person(Role.GUARD), **fields)


def _agreement(**fields: Any) -> ApprovalDecision:
    """What a holder says at the open step of a request: agreed, to the content that it carries."""
    holder = make(SeatHolder)
    step = holder.seat.step
    step.state = StepState.OPEN
    step.save()
    fields = {"act": Act.AGREE, "decided_by": holder.user, "decided_at": NOW} | fields
    return ApprovalDecision(
        request=step.request,
        step=step,
        seat=holder.seat,
        round=step.round,
        applicant=step.request.applicant,
        digest=step.request.digest,
        **fields,
    )


def _struck_line(**fields: Any) -> StruckLine:
    decision = make(ApprovalDecision)
    fields = {"submission": 1, "line": "1", "label": "物品", "amount": 10} | fields
    return StruckLine(request=decision.request, decision=decision, **fields)


def _channel(**fields: Any) -> Channel:
    return Channel(**{"way": "wecom", "name": f"群{next(_numbers)}", "host": "qyapi.weixin.qq.com"} | fields)


def _request(state: str = "", settled_at: datetime | None = None) -> ApprovalRequest:
    """A request before its first step; in a `state` its only step is agreed, or nobody could approve it."""
    if not state:
        return _saved(_first_request())
    decision = make(ApprovalDecision)
    decision.step.state = StepState.AGREED
    decision.step.save()
    return led_to(decision.request, state)


def led_to(row: Any, state: str) -> Any:
    """`row` in `state`, by legal moves: the database lets it go no other way."""
    for after in _way(pairs(row.TRANSITIONS), row.state, state):
        type(row)._base_manager.filter(pk=row.pk).update(state=after, **fields_of_state(type(row), after))
    row.refresh_from_db()
    return row


def _way(legal: list[tuple[str, str]], start: str, goal: str) -> list[str]:
    """The states of a shortest legal way from `start` to `goal`, without `start`."""
    ways: dict[str, list[str]] = {start: []}
    while goal not in ways:
        further = {to: [*ways[by], to] for by, to in legal if by in ways and to not in ways}
        if not further:
            raise LookupError(f"no move leads from {start} to {goal}")
        ways |= further
    return ways[goal]


def _edition(
    state: str = EditionState.DRAFT, used_from: datetime | None = None, **fields: Any
) -> ChecklistEdition:
    return led_to(checks.draft(**fields), state)  # type: ignore[no-any-return]


def _item(**fields: Any) -> ChecklistItem:
    facts = {"edition": checks.draft(), "position": 30, "text": f"检查项{next(_numbers)}"}
    return ChecklistItem(**facts | fields)


def _check(**fields: Any) -> CheckRun:
    """A check that has one answer to come."""
    edition, room = checks.in_use(), places.room()
    facts = {
        "number": f"JC-R-{next(_numbers)}", "draft_id": uuid.uuid4(), "edition": edition, "answered": 1,
        "content_type": ContentType.objects.get_for_model(room), "object_id": room.pk,
        "subject_label": str(room), "performed_by": factories.person(), "performed_at": NOW,
        "grade": "passing",
    }  # fmt: skip
    return CheckRun(**facts | fields)


def _answer(**fields: Any) -> CheckAnswer:
    run = make(CheckRun)
    facts = {"run": run, "item": run.edition.items.get(), "verdict": "good", "origin": "by_hand"}
    return CheckAnswer(**facts | fields)


def _finding(state: str = "", closed_at: datetime | None = None, **fields: Any) -> Finding:
    """A finding as it was found; asked for in a state, one that can go on wherever that state leads."""
    made = checks.finding(factories.person(), **fields)
    if not state:
        return made
    done = FindingRound(
        finding=made, round=1, rectified_by=factories.person(), rectified_at=NOW, measure="换了"
    )
    _saved(done)
    if state != FindingState.OPEN:
        led_to(made, FindingState.RECTIFIED)
        done.result, done.rechecked_by, done.rechecked_at = "passed", factories.person(), NOW
        done.save()
    return led_to(made, state)  # type: ignore[no-any-return]


def _round(**fields: Any) -> FindingRound:
    found = checks.finding(factories.person())
    facts = {
        "finding": found,
        "round": 1,
        "rectified_by": found.owner,
        "rectified_at": NOW,
        "measure": "换了",
    }
    return FindingRound(**facts | fields)


def _shift(**fields: Any) -> Shift:
    facts = {"kind": fields.pop("kind", None) or make(DutyKind), "name": f"班次{next(_numbers)}"}
    return Shift(**facts | {"begins": time(8), "ends": time(17)} | fields)


def _roster(**fields: Any) -> Roster:
    facts = {"kind": fields.pop("kind", None) or make(DutyKind), "name": f"值班表{next(_numbers)}"}
    return Roster(**facts | {"first_on": DAY, "last_on": DAY} | fields)


def _duty(**fields: Any) -> Duty:
    roster = fields.pop("roster", None) or make(Roster)
    shift = fields.pop("shift", None) or make(Shift, kind=roster.kind)
    begins_at, ends_at = shift.times(DAY)
    facts = {"roster": roster, "shift": shift, "day": DAY, "person": factories.person()}
    return Duty(**facts | {"begins_at": begins_at, "ends_at": ends_at} | fields)


def _swap(**fields: Any) -> Swap:
    duty = make(Duty)
    facts = {"kind": duty.roster.kind, "duty": duty, "duty_label": f"班{next(_numbers)}", "reason": "有事"}
    facts |= {"asker": duty.person, "other": factories.person(), "asked_at": NOW}
    return Swap(**facts | fields)


def _log(**fields: Any) -> DutyLog:
    shift = make(Shift)
    begins_at, ends_at = shift.times(DAY)
    facts = {"kind": shift.kind, "shift": shift, "day": DAY, "begins_at": begins_at, "ends_at": ends_at}
    return DutyLog(**facts | fields)


def _matter(**fields: Any) -> Matter:
    log = fields.pop("log", None) or make(DutyLog)
    return Matter(
        **{"kind": log.kind, "log": log, "text": f"事项{next(_numbers)}", "raised_at": NOW} | fields
    )


def _handover(**fields: Any) -> Handover:
    """What hands over a log that somebody signed."""
    log = make(DutyLog)
    DutyLog.objects.filter(pk=log.pk).update(
        state=LogState.SIGNED, signed_by=factories.person(), signed_at=NOW
    )
    log.refresh_from_db()
    facts = {"log": log, "given_by": log.signed_by, "taken_by": factories.person(), "taken_at": NOW}
    return Handover(**facts | fields)


# What the types of the fields do not tell, for a row that one INSERT makes: gives it unsaved, with what it
# points at saved.
BUILDERS: dict[type[models.Model], Callable[..., Any]] = {
    CarryOver: _carry_over,
    CheckAnswer: _answer,
    CheckRun: _check,
    ChecklistEdition: lambda **fields: ChecklistEdition(
        **{"checklist": make(Checklist), "number": 1} | fields
    ),
    ChecklistItem: _item,
    Duty: _duty,
    DutyLog: _log,
    Handover: _handover,
    Matter: _matter,
    Swap: _swap,
    FindingRound: _round,
    Meeting: _meeting,
    Roster: _roster,
    RouteSeat: _role_seat_of_a_route,
    ApprovalRequest: _first_request,
    ApprovalStep: _waiting_step,
    ApprovalSeat: _role_seat,
    SeatHolder: _holder,
    Shift: _shift,
    ApprovalDecision: _agreement,
    StruckLine: _struck_line,
    Backup: lambda **fields: Backup(
        **{"name": f"备份{next(_numbers)}", "begun_at": NOW, "ended_at": NOW, "said": "磁盘满了。"} | fields
    ),
    Channel: _channel,
    Partner: partners.built,
    PartnerAccount: lambda **fields: PartnerAccount(
        **{"partner": partners.partner(), "payee": "户名", "bank": "农信社", "account": "1000000000"} | fields
    ),
    PartnerContact: lambda **fields: PartnerContact(
        **{"partner": partners.partner(), "name": "柴小妹", "phone": "13800001011"} | fields
    ),
    Qualification: lambda **fields: Qualification(
        **{"partner": partners.partner(), "kind": "business"} | fields
    ),
    TurnLine: _turn_line,
    YearTurn: _turn,
    PrintOrder: lambda **fields: PrintOrder(
        **{
            "kind": "places.door_labels",
            "title": "房间门牌",
            "fingerprint": f"{next(_numbers):064}",
            "ready_at": NOW,
            "expires_at": NOW,
            "said": "磁盘满了。",
        }
        | fields
    ),
    ImportRun: lambda **fields: ImportRun(**{"kind": "classes", "imported_at": NOW} | fields),
}

# The same for what is not made by one INSERT, or by a factory that tests use anyhow: gives a saved row.
MAKERS: dict[type[models.Model], Callable[..., Any]] = {
    User: factories.person,
    ChecklistEdition: _edition,
    Finding: _finding,
    SchoolClass: factories.school_class,
    SchoolYear: calendar.school_year,
    SpecialDay: calendar.special_day,
    Term: lambda **fields: calendar.school_year().terms.get(number=1),
    RoleHolding: lambda **fields: RoleHolding.objects.create(
        user=factories.person(), role=Role.GUARD, **fields
    ),
    PasswordReset: _reset,
    Plan: _plan,
    PlanMonth: _plan_month,
    Item: plans.item,
    Attachment: _attachment,
    AttachmentLink: lambda **fields: AttachmentLink.objects.create(
        **{"attachment": _attachment(), "parent_model": "calendar_plans.plan", "parent_id": 1} | fields
    ),
    Place: places.campus,
    DoorCode: lambda **fields: DoorCode.objects.create(**{"place": places.campus()} | fields),
    ApprovalRequest: _request,
}


def make(model: type[models.Model], **fields: Any) -> Any:
    """A saved row of `model`, with whatever it must point at."""
    if model in MAKERS:
        return MAKERS[model](**fields)
    return _saved(build(model, **fields))


def build(model: type[models.Model], **fields: Any) -> Any:
    """An unsaved row of `model` that the database would take beside the others, pointing at saved ones."""
    if model in BUILDERS:
        return BUILDERS[model](**fields)
    filled = {
        field.name: value_for(field)
        for field in model._meta.concrete_fields
        if field.name not in fields and _must_be_given(field)
    }
    return model(**filled | fields)


def _saved(row: Any) -> Any:
    row.save(force_insert=True)
    return row


def _must_be_given(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.GeneratedField | models.AutoField) or field.has_default() or field.null:
        return False
    return field.editable and not (field.blank and isinstance(field, models.CharField | models.TextField))


def value_for(field: models.Field[Any, Any]) -> Any:
    """A value that `field` takes and that no earlier call gave."""
    number = next(_numbers)
    if isinstance(field, models.ForeignKey):
        return make(field.related_model)
    if field.choices:
        return field.choices[0][0]
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return value(number)
    return f"文字{number}"[: field.max_length or 40]


_VALUES: list[tuple[type[models.Field[Any, Any]], Callable[[int], Any]]] = [
    (models.BooleanField, lambda number: False),
    (models.DateTimeField, lambda number: timezone.now()),
    (models.DateField, lambda number: DAY),
    (models.PositiveSmallIntegerField, lambda number: number % 30_000),
    (models.IntegerField, lambda number: number),
    (models.DecimalField, lambda number: number),
    (models.JSONField, lambda number: {"n": number}),
    (ArrayField, lambda number: []),
]

# The states of rows that a table of transitions starts from, with what the database wants beside them.
STATE_FIELDS: dict[tuple[type[models.Model], str], dict[str, Any]] = {
    (Item, ItemState.DONE): {"settled_on": DAY, "outcome": "已办"},
    (Item, ItemState.NOT_DONE): {"settled_on": DAY, "outcome": "下雨"},
    (Item, ItemState.PLANNED): {"settled_on": None, "outcome": ""},
    (Item, ItemState.IN_PROGRESS): {"settled_on": None, "outcome": ""},
    **{(Message, each): {"sent_at": None} for each in MessageState if each != MessageState.SENT},
    (Message, MessageState.SENT): {"sent_at": NOW},
    (ChecklistEdition, EditionState.IN_USE): {"used_from": NOW},
    (ChecklistEdition, EditionState.DRAFT): {"used_from": None},
    (ChecklistEdition, EditionState.RETIRED): {"used_from": NOW},
    (DutyLog, LogState.OPEN): {"signed_at": None},
    (DutyLog, LogState.SIGNED): {"signed_at": NOW},
    (Matter, MatterState.OPEN): {"closed_at": None},
    (Matter, MatterState.CLOSED): {"closed_at": NOW},
    **{(Swap, each): {"settled_at": NOW} for each in SwapState},
    (Swap, SwapState.ASKED): {"settled_at": None},
    (Swap, SwapState.AGREED): {"settled_at": None},
    (Roster, RosterState.DRAFT): {"published_at": None},
    (Roster, RosterState.PUBLISHED): {"published_at": NOW},
    (Partner, PartnerState.IN_USE): {"retired_on": None, "retire_reason": ""},
    (Partner, PartnerState.STOPPED): {"retired_on": DAY, "retire_reason": "合同到期"},
    (Finding, FindingState.OPEN): {"closed_at": None},
    (Finding, FindingState.RECTIFIED): {"closed_at": None},
    (Finding, FindingState.CLOSED): {"closed_at": NOW},
    (ApprovalRequest, RequestState.OPEN): {"settled_at": None},
    (ApprovalRequest, RequestState.RETURNED): {"settled_at": None},
    (ApprovalRequest, RequestState.APPROVED): {"settled_at": NOW},
    (ApprovalRequest, RequestState.REFUSED): {"settled_at": NOW},
    (ApprovalRequest, RequestState.WITHDRAWN): {"settled_at": NOW},
}


def fields_of_state(model: type[models.Model], state: str) -> dict[str, Any]:
    """What must be set together with `state`, for the database to take it."""
    return STATE_FIELDS.get((model, state), {})
