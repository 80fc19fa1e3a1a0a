"""Files: handed in, opened, withdrawn."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.attachments import views

app_name = "attachments"

urlpatterns: list[URLPattern] = [
    path("", views.Upload.as_view(), name="upload"),
    path("links/<str:public_id>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("<str:public_id>/", views.File.as_view(), name="file"),
    path("<str:public_id>/thumbnail/", views.Thumbnail.as_view(), name="thumbnail"),
]
