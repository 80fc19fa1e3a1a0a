"""What hangs on records here and elsewhere: to which files are attached, by whom, and the work on a place."""

from __future__ import annotations

from typing import Any

from calendar_plans.models import Item, Plan, ProgressNote
from calendar_plans.rules import can_work_on
from calendar_plans.selectors import work_in
from houqin.actors import Actor
from houqin.people.access import allowed
from houqin.registry import AttachmentParent, Registry
from houqin.rules import Decision

WRITE_PLAN = "calendar_plans.plan:write"
WRITE_ITEM = "calendar_plans.item:write"
REPORT = "calendar_plans.item:report"


def declare(registry: Registry) -> None:
    """Plug the parents, and the card that shows planned work on a place's page, into `registry`."""
    registry.add_panel("houqin.place", work_in)
    registry.add_attachment_parent(AttachmentParent(Plan, to_plan, WRITE_PLAN, "plans:plan-attach"))
    registry.add_attachment_parent(AttachmentParent(Item, to_item, WRITE_ITEM, "plans:item-attach"))
    registry.add_attachment_parent(AttachmentParent(ProgressNote, to_note, WRITE_ITEM))


def to_plan(by: Actor, plan: Any) -> Decision:
    """Papers are added to a plan in any state: the signed sheet is scanned when everything is over."""
    return allowed(by, WRITE_PLAN, plan)


def to_item(by: Actor, item: Any) -> Decision:
    """Whoever reports on the item adds photos and papers, while the plan runs."""
    return allowed(by, REPORT, item) and can_work_on(item.plan)


def to_note(by: Actor, note: Any) -> Decision:
    """With the note itself, in the same act; a note is never changed afterwards."""
    if by.user is None or note.created_by_id != by.user.pk:
        return Decision.forbidden("只能给自己写的进展附照片。")
    return to_item(by, note.item)
