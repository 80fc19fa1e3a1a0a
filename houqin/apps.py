"""The ground floor as one Django app with one label."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.forms import Field


class HouqinConfig(AppConfig):
    """Plugs the ground floor's own rights in and installs the database's guards after migrations."""

    name = "houqin"
    verbose_name = "基础资料"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from houqin import checks  # noqa: F401, PLC0415 - registers the system checks
        from houqin.approvals import navigation as approvals  # noqa: PLC0415 - apps must be loaded
        from houqin.backups import plugs as backups  # noqa: PLC0415 - apps must be loaded
        from houqin.checklists import plugs as checklists  # noqa: PLC0415 - apps must be loaded
        from houqin.database.guards import install_after_last_app  # noqa: PLC0415 - apps must be loaded
        from houqin.database.migrating import triggers_without_rendering  # noqa: PLC0415 - the same
        from houqin.notifications import plugs as notifications  # noqa: PLC0415 - apps must be loaded
        from houqin.office_forms import plugs as office_forms  # noqa: PLC0415 - apps must be loaded
        from houqin.people import importing as people_in  # noqa: PLC0415 - apps must be loaded
        from houqin.people import navigation, permissions, receivers  # noqa: PLC0415 - apps must be loaded
        from houqin.people.signals import demo_school_loaded  # noqa: PLC0415 - apps must be loaded
        from houqin.places import importing as places_in  # noqa: PLC0415 - apps must be loaded
        from houqin.places import plugs as places  # noqa: PLC0415 - apps must be loaded
        from houqin.places.demonstration import furnish_demo_school  # noqa: PLC0415 - apps must be loaded
        from houqin.registry import registry  # noqa: PLC0415 - apps must be loaded
        from houqin.school_calendar import permissions as school_calendar  # noqa: PLC0415 - apps must be loaded
        from houqin.school_calendar.selectors import calendar_todos  # noqa: PLC0415 - apps must be loaded
        from houqin.school_settings import permissions as school_settings  # noqa: PLC0415 - apps must be loaded
        from houqin.school_settings.selectors import settings_out_of_bounds  # noqa: PLC0415 - as above
        from houqin.setting_up import plugs as setting_up  # noqa: PLC0415 - apps must be loaded
        from houqin.spreadsheets import navigation as spreadsheets  # noqa: PLC0415 - apps must be loaded

        # Django's own sentence is not how an office speaks.
        Field.default_error_messages["required"] = "请填写这一项。"
        permissions.declare(registry)
        approvals.declare(registry)
        navigation.declare(registry)
        school_settings.declare(registry)
        school_calendar.declare(registry)
        registry.todos.extend([settings_out_of_bounds, calendar_todos])
        for each in (
            places, office_forms, spreadsheets, notifications, backups, setting_up, people_in, places_in,
        ):  # fmt: skip
            each.declare(registry)
        receivers.connect()
        # Before the checks and the apps above are asked: they name rooms.
        demo_school_loaded.connect(furnish_demo_school, dispatch_uid="houqin.places.demo")
        checklists.declare(registry)
        post_migrate.connect(install_after_last_app, dispatch_uid="houqin.database.guards")
        triggers_without_rendering()
