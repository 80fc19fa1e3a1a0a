"""Checklists: made, described, written as drafts, put in use, copied to a new version, retired."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from houqin.actors import Actor
from houqin.checklists.models import Checklist, ChecklistEdition, ChecklistItem
from houqin.checklists.rules import can_use, can_write
from houqin.checklists.states import MANAGE, UNJUDGED, EditionState, ItemKind
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.registry import registry
from houqin.saving import insert_all_or_refuse, save_or_refuse
from houqin.states import move

LIST_SENTENCES = {
    "houqin_checklist_name_key": ("已有同名的检查表，请换一个名称。", "name"),
    "checklist_has_a_name": ("请填写检查表名称。", "name"),
    "rectify_within_some_hours": ("整改时限应在 1 到 2000 小时之间。", "rectify_hours"),
}
EDITION_SENTENCES = {
    "one_draft_per_checklist": ("这份检查表已经有一版在拟定，请先把它改好启用。", None),
    "better_grades_need_more": (
        "等级分数要从高到低：优秀不低于良好，良好不低于合格，最高 100。",
        "excellent_from",
    ),
    "one_edition_of_a_checklist": ("刚才有人改过这份检查表，请刷新后再改。", None),
}
ITEM_SENTENCES = {
    "one_item_of_a_text_per_edition": ("这一版里已有同样的检查内容。", "text"),
    "item_says_what": ("请填写检查内容。", "text"),
    "points_are_not_taken": ("分值应在 0 到 1000 之间。", "points"),
    "unjudged_items_score_nothing": ("文字和照片不评分：分值填 0，也不能设为关键项。", "points"),
    "limits_of_a_number": ("只有数值才有单位和上下限。", "least"),
    "least_is_at_most_most": ("“不低于”比“不高于”还大，请核对。", "least"),
    "choices_of_a_choice": ("选项至少两个，合格的选项要在选项里；别的填写方式不用写选项。", "choices"),
    "only_a_draft_is_written": ("这一版已经启用，不能再改。请用“改成新版”复制一份。", None),
}
# What a copy of an item takes along.
COPIED = (
    "position", "section", "text", "kind", "points", "is_key", "may_be_na", "guidance", "unit", "least",
    "most", "choices", "passing",
)  # fmt: skip


def create_checklist(
    *,
    name: str,
    subject_kind: str = "place",
    only_for: Collection[str] = (),
    is_round_the_clock: bool = False,
    rectify_hours: int = 24,
    note: str = "",
    items: Sequence[dict[str, Any]] = (),
    by: Actor,
) -> Checklist:
    """Add a checklist with its first edition, a draft of `items`.

    Raises `NotAllowed`, and `RuleBroken` for a taken name, an unknown kind of subject, or impossible items.
    """
    require(by, MANAGE)
    checklist = Checklist()
    fill_checklist(
        checklist, name=name, subject_kind=subject_kind, only_for=only_for, rectify_hours=rectify_hours,
        is_round_the_clock=is_round_the_clock, note=note,
    )  # fmt: skip
    checklist.set_maker(by)
    save_or_refuse(checklist, LIST_SENTENCES)
    edition = ChecklistEdition(checklist=checklist, number=1)
    edition.set_maker(by)
    edition.save()
    _add_items(edition, items, by)
    return checklist


def update_checklist(
    *,
    checklist: Checklist,
    version: int | None = None,
    name: str,
    only_for: Collection[str] = (),
    is_round_the_clock: bool = False,
    rectify_hours: int = 24,
    note: str = "",
    by: Actor,
) -> Checklist:
    """Change what a checklist is called, what it is for and how long a rectification may take.

    Raises as `create_checklist`, and `EditedMeanwhile`.
    """
    require(by, MANAGE, checklist)
    checklist = lock(checklist)
    checklist.expect_version(version)
    fill_checklist(
        checklist, name=name, subject_kind=checklist.subject_kind, only_for=only_for,
        rectify_hours=rectify_hours, is_round_the_clock=is_round_the_clock, note=note,
    )  # fmt: skip
    save_or_refuse(checklist, LIST_SENTENCES)
    return checklist


def fill_checklist(
    checklist: Checklist,
    *,
    name: str,
    subject_kind: str,
    only_for: Collection[str],
    is_round_the_clock: bool,
    rectify_hours: int,
    note: str,
) -> None:
    """Set the facts of a checklist, unsaved. `RuleBroken` for a kind that nobody plugged in."""
    known = registry.check_subjects.get(subject_kind)
    if known is None or not set(only_for) <= set(known.kinds):
        raise RuleBroken("请选这份检查表用在什么地方。", field="only_for")
    checklist.name, checklist.subject_kind, checklist.note = name.strip(), subject_kind, note.strip()
    checklist.only_for = sorted(only_for)
    checklist.is_round_the_clock, checklist.rectify_hours = is_round_the_clock, rectify_hours


def update_edition(
    *,
    edition: ChecklistEdition,
    version: int | None = None,
    excellent_from: int,
    good_from: int,
    passing_from: int,
    reason: str = "",
    by: Actor,
) -> ChecklistEdition:
    """Set the scores (0–100) from which a check by this draft has which grade, and why it was made."""
    require(by, MANAGE, edition)
    edition = lock(edition)
    edition.expect_version(version)
    can_write(edition).require()
    edition.excellent_from, edition.good_from, edition.passing_from = excellent_from, good_from, passing_from
    edition.reason = reason.strip()
    save_or_refuse(edition, EDITION_SENTENCES)
    return edition


def add_item(
    *, edition: ChecklistEdition, position: int | None = None, by: Actor, **facts: Any
) -> ChecklistItem:
    """Add an item to a draft, at its end or at `position`.

    `facts` are the fields of an item. Raises `NotAllowed`; `RuleBroken` for an edition in use, a text that
    is there already, points on a text or photo, limits without a number, choices without a choice.
    """
    require(by, MANAGE, edition)
    edition = lock(edition)
    can_write(edition).require()
    item = ChecklistItem(edition=edition)
    last = edition.items.aggregate(last=Max("position"))["last"] or 0
    fill_item(item, position=position if position is not None else last + 10, **facts)
    item.set_maker(by)
    save_or_refuse(item, ITEM_SENTENCES)
    return item


def update_item(
    *, item: ChecklistItem, version: int | None = None, position: int | None = None, by: Actor, **facts: Any
) -> ChecklistItem:
    """Change an item of a draft, whole. Raises as `add_item`, and `EditedMeanwhile`."""
    require(by, MANAGE, item)
    can_write(lock(item.edition)).require()
    item = lock(item)
    item.expect_version(version)
    fill_item(item, position=position if position is not None else item.position, **facts)
    save_or_refuse(item, ITEM_SENTENCES)
    return item


def remove_item(*, item: ChecklistItem, by: Actor) -> ChecklistEdition:
    """Take an item out of a draft; the audit keeps it. Raises as `add_item`."""
    require(by, MANAGE, item)
    edition = lock(item.edition)
    can_write(edition).require()
    lock(item).delete()
    return edition


def fill_item(
    item: ChecklistItem,
    *,
    text: str,
    position: int,
    section: str = "",
    kind: str = ItemKind.YES_NO,
    points: Decimal | int | None = None,
    is_key: bool = False,
    may_be_na: bool = False,
    guidance: str = "",
    unit: str = "",
    least: Decimal | None = None,
    most: Decimal | None = None,
    choices: Sequence[str] = (),
    passing: Sequence[str] = (),
) -> None:
    """Set the facts of an item, unsaved; the refusals that the database would make, beside their fields."""
    is_number, is_choice = kind == ItemKind.NUMBER, kind == ItemKind.CHOICE
    if kind in UNJUDGED and (points or is_key):
        raise _refusal("unjudged_items_score_nothing")
    if not is_number and (unit or least is not None or most is not None):
        raise _refusal("limits_of_a_number")
    if least is not None and most is not None and least > most:
        raise _refusal("least_is_at_most_most")
    wrong = len(choices) < 2 if is_choice else bool(choices or passing)
    if wrong or not set(passing) <= set(choices):
        raise _refusal("choices_of_a_choice")
    item.text, item.section, item.guidance = text.strip(), section.strip(), guidance.strip()
    item.position, item.kind, item.points = position, kind, Decimal(points or 0)
    item.is_key, item.may_be_na = is_key, may_be_na
    item.unit, item.least, item.most = unit.strip(), least, most
    item.choices, item.passing = list(choices), list(passing)


def use_edition(*, edition: ChecklistEdition, at: datetime | None = None, by: Actor) -> ChecklistEdition:
    """Put a draft in use; the edition that was in use until now is retired in the same act.

    Checks that were made by it stay as they are. Raises `NotAllowed`; `RuleBroken` for no draft, or a draft
    without items.
    """
    require(by, MANAGE, edition)
    checklist = lock(edition.checklist)
    edition = lock(edition)
    can_use(edition, edition.items.count()).require()
    for before in checklist.editions.filter(state=EditionState.IN_USE):
        move(lock(before), "retire", by=by)
    edition.used_from = at or timezone.now()
    move(edition, "use", by=by, also=["used_from"])
    return edition


def retire_edition(*, edition: ChecklistEdition, by: Actor) -> ChecklistEdition:
    """Take the edition in use out of use: the checklist is offered no more until another is put in use."""
    require(by, MANAGE, edition)
    lock(edition.checklist)
    edition = lock(edition)
    move(edition, "retire", by=by)
    return edition


def copy_edition(*, edition: ChecklistEdition, reason: str, by: Actor) -> ChecklistEdition:
    """Begin a new version as a copy of `edition`, to be changed and put in use.

    Raises `NotAllowed`; `RuleBroken` without a reason, or while another draft is being written.
    """
    require(by, MANAGE, edition)
    checklist = lock(edition.checklist)
    if not reason.strip():
        raise RuleBroken("请写明为什么要改，以后查得到。", field="reason")
    newest = checklist.editions.aggregate(last=Max("number"))["last"] or 0
    copy = ChecklistEdition(
        checklist=checklist, number=newest + 1, reason=reason.strip(), excellent_from=edition.excellent_from,
        good_from=edition.good_from, passing_from=edition.passing_from,
    )  # fmt: skip
    copy.set_maker(by)
    save_or_refuse(copy, EDITION_SENTENCES)
    facts = [{name: getattr(item, name) for name in COPIED} for item in edition.items.all()]
    _add_items(copy, facts, by)
    return copy


def _add_items(edition: ChecklistEdition, items: Sequence[dict[str, Any]], by: Actor) -> None:
    made = []
    for place, facts in enumerate(items, 1):
        item = ChecklistItem(edition=edition)
        fill_item(item, **{"position": place * 10, **facts})
        item.set_maker(by)
        made.append(item)
    insert_all_or_refuse(made, ITEM_SENTENCES)


def _refusal(constraint: str) -> RuleBroken:
    """What the database would refuse, said before it does."""
    sentence, field = ITEM_SENTENCES[constraint]
    return RuleBroken(sentence, field=field)
