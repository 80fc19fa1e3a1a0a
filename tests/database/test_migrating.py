"""Operations on triggers render no model anew, and models that are made together are rendered once."""

from __future__ import annotations

import pgtrigger
import pytest
from django.db import connections, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.compiler import Trigger
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from houqin.database.folders import CLONE
from houqin.database.migrating import CreateModels


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


KEY = ("id", models.BigAutoField(primary_key=True))
TOGETHER = CreateModels(
    CreateModel("Hen", [KEY, ("egg", models.ForeignKey("houqin.Egg", models.RESTRICT))]),
    CreateModel("Egg", [KEY, ("hen", models.ForeignKey("houqin.Hen", models.RESTRICT, related_name="+"))]),
)


@pytest.mark.django_db
def test_models_that_point_at_each_other_are_made_together_and_taken_away_again() -> None:
    owner = connections["owner"]
    empty, made = ProjectState(), ProjectState()
    TOGETHER.state_forwards("houqin", made)

    with owner.schema_editor(atomic=False) as editor:
        TOGETHER.database_forwards("houqin", editor, empty, made)
    with owner.cursor() as cursor:
        relations = owner.introspection.get_relations(cursor, "houqin_hen")
    assert relations == {"egg_id": ("id", "houqin_egg")}

    with owner.schema_editor(atomic=False) as editor:
        TOGETHER.database_backwards("houqin", editor, made, empty)
    assert {"houqin_hen", "houqin_egg"} & set(owner.introspection.table_names()) == set()


def test_models_made_together_are_rendered_with_what_was_there_and_once() -> None:
    state = two_models()
    before = state.apps
    TOGETHER.state_forwards("houqin", state)

    assert "apps" not in state.__dict__
    assert {model.__name__ for model in state.apps.get_models()} == {"One", "Two", "Hen", "Egg"}
    assert {model.__name__ for model in before.get_models()} == {"One", "Two"}


def test_no_migration_makes_its_models_one_by_one() -> None:
    one_by_one = [
        str(migration)
        for migration in MigrationLoader(None).disk_migrations.values()
        if (CLONE / migration.__module__.partition(".")[0]).is_dir()
        and sum(isinstance(each, CreateModel) for each in migration.operations) > 1
    ]
    assert one_by_one == []
