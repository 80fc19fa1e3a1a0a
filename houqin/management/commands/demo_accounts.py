"""`manage.py demo_accounts`: who to log in as in the demonstration school."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from houqin.errors import RuleBroken
from houqin.people.demonstration import demo_accounts
from houqin.people.roles import Role


class Command(BaseCommand):
    """Thin: prints what the room knows."""

    help = "One account per role of the demonstration school; for no other school."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = demo_accounts()
        except RuleBroken as refusal:
            raise CommandError(refusal.message) from refusal
        if options["json"]:
            labelled = [each | {"label": str(Role(each["role"]).label)} for each in accounts]
            self.stdout.write(json.dumps(labelled, ensure_ascii=False))
            return
        for each in accounts:
            self.stdout.write(
                f"{Role(each['role']).label}\t{each['name']}\t{each['login']}\t{each['password']}"
            )
