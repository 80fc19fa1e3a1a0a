"""Work plans: the office's time."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

GROUP = "计划"


class CalendarPlansConfig(AppConfig):
    """Plugs plans into the house."""

    name = "calendar_plans"
    verbose_name = "工作计划"

    def ready(self) -> None:
        from calendar_plans import navigation, receivers  # noqa: PLC0415 - apps must be loaded
        from houqin.approvals.signals import approval_decided  # noqa: PLC0415 - apps must be loaded
        from houqin.people.signals import demo_school_loaded  # noqa: PLC0415 - apps must be loaded
        from houqin.registry import registry  # noqa: PLC0415 - apps must be loaded

        navigation.declare(registry)
        approval_decided.connect(receivers.settle_signed_month, dispatch_uid="calendar_plans.month_signed")
        post_migrate.connect(receivers.seed_categories, sender=self, dispatch_uid="calendar_plans.categories")
        demo_school_loaded.connect(receivers.fill_demo_school, dispatch_uid="calendar_plans.demo")
