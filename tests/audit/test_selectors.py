"""The history as people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from houqin.actors import Actor, Person, System
from houqin.audit.selectors import DIRECT, SHOWN, FieldChange, as_of, changes_since, timeline
from houqin.audit.wording import wording_of
from houqin.people.models import Department, RoleHolding, User
from houqin.people.roles import Role
from houqin.rosters import services
from houqin.rosters.models import DutyLog, Handover, LogEntry, Matter
from houqin.writing import write
from tests import factories
from tests.rosters import laid

pytestmark = pytest.mark.django_db(transaction=True)


def open_office(*, name: str, by: Actor) -> Department:
    return factories.department(name)


def rename(*, department: Department, name: str, head: User | None, by: Actor) -> Department:
    department.name, department.head = name, head
    department.save()
    return department


def grant(*, users: list[User], by: Actor) -> list[RoleHolding]:
    return [RoleHolding.objects.create(user=user, role=Role.GUARD) for user in users]


def take_away(*, holdings: list[RoleHolding], by: Actor) -> None:
    for holding in holdings:
        holding.delete()


@pytest.fixture
def wang() -> User:
    return factories.person(name="王芳")


def test_a_history_is_newest_first_and_names_everybody(wang: User) -> None:
    department = write(open_office, by=System("开学准备"), name="教务处")
    write(rename, by=factories.acting(wang), department=department, name="教导处", head=wang)
    Department.objects.filter(pk=department.pk).update(order=1)
    assert [(each.who, each.what, each.tone, list(each.changes)) for each in timeline(department)] == [
        (DIRECT, "修改", "warn", [FieldChange("排序", "50", "1")]),
        (
            "王芳",
            "修改",
            "neutral",
            [FieldChange("部门名称", "教务处", "教导处"), FieldChange("部门负责人", "", "王芳")],
        ),
        ("系统（开学准备）", "建立", "neutral", []),
    ]


def test_entering_for_somebody_names_both(wang: User) -> None:
    clerk = factories.person(name="李文书")
    by = Person(wang, entered_by=clerk, source="纸质")
    department = write(open_office, by=by, name="教务处")
    latest = timeline(department)[0]
    assert (latest.who, latest.entered_by, latest.note) == ("王芳", "李文书", "李文书代录，来源：纸质")


def test_a_gone_record_still_stands_in_the_history(wang: User) -> None:
    department = factories.department("教务处")
    gone = factories.person(name="离校老师")
    write(rename, by=factories.acting(wang), department=department, name="教务处", head=gone)
    write(rename, by=factories.acting(wang), department=department, name="教务处", head=None)
    User.objects.filter(pk=gone.pk).delete()
    assert timeline(department)[0].changes == [FieldChange("部门负责人", "（已删除）", "")]


def test_records_that_belong_to_it_join_the_history_also_when_they_are_gone(wang: User) -> None:
    by = factories.acting(wang)
    holdings = write(grant, by=by, users=[wang])
    write(take_away, by=by, holdings=list(holdings))
    assert [(each.who, each.what) for each in timeline(wang, also=((RoleHolding, "user"),))] == [
        ("王芳", "撤去岗位：保安/门卫"),
        ("王芳", "授予岗位：保安/门卫"),
        (DIRECT, "建立"),
    ]


def test_one_act_on_many_rows_is_one_happening(wang: User) -> None:
    department = factories.department("教务处")
    members = [factories.person(department=department) for _ in range(5)]
    write(move_all, by=factories.acting(wang), users=members)
    latest = timeline(department, also=((User, "department"),))[0]
    assert (latest.who, latest.what, list(latest.changes)) == ("王芳", "修改教职工 5 条", [])


def test_what_belongs_to_a_record_comes_after_it_within_one_act() -> None:
    # Then the numbers of the account's events are ahead of those of its holding.
    factories.people([()] * 3)
    user = write(open_account, by=System("开学准备"))
    told = [each.what for each in timeline(user, also=((RoleHolding, "user"),))]
    assert told == ["授予岗位：保安/门卫", "建立"]


def test_what_leads_stands_between_the_making_of_a_record_and_its_changes_within_one_act() -> None:
    assert (wording_of(LogEntry).leads, wording_of(Matter).leads, wording_of(Handover).leads) == (
        True, True, False,
    )  # fmt: skip
    log = write(keep_a_watch, by=System("开学准备"))
    told = [each.what for each in timeline(log, also=((LogEntry, "log"), (Matter, "log"), (Handover, "log")))]
    assert told == ["接班：甲→乙", "签字", "添加交接事项：门锁坏了", "记了情况：巡查", "建立"]


def keep_a_watch(*, by: Actor) -> DutyLog:
    made = laid.published()
    giver, taker = factories.person(name="甲"), factories.person(name="乙")
    first = laid.duty_in(made, giver)
    laid.duty_in(made, taker, made.first_on + timedelta(days=1))
    log = services.write_entry(duty=first, text="巡查", at=first.begins_at, by=Person(giver))
    services.raise_matter(log=log, text="门锁坏了", at=first.begins_at, by=Person(giver))
    services.sign_log(log=log, summary="正常", at=first.ends_at, by=Person(giver))
    services.take_over(log=log, at=first.ends_at, by=Person(taker))
    return log


def open_account(*, by: Actor) -> User:
    return factories.person(Role.GUARD)


def test_an_act_on_more_rows_than_are_read_tells_all_of_them_and_what_is_older_is_said(wang: User) -> None:
    department = factories.department("教务处")
    factories.people([()] * (SHOWN + 6), department=department)
    User.objects.filter(department=department).update(must_change_password=True)
    told = timeline(department, also=((User, "department"),))
    assert (told[0].what, told.is_cut) == (f"修改教职工 {SHOWN + 6} 条", True)


def test_a_history_that_is_whole_says_nothing_of_older(wang: User) -> None:
    by = factories.acting(wang)
    department = write(open_office, by=by, name="教务处")
    write(open_accounts, by=by, department=department, count=SHOWN + 6)
    told = timeline(department, also=((User, "department"),))
    assert ([each.what for each in told], told.is_cut) == ([f"建立教职工 {SHOWN + 6} 条", "建立"], False)


def open_accounts(*, department: Department, count: int, by: Actor) -> list[User]:
    return factories.people([()] * count, department=department)


def move_all(*, users: list[User], by: Actor) -> None:
    User.objects.filter(pk__in=[user.pk for user in users]).update(must_change_password=True)


def test_a_history_ends_at_its_limit_and_the_oldest_shown_knows_its_change(wang: User) -> None:
    department = factories.department("甲")
    for name in "乙丙丁":
        write(rename, by=factories.acting(wang), department=department, name=name, head=None)
    assert [each.changes for each in timeline(department, limit=2)] == [
        [FieldChange("部门名称", "丙", "丁")],
        [FieldChange("部门名称", "乙", "丙")],
    ]


@pytest.mark.parametrize(("length", "queries"), [(1, 2), (40, 2), (60, 3)])
def test_a_history_asks_two_queries_and_a_third_when_it_is_cut_off(
    wang: User, length: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    department = factories.department("甲")
    heads = [factories.person() for _ in range(4)]
    for number in range(length):
        rename(department=department, name=f"{number}", head=heads[number % 4], by=factories.acting(wang))
    with django_assert_num_queries(queries):
        happenings = timeline(department)
    assert len(happenings) == min(length + 1, SHOWN)


@pytest.mark.parametrize("roles", [(Role.GUARD,), (Role.GUARD, Role.TEACHER, Role.STOREKEEPER)])
def test_the_names_of_what_belongs_to_a_record_cost_one_query(
    wang: User, roles: tuple[Role, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for role in roles:
        RoleHolding.objects.create(user=wang, role=role)
    with django_assert_num_queries(3):
        happenings = timeline(wang, also=((RoleHolding, "user"),))
    assert len(happenings) == len(roles) + 1


def test_what_happened_since_a_version(wang: User) -> None:
    department = factories.department("甲")
    for name in "乙丙":
        write(rename, by=factories.acting(wang), department=department, name=name, head=None)
    assert [[*each.changes] for each in changes_since(department, 2)] == [
        [FieldChange("部门名称", "乙", "丙")]
    ]
    assert [len(changes_since(department, version)) for version in (1, 3, 99)] == [2, 0, 0]


def test_a_record_as_it_was(wang: User) -> None:
    department = factories.department("甲")
    write(rename, by=factories.acting(wang), department=department, name="乙", head=wang)
    then, now, never = (as_of(department, version) for version in (1, 2, 99))
    assert [(each.name, each.head_id) for each in (then, now) if each] == [("甲", None), ("乙", wang.pk)]
    assert never is None
