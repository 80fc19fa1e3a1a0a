"""Imports: from the file to the result."""

from django.urls import URLPattern, path

from houqin.spreadsheets import views

app_name = "imports"

urlpatterns: list[URLPattern] = [
    path("", views.RunList.as_view(), name="run-list"),
    path("new/", views.Open.as_view(), name="open"),
    path("template/<slug:kind>/", views.Template.as_view(), name="template"),
    path("<str:public_id>/", views.Run.as_view(), name="run"),
    path("<str:public_id>/columns/", views.Match.as_view(), name="match"),
    path("<str:public_id>/start/", views.Start.as_view(), name="start"),
    path("<str:public_id>/failed/", views.Failed.as_view(), name="failed"),
    path("<str:public_id>/undo/", views.Undo.as_view(), name="undo"),
    path("<str:public_id>/drop/", views.Drop.as_view(), name="drop"),
    path("<str:public_id>/restart/", views.Restart.as_view(), name="restart"),
]
