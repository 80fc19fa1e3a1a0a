"""`manage.py turn_off_two_step STAFF_NO`: let somebody in again whose code cannot be checked; only here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from houqin.actors import System
from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.people.names import named, normal_login
from houqin.people.services import lift_two_step
from houqin.writing import write

ON_THE_SERVER = System("在服务器上关闭两步验证")


class Command(BaseCommand):
    help = "Turn off the two-step login of an account whose owner nobody else can help; the audit has it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("staff_no", help="whose account")

    def handle(self, *args: Any, staff_no: str, **options: Any) -> None:
        user = User.objects.filter(staff_no=normal_login(staff_no)).first()
        if user is None:
            raise CommandError(f"没有工号是“{staff_no}”的人，什么都没有动。")
        try:
            write(lift_two_step, user=user, by=ON_THE_SERVER)
        except RuleBroken as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"已关闭 {named(user)} 的两步验证，所有登录已退出，操作记录里有这一条。"
            "密码没有变；请本人登录后在“我的账号”重新开启，并收好备用码。"
        )
