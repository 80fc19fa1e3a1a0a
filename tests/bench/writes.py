"""One write through its form, against its row inserted and committed."""

from __future__ import annotations

import itertools
import re
import uuid

from tests.bench.client import Client, medians
from tests.bench.table import Figure, Table

RECORD = re.compile(r'href="(/plans/items/[2-9A-HJKMNP-TV-Z]{10}/)"')


def measure_writes(director: Client, bare: Client, table: Table) -> None:
    """Progress reported on one item after another: permission, lock, audit, key, ledger and commit."""
    records = RECORD.findall(director.get("/plans/items/?state=planned&size=100").body.decode())
    turn = itertools.cycle(records)

    def report() -> None:
        # A browser would follow to the next page, which shows what was said and takes it off the cookie.
        director.cookies.pop("messages", None)
        director.post(f"{next(turn)}report/", {"_key": str(uuid.uuid4()), "text": "已完成一半。"})

    def note() -> None:
        item = next(turn).split("/")[-2]
        bare.post("/note/", {"item": item, "text": "已完成一半。"})

    ours, limit = medians(report, note)
    table.add(Figure("one write through its form", ours, 3, limit=limit, limit_is="bare INSERT and commit"))
