"""Work plans: the office's time."""

from django.apps import AppConfig


class CalendarPlansConfig(AppConfig):
    """Plugs plans into the house."""

    name = "calendar_plans"
    verbose_name = "工作计划"
