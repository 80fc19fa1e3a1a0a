"""`manage.py setup_school`: a real school in an empty database: its name and two administrators, no more."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from houqin.actors import System
from houqin.backups.errors import BackupFailed
from houqin.backups.restoring import begin_anew, present_at
from houqin.backups.server import Server
from houqin.backups.swapping import Site, finish
from houqin.backups.working import only_one, stopped
from houqin.database.binaries import DatabaseNotStarted
from houqin.errors import RuleBroken
from houqin.people.passwords import one_time_password
from houqin.people.services.founding import Founder, found_school
from houqin.school import current_school
from houqin.writing import write

FOUNDING = System("建立学校")
AGAIN = (
    "数据库里是演示学校。要换成真正的学校，请先停止后勤（Ctrl-C），再加上 --replace-demonstration 运行一次。"
)


class Command(BaseCommand):
    help = "Set up a real school: no demonstration data, no default password."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="the school's name")
        for option, who in (("--system-admin", "opens accounts"), ("--security-admin", "grants roles")):
            parser.add_argument(option, nargs=2, metavar=("STAFF_NO", "NAME"), help=f"who {who}")
        parser.add_argument(
            "--replace-demonstration", action="store_true", help="put the demonstration school aside"
        )

    def handle(self, *args: Any, replace_demonstration: bool, **options: Any) -> None:
        site = Site(Server(os.environ["DATABASE_OWNER_URL"]), settings.DATA_DIR)
        try:
            self.make_room(site, replace_demonstration=replace_demonstration)
            name = options["name"] or self.asked("学校名称")
            founders = [
                self.founder(options["system_admin"], "系统管理员（开账号、导入名册）"),
                self.founder(options["security_admin"], "安全管理员（授予岗位，须是另一个人）"),
            ]
            write(found_school, name=name, system_admin=founders[0], security_admin=founders[1], by=FOUNDING)
        except (BackupFailed, DatabaseNotStarted) as error:
            raise CommandError(str(error)) from error
        except RuleBroken as refusal:
            raise CommandError(refusal.message) from refusal
        self.tell(name, founders)

    def make_room(self, site: Site, *, replace_demonstration: bool) -> None:
        """See to it that the tables are there and nobody is in them; a real school is never touched."""
        finish(site)
        present = present_at(site)
        if not present.is_ready:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        elif not present.is_empty:
            school = current_school()
            if school is None or not school.is_demo:
                raise CommandError("数据库里已经有一所学校，什么都没有动。")
            if not replace_demonstration:
                raise CommandError(AGAIN)
            with stopped(settings.DATA_DIR), only_one(settings.DATA_DIR):
                connections.close_all()
                begin_anew(site, environ=os.environ, tell=self.stdout.write)

    def founder(self, given: list[str] | None, office: str) -> Founder:
        """Who takes `office`, with a password that is made here and shown once."""
        staff_no, name = given or (self.asked(f"{office}的工号"), self.asked(f"{office}的姓名"))
        return Founder(staff_no, name, one_time_password(secrets.token_hex(16)))

    def asked(self, what: str) -> str:
        """What is typed at the terminal; `CommandError` where there is none."""
        if not sys.stdin.isatty():
            raise CommandError(
                "请写明学校和两位管理员：setup_school --name 校名 "
                "--system-admin 工号 姓名 --security-admin 工号 姓名"
            )
        return input(f"{what}：").strip()

    def tell(self, name: str, founders: list[Founder]) -> None:
        """Print the two passwords, once and nowhere else."""
        self.stdout.write(f"已建立：{name}。没有演示数据，也没有默认密码。下面的一次性密码只显示这一次：")
        for founder, office in zip(founders, ("系统管理员", "安全管理员"), strict=True):
            self.stdout.write(
                f"  {office}　{founder.name}　账号 {founder.staff_no}　一次性密码 {founder.password!s}"
            )
        self.stdout.write(
            "第一次登录须改成自己的密码。接着运行 make run，用系统管理员登录，照首页的“开始使用”一步步做。"
        )
