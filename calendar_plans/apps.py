"""Work plans: the office's time."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

GROUP = "计划"


class CalendarPlansConfig(AppConfig):
    """Plugs plans into the house."""

    name = "calendar_plans"
    verbose_name = "工作计划"

    def ready(self) -> None:
        from calendar_plans import files, permissions, receivers, selectors  # noqa: PLC0415 - apps must be loaded
        from houqin.people.signals import demo_school_loaded  # noqa: PLC0415 - apps must be loaded
        from houqin.registry import Module, Navigation, Series, registry  # noqa: PLC0415 - apps must be loaded

        permissions.declare(registry)
        registry.add_module(
            Module("calendar_plans", "工作计划", "读入和安排计划、本月工作、我的工作、月工作计划表。")
        )
        registry.add_setting(selectors.REMIND_DAYS)
        registry.add_series(Series("calendar_plans.plan", "工作计划", "JH", width=3))
        registry.add_navigation(
            Navigation(
                "我的工作",
                "plans:my-items",
                "calendar_plans.item:report",
                GROUP,
                "clipboard-check",
                11,
                on_phone=True,
            ),
            Navigation(
                "本月工作",
                "plans:this-month",
                "calendar_plans.plan:read",
                GROUP,
                "calendar-days",
                12,
                on_phone=True,
            ),
            Navigation("工作计划", "plans:plan-list", "calendar_plans.plan:read", GROUP, "notebook-text", 13),
            Navigation("全部事项", "plans:item-list", "calendar_plans.item:read", GROUP, "list-checks", 14),
        )
        registry.todos.append(selectors.todos_for)
        registry.figures.append(selectors.figures_for)
        registry.searches.append(selectors.search_for)
        registry.calendar_entries.append(selectors.calendar_entries_for)
        files.declare(registry)
        post_migrate.connect(receivers.seed_categories, sender=self, dispatch_uid="calendar_plans.categories")
        demo_school_loaded.connect(receivers.fill_demo_school, dispatch_uid="calendar_plans.demo")
