"""Departments and classes in the role-based admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from houqin.people import services
from houqin.people.models import Department, SchoolClass
from houqin.web.reference_admin import ReferenceAdmin


@admin.register(Department)
class DepartmentAdmin(ReferenceAdmin):
    """部门: name, head, order."""

    manage_permission = "houqin.department:manage"
    create_service = services.create_department
    update_service = services.update_department
    record_name = "department"
    fields = ("name", "head", "order")
    list_display = ("name", "head", "order", "retired_on")
    list_select_related = ("head",)
    search_fields = ("name", "search_key")


@admin.register(SchoolClass)
class SchoolClassAdmin(ReferenceAdmin):
    """班级: name, grade and number, 班主任."""

    manage_permission = "houqin.class:manage"
    create_service = services.create_class
    update_service = services.update_class
    record_name = "school_class"
    fields = ("name", "grade", "number", "entry_year", "head_teacher")
    list_display = ("name", "head_teacher", "entry_year", "retired_on")
    list_select_related = ("head_teacher",)
    list_filter: ClassVar[tuple[str, ...]] = ("grade",)
    search_fields = ("name", "search_key", "head_teacher__name")
