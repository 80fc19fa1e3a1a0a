"""What ordered documents plug into every page: the right, the setting, the list, the notices."""

from __future__ import annotations

from houqin.orders.notices import KINDS
from houqin.orders.states import KEPT_DAYS, USE
from houqin.people.roles import Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry, Setting
from houqin.school_settings.kinds import Whole


def declare(registry: Registry) -> None:
    """Plug them into `registry`. What may be printed is each document's own right besides."""
    registry.add_permission(USE, "取用本人打印的文件", {Role.STAFF: Scope.OWN})
    registry.add_setting(
        Setting(
            code=KEPT_DAYS, label="打印好的长文件保留多久", kind=Whole(), default=7, floor=1, ceiling=30,
            unit="天", group="打印", source="学校自定；范围是本程序的上限",
            help="过期的文件夜里自动删除，随时可以重新做一份。",
        )
    )  # fmt: skip
    registry.add_navigation(Navigation("我的文件", "orders:order-list", USE, "我的", "folder", order=16))
    for kind in KINDS:
        registry.add_notice_kind(kind)
