"""The admin site of the house."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from houqin.web.access import ADMINISTRATION


class HouseAdminSite(AdminSite):
    """Open to whoever holds the right to reference data; login is the house's own page."""

    site_header = "基础资料"
    site_title = "后勤"
    index_title = "基础资料维护"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has(ADMINISTRATION)
