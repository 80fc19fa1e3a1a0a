"""What people are told of their own accounts, and 安全管理员 of what waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import PasswordReset, RoleHolding, User
from houqin.people.roles import Role

GROUP = "账号"
GRANTED, ENDED = "people.role_granted", "people.role_ended"
RESET_ASKED = "people.reset_asked"
TWO_STEP_REMOVED, RECOVERY_CODE_USED = "people.two_step_removed", "people.recovery_code_used"
TWO_STEP_LIFTED = "people.two_step_lifted"


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


def to_owner(user: User, words: Words) -> Iterator[Draft]:
    """The owner of the account; it leads there."""
    yield Draft(user, None, words, route="people:account")


HOLDING, RESET = "houqin.RoleHolding", "houqin.PasswordReset"
ACCOUNT = "houqin.User"
KINDS = (
    NoticeKind(
        GRANTED, "授予岗位", GROUP, HOLDING, "您担任了岗位：{role}", to_holder, "能做什么，见“我的账号”。",
        is_private=True,
    ),
    NoticeKind(ENDED, "结束岗位", GROUP, HOLDING, "您不再担任岗位：{role}", to_holder, is_private=True),
    NoticeKind(
        RESET_ASKED, "密码重置待确认", GROUP, RESET, "请确认{name}的密码重置", to_confirmers, "{reason}",
        is_private=True, permission="houqin.password:confirm", act="去确认",
    ),
    NoticeKind(
        TWO_STEP_REMOVED, "两步验证已取消", GROUP, ACCOUNT, "您的两步验证随密码重置一起取消了", to_owner,
        "不是您自己要求的，请马上告诉安全管理员。要继续用，请在“我的账号”重新开启。", is_private=True,
    ),
    NoticeKind(
        TWO_STEP_LIFTED, "两步验证已在服务器上关闭", GROUP, ACCOUNT,
        "您的两步验证在服务器上用命令关闭了", to_owner,
        "不是您自己要求的，请马上告诉安全管理员。要继续用，请在“我的账号”重新开启。", is_private=True,
    ),
    NoticeKind(
        RECOVERY_CODE_USED, "用备用码登录", GROUP, ACCOUNT,
        "有人用备用码登录了您的账号，备用码还剩 {left} 个", to_owner,
        "不是您自己登录的，请马上改密码并告诉安全管理员。", is_private=True,
    ),
)  # fmt: skip
