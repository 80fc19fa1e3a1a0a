"""The routes of the house; the apps are named by string only."""

from django.contrib import admin
from django.urls import include, path

# Rooms with an address of their own come first: one glance passes over all of their routes.
urlpatterns = [
    path("admin/", admin.site.urls),
    path("plans/", include("calendar_plans.urls")),
    path("approvals/", include("houqin.approvals.urls")),
    path("attachments/", include("houqin.attachments.urls")),
    path("backups/", include("houqin.backups.urls")),
    path("calendar/", include("houqin.school_calendar.urls")),
    path("checks/", include("houqin.checklists.urls")),
    path("forms/", include("houqin.office_forms.urls")),
    path("imports/", include("houqin.spreadsheets.urls")),
    path("files/", include("houqin.orders.urls")),
    path("notices/", include("houqin.notifications.urls")),
    path("partners/", include("houqin.partners.urls")),
    path("rosters/", include("houqin.rosters.urls")),
    path("settings/", include("houqin.school_settings.urls")),
    path("turns/", include("houqin.year_turn.urls")),
    path("", include("houqin.web.urls")),
    path("", include("houqin.people.urls")),
    path("", include("houqin.places.urls")),
    path("", include("houqin.setting_up.urls")),
]

handler400 = "houqin.web.errors.unreadable"
handler403 = "houqin.web.errors.forbidden"
handler404 = "houqin.web.errors.absent"
handler500 = "houqin.web.errors.broken"
