"""`Decision`: one reason for a refused button and a refused request."""

from __future__ import annotations

import pytest

from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.records import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, new_public_id
from houqin.rules import Decision
from tests.factories import department


def test_a_yes_lets_through() -> None:
    assert (bool(Decision.yes()), Decision.yes().require()) == (True, None)


def test_a_no_is_a_broken_rule_with_its_reason() -> None:
    with pytest.raises(RuleBroken, match=r"^计划已结束。$") as refusal:
        Decision.no("计划已结束。").require()
    assert (refusal.value.status, bool(Decision.no(""))) == (409, False)


def test_a_forbidden_is_not_allowed_with_its_reason() -> None:
    with pytest.raises(NotAllowed, match=r"^不是您的。$") as refusal:
        Decision.forbidden("不是您的。").require()
    assert refusal.value.status == 403


def test_public_ids_are_readable_aloud_and_never_the_same() -> None:
    ids = {new_public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(each) for each in ids} == {PUBLIC_ID_LENGTH}
    assert set("".join(ids)) <= set(PUBLIC_ID_ALPHABET)
    assert not set("0O1ILU") & set(PUBLIC_ID_ALPHABET)


@pytest.mark.django_db
def test_every_save_counts_the_version_up() -> None:
    made = department()
    made.order = 3
    made.save()
    made.save(update_fields=["order"])
    made.refresh_from_db()
    assert made.version == 3


@pytest.mark.django_db
def test_whoever_saves_an_older_reading_is_told() -> None:
    made = department()
    made.save()
    with pytest.raises(EditedMeanwhile) as refusal:
        made.expect_version(1)
    assert (refusal.value.record, refusal.value.expected, refusal.value.status) == (made, 1, 409)
    assert (made.expect_version(2), made.expect_version(None)) == (None, None)
