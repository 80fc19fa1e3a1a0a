"""The rights of the checks: who keeps the lists, who checks, who puts right, who looks again."""

from __future__ import annotations

from houqin.checklists.states import (
    ASSIGN,
    MANAGE,
    PERFORM,
    READ_FINDINGS,
    READ_LISTS,
    READ_RUNS,
    RECHECK,
    RECTIFY,
)
from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

EVERYBODY = Role.STAFF
CHECKERS = (
    *OFFICE,
    Role.INSPECTOR,
    Role.ASSET_MANAGER,
    Role.REPAIR_WORKER,
    Role.CANTEEN_MANAGER,
    Role.FOOD_SAFETY_OFFICER,
    Role.FOOD_SAFETY_DIRECTOR,
    Role.DORMITORY_KEEPER,
    Role.GUARD,
)
OVERSEERS = (*LEADERS, *OFFICE, Role.INSPECTOR, Role.SUPERVISOR)


def declare(registry: Registry) -> None:
    """Plug the rights into `registry`."""
    add = registry.add_permission
    add(READ_LISTS, "查看检查表", {(*LEADERS, Role.SUPERVISOR, *CHECKERS): Scope.ALL})
    add(MANAGE, "维护检查表", {OFFICE: Scope.ALL})
    add(
        READ_RUNS,
        "查看检查记录",
        {OVERSEERS: Scope.ALL, Role.DEPARTMENT_HEAD: Scope.DEPARTMENT, CHECKERS: Scope.OWN},
    )
    add(PERFORM, "检查", {OFFICE: Scope.ALL, CHECKERS: Scope.OWN})
    add(
        READ_FINDINGS,
        "查看整改单",
        {
            OVERSEERS: Scope.ALL,
            Role.DEPARTMENT_HEAD: Scope.DEPARTMENT,
            EVERYBODY: {Scope.ASSIGNED, Scope.OWN},
        },
    )
    add(ASSIGN, "安排整改", {OFFICE: Scope.ALL})
    add(RECTIFY, "报整改完成", {OFFICE: Scope.ALL, EVERYBODY: Scope.ASSIGNED})
    add(RECHECK, "复查整改", {(*OFFICE, Role.INSPECTOR): Scope.ALL, EVERYBODY: Scope.ASSIGNED})
