"""The bureau's forms."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.office_forms import views

app_name = "office_forms"

urlpatterns: list[URLPattern] = [
    path("", views.OfficeFormList.as_view(), name="form-list"),
    path("new/", views.OfficeFormCreate.as_view(), name="form-create"),
    path("<str:public_id>/", views.OfficeFormDetail.as_view(), name="form"),
    path("<str:public_id>/retire/", views.OfficeFormRetire.as_view(), name="form-retire"),
]
