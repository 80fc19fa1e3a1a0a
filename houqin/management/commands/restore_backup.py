"""`manage.py restore_backup FOLDER`: bring a backup back; only here, never in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from houqin.backups.contents import rows_in
from houqin.backups.errors import BackupFailed
from houqin.backups.folder import checksums, stamp_of
from houqin.backups.making import size_of
from houqin.backups.restoring import Present, present_at, restore
from houqin.backups.server import Server
from houqin.backups.services import note_restored
from houqin.backups.swapping import Site, finish, put_back
from houqin.backups.working import JOB, only_one, stopped
from houqin.database.binaries import DatabaseNotStarted
from houqin.notifications.selectors import channels_to_enter
from houqin.people.two_step import BY_COMMAND, owners_of_unchecked
from houqin.writing import write

YES = "恢复"
MOST_NAMES = 5


class Command(BaseCommand):
    help = "Put the school of a backup in the place of the present one, which is kept beside."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="the backup: a folder houqin-DATE-TIME")
        parser.add_argument("--replace", action="store_true", help="a school is there: replace it unasked")
        parser.add_argument("--undo", action="store_true", help="put back what was there before")

    def handle(self, *args: Any, folder: Path | None, replace: bool, undo: bool, **options: Any) -> None:
        if (folder is None) != undo:
            raise CommandError("请写明恢复哪一份备份：make restore FROM=备份文件夹")
        site = Site(Server(os.environ["DATABASE_OWNER_URL"]), settings.DATA_DIR)
        try:
            with stopped(settings.DATA_DIR), only_one(settings.DATA_DIR):
                connections.close_all()
                if folder is None:
                    put_back(site)
                    self.stdout.write("已换回恢复之前的数据。再运行一次又会换过来。")
                    return
                finish(site)
                self.ask(present_at(site), replace=replace)
                self.bring_back(site, folder.resolve())
        except (BackupFailed, DatabaseNotStarted) as error:
            raise CommandError(str(error)) from error

    def bring_back(self, site: Site, folder: Path) -> None:
        """Restore, note it in the restored journal, say what to do next."""
        known = set(MigrationLoader(None).disk_migrations)
        manifest = restore(site, folder, known=known, environ=os.environ, tell=self.stdout.write)
        begun = stamp_of(folder.name)
        zone = timezone.get_current_timezone()
        write(
            note_restored, name=folder.name, size=size_of(folder), rows=rows_in(manifest["contents"]),
            files=sum(name.startswith("files/") for name in checksums(folder)),
            begun_at=begun.replace(tzinfo=zone) if begun else timezone.now(), at=timezone.now(), by=JOB,
        )  # fmt: skip
        connections.close_all()
        self.stdout.write(
            f"已恢复：{manifest['school'] or '（未填写校名）'}，"
            f"{manifest['made_at'][:16].replace('T', ' ')} 的数据，"
            f"{rows_in(manifest['contents']):,} 条记录。所有人需要重新登录。\n"
            f"{self.to_enter()}恢复之前的数据留在旁边，换回去：python3 manage.py restore_backup --undo"
        )

    def to_enter(self) -> str:
        """What cannot be opened any more, as its key is in no backup: a line for each kind, or nothing."""
        names = [f"“{each.name}”的{each.to_enter}" for each in channels_to_enter()]
        channels = f"密钥不在备份里，请系统管理员登录后重新填写：{'、'.join(names)}。\n" if names else ""
        owners = [each.name for each in owners_of_unchecked()]
        more = "等" if len(owners) > MOST_NAMES else ""
        people = (
            f"两步验证的动态码核对不了（{'、'.join(owners[:MOST_NAMES])}{more} "
            f"{len(owners)} 人）：登录时用备用码，再关闭、重新开启；没有备用码的，请系统管理员重置密码。"
            f"系统管理员自己{BY_COMMAND}。\n"
            if owners
            else ""
        )
        return channels + people

    def ask(self, present: Present, *, replace: bool) -> None:
        """Raise `CommandError` unless nothing is there, or somebody says that it may be replaced."""
        if present.is_empty or replace:
            return
        what = f"{present.school or '未填写校名的学校'}"
        said = (
            f"现在的数据库里是：{what}，{present.people} 名教职工。恢复会把它换下来（留在旁边，可以换回）。"
        )
        if not sys.stdin.isatty():
            raise CommandError(f"{said}确实要换，请加上 --replace。什么都没有动。")
        self.stdout.write(said)
        if input(f"确实要换，请输入“{YES}”：").strip() != YES:
            raise CommandError("没有恢复，什么都没有动。")
