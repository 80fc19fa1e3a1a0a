"""The plans' reference data in the role-based admin."""

from __future__ import annotations

from django.contrib import admin

from calendar_plans.models import Category
from calendar_plans.services import categories
from houqin.web.reference_admin import ReferenceAdmin


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """工作类别: name, the words that give it away, order."""

    manage_permission = "calendar_plans.category:manage"
    create_service = categories.create_category
    update_service = categories.update_category
    record_name = "category"
    fields = ("name", "words", "order", "retired_on")
    list_display = ("name", "order", "retired_on")
    search_fields = ("name", "search_key")
