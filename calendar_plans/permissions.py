"""The rights of the plans: who may read, write, run and report."""

from __future__ import annotations

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

EVERYBODY = Role.STAFF


def declare(registry: Registry) -> None:
    """Plug the rights of the plans into `registry`."""
    add = registry.add_permission
    readers = (*LEADERS, *OFFICE, Role.SUPERVISOR)
    add("calendar_plans.plan:read", "查看工作计划", {readers: Scope.ALL, EVERYBODY: Scope.DEPARTMENT})
    add("calendar_plans.plan:write", "拟定和读入计划", {OFFICE: Scope.ALL})
    add("calendar_plans.plan:run", "启用和结束计划", {Role.DIRECTOR: Scope.ALL})
    add("calendar_plans.month:submit", "把月工作计划送审", {OFFICE: Scope.ALL}, group="计划")
    add(
        "calendar_plans.item:read",
        "查看计划事项",
        {readers: Scope.ALL, EVERYBODY: {Scope.ASSIGNED, Scope.DEPARTMENT}},
    )
    add("calendar_plans.item:write", "安排和修改事项", {OFFICE: Scope.ALL})
    add("calendar_plans.item:report", "报进展和结果", {OFFICE: Scope.ALL, EVERYBODY: Scope.ASSIGNED})
    add("calendar_plans.category:read", "查看工作类别", {EVERYBODY: Scope.ALL}, group="计划")
    add("calendar_plans.category:manage", "维护工作类别", {OFFICE: Scope.ALL}, group="计划")
