"""The role-based admin at /admin/: reference data only, each role its own, saving through services."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin with the house's own site."""

    default_site = "houqin.web.admin_site.HouseAdminSite"
