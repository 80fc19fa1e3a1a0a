"""The rights of the school calendar, what a school sets about it, and where it is found."""

from __future__ import annotations

from datetime import time

from houqin.people.roles import OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry, Setting
from houqin.school_settings.kinds import Choice, Hours, Span

EVERYBODY = Role.STAFF
SUNDAY, MONDAY = "sunday", "monday"

WEEK_STARTS_ON = Setting(
    code="calendar.week_starts_on",
    label="一周从哪天开始",
    kind=Choice(((MONDAY, "星期一"), (SUNDAY, "星期日"))),
    default=MONDAY,
    group="校历",
    source="GB/T 7408 以星期一为一周的第一天；学校可以另定",
    help="校历的排列和教学周（第几周）都按它算。",
)
SCHOOL_HOURS = Setting(
    code="calendar.school_hours",
    label="工作时间",
    kind=Hours(),
    default=(Span(time(8), time(12)), Span(time(14), time(17, 30))),
    group="校历",
    source="学校作息时间表",
    help="按工作时间计算的时限，只在上课日的这些时段里走。写成“08:00–12:00、14:00–17:30”。",
)


def declare(registry: Registry) -> None:
    """Plug rights, settings and navigation into `registry`."""
    registry.add_permission("houqin.calendar:read", "查看校历", {EVERYBODY: Scope.ALL})
    registry.add_permission("houqin.calendar:manage", "维护校历", {(*OFFICE, Role.SYSTEM_ADMIN): Scope.ALL})
    registry.add_permission(
        "houqin.calendar_feed:own", "把校历订阅到本人手机", {EVERYBODY: Scope.OWN}, group="我的"
    )
    registry.add_setting(WEEK_STARTS_ON)
    registry.add_setting(SCHOOL_HOURS)
    registry.add_navigation(
        Navigation("校历", "calendar:month", "houqin.calendar:read", "学校", "calendar-range", order=70)
    )
