"""The statement that begins every request: a session and its owner at once, never somebody else."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from houqin.people import sessions
from houqin.people.models import RoleHolding, User
from houqin.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def reader_of(client: Client) -> User | None:
    """Whom the next request of this browser would be answered for."""
    return sessions.reader(int(sessions.SessionStore(client.session.session_key)["_auth_user_id"]))


@pytest.fixture
def guard() -> User:
    return factories.person(Role.GUARD)


@pytest.fixture
def browser(guard: User) -> Client:
    return factories.signed_in(guard)


def key_of(client: Client) -> str:
    return str(client.session.session_key)


def test_a_known_session_and_its_owner_with_his_roles_are_one_query(
    browser: Client, guard: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = key_of(browser)
    with django_assert_num_queries(1):
        reader = sessions.reader(int(sessions.SessionStore(key)["_auth_user_id"]))
    with django_assert_num_queries(0):
        assert (reader, reader.roles if reader else None) == (guard, {Role.GUARD, Role.STAFF})


def test_an_owner_who_is_remembered_wrongly_is_not_believed(browser: Client, guard: User) -> None:
    key = key_of(browser)
    for wrong in (factories.person(Role.DIRECTOR).pk, 0, None):
        sessions._owners[key] = wrong  # type: ignore[assignment]
        reader = sessions.reader(int(sessions.SessionStore(key)["_auth_user_id"]))
        assert (reader, reader.roles if reader else None) == (guard, {Role.GUARD, Role.STAFF})


def test_a_role_that_ended_is_gone_with_the_next_request(browser: Client, guard: User) -> None:
    assert [reader_of(browser).roles for _ in range(2)] == [{Role.GUARD, Role.STAFF}] * 2  # type: ignore[union-attr]
    RoleHolding.objects.filter(user=guard).delete()
    assert reader_of(browser).roles == {Role.STAFF}  # type: ignore[union-attr]


def test_a_disabled_account_is_nobody_with_the_next_request(browser: Client, guard: User) -> None:
    assert reader_of(browser) == guard
    User.objects.filter(pk=guard.pk).update(is_active=False)
    assert reader_of(browser) is None


def test_the_account_that_came_along_is_handed_out_once(browser: Client, guard: User) -> None:
    first = reader_of(browser)
    User.objects.filter(pk=guard.pk).update(name="改名以后")
    assert [each.name if each else "" for each in (first, sessions.reader(guard.pk))] == [
        guard.name, "改名以后",
    ]  # fmt: skip


def test_a_session_that_is_gone_is_empty_and_its_key_is_not_used_again(browser: Client) -> None:
    key = key_of(browser)
    browser.logout()
    store = sessions.SessionStore(key)
    assert (store.get("_auth_user_id"), store.session_key, key in sessions._owners) == (None, None, False)


def test_what_is_remembered_does_not_grow_without_end(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(sessions, "MOST_REMEMBERED", 2)
    for _ in range(5):
        reader_of(factories.signed_in(factories.person()))
    assert len(sessions._owners) <= 2


def end_connection() -> int:
    """End this thread's connection at the server, as its restart does; the number of the process there."""
    connection.ensure_connection()
    gone: int = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as another:
        another.execute("SELECT pg_terminate_backend(%s, 10000)", [gone])
    return gone


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_two_requests_is_replaced(browser: Client, guard: User) -> None:
    key = key_of(browser)
    gone = end_connection()
    # As a request begins.
    connection.health_check_done = False
    assert sessions.SessionStore(key)["_auth_user_id"] == str(guard.pk)
    assert connection.connection.info.backend_pid != gone


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_within_a_request_is_not_replaced_in_silence(browser: Client) -> None:
    key = key_of(browser)
    connection.health_check_done = True
    end_connection()
    with pytest.raises(OperationalError):
        sessions.SessionStore(key).load()


def test_a_statement_that_fails_on_a_living_connection_is_not_asked_again() -> None:
    connection.ensure_connection()
    alive = connection.connection.info.backend_pid
    connection.health_check_done = False
    with pytest.raises(ProgrammingError), transaction.atomic():
        sessions._first_answer("SELECT nothing FROM nowhere", [])
    assert connection.connection.info.backend_pid == alive
