"""What the rosters plug into the house: rights, numbers, notices, navigation, to-dos, the calendar."""

from __future__ import annotations

from houqin.people.signals import demo_school_loaded
from houqin.registry import Navigation, Registry, Series, Setting
from houqin.rosters import notices, permissions, selectors
from houqin.rosters.demonstration import keep_watch_in_demo_school
from houqin.rosters.services.logs import LATE_AFTER, LOG_SERIES
from houqin.rosters.services.rosters import ROSTER_SERIES
from houqin.rosters.services.swaps import NEEDS_APPROVAL
from houqin.rosters.states import KEEP_KINDS, ON_DUTY, READ, READ_LOGS, READ_SWAPS
from houqin.school_settings.kinds import Whole, YesNo

GROUP = "值班"
APPROVAL = Setting(
    code=NEEDS_APPROVAL,
    label="换班要排班人批准",
    kind=YesNo(),
    default=True,
    group=GROUP,
    source="学校自定",
    help="不要批准的，对方同意就换好，排班人会收到通知。",
)
LATE_HOURS = Setting(
    code=LATE_AFTER,
    label="值班结束后多久签字算补记",
    kind=Whole(),
    default=12,
    floor=1,
    ceiling=72,
    unit="小时",
    group=GROUP,
    source="学校自定",
    help="超过这个时间才签的日志要写补记原因，注明“补记”和实际签字时间。",
)


def declare(registry: Registry) -> None:
    """Plug everything into `registry`, and let the demonstration school have its rosters."""
    permissions.declare(registry)
    registry.add_series(Series(ROSTER_SERIES, "值班安排表", "ZB"))
    registry.add_series(Series(LOG_SERIES, "值班日志", "ZBR"))
    registry.add_setting(APPROVAL)
    registry.add_setting(LATE_HOURS)
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
    registry.add_navigation(
        Navigation("今日值班", "rosters:today", ON_DUTY, GROUP, "shield-check", 36),
        Navigation("我的值班", "rosters:my", READ, GROUP, "calendar-clock", 37),
        Navigation("值班安排", "rosters:roster-list", READ, GROUP, "calendar-days", 38),
        Navigation("换班", "rosters:swap-list", READ_SWAPS, GROUP, "arrow-left-right", 39),
        Navigation("值班日志", "rosters:log-list", READ_LOGS, GROUP, "notebook-pen", 40),
        Navigation("值班种类", "rosters:kind-list", KEEP_KINDS, GROUP, "settings-2", 41),
    )
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.search_for)
    registry.calendar_entries.append(selectors.entries_for)
    demo_school_loaded.connect(keep_watch_in_demo_school, dispatch_uid="houqin.rosters.demo")
