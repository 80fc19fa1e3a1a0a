"""The rights of the rosters: who says what is kept watch over, who draws up, who reads."""

from __future__ import annotations

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry
from houqin.rosters.states import (
    ASK,
    KEEP_KINDS,
    MANAGE,
    ON_DUTY,
    READ,
    READ_LOGS,
    READ_SWAPS,
    SETTLE,
    WRITE_LOG,
)

EVERYBODY = Role.STAFF
# They may be named 排班人 of a kind and then draw up its rosters; the office draws up all.
KEEPERS = (
    Role.DEPARTMENT_HEAD,
    Role.CANTEEN_MANAGER,
    Role.DORMITORY_KEEPER,
    Role.GUARD,
)
OVERSEERS = (*LEADERS, *OFFICE, Role.SUPERVISOR)


def declare(registry: Registry) -> None:
    """Plug the rights into `registry`."""
    add = registry.add_permission
    add(ON_DUTY, "查看今日值班", {EVERYBODY: Scope.ALL})
    add(READ, "查看值班安排", {OVERSEERS: Scope.ALL, EVERYBODY: {Scope.ASSIGNED, Scope.OWN}})
    add(MANAGE, "排班", {OFFICE: Scope.ALL, KEEPERS: Scope.OWN})
    add(KEEP_KINDS, "设置值班种类和班次", {OFFICE: Scope.ALL})
    add(READ_SWAPS, "查看换班", {(*LEADERS, *OFFICE): Scope.ALL, EVERYBODY: {Scope.ASSIGNED, Scope.OWN}})
    add(ASK, "申请和答复换班", {EVERYBODY: {Scope.ASSIGNED, Scope.OWN}})
    # The leaders, so that a swap of the director himself is approved by somebody else, too.
    add(SETTLE, "批准换班", {(*LEADERS, *OFFICE): Scope.ALL, KEEPERS: Scope.ASSIGNED})
    add(READ_LOGS, "查看值班日志", {OVERSEERS: Scope.ALL, EVERYBODY: {Scope.ASSIGNED, Scope.OWN}})
    add(WRITE_LOG, "写值班日志和交接", {OFFICE: Scope.ALL, EVERYBODY: {Scope.ASSIGNED, Scope.OWN}})
