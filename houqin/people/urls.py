"""Login, accounts, people and the table of rights."""

from django.urls import URLPattern

app_name = "people"

urlpatterns: list[URLPattern] = []
