"""What backups plug into every page: who reads the journal, how many stay, the warning on the home page."""

from __future__ import annotations

from houqin.backups.selectors import backup_todos
from houqin.backups.states import READ
from houqin.people.roles import Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry, Setting
from houqin.school_settings.kinds import Whole

GROUP = "备份"
SOURCE = "GB/T 22239-2019《网络安全等级保护基本要求》8.1.4.9 数据备份恢复；份数由学校自定"


def declare(registry: Registry) -> None:
    """Plug them into `registry`."""
    readers = (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.DIRECTOR)
    registry.add_permission(READ, "查看备份", {readers: Scope.ALL})
    for code, label, default, floor, ceiling, unit in (
        ("backups.days", "每天的备份留多久", 14, 7, 90, "天"),
        ("backups.weeks", "每周留一份，留几周", 8, 0, 53, "周"),
        ("backups.months", "每月留一份，留几个月", 12, 0, 60, "个月"),
    ):
        registry.add_setting(
            Setting(
                code=code, label=label, kind=Whole(), default=default, floor=floor, ceiling=ceiling,
                unit=unit, group=GROUP, source=SOURCE,
                help="照片没有变的不重复占地方；最近一份好的备份永远不会清理。",
            )
        )  # fmt: skip
    registry.add_navigation(
        Navigation("备份", "backups:backup-list", READ, "学校", "database-backup", order=75)
    )
    registry.todos.append(backup_todos)
