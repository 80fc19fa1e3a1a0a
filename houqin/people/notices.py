"""What people are told of their own accounts, and 安全管理员 of what waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import PasswordReset, RoleHolding, User
from houqin.people.roles import Role

GROUP = "账号"
GRANTED, ENDED = "people.role_granted", "people.role_ended"
RESET_ASKED = "people.reset_asked"


def to_holder(holding: RoleHolding, words: Words) -> Iterator[Draft]:
    """Whoever holds or held the role; it leads to his own account."""
    yield Draft(holding.user, None, {"role": holding.get_role_display()}, route="people:account")


def to_confirmers(reset: PasswordReset, words: Words) -> Iterator[Draft]:
    """The 安全管理员 who may confirm the request, while it is open."""
    if reset.closed_at is not None:
        return
    holders = User.objects.filter(holdings__role=Role.SECURITY_ADMIN, holdings__ended_at=None)
    for user in holders.exclude(pk__in=[reset.user_id, reset.created_by_id]).order_by("pk"):
        yield Draft(user, reset, {"name": reset.user.name, "reason": reset.reason})


HOLDING, RESET = "houqin.RoleHolding", "houqin.PasswordReset"
KINDS = (
    NoticeKind(
        GRANTED, "授予岗位", GROUP, HOLDING, "您担任了岗位：{role}", to_holder, "能做什么，见“我的账号”。",
        is_private=True,
    ),
    NoticeKind(ENDED, "结束岗位", GROUP, HOLDING, "您不再担任岗位：{role}", to_holder, is_private=True),
    NoticeKind(
        RESET_ASKED, "密码重置待确认", GROUP, RESET, "请确认{name}的密码重置", to_confirmers, "{reason}",
        is_private=True,
    ),
)  # fmt: skip
