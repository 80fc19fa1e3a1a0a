"""What the rosters plug into the house: rights, numbers, notices, navigation, to-dos, the calendar."""

from __future__ import annotations

from houqin.people.signals import demo_school_loaded
from houqin.registry import Navigation, Registry, Series
from houqin.rosters import notices, permissions, selectors
from houqin.rosters.demonstration import keep_watch_in_demo_school
from houqin.rosters.services.rosters import ROSTER_SERIES
from houqin.rosters.states import KEEP_KINDS, ON_DUTY, READ

GROUP = "值班"


def declare(registry: Registry) -> None:
    """Plug everything into `registry`, and let the demonstration school have its rosters."""
    permissions.declare(registry)
    registry.add_series(Series(ROSTER_SERIES, "值班安排表", "ZB"))
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
    registry.add_navigation(
        Navigation("今日值班", "rosters:today", ON_DUTY, GROUP, "shield-check", 36),
        Navigation("我的值班", "rosters:my", READ, GROUP, "calendar-clock", 37),
        Navigation("值班安排", "rosters:roster-list", READ, GROUP, "calendar-days", 38),
        Navigation("值班种类", "rosters:kind-list", KEEP_KINDS, GROUP, "settings-2", 41),
    )
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.search_for)
    registry.calendar_entries.append(selectors.entries_for)
    demo_school_loaded.connect(keep_watch_in_demo_school, dispatch_uid="houqin.rosters.demo")
