"""Who is on duty: kinds, rosters, duties."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.rosters.views import duties, kinds, rosters

app_name = "rosters"

urlpatterns: list[URLPattern] = [
    path("", rosters.RosterList.as_view(), name="roster-list"),
    path("new/", rosters.RosterCreate.as_view(), name="roster-create"),
    path("today/", duties.Today.as_view(), name="today"),
    path("mine/", duties.Mine.as_view(), name="my"),
    path("kinds/", kinds.KindList.as_view(), name="kind-list"),
    path("kinds/new/", kinds.KindCreate.as_view(), name="kind-create"),
    path("kinds/<slug:public_id>/", kinds.KindDetail.as_view(), name="kind"),
    path("kinds/<slug:public_id>/edit/", kinds.KindEdit.as_view(), name="kind-edit"),
    path("kinds/<slug:public_id>/retire/", kinds.KindRetire.as_view(), name="kind-retire"),
    path("kinds/<slug:public_id>/shifts/new/", kinds.ShiftCreate.as_view(), name="shift-create"),
    path("shifts/<slug:public_id>/edit/", kinds.ShiftEdit.as_view(), name="shift-edit"),
    path("shifts/<slug:public_id>/retire/", kinds.ShiftRetire.as_view(), name="shift-retire"),
    path("duties/", duties.DutyList.as_view(), name="duty-list"),
    path("duties/<slug:public_id>/", duties.DutyDetail.as_view(), name="duty"),
    path("duties/<slug:public_id>/edit/", duties.DutyEdit.as_view(), name="duty-edit"),
    path("duties/<slug:public_id>/remove/", duties.DutyRemove.as_view(), name="duty-remove"),
    path("<slug:public_id>/", rosters.RosterDetail.as_view(), name="roster"),
    path("<slug:public_id>/edit/", rosters.RosterEdit.as_view(), name="roster-edit"),
    path("<slug:public_id>/turns/", rosters.RosterTurns.as_view(), name="roster-turns"),
    path("<slug:public_id>/duties/new/", duties.DutyCreate.as_view(), name="duty-create"),
    path("<slug:public_id>/publish/", rosters.RosterPublish.as_view(), name="roster-publish"),
    path("<slug:public_id>/remove/", rosters.RosterRemove.as_view(), name="roster-remove"),
    path("<slug:public_id>/print/", rosters.RosterPrint.as_view(), name="roster-print"),
]
