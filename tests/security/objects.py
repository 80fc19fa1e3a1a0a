"""For every route that names a row: a row of one's own, somebody else's, and one that is not there.

One maker a model gives all three. A route whose act needs the row in a certain state, or somebody else's row,
has an entry of its own in `READY`. A route without either fails `test_every_route_has_its_objects`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from calendar_plans.models import Category, Item, Plan, PlanMonth, Reading
from calendar_plans.services.sign_off import KIND
from calendar_plans.states import ItemState
from houqin.actors import System
from houqin.approvals import services as approvals
from houqin.approvals.models import ApprovalRequest, ApprovalStep, MeetingBody
from houqin.approvals.models import Route as ApprovalRoute
from houqin.approvals.services import Conditions, SeatDraft, StepDraft
from houqin.approvals.states import SeatKind
from houqin.attachments.checking import CheckedFile
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.checklists.models import (
    CheckAnswer,
    Checklist,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
)
from houqin.notifications.models import Channel, Message, Notice
from houqin.office_forms.models import OfficeForm
from houqin.orders.models import PrintOrder
from houqin.partners.models import Partner, PartnerContact, Qualification
from houqin.people.acting import ActingFor
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.places.models import DoorCode, Place
from houqin.rosters.models import Duty, DutyKind, DutyLog, LogEntry, Matter, Roster, Shift, Swap
from houqin.school import School
from houqin.school_calendar.models import CalendarFeed, SpecialDay, Term
from houqin.school_settings.models import SettingChange
from houqin.spreadsheets.models import ImportRun
from houqin.year_turn.models import YearTurn
from tests import factories
from tests.attachments import factories as files
from tests.calendar_plans import factories as plans
from tests.checklists import laid as checks
from tests.notifications import factories as notices
from tests.office_forms.factories import bare_form
from tests.office_forms.papers import word_form
from tests.orders import factories as orders
from tests.partners import factories as partners
from tests.places import factories as places
from tests.rosters import laid as rosters
from tests.school_calendar import factories as calendar
from tests.security.filling import Control, File
from tests.security.walking import Route
from tests.spreadsheets import factories as imports
from tests.year_turn import factories as turns

Maker = Callable[[User], Any]

# Well-formed, and nobody's: 0 is not in the alphabet of public ids.
ABSENT = "0000000000"

_numbers = count(1)

TEXT = """2026—2027学年度第一学期总务工作计划
二、工作目标
1.服务教学，保障有力。
三、月工作安排
八月份
1.检修教室门窗、桌凳。
2.清理校园杂草。
九月份
1.签订安全责任书。
"""


def department_of(user: User) -> Department:
    """The department of `user`, who gets one when he has none."""
    if user.department is None:
        user.department = factories.department()
        user.save(update_fields=["department"])
    return user.department


def draft_of(user: User) -> Plan:
    plan = plans.plan(department_of(user))
    plans.item(plan, owner=user)
    return plan


def running_of(user: User) -> Plan:
    plan = plans.running_plan(department_of(user))
    plans.item(plan, owner=user)
    return plan


def settled_of(user: User, **fields: Any) -> Plan:
    plan = plans.running_plan(department_of(user), **fields)
    plans.item(plan, owner=user, state=ItemState.DONE)
    return plan


def item_of(user: User, **fields: Any) -> Item:
    return plans.item(plans.running_plan(department_of(user)), owner=user, **fields)


def month_of(user: User) -> PlanMonth:
    return running_of(user).months.all()[0]


def month_on_paper(user: User) -> dict[str, Any]:
    """What an order of the month's sheet says, which everybody prints of his own plans."""
    asked = {"month": month_of(user).public_id, "site": orders.SITE}
    return {"kind": "calendar_plans.month", "asked": asked}


def reading_of(user: User) -> Reading:
    made: Reading = Reading.objects.create(text=TEXT, created_by=user)
    return made


def colleague(user: User, *roles: Role, **fields: Any) -> User:
    """Somebody else, whom an administrator's act is about."""
    return factories.person(*roles, department=department_of(user), **fields)


def reset_of(user: User) -> PasswordReset:
    return PasswordReset.objects.create(
        user=colleague(user, Role.CASHIER), created_by=factories.person(Role.SYSTEM_ADMIN), reason="当面申请"
    )


def holding_of(user: User, role: Role = Role.GUARD) -> RoleHolding:
    made: RoleHolding = RoleHolding.objects.create(user=user, role=role)
    return made


def coming_change() -> SettingChange:
    """A change of a setting that begins tomorrow; settings belong to nobody, so everybody's is the same."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    made: SettingChange = SettingChange.objects.create(
        code="plans.remind_days", value="7", valid_from=tomorrow, reason="例会商定"
    )
    return made


@contextmanager
def in_service(user: User) -> Iterator[None]:
    """A disabled person had work too, from the time when his account was in use."""
    was = user.is_active
    user.is_active = True
    user.save(update_fields=["is_active"])
    yield
    user.is_active = was
    user.save(update_fields=["is_active"])
    user.__dict__.pop("roles", None)
    user.__dict__.pop("rights", None)


def _kept_in_service(make: Maker) -> Maker:
    def made(user: User) -> Any:
        with in_service(user):
            return make(user)

    return made


@transaction.atomic
def request_of(user: User, *, decider: User | None = None) -> ApprovalRequest:
    """A month's work that `user` has sent for approval, to be decided by `decider` or by a 校长."""
    decider = decider or _principal()
    seats = [SeatDraft(SeatKind.PERSON, person=each) for each in (decider, _principal())]
    route = approvals.create_route(
        name=f"流程{next(_numbers)}", kind=KIND, order=next(_numbers), conditions=Conditions(),
        steps=[StepDraft("审批", seats[:1]), StepDraft("再审", seats[1:])],
        by=System("测试"),
    )  # fmt: skip
    ApprovalRoute.objects.filter(subject_kind=KIND).exclude(pk=route.pk).update(retired_on=date(2026, 9, 1))
    plan = plans.running_plan(department_of(user))
    plans.item(plan, owner=user)
    month = plan.months.get(month=plan.items.get().month)
    PlanMonth.objects.filter(pk=month.pk).update(state="submitted")
    return approvals.submit(record=month, kind=KIND, by=factories.acting(user))


def _principal() -> User:
    return factories.person(Role.PRINCIPAL)


def _signer(user: User) -> User:
    """`user`, or a 校长 in the place of an administrator, for whom no step ever waits (A5)."""
    is_barred = user.holdings.filter(role__in=ADMINISTRATORS, ended_at=None).exists()
    return _principal() if is_barred else user


def step_for(user: User) -> ApprovalStep:
    """The open step of somebody else's request that waits for `user`."""
    return request_of(factories.person(Role.TEACHER), decider=_signer(user)).steps.get(position=1)


@transaction.atomic
def step_of_meeting(user: User) -> ApprovalStep:
    """A step that a meeting decides to which `user` belongs, with its minutes written down."""
    user = _signer(user)
    body = body_with(user)
    steps = [StepDraft("会议", [SeatDraft(SeatKind.MEETING, body=body)])]
    route = approvals.create_route(
        name=f"流程{next(_numbers)}", kind=KIND, conditions=Conditions(), steps=steps, by=System("测试")
    )
    ApprovalRoute.objects.filter(subject_kind=KIND).exclude(pk=route.pk).update(retired_on=date(2026, 9, 1))
    item = item_of(factories.person(Role.TEACHER))
    month = item.plan.months.get(month=item.month)
    PlanMonth.objects.filter(pk=month.pk).update(state="submitted")
    asked = approvals.submit(record=month, kind=KIND, by=factories.acting(item.owner))
    approvals.hold_meeting(
        body=body, number=f"纪要{next(_numbers)}", held_on=timezone.localdate(), attendees=[user],
        votes_for=1, minutes="同意。", by=System("测试"),
    )  # fmt: skip
    return asked.steps.get()


@transaction.atomic
def body_with(user: User) -> MeetingBody:
    return approvals.create_body(name=f"会议{next(_numbers)}", quorum=50, members=[user], by=System("测试"))


@transaction.atomic
def route_in_use(user: User) -> ApprovalRoute:
    seat = SeatDraft(SeatKind.ROLE, role=str(Role.PRINCIPAL))
    return approvals.create_route(
        name=f"流程{next(_numbers)}", kind=KIND, conditions=Conditions(), steps=[StepDraft("校长", [seat])],
        by=System("测试"),
    )  # fmt: skip


def acting_of(user: User) -> ActingFor:
    """A day on which somebody acts for `user`: today, or the day after the last one, as no two overlap."""
    day = timezone.localdate() + timedelta(days=ActingFor.objects.filter(absent=user).count())
    made: ActingFor = ActingFor.objects.create(
        absent=user, deputy=factories.person(), first_day=day, last_day=day, reason="出差", created_by=user
    )
    return made


def month_to_send(user: User) -> PlanMonth:
    route_in_use(user)
    factories.person(Role.PRINCIPAL)
    item = item_of(user)
    return item.plan.months.get(month=item.month)


def _class_of(head_teacher: User, count: int) -> SchoolClass:
    """A class of his; grades and numbers as a school has them, and no two alike among 540."""
    return factories.school_class(count // 90 % 6 + 1, count % 90 + 1, head_teacher=head_teacher)


@cache
def a_photo() -> CheckedFile:
    """One picture for everybody: each drawing costs a process."""
    return files.checked(files.picture(), "现场.jpg")


def link_of(user: User) -> AttachmentLink:
    """A file that he attached to an item of his own; only who reads that item sees it."""
    made: AttachmentLink = AttachmentLink.objects.create(
        attachment=files.laid(user), parent_model="calendar_plans.item", parent_id=item_of(user).pk,
        created_by=user,
    )  # fmt: skip
    return made


# By model: a row that belongs to the person.
OWNED: dict[type[Any], Maker] = {
    CalendarFeed: calendar.feed,
    Channel: lambda user: notices.channel(),
    Message: lambda user: notices.message(),
    Notice: notices.notice,
    Attachment: files.laid,
    AttachmentLink: link_of,
    ActingFor: acting_of,
    ApprovalRequest: _kept_in_service(request_of),
    ApprovalStep: _kept_in_service(step_for),
    Category: lambda user: plans.category(),
    CheckAnswer: checks.waiting_answer,
    Checklist: lambda user: checks.in_use().checklist,
    ChecklistEdition: lambda user: checks.draft(),
    ChecklistItem: lambda user: checks.draft().items.first(),
    CheckRun: checks.run,
    Department: department_of,
    Duty: rosters.duty,
    DutyKind: rosters.kind,
    DutyLog: rosters.log,
    LogEntry: rosters.entry,
    Matter: rosters.matter,
    Swap: rosters.swap,
    DoorCode: lambda user: places.code_of(places.room()),
    Finding: checks.finding,
    ImportRun: imports.run,
    Item: item_of,
    MeetingBody: body_with,
    OfficeForm: lambda user: bare_form(),
    PrintOrder: lambda user: orders.order(user, **month_on_paper(user)),
    Partner: partners.of,
    PartnerContact: lambda user: partners.contact(partners.of(user)),
    PasswordReset: reset_of,
    Place: lambda user: places.room(),
    Plan: running_of,
    PlanMonth: month_of,
    Qualification: lambda user: partners.paper(partners.of(user)),
    Reading: reading_of,
    ApprovalRoute: route_in_use,
    Roster: rosters.roster,
    RoleHolding: lambda user: user.holdings.first() or holding_of(user),
    SchoolClass: lambda user: _class_of(user, next(_numbers)),
    SettingChange: lambda user: coming_change(),
    Shift: rosters.shift,
    SpecialDay: lambda user: calendar.special_day(),
    Term: lambda user: calendar.school_year().terms.get(number=2),
    User: lambda user: user,
    YearTurn: turns.turn,
}

# By route: a row on which the route's act succeeds when the person does it.
READY: dict[str, Maker] = {
    "places:merge": lambda user: places.room(parent=places.room().parent),
    "partners:merge": partners.beside_another,
    "partners:resume": partners.stopped_of,
    "checks:perform": lambda user: checks.checkable(),
    "checks:edition-copy": lambda user: checks.in_use(),
    "checks:edition-retire": lambda user: checks.in_use(),
    "checks:finding-close": checks.rectified,
    "checks:finding-send-back": checks.rectified,
    "attachments:thumbnail": lambda user: files.laid(user, a_photo()),
    "imports:failed": imports.wrong,
    "notices:message-retry": lambda user: notices.message(state="failed"),
    "imports:restart": imports.stuck,
    "imports:start": imports.ready,
    "imports:undo": imports.done,
    "orders:again": lambda user: orders.failed(user, **month_on_paper(user)),
    "orders:pdf": lambda user: orders.made(user, **month_on_paper(user)),
    "turns:undo": turns.done,
    "rosters:log-write": rosters.duty_now,
    "rosters:log-take-over": rosters.to_take_over,
    "rosters:swap-agree": rosters.asked_of,
    "rosters:swap-refuse": rosters.asked_of,
    "rosters:swap-approve": rosters.to_settle,
    "rosters:swap-deny": rosters.to_settle,
    "approvals:step-meeting": _kept_in_service(step_of_meeting),
    "people:department-retire": lambda user: factories.department(),
    "people:password-reset": lambda user: colleague(user, Role.TEACHER),
    "people:person-disable": colleague,
    "people:person-enable": lambda user: colleague(user, is_active=False),
    "people:person-edit": colleague,
    "people:reset-request": lambda user: colleague(user, Role.CASHIER),
    "people:role-end": lambda user: holding_of(colleague(user)),
    "people:role-grant": colleague,
    "plans:item-remove": lambda user: plans.item(plans.plan(department_of(user)), owner=user),
    "plans:item-reopen": lambda user: item_of(user, state=ItemState.DONE),
    "plans:month-submit": month_to_send,
    "plans:plan-close": settled_of,
    "plans:plan-reopen": lambda user: settled_of(user, state="closed"),
    "plans:plan-remove": draft_of,
    "plans:plan-start": draft_of,
}

# What else stands in an address.
BESIDE: dict[str, Any] = {
    "index": 1,
    "code": "plans.remind_days",
    "token": "x",
    "kind": "classes",
    "way": "wecom",
}


def every_box(control: Control) -> list[str]:
    """Every box of the list ticked: a browser cannot mark a list of boxes as required."""
    return control.options


def every_other(place: int) -> Callable[[Control], str]:
    """Another person of the list for each of two inputs that must not name the same."""
    return lambda control: [each for each in control.options if each][place]


def colleague_to_ask(control: Control) -> str:
    """The first colleague of the list: the page takes him or a duty of his, one of both."""
    return next(each for each in control.options if each)


def somebody_else(control: Control) -> str:
    """Anybody of the list but the one who is chosen."""
    return next(each for each in control.options if each and each not in control.values)


def _with_a_school(user: User) -> str:
    School.objects.get_or_create(only=1, defaults={"name": "青溪镇中心小学"})
    return ""


def _somebody_without_password(user: User) -> str:
    return f"?chosen={factories.person(last_login=None, must_change_password=True).public_id}"


def _paper_of(user: User) -> str:
    return f"?paper={orders.sealed_paper(user, **month_on_paper(user))}"


# By route that names no row: what must be there for its act, and how the address asks for it.
ASKED: dict[str, Callable[[User], str]] = {
    "orders:place": _paper_of,
    "people:slip-print": _somebody_without_password,
    "people:roles-grant": _somebody_without_password,
    "people:password-slips": _somebody_without_password,
    "rosters:roster-create": rosters.kind_to_draw_up,
    "setup:finish": _with_a_school,
}

# What a person types where any word of the right kind would not do; `*-owner` is every input of that ending.
# A function is asked what it types into the input that the page shows.
TYPED: dict[str, dict[str, Any]] = {
    "checks:finding-assign": {"owner": every_other(0), "rechecker": every_other(1)},
    "checks:item-create": {"kind": "yes_no"},
    "checks:perform": {"all_fine": "on"},
    "checks:run-correct": {"all_fine": "on"},
    "partners:create": {"kinds": every_box},
    "partners:contact-create": {"phone": "13800001012"},
    "partners:account": {"account": "1000 0000 0000 0042"},
    "places:create": {"level": "campus", "parent": ""},
    "places:generate": {"building": "教学楼", "first": "1", "last": "2", "per_floor": "3"},
    "rosters:roster-create": {"first_on": "2031-03-01", "last_on": "2031-03-28"},
    "rosters:duty-edit": {"person": somebody_else},
    "rosters:swap-ask": {"other": colleague_to_ask},
    "rosters:shift-create": {"begins": "08:00", "ends": "17:30"},
    "rosters:shift-edit": {"begins": "08:00", "ends": "17:30"},
    "notices:channel-create": {"address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a"},
    "notices:preferences": {"quiet_from": "22:00", "quiet_to": "06:30", "email": "a@school.cn"},
    "imports:open": {"kind": "classes", "file": File("班级.xlsx", imports.workbook())},
    "approvals:body-create": {"members": every_box},
    "approvals:meeting-create": {"attendees": every_box},
    "approvals:route-create": {"kind": KIND, "step1-label": "校长", "step1-seat1": "role:principal"},
    "approvals:route-edit": {"step1-label": "校长", "step1-seat1": "role:principal"},
    "office_forms:form-create": {"attachments-chosen": File("表样.docx", word_form())},
    "people:class-create": {"grade": 8, "number": 77, "entry_year": 2025},
    "people:class-edit": {"entry_year": 2024},
    "people:login": {"login": "nobody", "password": "not the password 1"},
    "people:password": {
        "old": factories.PASSWORD,
        "new": "another long one 9",
        "again": "another long one 9",
    },
    "people:person-create": {"staff_no": "ZW901"},
    "people:role-grant": {"role": str(Role.REPAIR_WORKER)},
    "people:roles-grant": {"role": str(Role.REPAIR_WORKER)},
    "admin:houqin_schoolclass_add": {"grade": 9, "number": 78, "entry_year": 2025},
    "admin:houqin_schoolclass_change": {"grade": 10, "number": 79, "entry_year": 2025},
    "admin:houqin_department_add": {"name": "新设部门"},
    "settings:change": {"value": "9", "valid_from": "2099-01-01"},
    "settings:modules": {"calendar_plans": ""},
    "plans:plan-create": {"first_month": "2026-09", "last_month": "2027-01"},
    "plans:month-assign": {"*-due_on": "2026-08-20"},
    "plans:reading-create": {"text": TEXT},
    "plans:item-create": {"month": date(2026, 9, 1).isoformat(), "due_on": ""},
    "plans:item-edit": {"due_on": ""},
}


def maker_of(route: Route) -> Maker | None:
    """How to make the row that `route` is about, or None when nobody said how."""
    return READY.get(route.name) or OWNED.get(route.model)


def address_for(route: Route, record: Any) -> str:
    """The address of `route` for `record`, or for the id `record` when that is a text."""
    public_id = record if isinstance(record, str) else record.public_id
    return route.address(public_id=public_id, object_id=public_id, **BESIDE)


def address_of(route: Route, user: User) -> str:
    """The address of `route`, for a row of `user`'s own where it names one."""
    if not route.places or not {"public_id", "object_id"} & set(route.places):
        return route.address(**BESIDE) + (ASKED[route.name](user) if route.name in ASKED else "")
    maker = maker_of(route)
    if maker is None:
        raise LookupError(f"{route.key}: no object in tests/security/objects.py")
    return address_for(route, maker(user))
