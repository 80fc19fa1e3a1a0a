"""Home, search, gallery: the pages that belong to no app."""

from django.urls import URLPattern, URLResolver, path

from houqin.web.gallery import Gallery
from houqin.web.home import HomePage
from houqin.web.search import SearchPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("", HomePage.as_view(), name="home"),
    path("search/", SearchPage.as_view(), name="search"),
    path("components/", Gallery.as_view(), name="components"),
]
