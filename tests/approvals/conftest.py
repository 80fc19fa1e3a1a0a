from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.approvals.factories import spending_is_approved


@pytest.fixture(autouse=True)
def _spending() -> Iterator[None]:
    """A kind of thing that is approved, although no app of the house is asked."""
    with spending_is_approved():
        yield
