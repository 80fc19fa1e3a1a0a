"""The ground floor as one Django app with one label."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.forms import Field

# What each room of the ground floor plugs in, in the order in which it stands in the navigation.
ROOMS = (
    "people.permissions",
    "approvals.navigation",
    "people.navigation",
    "school_settings.permissions",
    "school_calendar.permissions",
    "places.plugs",
    "office_forms.plugs",
    "spreadsheets.navigation",
    "notifications.plugs",
    "orders.plugs",
    "backups.plugs",
    "setting_up.plugs",
    "year_turn.navigation",
    "people.importing",
    "places.importing",
    "partners.plugs",
    "partners.importing",
)


class HouqinConfig(AppConfig):
    """Plugs the ground floor's own rights in and installs the database's guards after migrations."""

    name = "houqin"
    verbose_name = "基础资料"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from houqin import checks  # noqa: F401, PLC0415 - registers the system checks
        from houqin.database.guards import install_after_last_app  # noqa: PLC0415 - apps must be loaded
        from houqin.database.migrating import triggers_without_rendering  # noqa: PLC0415 - the same
        from houqin.people import receivers  # noqa: PLC0415 - apps must be loaded
        from houqin.people.signals import demo_school_loaded  # noqa: PLC0415 - apps must be loaded
        from houqin.places.demonstration import furnish_demo_school  # noqa: PLC0415 - apps must be loaded
        from houqin.registry import registry  # noqa: PLC0415 - apps must be loaded
        from houqin.school_calendar.selectors import calendar_todos  # noqa: PLC0415 - apps must be loaded
        from houqin.school_settings.selectors import settings_out_of_bounds  # noqa: PLC0415 - as above

        # Django's own sentence is not how an office speaks.
        Field.default_error_messages["required"] = "请填写这一项。"
        for room in ROOMS:
            import_module(f"houqin.{room}").declare(registry)
        registry.todos.extend([settings_out_of_bounds, calendar_todos])
        receivers.connect()
        # Before the checks and the apps above are asked: they name rooms.
        demo_school_loaded.connect(furnish_demo_school, dispatch_uid="houqin.places.demo")
        # What the demonstration locks for its rosters comes before what it locks for its findings.
        import_module("houqin.rosters.plugs").declare(registry)
        import_module("houqin.checklists.plugs").declare(registry)
        post_migrate.connect(install_after_last_app, dispatch_uid="houqin.database.guards")
        triggers_without_rendering()
