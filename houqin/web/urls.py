"""Home, search, gallery: the pages that belong to no app."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
