"""The rights of the ground floor: people, reference data, search, the audit."""

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

EVERYBODY = Role.STAFF


def declare(registry: Registry) -> None:
    """Plug the ground floor's rights into `registry`."""
    add = registry.add_permission
    add("houqin.home:read", "首页", {EVERYBODY: Scope.ALL})
    add("houqin.search:use", "全站搜索", {EVERYBODY: Scope.ALL})
    add("houqin.account:own", "本人账号与密码", {EVERYBODY: Scope.OWN})
    add("houqin.role_table:read", "权限一览", {EVERYBODY: Scope.ALL})
    add(
        "houqin.user:read",
        "查看教职工",
        {
            (*LEADERS, *OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN): Scope.ALL,
            Role.DEPARTMENT_HEAD: Scope.DEPARTMENT,
            EVERYBODY: Scope.OWN,
        },
    )
    add(
        "houqin.user:list",
        "教职工名册",
        {
            (*LEADERS, *OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN): Scope.ALL,
            Role.DEPARTMENT_HEAD: Scope.DEPARTMENT,
        },
    )
    add("houqin.user:manage", "管理教职工账号", {Role.SYSTEM_ADMIN: Scope.ALL})
    add("houqin.password:reset", "重置他人密码", {Role.SYSTEM_ADMIN: Scope.ALL})
    add("houqin.password:confirm", "确认密码重置", {Role.SECURITY_ADMIN: Scope.ALL})
    add(
        "houqin.reset:read",
        "查看密码重置申请",
        {(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN): Scope.ALL},
    )
    add("houqin.role:grant", "授予和收回岗位", {Role.SECURITY_ADMIN: Scope.ALL})
    add(
        "houqin.reference:read",
        "基础资料后台",
        {(*OFFICE, Role.SYSTEM_ADMIN): Scope.ALL},
    )
    add(
        "houqin.department:read",
        "查看部门",
        {EVERYBODY: Scope.ALL},
    )
    add("houqin.department:manage", "维护部门", {(*OFFICE, Role.SYSTEM_ADMIN): Scope.ALL})
    add("houqin.class:read", "查看班级", {EVERYBODY: Scope.ALL})
    add("houqin.class:manage", "维护班级", {(*OFFICE, Role.SYSTEM_ADMIN): Scope.ALL})
    add("houqin.school:manage", "学校名称", {(Role.DIRECTOR, Role.SYSTEM_ADMIN): Scope.ALL})
    add("houqin.period:close", "结账", {Role.DIRECTOR: Scope.ALL})
    add("houqin.audit:read", "操作日志", {Role.AUDIT_ADMIN: Scope.ALL})
    add("houqin.components:read", "界面组件（开发）", {Role.SYSTEM_ADMIN: Scope.ALL})
