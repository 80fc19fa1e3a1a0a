"""B2: the time of a refused login tells nothing either."""

from __future__ import annotations

import time
from statistics import median

import pytest
from django.test import Client

from tests.factories import PASSWORD, person

TRIES = 300


@pytest.mark.long
@pytest.mark.django_db
def test_b2_absent_wrong_disabled_and_locked_take_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    kinds: dict[str, list[tuple[str, str]]] = {
        "absent": [(f"NOBODY{number}", "wrong password 1") for number in range(TRIES)],
        "wrong": [(person().staff_no, "wrong password 1") for _ in range(TRIES)],
        "disabled": [(person(is_active=False).staff_no, PASSWORD) for _ in range(TRIES)],
    }
    locked = person().staff_no
    for _ in range(6):
        Client().post("/login/", {"login": locked, "password": "wrong password 1"})
    kinds["locked"] = [(locked, PASSWORD)] * TRIES
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(TRIES):
        for kind, tries in kinds.items():
            login, password = tries[number]
            began = time.perf_counter()
            Client().post("/login/", {"login": login, "password": password})
            taken[kind].append(time.perf_counter() - began)
    medians = {kind: median(times) for kind, times in taken.items()}
    with capsys.disabled():
        print({kind: round(1000 * seconds, 1) for kind, seconds in medians.items()})  # noqa: T201 - the figure
    assert max(medians.values()) / min(medians.values()) < 1.05
