"""`manage.py load_demo_school`: fill an empty database with the invented demonstration school."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from houqin.actors import System
from houqin.errors import RuleBroken
from houqin.people.demonstration import NAME, load_demo_school
from houqin.people.models import User
from houqin.school import current_school
from houqin.writing import write


class Command(BaseCommand):
    """Thin: calls the one service."""

    help = "Fill an empty database with the demonstration school; refuses any other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when somebody is there")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and (User.objects.exists() or current_school() is not None):
            self.stdout.write("数据库不是空的，没有改动。")
            return
        try:
            write(load_demo_school, on=timezone.localdate(), by=System("演示学校"))
        except RuleBroken as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"已建立{NAME}。账号见 manage.py demo_accounts。")
