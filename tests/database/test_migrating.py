"""Operations on triggers change the list of triggers, and Django renders no model anew for it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.compiler import Trigger
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def compiled(name: str) -> Trigger:
    return Trigger(
        name=name,
        sql=pgtrigger.compiler.UpsertTriggerSql(
            func="RETURN NEW;", hash="0", operation="INSERT", pgid=name, table="houqin_one", when="BEFORE"
        ),
    )


def two_models() -> ProjectState:
    state = ProjectState()
    state.add_model(ModelState("houqin", "One", [("id", models.BigAutoField(primary_key=True))]))
    to_one = models.ForeignKey("houqin.One", models.RESTRICT)
    state.add_model(
        ModelState("houqin", "Two", [("id", models.BigAutoField(primary_key=True)), ("one", to_one)])
    )
    return state


def test_triggers_are_added_and_removed_without_rendering_a_model_anew() -> None:
    state, first, second = two_models(), compiled("first"), compiled("second")
    one, two = state.apps.get_model("houqin.One"), state.apps.get_model("houqin.Two")

    for operation in (AddTrigger("one", first), AddTrigger("one", second), RemoveTrigger("one", "first")):
        operation.state_forwards("houqin", state)

    assert state.models["houqin", "one"].options["triggers"] == [second]
    assert state.apps.get_model("houqin.One")._meta.triggers == [second]
    assert state.apps.get_model("houqin.One") is one
    assert state.apps.get_model("houqin.Two") is two


def test_a_state_that_is_not_rendered_yet_stays_so() -> None:
    state, only = two_models(), compiled("only")

    AddTrigger("one", only).state_forwards("houqin", state)

    assert "apps" not in state.__dict__
    assert state.apps.get_model("houqin.One")._meta.triggers == [only]


def test_a_trigger_leaves_the_states_before_it_as_they_were() -> None:
    state, only = two_models(), compiled("only")
    before = state.clone()

    AddTrigger("one", only).state_forwards("houqin", state)

    assert before.models["houqin", "one"].options.get("triggers", []) == []
