"""The commonest shape of a trigger: statements that look at each row before it is written."""

from __future__ import annotations

import pgtrigger


def before(
    operation: pgtrigger.Operation, name: str, statements: str, *variables: tuple[str, str]
) -> pgtrigger.Trigger:
    """A trigger that runs `statements` for each row before the change, with `variables` (name, type)."""
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=operation, declare=list(variables), func=statements
    )
