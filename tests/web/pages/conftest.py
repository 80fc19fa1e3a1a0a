"""The sample pages' routes, and who opens them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from houqin.people.models import User
from houqin.people.roles import Role
from tests import factories


@pytest.fixture(autouse=True)
def _sample_routes(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.sample_pages"


@pytest.fixture
def director() -> User:
    return factories.person(Role.DIRECTOR, name="周主任")


@pytest.fixture
def desk(director: User) -> Client:
    """The director's browser."""
    return factories.signed_in(director)


@pytest.fixture
def staff_desk() -> Client:
    """The browser of somebody who may read departments and nothing more."""
    return factories.signed_in(factories.person(name="沈老师"))
