"""Checks, findings, checklists and their versions."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.checklists.views import findings, lists, performing, runs

app_name = "checks"

urlpatterns: list[URLPattern] = [
    path("", runs.RunList.as_view(), name="run-list"),
    path("start/", performing.Start.as_view(), name="start"),
    path("answers/<slug:public_id>/attach/", performing.AnswerPhotos.as_view(), name="answer-photos"),
    path("findings/", findings.FindingList.as_view(), name="finding-list"),
    path("findings/<slug:public_id>/", findings.FindingDetail.as_view(), name="finding"),
    path("findings/<slug:public_id>/assign/", findings.FindingAssign.as_view(), name="finding-assign"),
    path("findings/<slug:public_id>/rectify/", findings.FindingRectify.as_view(), name="finding-rectify"),
    path("findings/<slug:public_id>/close/", findings.FindingClose.as_view(), name="finding-close"),
    path(
        "findings/<slug:public_id>/send-back/", findings.FindingSendBack.as_view(), name="finding-send-back"
    ),
    path("findings/<slug:public_id>/print/", findings.FindingPrint.as_view(), name="finding-print"),
    path("lists/", lists.ChecklistList.as_view(), name="checklist-list"),
    path("lists/new/", lists.ChecklistCreate.as_view(), name="checklist-create"),
    path("lists/<slug:public_id>/", lists.ChecklistDetail.as_view(), name="checklist"),
    path("lists/<slug:public_id>/edit/", lists.ChecklistEdit.as_view(), name="checklist-edit"),
    path("lists/<slug:public_id>/check/", performing.Perform.as_view(), name="perform"),
    path("editions/<slug:public_id>/", lists.EditionDetail.as_view(), name="edition"),
    path("editions/<slug:public_id>/edit/", lists.EditionEdit.as_view(), name="edition-edit"),
    path("editions/<slug:public_id>/use/", lists.EditionUse.as_view(), name="edition-use"),
    path("editions/<slug:public_id>/retire/", lists.EditionRetire.as_view(), name="edition-retire"),
    path("editions/<slug:public_id>/copy/", lists.EditionCopy.as_view(), name="edition-copy"),
    path("editions/<slug:public_id>/preview/", lists.EditionPreview.as_view(), name="edition-preview"),
    path("editions/<slug:public_id>/print/", lists.EditionPrint.as_view(), name="edition-print"),
    path("editions/<slug:public_id>/items/new/", lists.ItemCreate.as_view(), name="item-create"),
    path("items/<slug:public_id>/edit/", lists.ItemEdit.as_view(), name="item-edit"),
    path("items/<slug:public_id>/remove/", lists.ItemRemove.as_view(), name="item-remove"),
    path("<slug:public_id>/", runs.RunDetail.as_view(), name="run"),
    path("<slug:public_id>/correct/", performing.Correct.as_view(), name="run-correct"),
    path("<slug:public_id>/print/", runs.RunPrint.as_view(), name="run-print"),
]
