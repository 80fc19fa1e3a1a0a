"""Checklists, checks and findings of a test: made through the services, by somebody who may."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from houqin.checklists import services
from houqin.checklists.models import Checklist, ChecklistEdition, ChecklistItem, CheckRun, Finding
from houqin.checklists.rules import Given
from houqin.checklists.states import ItemKind, Verdict
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.places.models import Place
from houqin.writing import write
from tests import factories
from tests.places import factories as places

# A Tuesday, ten in the morning in Shanghai.
NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=2)

_numbers = count(1)

ITEMS: tuple[dict[str, Any], ...] = (
    {"text": "门窗玻璃完好", "section": "设施", "points": 40},
    {"text": "电线无裸露", "section": "用电", "points": 40, "is_key": True},
    {"text": "空调能用", "section": "用电", "points": 20, "may_be_na": True},
)
FRIDGE = {
    "text": "冷藏柜温度", "kind": ItemKind.NUMBER, "points": 10, "unit": "℃", "least": Decimal(0),
    "most": Decimal(8),
}  # fmt: skip
PHOTO = {"text": "现场照片", "kind": ItemKind.PHOTO}


def office() -> User:
    """A 总务主任: keeps the lists and arranges findings."""
    return factories.person(Role.DIRECTOR)


def checker() -> User:
    """A 检查员."""
    return factories.person(Role.INSPECTOR)


def draft(*items: dict[str, Any], **facts: Any) -> ChecklistEdition:
    """A checklist that is still written."""
    facts = {"name": f"检查表{next(_numbers)}", "items": items or ITEMS} | facts
    made: Checklist = write(services.create_checklist, by=factories.acting(office()), **facts)
    return made.editions.get()


def in_use(*items: dict[str, Any], **facts: Any) -> ChecklistEdition:
    """A checklist that is checked by."""
    return write(services.use_edition, edition=draft(*items, **facts), at=NOW, by=factories.acting(office()))


def items_of(edition: ChecklistEdition) -> list[ChecklistItem]:
    return list(edition.items.order_by("position"))


def failed(item: ChecklistItem, note: str = "坏了", **more: Any) -> Given:
    return Given(item, verdict=Verdict.FAILED, note=note, **more)


def not_applicable(item: ChecklistItem) -> Given:
    return Given(item, verdict=Verdict.NA)


def signed(
    edition: ChecklistEdition,
    *given: Given,
    by: User | None = None,
    subject: Place | None = None,
    all_fine: bool = True,
    **more: Any,
) -> CheckRun:
    """A check by `edition`: everything fine but what is `given`."""
    return write(
        services.sign_check,
        edition=edition,
        subject=subject or places.room(),
        given=given,
        all_fine=all_fine,
        by=factories.acting(by or checker()),
        **{"performed_at": NOW, "at": NOW, "draft_id": uuid.uuid4()} | more,
    )


def finding(*, owner: User | None = None, by: User | None = None, **more: Any) -> Finding:
    """A broken window in a room that `owner` keeps, found by `by`."""
    edition = in_use()
    room = places.room(keeper=owner, **more)
    return signed(edition, failed(items_of(edition)[0]), subject=room, by=by).findings.get()


def rectified(found: Finding, by: User | None = None) -> Finding:
    """… put right by its owner, or by `by`."""
    hand = by or found.owner or office()
    return write(services.rectify, finding=found, measure="换了玻璃", at=SOON, by=factories.acting(hand))


def arranged(found: Finding, owner: User, rechecker: User, **more: Any) -> Finding:
    facts = {"owner": owner, "rechecker": rechecker, "due_at": NOW + timedelta(days=2)} | more
    return write(services.assign_finding, finding=found, by=factories.acting(office()), **facts)


def closed(found: Finding, by: User) -> Finding:
    return write(services.close_finding, finding=found, at=SOON, by=factories.acting(by))


def texts(rows: Sequence[Any]) -> list[str]:
    return [row.text for row in rows]
