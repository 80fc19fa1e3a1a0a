"""The boundary of every write: one effect per key, signed, retried where that helps, never nested."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction

from houqin.actors import Actor, Guest, Person, System
from houqin.errors import Busy, Gone, Repeated, RuleBroken
from houqin.people.models import Department, User
from houqin.writing import ATTEMPTS, IdempotencyKey, answer_of, write
from tests.concurrency.racing import in_thread, together
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db

OFFICE = System("测试")


def open_department(*, name: str, by: Actor) -> Department:
    return Department.objects.create(name=name)


def open_departments(*, names: list[str], by: Actor) -> list[Department]:
    return [Department.objects.create(name=name) for name in names]


def count_departments(*, name: str, by: Actor) -> dict[str, Any]:
    Department.objects.create(name=name)
    return {"departments": Department.objects.count()}


def open_and_regret(*, name: str, refuse: bool, by: Actor) -> Department:
    made = Department.objects.create(name=name)
    if refuse:
        raise RuleBroken("不行。")
    return made


def keep_file(*, file: SimpleUploadedFile, by: Actor) -> str:
    Department.objects.create(name=file.read().decode())
    return "已收"


@dataclass(frozen=True)
class Post:
    holder: User


def appoint(*, post: Post, by: Actor) -> User:
    return post.holder


def raise_order(*, department: Department, by: Actor) -> int:
    locked = Department.objects.select_for_update().get(pk=department.pk)
    locked.order += 1
    locked.save()
    return locked.order


def appoint_in(*, place: Department, holder: User, by: Actor) -> User:
    return holder


def rename(*, department: Department, name: str, by: Actor) -> Department:
    department.name = name
    department.save()
    return department


# One effect per key


def test_the_second_tap_gets_the_record_that_the_first_one_made() -> None:
    first = write(open_department, by=OFFICE, key="k", name="总务处")
    second = write(open_department, by=OFFICE, key="k", name="总务处")
    assert (second, Department.objects.filter(name="总务处").count()) == (first, 1)


def test_the_second_tap_gets_the_list_that_the_first_one_made() -> None:
    first = write(open_departments, by=OFFICE, key="k", names=["教务处", "政教处"])
    assert write(open_departments, by=OFFICE, key="k", names=["教务处", "政教处"]) == first
    assert Department.objects.filter(name__in=["教务处", "政教处"]).count() == 2


def test_the_second_tap_gets_the_plain_answer_of_the_first_one() -> None:
    first = write(count_departments, by=OFFICE, key="k", name="总务处")
    department()
    assert write(count_departments, by=OFFICE, key="k", name="总务处") == first


def test_what_a_service_answers_beside_the_record_it_was_given_is_what_the_second_tap_gets() -> None:
    given, holder = department(), person()
    assert [write(raise_order, by=OFFICE, key="k", department=given) for _ in range(2)] == [51, 51]
    assert [write(appoint_in, by=OFFICE, key="l", place=given, holder=holder) for _ in range(2)] == [
        holder
    ] * 2


def test_the_record_that_a_service_was_given_and_answers_is_what_the_second_tap_gets() -> None:
    given = department()
    assert [write(rename, by=OFFICE, key="k", department=given, name="总务处") for _ in range(2)] == [
        given
    ] * 2
    assert answer_of("k", by=OFFICE) == given


def test_the_same_key_with_other_content_is_refused() -> None:
    write(open_department, by=OFFICE, key="k", name="总务处")
    with pytest.raises(Repeated, match="已经提交过"):
        write(open_department, by=OFFICE, key="k", name="教务处")
    assert list(Department.objects.filter(name__in=["总务处", "教务处"]).values_list("name", flat=True)) == [
        "总务处"
    ]


def test_the_same_key_for_another_act_is_refused() -> None:
    write(open_department, by=OFFICE, key="k", name="总务处")
    with pytest.raises(Repeated):
        write(count_departments, by=OFFICE, key="k", name="总务处")


def test_a_file_is_told_apart_by_what_it_holds() -> None:
    write(keep_file, by=OFFICE, key="k", file=SimpleUploadedFile("计划.txt", "甲".encode()))
    assert write(keep_file, by=OFFICE, key="k", file=SimpleUploadedFile("计划.txt", "甲".encode())) == "已收"
    with pytest.raises(Repeated):
        write(keep_file, by=OFFICE, key="k", file=SimpleUploadedFile("计划.txt", "乙".encode()))


def test_records_inside_an_argument_are_told_apart_by_their_keys_and_not_by_their_names() -> None:
    one, namesake = person(name="王芳"), person(name="王芳")
    write(appoint, by=OFFICE, key="k", post=Post(one))
    with pytest.raises(Repeated):
        write(appoint, by=OFFICE, key="k", post=Post(namesake))
    assert write(appoint, by=OFFICE, key="k", post=Post(one)) == one


def test_the_second_tap_is_told_when_what_the_first_one_made_is_deleted() -> None:
    write(open_department, by=OFFICE, key="k", name="总务处").delete()
    with pytest.raises(Gone, match="被别人删除"):
        write(open_department, by=OFFICE, key="k", name="总务处")
    assert (answer_of("k", by=OFFICE), Department.objects.filter(name="总务处").count()) == (None, 0)


def test_keys_of_two_people_never_meet() -> None:
    one, other = acting(person()), acting(person())
    write(open_department, by=one, key="k", name="总务处")
    write(open_department, by=other, key="k", name="教务处")
    assert Department.objects.filter(name__in=["总务处", "教务处"]).count() == 2


def test_a_colleague_who_types_for_somebody_uses_keys_of_his_own() -> None:
    worker, clerk = person(), person()
    assert Person(worker, entered_by=clerk, source="纸质").key == Person(clerk).key
    assert Guest("phone-1").key != Guest("phone-2").key


def test_a_refused_form_may_be_corrected_and_sent_again_with_its_key() -> None:
    with pytest.raises(RuleBroken):
        write(open_and_regret, by=OFFICE, key="k", name="总务处", refuse=True)
    assert (Department.objects.filter(name="总务处").count(), IdempotencyKey.objects.count()) == (0, 0)
    write(open_and_regret, by=OFFICE, key="k", name="总务处", refuse=False)
    assert Department.objects.filter(name="总务处").count() == 1


def test_without_a_key_every_call_acts() -> None:
    write(open_department, by=OFFICE, name="总务处")
    write(open_department, by=OFFICE, name="教务处")
    assert (
        Department.objects.filter(name__in=["总务处", "教务处"]).count(),
        IdempotencyKey.objects.count(),
    ) == (2, 0)


# One transaction, never inside another


def test_a_write_inside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        write(open_department, by=OFFICE, name="总务处")
    assert not Department.objects.filter(name="总务处").exists()


def test_a_write_inside_a_write_is_refused() -> None:
    def nested(*, by: Actor) -> Department:
        return write(open_department, by=by, name="总务处")

    with pytest.raises(RuntimeError, match="durable"):
        write(nested, by=OFFICE)
    assert not Department.objects.filter(name="总务处").exists()


# Signed


def signature_of(made: Department) -> dict[str, Any]:
    context: dict[str, Any] = made.events.latest("pgh_id").pgh_context
    return context


@pytest.mark.parametrize("key", [None, "form-1"], ids=["without a key", "with a key"])
def test_what_a_person_writes_is_signed_with_name_address_and_act(key: str | None) -> None:
    user = person(name="王芳")
    made = write(open_department, key=key, by=Person(user, address="10.0.0.7"), name="总务处")
    assert signature_of(made) == {
        "by": user.pk,
        "name": "王芳",
        "address": "10.0.0.7",
        "service": "open_department",
    }


def test_what_is_entered_for_somebody_names_both_and_the_source() -> None:
    worker, clerk = person(name="老李"), person(name="王芳")
    made = write(open_department, by=Person(worker, entered_by=clerk, source="电话"), name="总务处")
    assert signature_of(made) == {
        "by": worker.pk,
        "name": "老李",
        "address": "",
        "entered_by": clerk.pk,
        "entered_by_name": "王芳",
        "source": "电话",
        "service": "open_department",
    }


def test_what_a_job_writes_is_signed_by_the_job() -> None:
    made = write(open_department, by=System("夜间核对"), name="总务处")
    assert signature_of(made) == {
        "by": None,
        "name": "系统（夜间核对）",
        "job": "夜间核对",
        "service": "open_department",
    }


@pytest.mark.django_db(transaction=True)
def test_the_signature_ends_with_the_write() -> None:
    made = write(open_department, by=OFFICE, name="总务处")
    Department.objects.filter(pk=made.pk).update(order=7)
    assert signature_of(made) is None


# Retried where asking again is safe; each conflict is the database's own


@pytest.fixture
def held_row() -> Iterator[tuple[Department, threading.Event]]:
    """A department whose row another connection has locked until the event is set."""
    made, release, held = department(order=1), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Department.objects.select_for_update().get(pk=made.pk)
            held.set()
            release.wait(20)

    with in_thread(hold):
        held.wait(20)
        yield made, release
        release.set()


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_free_the_second_time_is_not_noticed(held_row: Any) -> None:
    row, release = held_row
    attempts: list[int] = []

    def impatient(*, by: Actor) -> int:
        attempts.append(len(attempts) + 1)
        if attempts[-1] == ATTEMPTS:
            release.set()
            return raise_order(department=row, by=by)
        Department.objects.select_for_update(nowait=True).get(pk=row.pk)
        raise AssertionError("the row was free")

    assert (write(impatient, by=OFFICE), attempts) == (2, [1, 2, 3])


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_stays_taken_is_told_after_three_attempts(held_row: Any) -> None:
    row, _ = held_row
    attempts: list[int] = []

    def impatient(*, by: Actor) -> None:
        attempts.append(1)
        Department.objects.create(name="半截")
        Department.objects.select_for_update(nowait=True).get(pk=row.pk)

    with pytest.raises(Busy, match="没有保存"):
        write(impatient, by=OFFICE, key="k")
    assert len(attempts) == ATTEMPTS
    assert (Department.objects.filter(name="半截").count(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_wait_for_each_other_both_get_through() -> None:
    one, other, meeting = department(order=1), department(order=1), threading.Barrier(2)

    def both(rows: tuple[Department, Department]) -> None:
        attempts: list[int] = []

        def crosswise(*, by: Actor) -> None:
            attempts.append(1)
            raise_order(department=rows[0], by=by)
            if len(attempts) == 1:
                meeting.wait(20)
            raise_order(department=rows[1], by=by)

        write(crosswise, by=OFFICE, key=str(rows[0].pk))

    assert together(lambda: both((one, other)), lambda: both((other, one))).errors == []
    assert list(Department.objects.filter(pk__in=[one.pk, other.pk]).values_list("order", flat=True)) == [
        3,
        3,
    ]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_changed_since_the_snapshot_is_read_again() -> None:
    row = department(order=1)
    attempts: list[int] = []

    def raised_elsewhere() -> None:
        Department.objects.filter(pk=row.pk).update(order=10)

    def strict(*, by: Actor) -> int:
        attempts.append(Department.objects.get(pk=row.pk).order)
        if len(attempts) == 1:
            with in_thread(raised_elsewhere):
                pass
        return raise_order(department=row, by=by)

    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_isolation TO 'repeatable read'")
    try:
        assert (write(strict, by=OFFICE), attempts) == (11, [1, 10])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_isolation")


@pytest.mark.django_db(transaction=True)
def test_what_no_second_try_can_mend_is_not_tried_again() -> None:
    attempts: list[int] = []

    def too_slow(*, by: Actor) -> None:
        attempts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(10)")

    with pytest.raises(OperationalError, match="statement timeout"):
        write(too_slow, by=OFFICE)
    assert len(attempts) == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_record_and_get_one_answer() -> None:
    outcome = together(*[lambda: write(open_department, by=OFFICE, key="k", name="总务处")] * 5)
    assert (len(set(outcome.answers)), outcome.errors) == (1, [])
    assert Department.objects.filter(name="总务处").count() == 1
