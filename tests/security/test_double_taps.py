"""L3 over a real socket: taps at the same moment, and again after a line that broke, for every form.

`test_forms.py` sends each form twice, one after the other; here five are on their way at once, and the answer
gets lost. The controls do the same with the key taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from houqin.web import reference_admin
from houqin.web.pages import forms
from houqin.writing import write
from tests.concurrency.racing import together
from tests.security.events import acts_since, latest_events
from tests.security.serving import Address, Told, request_of, served, tap, tap_and_lose_the_line
from tests.security.test_forms import FORMS, Sender
from tests.security.walking import Route, named

pytestmark = pytest.mark.django_db(transaction=True)

TAPS = 5

# Reviewed: forms that say how everything is to be, so that sending them again changes nothing without a key;
# a file that is linked to a record already stays so, and what was read is read.
SAME_AGAIN = {
    "checks:answer-photos",
    "plans:month-assign",
    "places:attach",
    "partners:attach",
    "partners:paper-attach",
    "plans:item-attach",
    "plans:plan-attach",
    "notices:read-all",
    "notices:notice",
}


@pytest.fixture
def server() -> Iterator[Address]:
    with served() as address:
        yield address


@pytest.fixture
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house without idempotency keys."""

    def keyless(*given: Any, key: str | None = None, **arguments: Any) -> Any:
        return write(*given, **arguments)

    for door in (forms, reference_admin):
        monkeypatch.setattr(door, "write", keyless)


def five_at_once(route: Route, server: Address) -> tuple[set[Told], int]:
    """The different answers to five taps at the same moment, and how many acts came of them."""
    sender = Sender(route)
    request, marks = request_of(sender, sender.filled()), latest_events()
    outcome = together(*[partial(tap, server, request)] * TAPS)
    assert (outcome.errors, len(outcome.answers)) == ([], TAPS)
    return set(outcome.answers), acts_since(marks)


@pytest.mark.parametrize("route", FORMS)
def test_l3_five_taps_at_once_are_one_record_and_one_answer(route: Route, server: Address) -> None:
    answers, acts = five_at_once(route, server)
    assert ([answer.is_done for answer in answers], acts) == ([True], 1), answers


@pytest.mark.usefixtures("_no_key")
def test_l3_control_without_the_key_five_taps_are_five_records(server: Address) -> None:
    answers, acts = five_at_once(named("plans:plan-create"), server)
    assert (len(answers), acts) == (TAPS, TAPS)


@pytest.mark.long
@pytest.mark.parametrize("route", FORMS)
@pytest.mark.usefixtures("_no_key")
def test_l3_control_without_the_key_five_taps_are_more(route: Route, server: Address) -> None:
    """Several records, or one record and four people who are told that it failed."""
    answers, acts = five_at_once(route, server)
    assert ((len(answers), acts) == (1, 1)) == (route.name in SAME_AGAIN)


@pytest.mark.parametrize("route", FORMS)
def test_l3_a_form_sent_again_after_the_line_broke_is_one_record(route: Route, server: Address) -> None:
    """First the line breaks in the middle of the form, then before the answer, then it holds, twice."""
    sender = Sender(route)
    request, marks = request_of(sender, sender.filled()), latest_events()
    tap_and_lose_the_line(server, request[:-1])
    after_half = acts_since(marks)
    tap_and_lose_the_line(server, request)
    after_loss = acts_since(marks)
    answer, again = tap(server, request), tap(server, request)
    assert (after_half, after_loss, acts_since(marks)) == (0, 1, 1)
    assert (answer.is_done, again) == (True, answer)
