"""代办: who may ask whom to act for him, for which days, and how it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.acting import ActingFor, acting_on
from houqin.people.models import User
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.people.rules import LONGEST_ACTING
from houqin.people.services.acting import appoint_deputy, end_acting
from houqin.writing import write
from tests.factories import acting, person

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 7)
NOON = datetime(2026, 9, 7, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ONE_DAY = timedelta(days=1)


def appointed(
    absent: User, deputy: User, *, first: date = DAY, last: date = DAY, by: User | None = None
) -> ActingFor:
    return write(
        appoint_deputy, absent=absent, deputy=deputy, first_day=first, last_day=last, reason=" 外出培训 ",
        today=DAY, by=acting(by or absent),
    )  # fmt: skip


def ended(period: ActingFor, by: User, *, at: datetime = NOON) -> ActingFor:
    return write(end_acting, acting=period, at=at, by=acting(by))


def test_everybody_asks_a_colleague_to_act_for_himself() -> None:
    absent, deputy = person(), person()
    made = appointed(absent, deputy, last=DAY + ONE_DAY)
    assert (made.absent, made.deputy, made.reason, made.created_by) == (absent, deputy, "外出培训", absent)


def test_for_somebody_else_only_a_security_administrator_asks_and_never_himself() -> None:
    ill, colleague, security = person(), person(), person(Role.SECURITY_ADMIN)
    with pytest.raises(NotAllowed):
        appointed(ill, colleague, by=person(Role.DIRECTOR))
    with pytest.raises(NotAllowed, match="不能指定自己代办别人的事"):
        appointed(ill, security, by=security)
    assert appointed(ill, colleague, by=security).created_by == security


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_no_administrator_acts_for_anybody(role: Role) -> None:
    with pytest.raises(RuleBroken, match="管理员不能代办业务"):
        appointed(person(Role.PRINCIPAL), person(role))


def test_nobody_acts_for_himself_and_nobody_whose_account_is_closed() -> None:
    absent = person()
    for deputy, sentence in ((absent, "不能请本人代办"), (person(is_active=False), "账号已停用的人不能代办")):
        with pytest.raises(RuleBroken, match=sentence):
            appointed(absent, deputy)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (DAY, DAY - ONE_DAY, "结束日期早于开始日期"),
        (DAY - ONE_DAY, DAY, "不能补到过去"),
        (DAY, DAY + LONGEST_ACTING + ONE_DAY, "一次最多 120 天"),
    ],
)
def test_days_that_cannot_be_are_refused_with_the_reason(first: date, last: date, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        appointed(person(), person(), first=first, last=last)


def test_one_has_one_deputy_at_a_time_and_another_when_the_first_was_ended() -> None:
    absent, deputy = person(), person()
    first = appointed(absent, deputy, last=DAY + 5 * ONE_DAY)
    with pytest.raises(RuleBroken, match="这段时间已经请了人代办"):
        appointed(absent, person(), first=DAY + 5 * ONE_DAY, last=DAY + 9 * ONE_DAY)
    assert appointed(absent, deputy, first=DAY + 6 * ONE_DAY, last=DAY + 9 * ONE_DAY).deputy == deputy
    ended(first, absent)
    assert appointed(absent, person(), last=DAY + 5 * ONE_DAY).pk != first.pk


def test_who_acts_today_is_whose_days_these_are_and_who_can_log_in() -> None:
    absent = person()
    made = appointed(absent, person(), last=DAY + ONE_DAY)
    days = [DAY - ONE_DAY, DAY, DAY + ONE_DAY, DAY + 2 * ONE_DAY]
    assert [list(acting_on(day)) for day in days] == [[], [made], [made], []]
    for whom in (made.absent, made.deputy):
        User.objects.filter(pk=whom.pk).update(is_active=False)
        assert list(acting_on(DAY)) == []
        User.objects.filter(pk=whom.pk).update(is_active=True)
    ended(made, absent)
    assert (list(acting_on(DAY)), made.holds_on(DAY)) == ([], True)
    assert ActingFor.objects.get().holds_on(DAY) is False


@pytest.mark.parametrize("who", ["absent", "deputy"])
def test_either_of_the_two_ends_it_and_nobody_else(who: str) -> None:
    made = appointed(person(), person())
    with pytest.raises(NotAllowed):
        ended(made, person(Role.DIRECTOR))
    assert ended(made, getattr(made, who)).ended_at == NOON


@pytest.mark.parametrize("over", ["ended", "passed"])
def test_what_is_over_is_not_ended_again(over: str) -> None:
    absent = person()
    made = appointed(absent, person())
    if over == "ended":
        ended(made, absent)
    with pytest.raises(RuleBroken, match="这次代办已经结束"):
        ended(made, absent, at=NOON + (ONE_DAY if over == "passed" else timedelta()))


def test_the_database_keeps_two_deputies_apart_and_nobody_with_himself() -> None:
    absent = person()
    appointed(absent, person(), last=DAY + ONE_DAY)
    facts: dict[str, Any] = {"absent": absent, "first_day": DAY + ONE_DAY, "last_day": DAY + ONE_DAY}
    for constraint, deputy in (("one_deputy_at_a_time", person()), ("nobody_acts_for_himself", absent)):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ActingFor.objects.create(**{**facts, "deputy": deputy}, reason="x")
