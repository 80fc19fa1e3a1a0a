"""What turns plug into every page: where they are found, and what is due."""

from __future__ import annotations

from houqin.registry import Navigation, Registry
from houqin.year_turn.selectors import rows_taken_back, turn_todos
from houqin.year_turn.states import MANAGE


def declare(registry: Registry) -> None:
    """Plug them into `registry`; the right is that of the classes."""
    registry.add_navigation(
        Navigation("学年结转", "turns:turn-list", MANAGE, "人员与权限", "graduation-cap", order=82)
    )
    registry.todos.append(turn_todos)
    registry.taken_back.append(rows_taken_back)
