"""The rights of the settings, what the ground floor itself lets a school set, and where they are found."""

from __future__ import annotations

from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry, Setting
from houqin.school_settings import notices
from houqin.school_settings.kinds import Several, Whole

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
GROUP = "学校"

IDLE_MINUTES = Setting(
    code="login.idle_minutes",
    label="多久不操作自动退出",
    kind=Whole(),
    default=30,
    floor=5,
    ceiling=30,
    unit="分钟",
    group="登录与安全",
    source="GB/T 22239-2019《网络安全等级保护基本要求》（登录连接超时自动退出）；30 分钟是本程序的上限",
    help="人离开电脑后，别人不能接着用他的账号。公用电脑多的学校可以改短。",
    permission="houqin.login_setting:change",
)

TWO_STEP_ROLES = Setting(
    code="login.two_step_roles",
    label="哪些岗位必须开启两步验证",
    kind=Several(tuple((str(role), role.label) for role in Role)),
    default=(),
    group="登录与安全",
    source="GB/T 22239-2019《网络安全等级保护基本要求》第三级（两种以上鉴别技术）；二级不要求，由学校自定",
    help="写岗位名称，中间用顿号，例如“总务主任、出纳、系统管理员”；都不要求就写“无”。担任这些岗位的人下次登录时，先设好手机动态码才能继续。",
    permission="houqin.login_setting:change",
)


def declare(registry: Registry) -> None:
    """Plug rights, settings and navigation into `registry`."""
    readers = (*LEADERS, *OFFICE, *ADMINISTRATORS, Role.SUPERVISOR)
    registry.add_permission("houqin.setting:read", "查看设置", {readers: Scope.ALL})
    # The door to the page; which setting may be changed by whom is the setting's own right.
    registry.add_permission(
        "houqin.setting:change", "打开设置的修改页", {(Role.DIRECTOR, Role.SECURITY_ADMIN): Scope.ALL}
    )
    registry.add_permission(
        "houqin.school_setting:change", "修改学校的设置", {Role.DIRECTOR: Scope.ALL}, group="学校"
    )
    registry.add_permission(
        "houqin.login_setting:change", "修改登录安全设置", {Role.SECURITY_ADMIN: Scope.ALL}, group="学校"
    )
    registry.add_permission("houqin.module:switch", "启用和停用功能模块", {Role.SYSTEM_ADMIN: Scope.ALL})
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
    registry.add_setting(IDLE_MINUTES)
    registry.add_setting(TWO_STEP_ROLES)
    registry.add_navigation(
        Navigation("设置", "settings:setting-list", "houqin.setting:read", GROUP, "settings-2", order=71),
        Navigation("功能模块", "settings:modules", "houqin.module:switch", GROUP, "blocks", order=72),
    )
