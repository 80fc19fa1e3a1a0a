"""Who may link, read and withdraw a file."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendar_plans.models import Item, ProgressNote
from calendar_plans.services.items import report_progress
from calendar_plans.services.plans import remove_plan
from houqin.actors import Guest
from houqin.attachments.limits import MOST_FILES
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.selectors import files_on, files_panel
from houqin.attachments.services import attach_files, attach_to_record, store_file, withdraw_file
from houqin.attachments.visibility import DRAFTS_KEPT_FOR
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import AttachmentParent, registry
from houqin.writing import write
from tests.attachments.factories import checked, linked, picture, stored
from tests.calendar_plans.factories import item, plan, running_plan
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> User:
    return person(Role.REPAIR_WORKER, department=department())


@pytest.fixture
def work(worker: User) -> Item:
    return item(running_plan(), owner=worker)


def readers_of(file: Attachment, *people: User) -> list[User]:
    return [each for each in people if Attachment.objects.visible_to(each).filter(pk=file.pk).exists()]


def test_a_file_that_belongs_to_nothing_is_its_uploaders_for_a_day(worker: User) -> None:
    file, director = stored(worker), person(Role.DIRECTOR)
    fresh = readers_of(file, worker, director)
    Attachment.objects.filter(pk=file.pk).update(created_at=timezone.now() - DRAFTS_KEPT_FOR)
    assert (fresh, readers_of(file, worker, director)) == ([worker], [])


def test_a_linked_file_is_read_by_whoever_may_see_the_record(work: Item, worker: User) -> None:
    file = linked(work, worker).attachment
    colleague = person(department=work.plan.department)
    stranger, director = person(department=department()), person(Role.DIRECTOR)
    assert readers_of(file, worker, director, colleague, stranger) == [worker, director, colleague]


def test_a_photo_of_a_progress_note_is_read_by_whoever_reads_the_item(work: Item, worker: User) -> None:
    write(
        report_progress, item=work, text="换好了", on=date(2026, 9, 1), attachments=[stored(worker)],
        by=acting(worker),
    )  # fmt: skip
    note = ProgressNote.objects.get(item=work)
    (file,) = files_on([note], worker)[note.pk]
    colleague, stranger = person(department=work.plan.department), person(department=department())
    assert readers_of(file.file, worker, colleague, stranger) == [worker, colleague]


def test_the_same_content_from_the_same_person_is_one_file(worker: User) -> None:
    data = checked()
    first, again, others = stored(worker, data), stored(worker, data), stored(person(), data)
    assert (again == first, others == first) == (True, False)


def test_a_file_is_linked_to_a_record_once(work: Item, worker: User) -> None:
    file = stored(worker)
    for _ in range(2):
        write(attach_files, to=work, files=[file], by=acting(worker))
    assert AttachmentLink.objects.count() == 1


def test_nobody_links_anothers_file(work: Item, worker: User) -> None:
    with pytest.raises(NotAllowed, match="自己上传的文件"):
        write(attach_files, to=work, files=[stored(person())], by=acting(worker))


def test_the_records_own_rule_decides_who_may_attach(work: Item) -> None:
    stranger = person(department=department())
    with pytest.raises(NotAllowed, match="只限与您有关的记录"):
        write(attach_files, to=work, files=[stored(stranger)], by=acting(stranger))


def test_a_closed_plan_takes_papers_but_its_items_no_photos() -> None:
    director = person(Role.DIRECTOR)
    closed = running_plan(state="closed")
    assert linked(closed, director).parent == closed
    with pytest.raises(RuleBroken, match="已结束"):
        linked(item(closed), director)


def test_too_many_files_at_once_are_refused(work: Item, worker: User) -> None:
    files = [stored(worker) for _ in range(MOST_FILES + 1)]
    with pytest.raises(RuleBroken, match=f"最多附 {MOST_FILES} 个"):
        write(attach_files, to=work, files=files, by=acting(worker))


def test_the_page_of_a_record_wants_at_least_one_file(work: Item, worker: User) -> None:
    with pytest.raises(RuleBroken, match="请先选择文件"):
        write(attach_to_record, record=work, attachments=[], caption="", by=acting(worker))


def test_a_guest_may_not_upload() -> None:
    with pytest.raises(NotAllowed, match="请先登录"):
        write(store_file, file=checked(), by=Guest("device"))


# Withdrawing


def test_a_withdrawn_file_stays_as_a_struck_line_that_only_those_who_answer_for_all_can_open(
    work: Item, worker: User
) -> None:
    link = linked(work, worker, checked(picture(), "现场.jpg"))
    write(withdraw_file, link=link, reason="拍到了学生的脸", by=acting(worker))
    director, colleague = person(Role.DIRECTOR), person(department=work.plan.department)
    panel = files_panel(work, acting(colleague))
    assert panel is not None
    told = [(f.link.withdrawn_by, f.link.withdrawn_reason, f.can_open, f.withdraw_url) for f in panel.files]
    assert told == [(worker, "拍到了学生的脸", False, "")]
    assert readers_of(link.attachment, worker, director, colleague) == [director]


def test_one_withdraws_ones_own_and_the_office_any(work: Item, worker: User) -> None:
    colleague = person(department=work.plan.department)
    own, other = linked(work, worker), linked(work, worker)
    with pytest.raises(NotAllowed, match="只能撤下自己上传的附件"):
        write(withdraw_file, link=own, reason="不要", by=acting(colleague))
    write(withdraw_file, link=own, reason="拍错了", by=acting(worker))
    write(withdraw_file, link=other, reason="不是这间", by=acting(person(Role.DEPUTY_DIRECTOR)))
    assert AttachmentLink.objects.filter(withdrawn_at=None).count() == 0


def test_withdrawing_takes_a_reason_and_happens_once(work: Item, worker: User) -> None:
    link, by = linked(work, worker), acting(worker)
    with pytest.raises(RuleBroken, match="请写明撤下的原因"):
        write(withdraw_file, link=link, reason="  ", by=by)
    write(withdraw_file, link=link, reason="拍错了", by=by)
    with pytest.raises(RuleBroken, match="已经撤下"):
        write(withdraw_file, link=link, reason="再来", by=by)


def test_what_was_withdrawn_can_be_attached_again_as_a_new_file(work: Item, worker: User) -> None:
    data, by = checked(), acting(worker)
    link = linked(work, worker, data)
    write(withdraw_file, link=link, reason="附错了", by=by)
    again = linked(work, worker, data)
    assert (again.attachment == link.attachment, readers_of(again.attachment, worker)) == (False, [worker])


def test_a_draft_that_is_deleted_takes_its_papers_along_and_no_link_hangs_in_the_air() -> None:
    director = person(Role.DIRECTOR)
    draft, other = plan(), running_plan()
    for record in (draft, other):
        linked(record, director)
    write(remove_plan, plan=draft, by=acting(director))
    assert list(AttachmentLink.objects.values_list("parent_model", "parent_id")) == [
        ("calendar_plans.plan", other.pk)
    ]


# What the database itself holds


def test_the_database_wants_a_reason_and_a_person_for_a_withdrawal(work: Item, worker: User) -> None:
    linked(work, worker)
    for changes in ({"withdrawn_at": timezone.now()}, {"withdrawn_reason": "只有原因"}):
        with (
            pytest.raises(IntegrityError, match="withdrawn_by_somebody_for_a_reason"),
            transaction.atomic(),
        ):
            AttachmentLink.objects.update(**changes)


def test_the_database_takes_no_empty_file_and_no_unknown_kind(worker: User) -> None:
    stored(worker)
    for constraint, changes in (
        ("attachment_is_not_empty", {"size": 0}),
        ("attachment_of_a_known_kind", {"kind": "svg"}),
        ("only_pictures_have_a_width", {"width": 10, "height": 10}),
        ("only_pictures_have_a_width", {"kind": "jpeg"}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Attachment.objects.update(**changes)


# Costs


def test_a_records_files_cost_one_query_however_many(work: Item, worker: User) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            linked(work, worker)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            files_on([work], worker)
        counts.append(len(queries))
    assert counts == [1, 1]


def test_a_model_is_declared_once() -> None:
    declared = registry.attachment_parents["calendar_plans.item"]
    with pytest.raises(ValueError, match="declared twice"):
        registry.add_attachment_parent(AttachmentParent(Item, declared.attach, declared.manage))
