"""Who is on duty: kinds, rosters, duties, swaps, logs."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.rosters.views import duties, kinds, logs, rosters, swaps

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
    path("duties/<slug:public_id>/swap/", swaps.SwapAsk.as_view(), name="swap-ask"),
    path("duties/<slug:public_id>/log/", logs.LogWrite.as_view(), name="log-write"),
    path("swaps/", swaps.SwapList.as_view(), name="swap-list"),
    path("swaps/<slug:public_id>/", swaps.SwapDetail.as_view(), name="swap"),
    path("swaps/<slug:public_id>/agree/", swaps.SwapAgree.as_view(), name="swap-agree"),
    path("swaps/<slug:public_id>/refuse/", swaps.SwapRefuse.as_view(), name="swap-refuse"),
    path("swaps/<slug:public_id>/withdraw/", swaps.SwapWithdraw.as_view(), name="swap-withdraw"),
    path("swaps/<slug:public_id>/approve/", swaps.SwapApprove.as_view(), name="swap-approve"),
    path("swaps/<slug:public_id>/deny/", swaps.SwapDeny.as_view(), name="swap-deny"),
    path("logs/", logs.LogList.as_view(), name="log-list"),
    path("logs/<slug:public_id>/", logs.LogDetail.as_view(), name="log"),
    path("logs/<slug:public_id>/matters/new/", logs.MatterCreate.as_view(), name="matter-create"),
    path("logs/<slug:public_id>/sign/", logs.LogSign.as_view(), name="log-sign"),
    path("logs/<slug:public_id>/take-over/", logs.LogTakeOver.as_view(), name="log-take-over"),
    path("logs/<slug:public_id>/print/", logs.LogPrint.as_view(), name="log-print"),
    path("entries/<slug:public_id>/strike/", logs.EntryStrike.as_view(), name="entry-strike"),
    path("matters/<slug:public_id>/close/", logs.MatterClose.as_view(), name="matter-close"),
    path("<slug:public_id>/", rosters.RosterDetail.as_view(), name="roster"),
    path("<slug:public_id>/edit/", rosters.RosterEdit.as_view(), name="roster-edit"),
    path("<slug:public_id>/turns/", rosters.RosterTurns.as_view(), name="roster-turns"),
    path("<slug:public_id>/duties/new/", duties.DutyCreate.as_view(), name="duty-create"),
    path("<slug:public_id>/publish/", rosters.RosterPublish.as_view(), name="roster-publish"),
    path("<slug:public_id>/remove/", rosters.RosterRemove.as_view(), name="roster-remove"),
    path("<slug:public_id>/print/", rosters.RosterPrint.as_view(), name="roster-print"),
]
