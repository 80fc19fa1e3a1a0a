"""The rights of the ground floor: people, reference data, search, the audit."""

from typing import Any

from houqin.people import separation
from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

EVERYBODY = Role.STAFF
# The heading of what only whoever works on the program itself needs.
DEVELOPMENT = "开发"


ADMINISTRATORS_AND_OFFICE = (
    *LEADERS,
    *OFFICE,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
)
KEEPERS = (*OFFICE, Role.SYSTEM_ADMIN)
ALL = Scope.ALL

RIGHTS: tuple[tuple[str, str, dict[Any, Scope]], ...] = (
    ("houqin.home:read", "打开首页", {EVERYBODY: ALL}),
    ("houqin.search:use", "搜索全站", {EVERYBODY: ALL}),
    ("houqin.account:own", "管理本人的账号和密码", {EVERYBODY: Scope.OWN}),
    ("houqin.acting:read", "查看代办", {Role.SECURITY_ADMIN: ALL, EVERYBODY: Scope.OWN}),
    ("houqin.acting:appoint", "请人代办", {Role.SECURITY_ADMIN: ALL, EVERYBODY: Scope.OWN}),
    ("houqin.role_table:read", "查看权限一览", {EVERYBODY: ALL}),
    ("houqin.entry:for_others", "替别人代录", {OFFICE: ALL, Role.DEPARTMENT_HEAD: Scope.DEPARTMENT}),
    (
        "houqin.separation:read",
        "查看不相容岗位",
        {(*ADMINISTRATORS_AND_OFFICE, Role.SUPERVISOR): ALL},
    ),
    (
        "houqin.user:read",
        "查看教职工",
        {ADMINISTRATORS_AND_OFFICE: ALL, Role.DEPARTMENT_HEAD: Scope.DEPARTMENT, EVERYBODY: Scope.OWN},
    ),
    (
        "houqin.user:list",
        "查看教职工名册",
        {ADMINISTRATORS_AND_OFFICE: ALL, Role.DEPARTMENT_HEAD: Scope.DEPARTMENT},
    ),
    ("houqin.user:manage", "管理教职工账号", {Role.SYSTEM_ADMIN: ALL}),
    ("houqin.password:reset", "重置他人密码", {Role.SYSTEM_ADMIN: ALL}),
    ("houqin.password:confirm", "确认密码重置", {Role.SECURITY_ADMIN: ALL}),
    (
        "houqin.reset:read",
        "查看密码重置申请",
        {(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN): ALL},
    ),
    ("houqin.role:grant", "授予和收回岗位", {Role.SECURITY_ADMIN: ALL}),
    ("houqin.reference:read", "使用基础资料后台", {KEEPERS: ALL}),
    ("houqin.department:read", "查看部门", {EVERYBODY: ALL}),
    ("houqin.department:manage", "维护部门", {KEEPERS: ALL}),
    ("houqin.class:read", "查看班级", {EVERYBODY: ALL}),
    ("houqin.class:manage", "维护班级", {KEEPERS: ALL}),
    ("houqin.attachment:use", "上传和查看附件", {EVERYBODY: Scope.OWN}),
    ("houqin.place:read", "查看场所", {EVERYBODY: ALL}),
    ("houqin.place:manage", "维护场所和门牌", {KEEPERS: ALL}),
    ("houqin.school:manage", "修改学校名称", {(Role.DIRECTOR, Role.SYSTEM_ADMIN): ALL}),
    ("houqin.period:close", "结账（关上一段时间的账）", {Role.DIRECTOR: ALL}),
    ("houqin.components:read", "界面组件（开发）", {Role.SYSTEM_ADMIN: ALL}),
)

# Where the table of rights shows what the menu has no line for.
GROUPS = {
    "houqin.home:read": "我的",
    "houqin.search:use": "我的",
    "houqin.account:own": "我的",
    "houqin.attachment:use": "我的",
    "houqin.entry:for_others": "人员与权限",
    "houqin.role:grant": "人员与权限",
    "houqin.period:close": "学校",
    "houqin.components:read": DEVELOPMENT,
}


def declare(registry: Registry) -> None:
    """Plug the ground floor's rights into `registry`."""
    for code, label, grants in RIGHTS:
        registry.add_permission(code, label, grants, group=GROUPS.get(code, ""))
    separation.declare(registry)
