"""For every route that names a row: a row of one's own, somebody else's, and one that is not there.

One maker a model gives all three. A route whose act needs the row in a certain state, or somebody else's row,
has an entry of its own in `READY`. A route without either fails `test_every_route_has_its_objects`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.utils import timezone

from calendar_plans.models import Category, Item, Plan, PlanMonth, Reading
from calendar_plans.states import ItemState
from houqin.attachments.checking import CheckedFile
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.roles import Role
from houqin.places.models import DoorCode, Place
from houqin.school_calendar.models import CalendarFeed, SpecialDay, Term
from houqin.school_settings.models import SettingChange
from tests import factories
from tests.attachments import factories as files
from tests.calendar_plans import factories as plans
from tests.places import factories as places
from tests.school_calendar import factories as calendar
from tests.security.walking import Route

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
    Attachment: files.laid,
    AttachmentLink: link_of,
    Category: lambda user: plans.category(),
    Department: department_of,
    DoorCode: lambda user: places.code_of(places.room()),
    Item: item_of,
    PasswordReset: reset_of,
    Place: lambda user: places.room(),
    Plan: running_of,
    PlanMonth: month_of,
    Reading: reading_of,
    RoleHolding: lambda user: user.holdings.first() or holding_of(user),
    SchoolClass: lambda user: _class_of(user, next(_numbers)),
    SettingChange: lambda user: coming_change(),
    SpecialDay: lambda user: calendar.special_day(),
    Term: lambda user: calendar.school_year().terms.get(number=2),
    User: lambda user: user,
}

# By route: a row on which the route's act succeeds when the person does it.
READY: dict[str, Maker] = {
    "places:merge": lambda user: places.room(parent=places.room().parent),
    "attachments:thumbnail": lambda user: files.laid(user, a_photo()),
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
    "plans:plan-close": settled_of,
    "plans:plan-reopen": lambda user: settled_of(user, state="closed"),
    "plans:plan-remove": draft_of,
    "plans:plan-start": draft_of,
}

# What else stands in an address.
BESIDE: dict[str, Any] = {"index": 1, "code": "plans.remind_days", "token": "x"}


# What a person types where any word of the right kind would not do; `*-owner` is every input of that ending.
TYPED: dict[str, dict[str, Any]] = {
    "places:create": {"level": "campus", "parent": ""},
    "places:generate": {"building": "教学楼", "first": "1", "last": "2", "per_floor": "3"},
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
        return route.address(**BESIDE)
    maker = maker_of(route)
    if maker is None:
        raise LookupError(f"{route.key}: no object in tests/security/objects.py")
    return address_for(route, maker(user))
