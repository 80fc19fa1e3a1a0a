"""The rights of the rosters: who says what is kept watch over, who draws up, who reads."""

from __future__ import annotations

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry
from houqin.rosters.states import KEEP_KINDS, MANAGE, ON_DUTY, READ

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
