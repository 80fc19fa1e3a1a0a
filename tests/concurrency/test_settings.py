"""Two people change one setting at the same moment, from what both saw: one effect, and the other is told."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from houqin.people.roles import Role
from houqin.school_settings import services
from houqin.school_settings.models import SettingChange
from houqin.writing import write
from tests.concurrency.racing import Meeting, Outcome, together
from tests.factories import acting, person

pytestmark = pytest.mark.django_db(transaction=True)


def two_changes(monkeypatch: pytest.MonkeyPatch) -> tuple[Outcome, bool]:
    """Both have read that nobody changed the setting yet, before either writes."""
    meeting = Meeting()
    monkeypatch.setattr(services, "_expect", meeting.after(services._expect))
    today = timezone.localdate()
    change: Any = partial(
        write,
        services.change_setting,
        code="plans.remind_days",
        valid_from=today,
        on=today,
        seen="",
        reason="例会",
    )
    one, other = acting(person(Role.DIRECTOR)), acting(person(Role.DIRECTOR))
    outcome = together(partial(change, value="5", by=one), partial(change, value="7", by=other))
    return outcome, meeting.met


def test_the_second_of_two_changes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _ = two_changes(monkeypatch)
    assert [len(outcome.answers), [type(error).__name__ for error in outcome.errors]] == [1, ["RuleBroken"]]
    assert SettingChange.objects.count() == 1


def test_control_without_the_lock_both_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_hold", lambda code: None)
    outcome, met = two_changes(monkeypatch)
    assert (met, outcome.errors, SettingChange.objects.count()) == (True, [], 2)
