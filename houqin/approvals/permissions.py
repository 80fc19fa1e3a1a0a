"""The rights of the approval chain."""

from __future__ import annotations

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

EVERYBODY = Role.STAFF


def declare(registry: Registry) -> None:
    """Plug the rights into `registry`. Who signs is the route's word, so deciding is everybody's right."""
    add = registry.add_permission
    add(
        "houqin.approval:read",
        "查看审批单",
        {
            (*LEADERS, *OFFICE, Role.SUPERVISOR): Scope.ALL,
            Role.DEPARTMENT_HEAD: Scope.DEPARTMENT,
            EVERYBODY: {Scope.OWN, Scope.ASSIGNED},
        },
    )
    add("houqin.approval:submit", "提交审批", {OFFICE: Scope.ALL, EVERYBODY: Scope.OWN})
    add("houqin.approval:withdraw", "撤回和催办自己的审批单", {EVERYBODY: Scope.OWN})
    add("houqin.approval:decide", "审批", {EVERYBODY: Scope.ASSIGNED})
    managers = (*OFFICE, Role.SYSTEM_ADMIN)
    add("houqin.approval_route:read", "查看审批流程", {(*LEADERS, *managers, Role.AUDIT_ADMIN): Scope.ALL})
    add("houqin.approval_route:manage", "维护审批流程", {(Role.DIRECTOR, Role.SYSTEM_ADMIN): Scope.ALL})
    add("houqin.meeting_body:read", "查看议事会议", {(*LEADERS, *managers, Role.SUPERVISOR): Scope.ALL})
    add("houqin.meeting_body:manage", "维护议事会议", {(Role.DIRECTOR, Role.SYSTEM_ADMIN): Scope.ALL})
    add("houqin.meeting:record", "登记会议纪要", {(*LEADERS, *OFFICE): Scope.ALL}, group="审批")
