"""Every transition of every model that has some, allowed and forbidden, by the door and behind it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from houqin.actors import System
from houqin.errors import NotAllowed, RuleBroken
from houqin.registry import registry
from houqin.states import can_move, find, move, pairs
from tests.calendar_plans.factories import item, plan
from tests.factories import acting, person
from tests.records import fields_of_state, make

pytestmark = pytest.mark.django_db

JOB = System("测试")

MODELS = [model for model in apps.get_models() if hasattr(model, "TRANSITIONS")]


def states_of(model: type[models.Model]) -> list[str]:
    return [str(code) for code, _ in model._meta.get_field("state").choices]


CELLS = [
    pytest.param(model, state, transition.action, id=f"{model.__name__}-{state}-{transition.action}")
    for model in MODELS
    for state in states_of(model)
    for transition in model.TRANSITIONS
]
PAIRS = [
    pytest.param(model, before, after, id=f"{model.__name__}-{before}-{after}")
    for model in MODELS
    for before in states_of(model)
    for after in states_of(model)
    if before != after
]


def in_state(model: type[models.Model], state: str) -> Any:
    return make(model, state=state, **fields_of_state(model, state))


def stored_state(record: models.Model) -> str:
    state: str = type(record)._base_manager.values_list("state", flat=True).get(pk=record.pk)
    return state


def test_plans_and_items_are_among_the_models_with_transitions() -> None:
    assert {"Plan", "Item"} <= {model.__name__ for model in MODELS}


@pytest.mark.parametrize(("model", "state", "action"), CELLS)
def test_the_door_takes_the_allowed_cells_and_no_other(model: Any, state: str, action: str) -> None:
    record, transition = in_state(model, state), find(model.TRANSITIONS, action)
    for name, value in fields_of_state(model, transition.target).items():
        setattr(record, name, value)
    if hasattr(record, "number"):
        record.number = record.number or "T-1"
    also = {*fields_of_state(model, transition.target), *({"number"} if hasattr(record, "number") else ())}
    if state in transition.sources:
        move(record, action, by=JOB, reason="雨天", also=also)
        assert stored_state(record) == transition.target
    else:
        with pytest.raises(RuleBroken, match=transition.label):
            move(record, action, by=JOB, reason="雨天", also=also)
        assert stored_state(record) == state


@pytest.mark.parametrize(("model", "before", "after"), PAIRS)
def test_the_database_takes_the_allowed_pairs_and_no_other(model: Any, before: str, after: str) -> None:
    record = in_state(model, before)
    if hasattr(record, "number") and record.number is None:
        model._base_manager.filter(pk=record.pk).update(number="T-1")
    beside = {"state": after, **fields_of_state(model, after)}
    columns = ", ".join(f"{name} = %s" for name in beside)
    statement = f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s"
    allowed = (before, after) in pairs(model.TRANSITIONS)
    refusal = nullcontext() if allowed else pytest.raises(DatabaseError, match="Invalid transition")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [*beside.values(), record.pk])
    assert stored_state(record) == (after if allowed else before)


@pytest.mark.parametrize("model", MODELS)
def test_every_transition_stands_between_states_that_there_are(model: Any) -> None:
    named = {state for t in model.TRANSITIONS for state in (*t.sources, t.target)}
    assert {str(state) for state in named} <= set(states_of(model))


@pytest.mark.parametrize("model", MODELS)
def test_every_transition_needs_a_right_that_somebody_declared(model: Any) -> None:
    assert {t.permission for t in model.TRANSITIONS} <= set(registry.permissions)


@pytest.mark.parametrize("model", MODELS)
def test_every_action_of_a_table_has_a_name_and_a_word_of_its_own(model: Any) -> None:
    assert len({t.action for t in model.TRANSITIONS}) == len(model.TRANSITIONS)
    assert len({t.label for t in model.TRANSITIONS}) == len(model.TRANSITIONS)


@pytest.mark.parametrize("model", MODELS)
def test_every_state_has_a_tone(model: Any) -> None:
    assert set(states_of(model)) <= set(model.STATE_TONES)


@pytest.mark.parametrize("model", MODELS)
def test_whoever_holds_no_role_moves_nothing(model: Any) -> None:
    stranger = acting(person())
    for transition in model.TRANSITIONS:
        record = in_state(model, transition.sources[0])
        with pytest.raises(NotAllowed):
            move(record, transition.action, by=stranger)
        assert stored_state(record) == transition.sources[0]


@pytest.mark.parametrize("model", MODELS)
def test_a_move_that_needs_a_reason_does_not_happen_without_one(model: Any) -> None:
    for transition in model.TRANSITIONS:
        if transition.needs_reason:
            record = in_state(model, transition.sources[0])
            with pytest.raises(RuleBroken, match=rf"^请先写明原因，再{transition.label}。$"):
                move(record, transition.action, by=JOB, reason=" ")
            assert stored_state(record) == transition.sources[0]


def test_a_forbidden_move_says_why_in_the_words_of_the_page() -> None:
    with pytest.raises(RuleBroken, match=r"^“拟定中”状态下不能结束计划。$"):
        move(plan(), "close", by=JOB)


def test_an_unknown_action_is_a_programming_mistake() -> None:
    with pytest.raises(LookupError):
        can_move(plan(), "explode", JOB)


@pytest.mark.django_db(transaction=True)
def test_a_state_does_not_move_outside_a_transaction() -> None:
    made = item()
    with pytest.raises(RuntimeError, match="only inside a transaction"):
        move(made, "report", by=JOB)
    assert stored_state(made) == "planned"
