"""What setting up plugs in: its rights, its steps, its page, its reminder."""

from __future__ import annotations

from houqin.people.roles import OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Navigation, Registry
from houqin.setting_up.selectors import setup_todos
from houqin.setting_up.states import FINISH, READ
from houqin.setting_up.steps import STEPS


def declare(registry: Registry) -> None:
    """Plug everything into `registry`."""
    readers = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, *OFFICE)
    registry.add_permission(READ, "查看“开始使用”的步骤", {readers: Scope.ALL})
    registry.add_permission(FINISH, "标记设置完成", {(Role.SYSTEM_ADMIN, Role.DIRECTOR): Scope.ALL})
    registry.setup_steps.extend(STEPS)
    registry.add_navigation(Navigation("开始使用", "setup:steps", READ, "学校", "rocket", order=70))
    registry.todos.append(setup_todos)
