"""Acts on several people who were ticked in the list: one role for all, new one-time passwords on slips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from houqin.people import services
from houqin.people.forms import GrantForm
from houqin.people.models import RoleHolding, User
from houqin.people.selectors import countersigned_with, with_particulars
from houqin.people.views.slips import SlipPrint
from houqin.web.pages import BulkActPage

LIST = "people:person-list"


class RolesGrant(BulkActPage):
    """One role for everybody who was ticked."""

    perm = "houqin.role:grant"
    model = User
    title = "授予岗位"
    submit_label = "授予这些人"
    question = (
        "上面每个人都授予同一个岗位；有一个人不能授予，就一个也不授予。授予后这些人须重新登录，新的权限才生效；"
        "岗位能办什么、能看多大范围，见“权限一览”。"
    )
    form_class = GrantForm
    service = services.grant_roles
    records_name = "users"
    counter = "人"
    list_url_name = LIST

    def rows(self) -> Any:
        return with_particulars(super().rows()).order_by("search_key", "pk")

    def said_of(self, answer: Sequence[RoleHolding]) -> str:
        told = f"已授予 {len(answer)} 人“{answer[0].get_role_display()}”岗位。"
        users = {holding.user_id for holding in answer}
        return told + countersigned_with(answer[0].role, users, on=timezone.localdate())


class PasswordSlips(SlipPrint):
    """New one-time passwords for those who forgot theirs; the answer is the sheet itself."""

    title = "换发一次性密码"
    question = (
        "请先核对是本人要求。每人换一个新的一次性密码，印在账号条上，别处不再显示；原来的密码、登录和两步验证"
        "马上失效，本人登录后必须改成自己的密码。有一个人不能换发，就一个也不换。请剪开后当面交给本人。"
    )
    service = services.reset_passwords
    list_url_name = LIST
