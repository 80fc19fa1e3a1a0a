"""Migrations with hundreds of triggers, without Django rendering nearly every model anew for each of them.

Every record points at a user, so for each operation Django renders everything that is related to users.
The operations of django-pgtrigger need none of it: a migration carries the whole statement of its trigger,
and all that the rendered model adds is the list that is read when a table is made (again).
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def triggers_without_rendering() -> None:
    """Let operations on triggers change that list alone, in the state and in the model rendered from it."""
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
