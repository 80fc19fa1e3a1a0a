"""`manage.py check_backup FOLDER`: read a backup, every byte of it, and say whether it is as it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from houqin.backups.contents import rows_in
from houqin.backups.errors import BackupFailed
from houqin.backups.folder import check


class Command(BaseCommand):
    help = "Read a backup, every byte of it, and say whether it is as it was made."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup: a folder houqin-DATE-TIME")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = check(folder.resolve())
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"完好：{manifest['school'] or '（未填写校名）'}，{manifest['made_at'][:16].replace('T', ' ')}，"
            f"{rows_in(manifest['contents']):,} 条记录。"
        )
