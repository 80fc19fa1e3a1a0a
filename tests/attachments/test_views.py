"""Files over HTTP: handed in beside a form or with it, opened, shown on the record's page."""

from __future__ import annotations

import errno
import os
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from calendar_plans.models import Item, ProgressNote
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.services import withdraw_file
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.web.errors import FULL
from houqin.writing import write
from tests.attachments.factories import checked, linked, pdf, picture, stored, upload
from tests.calendar_plans.factories import item, running_plan
from tests.factories import acting, department, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> User:
    return person(Role.REPAIR_WORKER, department=department())


@pytest.fixture
def work(worker: User) -> Item:
    return item(running_plan(), owner=worker)


@pytest.fixture
def phone(worker: User) -> Client:
    return signed_in(worker)


def report(phone: Client, work: Item, **typed: Any) -> Any:
    data = {"_key": str(uuid.uuid4()), "text": "换好了", **typed}
    return phone.post(f"/plans/items/{work.public_id}/report/", data)


def kept_in(response: Any) -> list[str]:
    """The ids of the files whose boxes are ticked in the page."""
    body = response.content.decode()
    return re.findall(r'name="attachments" value="(\w{10})" checked', body)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes what is written and has no room when it is to last."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)


def left() -> tuple[int, int, int]:
    """Rows of files, rows of progress, and files on the disk."""
    files = [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]
    return Attachment.objects.count(), ProgressNote.objects.count(), len(files)


# Beside the form, by the script


def test_an_uploaded_photo_is_answered_with_what_the_form_shows_of_it(phone: Client, worker: User) -> None:
    answer = phone.post("/attachments/", {"file": upload(name="../现场.JPG")})
    file = Attachment.objects.get()
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": file.public_id,
            "name": "现场.jpg",
            "size": "1 KB",
            "thumbnail": f"/attachments/{file.public_id}/thumbnail/",
        },
    )
    assert file.created_by == worker


def test_f2_on_a_full_disk_the_script_is_answered_with_the_sentence(phone: Client, full_disk: None) -> None:
    answer = phone.post("/attachments/", {"file": upload()})
    assert (answer.status_code, answer.json()["sentence"], left()) == (503, FULL, (0, 0, 0))


def test_f2_on_a_full_disk_a_form_with_a_photo_is_not_half_saved(
    phone: Client, work: Item, full_disk: None
) -> None:
    answer = report(phone, work, **{"attachments-chosen": upload()})
    assert (answer.status_code, FULL in answer.content.decode(), left()) == (503, True, (0, 0, 0))
    assert phone.get(work.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "没有收到文件"),
        ({"file": "x"}, "没有收到文件"),
        ({"file": upload(b"<svg/>", "图.svg")}, "“图.svg”不是可以附上的文件"),
    ],
)
def test_what_is_refused_is_answered_with_a_sentence(phone: Client, sent: Any, sentence: str) -> None:
    answer = phone.post("/attachments/", sent)
    assert (answer.status_code, sentence in answer.json()["sentence"], Attachment.objects.count()) == (
        422,
        True,
        0,
    )


# With the form, without a script


def test_a_report_takes_photos_and_papers_with_it(phone: Client, work: Item) -> None:
    chosen = [upload(pdf(), "单据.pdf"), upload(picture("PNG"))]
    answer = report(phone, work, **{"attachments-camera": upload(), "attachments-chosen": chosen})
    note = ProgressNote.objects.get()
    links = AttachmentLink.objects.filter(parent_model="calendar_plans.progressnote", parent_id=note.pk)
    kinds = sorted(links.values_list("attachment__kind", flat=True))
    assert (answer.status_code, kinds) == (303, ["jpeg", "pdf", "png"])


def test_a_photo_survives_a_mistake_elsewhere_in_the_form(phone: Client, work: Item) -> None:
    refused = report(phone, work, text="", **{"attachments-chosen": upload()})
    kept = kept_in(refused)
    answer = report(phone, work, attachments=kept)
    linked_ids = list(AttachmentLink.objects.values_list("attachment__public_id", flat=True))
    assert (refused.status_code, len(kept), answer.status_code, linked_ids) == (422, 1, 303, kept)


def test_a_bad_file_is_named_and_the_good_one_kept(phone: Client, work: Item) -> None:
    refused = report(phone, work, **{"attachments-chosen": [upload(), upload(b"<svg/>", "图.svg")]})
    assert (
        refused.status_code,
        len(kept_in(refused)),
        "“图.svg”不是可以附上的文件" in refused.content.decode(),
    ) == (
        422,
        1,
        True,
    )


def test_a_file_whose_tick_was_taken_away_is_not_attached(phone: Client, work: Item, worker: User) -> None:
    stored(worker)
    report(phone, work)
    assert AttachmentLink.objects.count() == 0


def test_a_second_tap_with_a_photo_is_one_note_and_one_file(phone: Client, work: Item) -> None:
    key, data = str(uuid.uuid4()), picture()
    answers = [
        report(phone, work, _key=key, **{"attachments-chosen": upload(data)}).status_code for _ in range(2)
    ]
    counts = (ProgressNote.objects.count(), Attachment.objects.count(), AttachmentLink.objects.count())
    assert (answers, counts) == ([303, 303], (1, 1, 1))


@pytest.mark.parametrize("forged", ["another", "absent", "nonsense"])
def test_only_ones_own_files_can_be_ticked(phone: Client, work: Item, forged: str) -> None:
    ids = {"another": stored(person()).public_id, "absent": "2222222222", "nonsense": "../x"}
    answer = report(phone, work, attachments=[ids[forged]])
    assert AttachmentLink.objects.count() == 0
    assert answer.status_code == (303 if forged == "nonsense" else 422)


def test_somebody_who_may_not_report_stores_nothing_by_trying(work: Item) -> None:
    reader = signed_in(person(Role.PRINCIPAL))
    answer = report(reader, work, **{"attachments-chosen": upload()})
    assert (answer.status_code, Attachment.objects.count()) == (403, 0)


# Opening


def test_a_paper_is_saved_and_a_picture_shown_under_its_own_name(
    work: Item, worker: User, phone: Client
) -> None:
    paper = linked(work, worker, checked(name="合同 一.pdf")).attachment
    photo = linked(work, worker, checked(picture(), "现场.jpg")).attachment
    answers = [phone.get(f"/attachments/{file.public_id}/") for file in (paper, photo)]
    asked = phone.get(f"/attachments/{photo.public_id}/?download")
    told = [(each["Content-Type"], each["Content-Disposition"]) for each in (*answers, asked)]
    name = f"filename*=UTF-8''{quote('现场.jpg')}"
    assert told == [
        ("application/pdf", f"attachment; filename*=UTF-8''{quote('合同 一.pdf')}"),
        ("image/jpeg", f"inline; {name}"),
        ("image/jpeg", f"attachment; {name}"),
    ]
    for each in (*answers, asked):
        assert (each["X-Content-Type-Options"], each["Content-Security-Policy"].endswith("sandbox")) == (
            "nosniff",
            True,
        )
        assert "private" in each["Cache-Control"]


def test_a_thumbnail_is_a_small_jpeg_and_a_paper_has_none(work: Item, worker: User, phone: Client) -> None:
    photo = linked(work, worker, checked(picture("PNG", size=(900, 900)), "现场.png")).attachment
    paper = linked(work, worker).attachment
    small, none = (phone.get(f"/attachments/{file.public_id}/thumbnail/") for file in (photo, paper))
    assert (small.status_code, small["Content-Type"], small.content[:3]) == (
        200,
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    assert none.status_code == 404


def test_a_file_that_is_lost_reads_like_one_that_is_not_there(
    work: Item, worker: User, phone: Client
) -> None:
    from houqin.attachments import storage

    file = linked(work, worker).attachment
    storage.remove(file.public_id)
    lost, absent = phone.get(f"/attachments/{file.public_id}/"), phone.get("/attachments/2222222222/")
    assert (lost.status_code, lost.content) == (404, absent.content)


# On the record's page


def test_the_records_page_shows_its_files_and_who_may_add_one(
    work: Item, worker: User, phone: Client
) -> None:
    link = linked(work, worker, checked(picture(), "现场.jpg"))
    address = f"/plans/items/{work.public_id}/"
    mine = phone.get(address).content.decode()
    principal = signed_in(person(Role.PRINCIPAL)).get(address).content.decode()
    parts = (
        f"/attachments/{link.attachment.public_id}/thumbnail/",
        f"{address}attach/",
        f"/attachments/links/{link.public_id}/withdraw/",
    )
    assert [part in mine for part in parts] == [True, True, True]
    assert [part in principal for part in parts] == [True, False, False]


def test_a_withdrawn_file_is_struck_with_its_reason(work: Item, worker: User, phone: Client) -> None:
    link = linked(work, worker, checked(name="合同.pdf"))
    write(withdraw_file, link=link, reason="附错了合同", by=acting(worker))
    body = phone.get(f"/plans/items/{work.public_id}/").content.decode()
    assert ("<del" in body, "附错了合同" in body, f"/attachments/{link.attachment.public_id}/" in body) == (
        True,
        True,
        False,
    )


def test_a_note_shows_its_photos_beside_its_words(work: Item, phone: Client) -> None:
    report(phone, work, **{"attachments-camera": upload()})
    body = phone.get(f"/plans/items/{work.public_id}/").content.decode()
    assert f"/attachments/{Attachment.objects.get().public_id}/thumbnail/" in body
