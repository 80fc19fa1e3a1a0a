"""What imports plug into every page: the right to use them, and where they stand."""

from __future__ import annotations

from houqin.people.roles import OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry
from houqin.spreadsheets.services.undoing import rows_taken_back
from houqin.spreadsheets.states import USE


def declare(registry: Registry) -> None:
    """Plug them into `registry`. What may be imported is each kind's own right besides."""
    registry.add_permission(USE, "导入表格", {Role.SYSTEM_ADMIN: Scope.ALL, OFFICE: Scope.OWN})
    registry.taken_back.append(rows_taken_back)
    registry.add_navigation(Navigation("导入表格", "imports:run-list", USE, "学校", "file-up", order=74))
