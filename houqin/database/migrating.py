"""Migrations of many models and hundreds of triggers, without rendering nearly every model for each of them.

Every record points at a user, so for each operation Django renders everything that is related to users: with
each model that the house has got, making one more takes longer.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


class CreateModels(Operation):
    """Make the tables of several models, which may point at each other, and render all models once for it.

    Write it around the `CreateModel`s of a new migration, and into them the fields, constraints and indexes
    that Django adds to the same models afterwards.
    """

    category = OperationCategory.ADDITION

    def __init__(self, *operations: CreateModel) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, list(self.operations), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # What was rendered before is let go: it is rendered again, with the new models, when next asked for.
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # References are made at the end of the migration, so no table waits for another.
        for each in self.operations:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for each in reversed(self.operations):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(each.references_model(name, app_label) for each in self.operations)

    def describe(self) -> str:
        return f"Create the models {', '.join(each.name for each in self.operations)}"


def triggers_without_rendering() -> None:
    """Let operations on triggers change their list alone, in the state and in the model rendered from it.

    They need no rendered model: a migration carries the whole statement of its trigger, and all that the
    model adds is the list that is read when a table is made (again).
    """
    AddTrigger.state_forwards = _add  # type: ignore[method-assign]
    RemoveTrigger.state_forwards = _remove  # type: ignore[method-assign]


def _add(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    _set(state, app_label, self.model_name, [*_triggers(self, app_label, state), self.trigger])


def _remove(self: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    left = [each for each in _triggers(self, app_label, state) if each.name != self.name]
    _set(state, app_label, self.model_name, left)


def _triggers(operation: AddTrigger | RemoveTrigger, app_label: str, state: ProjectState) -> list[Any]:
    return list(state.models[app_label, operation.model_name].options.get("triggers", []))


def _set(state: ProjectState, app_label: str, model_name: str, triggers: list[Any]) -> None:
    state.models[app_label, model_name].options["triggers"] = triggers
    # Rendered as soon as the first migration is applied, and not before.
    if "apps" in state.__dict__:
        state.apps.get_model(app_label, model_name)._meta.triggers = triggers
