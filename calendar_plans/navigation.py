"""What the plans plug into every page: navigation, to-dos, figures, search, numbers, what is approved."""

from django.urls import reverse_lazy

from calendar_plans import approving, documents, files, notices, papers, permissions, selectors
from houqin.registry import Module, Navigation, Registry, Series, SetupStep, SetupWay

GROUP = "计划"
READ_PLAN, READ_ITEM, REPORT = (
    "calendar_plans.plan:read",
    "calendar_plans.item:read",
    "calendar_plans.item:report",
)

FIRST_PLAN = SetupStep(
    "plan",
    "工作计划",
    60,
    "把去年的计划整篇粘贴进来，核对后保存、启用。",
    (
        SetupWay("读入计划", reverse_lazy("plans:reading-create"), "calendar_plans.plan:write"),
        SetupWay("看计划", reverse_lazy("plans:plan-list"), READ_PLAN),
    ),
    selectors.plans_in_words,
)


def declare(registry: Registry) -> None:
    """Plug everything into `registry`."""
    permissions.declare(registry)
    registry.add_module(
        Module("calendar_plans", "工作计划", "读入和安排计划、本月工作、我的工作、月工作计划表。")
    )
    registry.add_setting(selectors.REMIND_DAYS)
    registry.add_series(Series("calendar_plans.plan", "工作计划", "JH", width=3))
    registry.add_navigation(
        Navigation("我的工作", "plans:my-items", REPORT, GROUP, "clipboard-check", 11, on_phone=True),
        Navigation("本月工作", "plans:this-month", READ_PLAN, GROUP, "calendar-days", 12, on_phone=True),
        Navigation("工作计划", "plans:plan-list", READ_PLAN, GROUP, "notebook-text", 13),
        Navigation("全部事项", "plans:item-list", READ_ITEM, GROUP, "list-checks", 14),
    )
    registry.setup_steps.append(FIRST_PLAN)
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.search_for)
    registry.calendar_entries.append(selectors.calendar_entries_for)
    registry.add_approval_subject(approving.MONTH)
    files.declare(registry)
    notices.declare(registry)
    papers.declare(registry)
    registry.add_ordered_paper(documents.MonthPaper)
