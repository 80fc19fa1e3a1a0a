"""The admin site of the house: reference data, each role its own, written through services."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, reverse

from houqin.web.access import ADMINISTRATION, public
from houqin.web.reference_admin import ReferenceAdmin

# Django's admin brings pages of its own for passwords, foreign objects and autocompletion; whatever the house
# does not use is not there at all.
OPEN_ROUTES = frozenset({"index", "login", "jsi18n", "app_list"})


class HouseAdminSite(AdminSite):
    """Open to whoever holds the right to reference data; login and logout are the house's own pages."""

    site_header = "基础资料"
    site_title = "后勤"
    index_title = "基础资料维护"
    empty_value_display = "—"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only the house's own reference data: what other packages would show here stays out."""
        if admin_class is not None and issubclass(admin_class, ReferenceAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has(ADMINISTRATION)

    def get_urls(self) -> list[Any]:
        """Only the routes in `OPEN_ROUTES` and those of the registered models."""
        return [each for each in super().get_urls() if isinstance(each, URLResolver) or _is_open(each)]

    @public
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send strangers to the house's login page, and come back here afterwards."""
        return redirect_to_login(reverse("admin:index"))


def _is_open(route: URLPattern) -> bool:
    return route.name in OPEN_ROUTES
