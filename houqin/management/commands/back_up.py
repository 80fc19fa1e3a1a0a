"""`manage.py back_up`: one backup now, proved by restoring it; the night does the same."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from houqin.backups.errors import BackupFailed
from houqin.backups.server import Server
from houqin.backups.working import back_up
from houqin.database.binaries import DatabaseNotStarted


class Command(BaseCommand):
    help = "Back up the database and all files, and prove the backup by restoring it."

    def handle(self, *args: Any, **options: Any) -> None:
        server = Server(os.environ["DATABASE_OWNER_URL"])
        try:
            made = back_up(server, data=settings.DATA_DIR, place=settings.BACKUPS_DIR, tell=self.stdout.write)
        except (BackupFailed, DatabaseNotStarted) as error:
            raise CommandError(str(error)) from error
        if made.lost:
            self.stderr.write(f"注意：有 {len(made.lost)} 个附件的文件早已丢失。")
        self.stdout.write(
            f"备份完成，并已恢复核对：{made.folder}（{made.rows:,} 条记录，{made.files:,} 个文件，"
            f"{made.size / 2**20:,.1f} MB）"
        )
