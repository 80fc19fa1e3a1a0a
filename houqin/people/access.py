"""`allowed`: the one answer to “may this actor do this, to this record?”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from houqin.actors import Actor, Person, System
from houqin.errors import NotAllowed
from houqin.people.scopes import Scope
from houqin.registry import registry
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.people.models import User


GRANT = "houqin.role:grant"


def without_right(user: User, permission: str) -> str:
    """Says that `user` lacks `permission`, and who by the table of rights may give it to him."""
    others = "另一位" if user.has(GRANT) else ""
    label = registry.permission(permission).label
    return f"您的岗位没有“{label}”的权限。确实需要时，请{others}{registry.holders_of(GRANT)}为您开通岗位。"


def allowed(by: Actor, permission: str, record: Any = None) -> Decision:
    """Whether `by` holds `permission`, and for `record` if one is given.

    Jobs of the system may do what their code does. A right that reaches only some rows is measured against
    the model's own `VISIBILITY`, so that a list and a button never disagree; that costs one query.
    """
    label = registry.permission(permission).label
    if not isinstance(by, Person):
        return Decision.yes() if isinstance(by, System) else Decision.forbidden("请先登录再操作。")
    scopes = by.user.scopes(permission)
    if not scopes:
        return Decision.forbidden(without_right(by.user, permission))
    if record is None or Scope.ALL in scopes:
        return Decision.yes()
    reached = record.__class__._base_manager.filter(
        record.VISIBILITY.condition(by.user, permission), pk=record.pk
    )
    if reached.exists():
        return Decision.yes()
    return Decision.forbidden(f"“{label}”只限与您有关的记录，这一条不是。")


def require(by: Actor, permission: str, record: Any = None) -> None:
    """Raise `NotAllowed` with the reason unless `allowed`."""
    allowed(by, permission, record).require()


def require_job(by: Actor) -> None:
    """`NotAllowed` unless `by` is a job of the system: for what the house does by itself at night."""
    if not isinstance(by, System):
        raise NotAllowed("这项工作只由系统在夜里自动完成，不能由人来做。")
