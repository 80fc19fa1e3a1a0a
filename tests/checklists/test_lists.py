"""Checklists and their versions: written as drafts, put in use, copied, never changed behind a check."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from houqin.checklists import services
from houqin.checklists.models import ChecklistEdition, ChecklistItem
from houqin.checklists.states import EditionState, ItemKind
from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.writing import write
from tests.checklists.factories import ITEMS, draft, failed, in_use, items_of, office, signed, texts
from tests.factories import acting, person

pytestmark = pytest.mark.django_db


def add(edition: ChecklistEdition, **facts: Any) -> ChecklistItem:
    return write(services.add_item, edition=edition, by=acting(office()), **{"text": "灭火器"} | facts)


def copied(edition: ChecklistEdition, reason: str = "按新标准") -> ChecklistEdition:
    return write(services.copy_edition, edition=edition, reason=reason, by=acting(office()))


def used(edition: ChecklistEdition) -> ChecklistEdition:
    return write(services.use_edition, edition=edition, by=acting(office()))


def test_a_new_checklist_begins_as_a_draft_with_its_items() -> None:
    edition = draft()
    assert (edition.number, edition.state, texts(items_of(edition))) == (
        1,
        EditionState.DRAFT,
        [each["text"] for each in ITEMS],
    )


def test_only_the_office_keeps_checklists() -> None:
    with pytest.raises(NotAllowed):
        write(services.create_checklist, name="教室", by=acting(person(Role.INSPECTOR)))


def test_two_checklists_of_one_name_are_refused_beside_the_name() -> None:
    draft(name="教室检查")
    with pytest.raises(RuleBroken) as refusal:
        draft(name="教室检查")
    assert refusal.value.field == "name"


def test_a_checklist_for_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(RuleBroken, match="用在什么地方"):
        draft(only_for=["moon"])


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": ItemKind.PHOTO, "points": 5}, "points"),
        ({"kind": ItemKind.TEXT, "is_key": True}, "points"),
        ({"unit": "℃"}, "least"),
        ({"kind": ItemKind.NUMBER, "least": Decimal(8), "most": Decimal(0)}, "least"),
        ({"kind": ItemKind.CHOICE, "choices": ["好"]}, "choices"),
        ({"kind": ItemKind.CHOICE, "choices": ["好", "差"], "passing": ["良"]}, "choices"),
        ({"choices": ["好", "差"]}, "choices"),
        ({"text": "门窗玻璃完好"}, "text"),
    ],
)
def test_an_impossible_item_is_refused_beside_its_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        add(draft(), **facts)
    assert refusal.value.field == field


def test_an_edition_without_items_is_not_put_in_use() -> None:
    edition = draft()
    for item in items_of(edition):
        write(services.remove_item, item=item, by=acting(office()))
    with pytest.raises(RuleBroken, match="还没有检查项"):
        used(edition)


def test_what_is_in_use_is_not_written_any_more() -> None:
    edition = in_use()
    for act in (
        lambda: add(edition),
        lambda: write(services.remove_item, item=items_of(edition)[0], by=acting(office())),
        lambda: write(services.update_item, item=items_of(edition)[0], text="改", by=acting(office())),
    ):
        with pytest.raises(RuleBroken, match="已经启用"):
            act()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE houqin_checklistitem SET text = '改过' WHERE edition_id = %s",
        "DELETE FROM houqin_checklistitem WHERE edition_id = %s",
        "UPDATE houqin_checklistedition SET passing_from = 1 WHERE id = %s",
        "UPDATE houqin_checklistedition SET state = 'draft' WHERE id = %s",
        "DELETE FROM houqin_checklistedition WHERE id = %s",
    ],
)
def test_the_database_too_keeps_an_edition_in_use_as_it_is(statement: str) -> None:
    edition = in_use()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [edition.pk])


def test_a_copy_is_a_draft_of_the_same_items_and_the_old_checks_keep_their_version() -> None:
    edition = in_use()
    run = signed(edition, failed(items_of(edition)[0]))
    copy = copied(edition)
    add(copy)
    used(copy)
    edition.refresh_from_db()
    assert (copy.number, edition.state, run.edition_id) == (2, EditionState.RETIRED, edition.pk)
    assert (texts(items_of(copy))[:3], run.answers.count()) == (texts(items_of(edition)), 3)


def test_there_is_one_draft_at_a_time() -> None:
    edition = in_use()
    copied(edition)
    with pytest.raises(RuleBroken, match="已经有一版在拟定"):
        copied(edition)


def test_a_copy_says_why() -> None:
    with pytest.raises(RuleBroken, match="为什么要改"):
        copied(in_use(), reason=" ")


def test_two_editions_in_use_are_one_too_many_for_the_database() -> None:
    edition = in_use()
    copy = copied(edition)
    with pytest.raises(IntegrityError, match="one_edition_in_use"), transaction.atomic():
        ChecklistEdition.objects.filter(pk=copy.pk).update(state="in_use", used_from="2026-09-01T00:00Z")


def test_two_who_edit_one_item_are_told_apart() -> None:
    item = items_of(draft())[0]
    write(services.update_item, item=item, version=item.version, text="门", by=acting(office()))
    with pytest.raises(EditedMeanwhile):
        write(services.update_item, item=item, version=item.version, text="窗", by=acting(office()))


def test_grades_that_do_not_go_down_are_refused() -> None:
    with pytest.raises(RuleBroken, match="从高到低"):
        write(
            services.update_edition, edition=draft(), excellent_from=80, good_from=90, passing_from=60,
            by=acting(office()),
        )  # fmt: skip
