"""What notices plug into every page: rights, settings, navigation, a to-do for what did not go out."""

from __future__ import annotations

from houqin.notifications import selectors
from houqin.notifications.carrying import SITE_ADDRESS
from houqin.notifications.reaching import INTERNAL_HOSTS
from houqin.notifications.services.reading import KEPT_DAYS
from houqin.notifications.states import MANAGE, OWN, READ_CHANNEL
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry, Setting
from houqin.school_settings.kinds import Hosts, WebAddress, Whole

ALLOW_HOSTS = "houqin.internal_host:allow"
GROUP = "通知"

SETTINGS = (
    Setting(
        code=SITE_ADDRESS, label="后勤系统的网址", kind=WebAddress(), default="", group=GROUP,
        source="学校自定",
        help="写进邮件和群消息，点开就到。手机能打开的才有用；没有就写“无”，消息里不带链接。",
    ),
    Setting(
        code=INTERNAL_HOSTS, label="可以发往的内网服务器", kind=Hosts(), default=(), group=GROUP,
        source="学校自定；不在名单里的内网地址一律不发，防止借本系统探测校园网",
        help="接收通知的系统或邮件服务器在校内时，把它的名字或 IP 列在这里。",
        permission=ALLOW_HOSTS,
    ),
    Setting(
        code=KEPT_DAYS, label="站内通知保留多久", kind=Whole(), default=180, floor=30, ceiling=1095,
        unit="天", group=GROUP, source="学校自定；范围是本程序的上限",
        help="过期的通知夜里自动删除，事情本身的记录不受影响。",
    ),
)  # fmt: skip


def declare(registry: Registry) -> None:
    """Plug everything into `registry`; the kinds are each app's own."""
    registry.add_permission(OWN, "查看本人的通知", {Role.STAFF: Scope.OWN})
    registry.add_permission(READ_CHANNEL, "查看通知渠道和发送记录", {tuple(ADMINISTRATORS): Scope.ALL})
    registry.add_permission(MANAGE, "管理通知渠道", {Role.SYSTEM_ADMIN: Scope.ALL})
    registry.add_permission(ALLOW_HOSTS, "允许发往内网服务器", {Role.SECURITY_ADMIN: Scope.ALL}, group="学校")
    for each in SETTINGS:
        registry.add_setting(each)
    registry.add_navigation(
        Navigation("通知", "notices:inbox", OWN, "我的", "bell", order=15),
        Navigation("通知渠道", "notices:channel-list", READ_CHANNEL, "学校", "megaphone", order=75),
        Navigation("发送记录", "notices:message-list", READ_CHANNEL, "学校", "send", order=76),
    )
    registry.todos.append(selectors.failures)
