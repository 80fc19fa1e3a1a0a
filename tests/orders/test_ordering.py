"""A long document from the print button to the file, and every way it may end."""

from __future__ import annotations

import errno
import io
import os
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from houqin.actors import Actor, System
from houqin.documents import parts
from houqin.documents.process import PrintingFailed
from houqin.errors import NotAllowed, RuleBroken
from houqin.orders import services, storage, working
from houqin.orders.forms import sealed
from houqin.orders.models import PrintOrder
from houqin.orders.rules import MOST_BUSY
from houqin.people.models import RoleHolding, User
from houqin.people.roles import Role
from houqin.places.models import Place
from houqin.tasks import tell
from houqin.writing import write
from tests.calendar_plans.factories import item, running_plan
from tests.factories import acting, department, person, signed_in
from tests.orders.factories import failed, labels_of, order, ready, storey

pytestmark = pytest.mark.django_db

JOB = System("打印")
LONG = 81  # eight labels a page: eleven pages


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR)


@pytest.fixture
def desk(director: User) -> Client:
    return signed_in(director)


@pytest.fixture
def floor() -> Place:
    return storey(LONG)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five labels a part, so that a small house has several."""
    monkeypatch.setattr("houqin.places.documents.LABELS_OF_A_PART", 5)


def place_order(user: User, place: Place) -> PrintOrder:
    return write(services.order_document, paper=labels_of(user, place), by=acting(user))


def fresh(made: PrintOrder) -> PrintOrder:
    return PrintOrder.objects.get(pk=made.pk)


def send(client: Client, address: str) -> Any:
    return client.post(address, {"_key": str(uuid.uuid4())})


def print_long(client: Client, address: str) -> Any:
    """Open a print page and press the button that it shows instead of a document."""
    found = re.search(r'name="paper" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return client.post("/files/new/", {"_key": str(uuid.uuid4()), "paper": found[1]})


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def take_the_role(user: User) -> User:
    RoleHolding.objects.filter(user=user).update(ended_at=timezone.now())
    return User.objects.get(pk=user.pk)


# Ordering


def test_opening_a_long_print_orders_nothing(desk: Client, floor: Place) -> None:
    page = desk.get(f"/places/labels/?under={floor.public_id}").content.decode()
    assert ("约 11 页" in page, "开始制作" in page, PrintOrder.objects.count()) == (True, True, 0)


@pytest.mark.parametrize("paper", ["", "x", "{}"])
def test_an_order_that_no_page_offered_is_refused_with_what_to_do(desk: Client, paper: str) -> None:
    answer = desk.post("/files/new/", {"_key": str(uuid.uuid4()), "paper": paper})
    assert ("请回到原来的页面" in answer.content.decode(), PrintOrder.objects.count()) == (True, 0)


def test_what_one_was_offered_another_may_order_only_by_his_own_right(director: User, floor: Place) -> None:
    offered = {"_key": str(uuid.uuid4()), "paper": sealed(labels_of(director, floor))}
    answer = signed_in(person(Role.TEACHER)).post("/files/new/", offered)
    assert (answer.status_code, PrintOrder.objects.count()) == (403, 0)


def test_a_long_print_leads_to_the_page_of_its_order(desk: Client, floor: Place) -> None:
    answer = print_long(desk, f"/places/labels/?under={floor.public_id}")
    made = PrintOrder.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/files/{made.public_id}/")
    assert (made.state, made.pages, made.total) == ("waiting", 11, 1)
    body = desk.get(answer["Location"]).content.decode()
    assert ("排队中" in body, 'hx-trigger="every 2s"' in body, ">刷新</a>" in body) == (True, True, True)


def test_a_print_of_ten_pages_is_answered_at_once(desk: Client) -> None:
    answer = desk.get(f"/places/labels/?under={storey(80).public_id}")
    assert (answer["Content-Type"], PrintOrder.objects.count()) == ("application/pdf", 0)


def test_a_month_of_more_than_ten_pages_is_ordered(desk: Client) -> None:
    plan = running_plan(department("总务处"))
    for number in range(100):
        made = item(plan, content=f"第{number}件")
    month = plan.months.get(month=made.month)
    answer = print_long(desk, f"/plans/months/{month.public_id}/print/")
    order = PrintOrder.objects.get()
    assert (answer.status_code, order.kind, order.pages) == (303, "calendar_plans.month", 11)
    working.make(order, by=JOB)
    assert (fresh(order).state, "第99件" in "".join(pages_of(storage.read(order.public_id)))) == (
        "ready",
        True,
    )


def test_the_same_print_twice_is_one_order_and_one_job(desk: Client, floor: Place) -> None:
    places = {print_long(desk, f"/places/labels/?under={floor.public_id}")["Location"] for _ in range(2)}
    jobs = ProcrastinateJob.objects.filter(task_name=services.MAKE)
    assert (len(places), PrintOrder.objects.count(), jobs.count()) == (1, 1, 1)


def test_a_room_more_is_another_order(director: User, floor: Place) -> None:
    first = place_order(director, floor)
    Place.objects.filter(parent=floor, name="00001").update(title="美术室")
    assert place_order(director, floor).pk != first.pk


def test_two_people_have_an_order_each(director: User, floor: Place) -> None:
    other = person(Role.DIRECTOR)
    assert place_order(director, floor).pk != place_order(other, floor).pk


def test_too_many_on_their_way_are_refused_with_a_sentence(desk: Client, director: User) -> None:
    for _ in range(MOST_BUSY):
        order(director)
    answer = print_long(desk, f"/places/labels/?under={storey(LONG).public_id}")
    said = "您已有 5 份文件在制作。请等其中一份做好" in answer.content.decode()
    assert (answer.status_code, said) == (409, True)


def test_nobody_orders_without_the_documents_own_right(floor: Place) -> None:
    teacher = person(Role.TEACHER)
    with pytest.raises(NotAllowed, match="没有打印这份文件的权限"):
        place_order(teacher, floor)


def test_nobody_orders_in_anothers_name(director: User, floor: Place) -> None:
    with pytest.raises(NotAllowed, match="只做给本人"):
        write(services.order_document, paper=labels_of(director, floor), by=acting(person(Role.DIRECTOR)))


# Making


@pytest.mark.usefixtures("small_parts")
def test_the_parts_come_out_as_one_tagged_document(desk: Client, director: User) -> None:
    floor = storey(12)
    made = place_order(director, floor)
    working.make(made, by=JOB)
    made = fresh(made)
    assert (made.state, made.done, made.total, made.pages) == ("ready", 3, 3, 3)
    answer = desk.get(f"/files/{made.public_id}/pdf/")
    pdf = PdfReader(io.BytesIO(answer.content))
    texts = [page.extract_text() for page in pdf.pages]
    placed = [[f"{number:05}" in text for text in texts].index(True) for number in range(1, 13)]
    assert (answer["Content-Type"], placed) == ("application/pdf", [0] * 5 + [1] * 5 + [2] * 2)
    assert made.size == len(answer.content)


def test_the_reader_is_told_when_it_is_ready(desk: Client, director: User, floor: Place) -> None:
    made = place_order(director, floor)
    working.make(made, by=JOB)
    job = ProcrastinateJob.objects.get(task_name="houqin.tell")
    tell(**job.args)
    notice = director.notices.get()
    assert (notice.title, notice.about) == (f"{made.title}做好了", made)
    page = desk.get(made.get_absolute_url()).content.decode()
    assert ("文件做好了" in page, f'href="/files/{made.public_id}/pdf/"' in page) == (True, True)


def test_the_page_that_waits_is_drawn_anew_at_the_end(desk: Client, director: User) -> None:
    busy, done = order(director, state="making", total=4, done=1), ready(director)
    answers = [desk.get(each.get_absolute_url(), headers={"HX-Request": "true"}) for each in (busy, done)]
    assert [each.headers.get("HX-Refresh") for each in answers] == [None, "true"]
    assert '<progress value="1" max="4">' in answers[0].content.decode()


def test_silence_is_said(desk: Client, director: User) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    made = order(director, state="making", moved_at=long_ago)
    assert "有一会儿没有动静了" in desk.get(made.get_absolute_url()).content.decode()


def test_a_role_that_ended_before_the_making_gets_nothing(director: User, floor: Place) -> None:
    made = place_order(director, floor)
    take_the_role(director)
    working.make(made, by=JOB)
    assert (fresh(made).state, "没有打印这份文件的权限" in fresh(made).said) == ("failed", True)
    assert list(storage.folder().glob("*.pdf")) == []


def test_a_role_that_ends_during_the_making_gets_nothing(
    director: User, floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place_order(director, floor)
    printed = working.print_parts

    def meanwhile(*args: Any, **more: Any) -> int:
        take_the_role(director)
        return printed(*args, **more)

    monkeypatch.setattr(working, "print_parts", meanwhile)
    working.make(made, by=JOB)
    left = [path for path in storage.folder().rglob("*") if path.is_file()]
    assert (fresh(made).state, left) == ("failed", [])


def test_a_role_that_ended_after_the_making_opens_nothing(director: User, floor: Place) -> None:
    made = place_order(director, floor)
    working.make(made, by=JOB)
    answer = signed_in(take_the_role(director)).get(f"/files/{made.public_id}/pdf/")
    assert (answer.status_code, "没有打印这份文件的权限" in answer.content.decode()) == (403, True)


def test_another_person_does_not_find_it(director: User, floor: Place) -> None:
    made = place_order(director, floor)
    working.make(made, by=JOB)
    other = signed_in(person(Role.DIRECTOR))
    addresses = ("", "pdf/", "again/")
    assert [other.get(f"/files/{made.public_id}/{each}").status_code for each in addresses] == [404] * 3


@pytest.mark.usefixtures("small_parts")
def test_a_job_that_was_killed_is_taken_up_where_it_stood(
    director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place_order(director, storey(12))
    drawn: list[bool] = []
    print_sheet = parts.print_sheet

    def killed_before_the_third(*args: Any, **more: Any) -> Any:
        if len(drawn) == 2:
            raise KeyboardInterrupt
        document = print_sheet(*args, **more)
        drawn.append(document.was_kept)
        return document

    monkeypatch.setattr(parts, "print_sheet", killed_before_the_third)
    with pytest.raises(KeyboardInterrupt):
        working.make(made, by=JOB)
    assert (fresh(made).state, drawn) == ("making", [False, False])
    drawn.append(True)
    working.make(made, by=JOB)
    assert (fresh(made).state, drawn[3:]) == ("ready", [True, True, False])


def test_a_finished_order_is_not_made_again(director: User, floor: Place) -> None:
    made = place_order(director, floor)
    for _ in range(2):
        working.make(made, by=JOB)
    assert (fresh(made).version, fresh(made).state) == (3, "ready")


def full(*args: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    director: User, floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place_order(director, floor)
    # The last step: all is written that could be left.
    monkeypatch.setattr(os, "fsync", full)
    working.make(made, by=JOB)
    assert (fresh(made).state, fresh(made).said) == ("failed", parts.DISK_FULL)
    assert [path for path in storage.folder().rglob("*") if path.is_file()] == []


def test_a_disk_that_has_no_room_even_for_a_folder_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "mkdir", full)
    with pytest.raises(PrintingFailed) as refused, storage.drafted("23456789AB"):
        pytest.fail("there is a place to write to")
    assert refused.value.message == parts.DISK_FULL


def test_our_own_fault_is_said_and_goes_on_to_the_log(
    director: User, floor: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place_order(director, floor)

    def broken(*args: Any, **more: Any) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(working, "print_parts", broken)
    with pytest.raises(ZeroDivisionError):
        working.make(made, by=JOB)
    assert (fresh(made).state, fresh(made).said) == ("failed", working.BROKEN)


@pytest.mark.parametrize("by", [acting(User(pk=1, name="某人"))])
def test_no_person_finishes_or_forgets_an_order(by: Actor) -> None:
    made = order(person(Role.DIRECTOR), state="making")
    with pytest.raises(NotAllowed):
        write(services.fail_making, order=made, said="不想要了", by=by)
    with pytest.raises(NotAllowed):
        write(services.forget_old_documents, at=timezone.now(), by=by)


# Again, and the end


def test_what_failed_is_ordered_again_as_a_new_order(desk: Client, director: User) -> None:
    made = failed(director)
    page = desk.get(made.get_absolute_url()).content.decode()
    assert ("磁盘满了。" in page, "重新做" in page) == (True, True)
    answer = send(desk, f"/files/{made.public_id}/again/")
    new = PrintOrder.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (303, new.get_absolute_url())
    assert (new.pk != made.pk, new.state, fresh(made).state) == (True, "waiting", "failed")


def test_what_is_on_its_way_is_not_ordered_again(director: User) -> None:
    made = order(director)
    with pytest.raises(RuleBroken, match="不用重新做"):
        write(services.order_again, order=made, by=acting(director))


def test_a_document_expires_with_its_days(
    desk: Client, director: User, floor: Place, django_capture_on_commit_callbacks: Any
) -> None:
    made = place_order(director, floor)
    working.make(made, by=JOB)
    kept = fresh(made).expires_at
    assert kept is not None
    for at, gone in ((kept - timedelta(seconds=1), 0), (kept, 1)):
        with django_capture_on_commit_callbacks(execute=True):
            assert write(services.forget_old_documents, at=at, by=JOB) == gone
    assert (fresh(made).state, storage.place_of(made.public_id).exists()) == ("expired", False)
    assert "文件已过期删除" in desk.get(made.get_absolute_url()).content.decode()
    assert desk.get(f"/files/{made.public_id}/pdf/").status_code == 409
    assert place_order(director, floor).pk != made.pk


def test_the_night_takes_what_no_order_has(director: User, django_capture_on_commit_callbacks: Any) -> None:
    kept, lost = ready(director), storage.folder() / "2222222222.pdf"
    old = timezone.now().timestamp() - 2 * storage.ABANDONED_SECONDS
    for path in (storage.place_of(kept.public_id), lost, storage.folder() / storage.NEW / "half.pdf"):
        path.write_bytes(b"%PDF-")
        os.utime(path, (old, old))
    with django_capture_on_commit_callbacks(execute=True):
        write(services.forget_old_documents, at=timezone.now(), by=JOB)
    left = [path.name for path in storage.folder().rglob("*") if path.is_file()]
    assert left == [f"{kept.public_id}.pdf"]


def test_a_file_that_a_restored_school_lacks_is_said_and_made_anew(desk: Client, director: User) -> None:
    made = ready(director)
    answer = desk.get(f"/files/{made.public_id}/pdf/")
    assert (answer.status_code, "已经不在服务器上" in answer.content.decode()) == (410, True)
    new = write(services.order_document, paper=services.paper_of(made), by=acting(director))
    assert (new.pk != made.pk, fresh(made).state) == (True, "expired")


def test_only_a_key_of_an_order_names_a_file() -> None:
    for key in ("../secret", "", "ABC", "AAAAAAAAA0"):
        with pytest.raises(ValueError, match="no key"):
            storage.place_of(key)


def test_files_are_for_the_programs_own_account(director: User, floor: Place) -> None:
    made = place_order(director, floor)
    working.make(made, by=JOB)
    modes = [
        oct(path.stat().st_mode & 0o777) for path in (storage.folder(), storage.place_of(made.public_id))
    ]
    assert modes == ["0o700", "0o600"]


def test_the_list_shows_every_state_and_what_to_do_when_it_is_empty(desk: Client, director: User) -> None:
    assert "还没有文件" in desk.get("/files/").content.decode()
    now = timezone.now()
    for made in (order(director), order(director, state="making"), ready(director), failed(director)):
        assert made.title in desk.get("/files/").content.decode()
    ready(director, state="expired", expires_at=now)
    body = desk.get("/files/").content.decode()
    states = ("排队中", "制作中", "已做好", "没有做成", "已过期")
    assert [state in body for state in states] == [True] * 5


@pytest.mark.long
def test_a_thousand_pages_of_labels_become_one_file(director: User) -> None:
    made = place_order(director, storey(8_000))
    working.make(made, by=JOB)
    made = fresh(made)
    pdf = PdfReader(storage.place_of(made.public_id))
    assert (made.state, made.pages, made.said, len(pdf.pages)) == ("ready", 1_000, "", 1_000)
    assert "08000" in pdf.pages[-1].extract_text()
