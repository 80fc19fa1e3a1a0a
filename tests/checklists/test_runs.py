"""A check: signed once, never changed, corrected by a new one; late entries say so; nothing is invented."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from houqin.actors import Person, System
from houqin.attachments.models import AttachmentLink
from houqin.checklists import services
from houqin.checklists.models import CheckAnswer, CheckRun, Finding
from houqin.checklists.rules import Given
from houqin.checklists.selectors import last_failures
from houqin.checklists.services import Correction
from houqin.checklists.states import ItemKind, Origin, Verdict
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.writing import write
from tests.attachments.factories import checked, laid
from tests.attachments.factories import office as paper
from tests.checklists.factories import (
    FRIDGE,
    ITEMS,
    NOW,
    PHOTO,
    checker,
    draft,
    failed,
    in_use,
    items_of,
    not_applicable,
    office,
    signed,
)
from tests.factories import acting, department, person
from tests.places import factories as places

pytestmark = pytest.mark.django_db


def corrected(run: CheckRun, *given: Given, reason: str = "看错了房间", **more: Any) -> CheckRun:
    """A new check of the same room that says which one it replaces."""
    facts = {"by": run.performed_by, "subject": run.subject} | more
    return signed(run.edition, *given, correction=Correction(run, reason), **facts)


def test_all_fine_is_one_tap_and_full_marks() -> None:
    run = signed(in_use())
    assert (run.score, run.grade, run.failed, run.answered) == (100, "excellent", 0, 3)
    assert set(run.answers.values_list("verdict", "origin")) == {("good", "all_fine")}


def test_all_fine_says_too_that_there_is_nothing_to_remark() -> None:
    remark = {"text": "其他情况", "kind": ItemKind.TEXT, "may_be_na": True}
    run = signed(in_use(*ITEMS, remark, PHOTO | {"may_be_na": True}))
    said = run.answers.order_by("item__position").values_list("verdict", "origin")
    assert list(said) == [("good", "all_fine")] * 3 + [("na", "all_fine")] * 2
    assert run.score == 100


def test_exceptions_only_and_each_answer_says_how_it_came() -> None:
    edition = in_use()
    window, _, cooler = items_of(edition)
    run = signed(edition, failed(window), not_applicable(cooler))
    assert list(run.answers.values_list("verdict", "origin")) == [
        (Verdict.FAILED, Origin.BY_HAND),
        (Verdict.GOOD, Origin.ALL_FINE),
        (Verdict.NA, Origin.BY_HAND),
    ]
    assert (run.earned, run.due, run.score, run.grade) == (40, 80, 50, "failing")


def test_a_number_is_never_filled_in_for_anybody() -> None:
    edition = in_use(*ITEMS, FRIDGE)
    with pytest.raises(RuleBroken, match="逐项填写"):
        signed(edition)
    assert CheckRun.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("number", {"verdict": "good", "number": 5}),
        ("yes_no", {"verdict": "failed"}),
        ("yes_no", {"verdict": "good", "text": "好"}),
        ("yes_no", {"verdict": "na"}),
    ],
)
def test_the_database_too_takes_no_invented_value(kind: str, values: dict[str, Any]) -> None:
    edition = in_use(*ITEMS, FRIDGE)
    item = next(each for each in items_of(edition) if each.kind == kind)
    run = signed(edition, Given(items_of(edition)[3], number=Decimal(4)))
    fields = {
        "draft_id": uuid.uuid4(),
        "number": "JC-X",
        "answered": 1,
        "pk": None,
        "public_id": "XXXXXXXXXX",
    }
    bare = CheckRun(**{f.attname: getattr(run, f.attname) for f in run._meta.concrete_fields} | fields)
    bare.id = None
    bare.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckAnswer.objects.create(run=bare, item=item, origin="all_fine", **values)


def test_a_signed_check_takes_no_further_answer() -> None:
    edition = in_use()
    run = signed(edition)
    with pytest.raises(IntegrityError, match="signed"), transaction.atomic():
        CheckAnswer.objects.create(run=run, item=items_of(edition)[0], verdict="good", origin="by_hand")


@pytest.mark.parametrize("table", ["houqin_checkrun", "houqin_checkanswer"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = '改'", "DELETE FROM {}"])
def test_a_signed_check_cannot_be_changed_even_by_sql(table: str, statement: str) -> None:
    signed(in_use())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_signed_check_is_corrected_by_a_new_one_that_says_which_it_replaces() -> None:
    edition = in_use()
    wrong = signed(edition, failed(items_of(edition)[0]))
    right = corrected(wrong)
    assert (right.replaces, right.replace_reason, wrong.replaced_by) == (wrong, "看错了房间", right)


def test_a_check_is_corrected_once() -> None:
    wrong = signed(in_use())
    corrected(wrong)
    with pytest.raises(RuleBroken, match="已经更正过"):
        corrected(wrong)


def test_a_correction_says_why_and_is_of_the_same_place() -> None:
    wrong = signed(in_use())
    with pytest.raises(RuleBroken, match="哪里不对"):
        corrected(wrong, reason=" ")
    with pytest.raises(RuleBroken, match="检查同一个地方"):
        corrected(wrong, subject=places.room())


def test_somebody_else_corrects_no_check_but_the_office_does() -> None:
    wrong = signed(in_use())
    with pytest.raises(NotAllowed, match="本人或总务处"):
        corrected(wrong, by=checker())
    assert corrected(wrong, by=office()).replaces == wrong


def test_the_findings_of_a_check_that_was_wrong_stay_to_be_settled() -> None:
    edition = in_use()
    wrong = signed(edition, failed(items_of(edition)[0]))
    corrected(wrong)
    assert Finding.objects.get().state == "open"


def test_what_is_entered_late_says_why_and_keeps_both_times() -> None:
    edition = in_use()
    yesterday = NOW - timedelta(hours=13)
    with pytest.raises(RuleBroken, match="补记") as refusal:
        signed(edition, performed_at=yesterday)
    run = signed(edition, performed_at=yesterday, late_reason="昨晚停电")
    assert refusal.value.field == "late_reason"
    assert (run.is_late, run.late_reason, run.performed_at, run.created_at) == (
        True,
        "昨晚停电",
        yesterday,
        NOW,
    )


def test_what_comes_in_time_is_no_late_entry_whatever_reason_it_carries() -> None:
    run = signed(in_use(), performed_at=NOW - timedelta(hours=12), late_reason="以防万一")
    assert (run.is_late, run.late_reason) == (False, "")


def test_nobody_checks_in_the_future_but_clocks_may_differ_a_little() -> None:
    edition = in_use()
    with pytest.raises(RuleBroken, match="还没有到"):
        signed(edition, performed_at=NOW + timedelta(minutes=11))
    assert signed(edition, performed_at=NOW + timedelta(minutes=9)).performed_at == NOW


def test_a_draft_sent_again_is_the_same_check() -> None:
    edition, who, draft_id, room = in_use(), checker(), uuid.uuid4(), places.room()
    first = signed(edition, by=who, draft_id=draft_id, subject=room)
    again = signed(edition, by=who, draft_id=draft_id, subject=room)
    assert (again.pk, CheckRun.objects.count()) == (first.pk, 1)


def test_nobody_sends_the_draft_of_somebody_else() -> None:
    edition, draft_id = in_use(), uuid.uuid4()
    signed(edition, draft_id=draft_id)
    with pytest.raises(NotAllowed, match="已由别人上报"):
        signed(edition, draft_id=draft_id)


def test_nobody_checks_by_a_draft_and_a_phone_may_still_hold_a_retired_edition() -> None:
    with pytest.raises(RuleBroken, match="还在拟定"):
        signed(draft())
    edition = in_use()
    write(services.retire_edition, edition=edition, by=acting(office()))
    edition.refresh_from_db()
    assert signed(edition).edition == edition


def test_a_merged_room_is_checked_as_the_one_that_is_there_now() -> None:
    survivor = places.room()
    merged = places.room(merged_into=survivor, retired_on=NOW.date())
    assert signed(in_use(), subject=merged).subject == survivor


def test_a_closed_room_is_not_checked_nor_one_of_another_kind() -> None:
    with pytest.raises(RuleBroken, match="已经停用"):
        signed(in_use(), subject=places.room(retired_on=NOW.date()))
    with pytest.raises(RuleBroken, match="不用于"):
        signed(in_use(only_for=["canteen"]))


def test_an_item_of_another_edition_is_no_answer() -> None:
    with pytest.raises(RuleBroken, match="换了新版"):
        signed(in_use(), failed(items_of(in_use())[0]))


def test_only_who_checks_signs_checks_and_no_job_does() -> None:
    with pytest.raises(NotAllowed):
        signed(in_use(), by=person(Role.TEACHER))
    with pytest.raises(NotAllowed, match="检查人名下"):
        write(
            services.sign_check, edition=in_use(), subject=places.room(), given=(), all_fine=True,
            performed_at=NOW, at=NOW, draft_id=uuid.uuid4(), by=System("测试"),
        )  # fmt: skip


def test_entered_for_a_guard_it_is_the_guards_check_and_says_who_typed_it() -> None:
    guard, typist = person(Role.GUARD), office()
    run = write(
        services.sign_check, edition=in_use(), subject=places.room(), given=(), all_fine=True,
        performed_at=NOW, at=NOW, draft_id=uuid.uuid4(),
        by=Person(guard, entered_by=typist, source="纸质"),
    )  # fmt: skip
    assert (run.performed_by, run.entered_by) == (guard, typist)


# Photos


def test_a_photo_item_wants_a_photo_that_may_still_be_on_the_phone() -> None:
    edition = in_use(*ITEMS, PHOTO)
    with pytest.raises(RuleBroken, match="逐项填写"):
        signed(edition)
    run = signed(edition, Given(items_of(edition)[3], later=2))
    assert run.answers.get(item__kind="photo").photos == 2


def test_photos_that_come_along_hang_on_their_answer() -> None:
    edition, who = in_use(*ITEMS, PHOTO), checker()
    run = signed(edition, Given(items_of(edition)[3], photos=(laid(who),)), by=who)
    answer = run.answers.get(item__kind="photo")
    assert AttachmentLink.objects.get().parent == answer


def waiting_for(photos: int) -> tuple[CheckAnswer, Any]:
    edition, who = in_use(*ITEMS, PHOTO), checker()
    run = signed(edition, Given(items_of(edition)[3], later=photos), by=who)
    return run.answers.get(item__kind="photo"), who


def send_photo(answer: CheckAnswer, file: Any, who: Any) -> CheckAnswer:
    return write(services.add_photos, answer=answer, attachments=[file], by=acting(who))


def test_photos_follow_as_many_as_were_taken_and_no_more() -> None:
    answer, who = waiting_for(1)
    file = laid(who)
    send_photo(answer, file, who)
    send_photo(answer, file, who)
    with pytest.raises(RuleBroken, match="已经到齐"):
        send_photo(answer, laid(who, checked(paper())), who)
    assert AttachmentLink.objects.count() == 1


def test_nobody_else_adds_a_photo_to_a_check() -> None:
    answer, _ = waiting_for(1)
    other = office()
    with pytest.raises(NotAllowed, match="本人"):
        send_photo(answer, laid(other), other)


# What failed last time


def test_what_failed_in_the_last_check_of_a_room_is_remembered_across_versions() -> None:
    edition, room = in_use(), places.room()
    window, wire, _ = items_of(edition)
    signed(edition, failed(window), subject=room, performed_at=NOW - timedelta(hours=5))
    signed(edition, failed(wire), subject=room)
    signed(edition, subject=places.room())
    assert last_failures(edition.checklist) == {room.pk: ["电线无裸露"]}


def test_a_corrected_check_is_no_last_check() -> None:
    edition, room = in_use(), places.room()
    wrong = signed(edition, failed(items_of(edition)[0]), subject=room)
    # The look was earlier than the wrong record says: it stands all the same.
    corrected(wrong, performed_at=NOW - timedelta(hours=1))
    assert last_failures(edition.checklist) == {}


def test_a_reader_of_his_department_sees_its_checks_and_no_others() -> None:
    mine, other = department(), department()
    head = person(Role.DEPARTMENT_HEAD, department=mine)
    edition = in_use()
    seen = signed(edition, subject=places.room(department=mine))
    signed(edition, subject=places.room(department=other))
    assert list(CheckRun.objects.visible_to(head)) == [seen]
