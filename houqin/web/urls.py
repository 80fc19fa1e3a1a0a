"""Home, search, gallery: the pages that belong to no app."""

from django.urls import URLPattern, URLResolver, path

from houqin.web.gallery import Gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("components/", Gallery.as_view(), name="components"),
]
