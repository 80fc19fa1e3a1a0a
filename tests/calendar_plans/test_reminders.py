"""When a person's home page begins to name what is due: as many days before as the school has set."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calendar_plans.selectors import REMIND_DAYS, todos_for
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.school_settings.models import SettingChange
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person

pytestmark = [pytest.mark.django_db, pytest.mark.dates]

DUE = date(2026, 12, 2)


@pytest.fixture
def worker() -> User:
    user = person(Role.REPAIR_WORKER, department=department())
    item(running_plan(user.department), owner=user, month=date(2026, 12, 1), due_on=DUE, content="储备防滑沙")
    return user


def told(user: User, on: date) -> list[str]:
    return [todo.detail for todo in todos_for(user, on)]


def test_work_of_next_month_is_named_three_days_before_its_time_limit(worker: User) -> None:
    days = [DUE - timedelta(days=before) for before in (4, 3, 1, 0)]
    assert [told(worker, on) for on in days] == [
        [],
        ["还剩 3 天"],
        ["还剩 1 天"],
        ["今天到期"],
    ]


def test_the_school_may_be_reminded_earlier_from_a_day_on(worker: User) -> None:
    SettingChange.objects.create(
        code=REMIND_DAYS.code, value="10", valid_from=date(2026, 11, 25), reason="备料要时间"
    )
    days = (date(2026, 11, 24), date(2026, 11, 25))
    assert [told(worker, on) for on in days] == [[], ["还剩 7 天"]]
