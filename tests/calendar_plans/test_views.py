"""The plans in the browser: the story of a plan from paste to print, and what bad input is told."""

from __future__ import annotations

import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendar_plans import selectors
from calendar_plans.models import Item, ItemPartner, Plan, Reading
from calendar_plans.periods import first_of
from calendar_plans.states import ItemState, PlanState
from calendar_plans.views import items as item_views
from houqin.documents import process
from houqin.documents.process import LAYOUT
from houqin.people.roles import Role
from tests.calendar_plans.factories import category, item, plan, running_plan
from tests.factories import department, person, signed_in

pytestmark = pytest.mark.django_db

GIVEN = Path(__file__).parent / "reading" / "plans" / "given"
TEXT = "总务处工作计划 二月份: 1、检修水电。 2、清点校产。 三月份: 1、召开后勤会议。"


@pytest.fixture
def director() -> Client:
    return signed_in(person(Role.DIRECTOR, department=department("总务处")))


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    """Send a form as its page would, with a fresh key."""
    return client.post(url, {"_key": str(uuid.uuid4()), **data})


def filled(page: HttpResponse) -> dict[str, Any]:
    """Every field of the form on `page` with the value that it shows."""
    form = page.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {
        name: f"{value:%Y-%m}" if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def handed_in(client: Client, text: str = TEXT) -> str:
    """The address of the page that shows what was understood of `text`."""
    answer = post(client, reverse("plans:reading-create"), text=text)
    assert answer.status_code == 303, answer.context["form"].errors
    return answer.url  # type: ignore[attr-defined, no-any-return]


# ── from paste to plan ───────────────────────────────────────────────────────────────────────────────────


def test_a_pasted_plan_is_shown_beside_its_source(director: Client) -> None:
    page = director.get(handed_in(director))
    rows = [row.text.value() for section in page.context["form"].section_rows() for row in section.items]
    assert rows == ["检修水电。", "清点校产。", "召开后勤会议。"]
    assert "".join(piece.text for piece in page.context["pieces"]) == TEXT


def test_an_item_that_was_wrapped_on_its_page_stays_one_item(director: Client) -> None:
    url = handed_in(director, "总务处工作计划\n九月\n1、检修灯具、风扇，\n   保证开学使用。\n2、清点校产。\n")
    post(director, url, **filled(director.get(url)))
    assert list(Item.objects.values_list("content", flat=True)) == [
        "检修灯具、风扇，保证开学使用。",
        "清点校产。",
    ]


def test_who_goes_back_to_a_saved_reading_is_led_to_its_plan(director: Client) -> None:
    url = handed_in(director)
    post(director, url, **filled(director.get(url)))
    page = director.get(url)
    again = post(director, url, **filled(page))
    assert (page.context["saved_as"], again.status_code, Plan.objects.count()) == (Plan.objects.get(), 409, 1)


def test_saving_what_was_understood_makes_a_draft(director: Client) -> None:
    url = handed_in(director)
    answer = post(director, url, **filled(director.get(url)))
    made = Plan.objects.get()
    assert (answer.status_code, answer.url) == (303, made.get_absolute_url())  # type: ignore[attr-defined]
    items = made.items.values_list("month__month", "source_no", "content")
    assert list(items) == [(2, 1, "检修水电。"), (2, 2, "清点校产。"), (3, 1, "召开后勤会议。")]


def test_splitting_merging_dropping_adding_and_moving_in_one_go(director: Client) -> None:
    url = handed_in(director)
    values = filled(director.get(url))
    values |= {
        "s0-i0-text": "检修供水\n检修供电",
        "s0-i1-act": "drop",
        "s0-more": "更换灯管",
        "s1-i0-month": "2",
    }
    post(director, url, **values)
    items = Plan.objects.get().items.values_list("month__month", "content")
    assert list(items) == [(2, "检修供水"), (2, "检修供电"), (2, "更换灯管"), (2, "召开后勤会议。")]


def test_merging_puts_an_item_behind_the_one_before(director: Client) -> None:
    url = handed_in(director)
    post(director, url, **(filled(director.get(url)) | {"s0-i1-act": "merge"}))
    items = Plan.objects.get().items.values_list("content", flat=True)
    assert list(items) == ["检修水电。清点校产。", "召开后勤会议。"]


def test_a_month_outside_the_period_is_said_beside_the_item_and_nothing_is_lost(director: Client) -> None:
    url = handed_in(director)
    values = filled(director.get(url)) | {"s0-i0-month": "11", "s0-i0-text": "改过的字"}
    page = post(director, url, **values)
    assert page.status_code == 422
    assert "11月不在计划期" in page.context["form"].errors["s0-i0-text"][0]
    assert "改过的字" in page.content.decode()
    assert Plan.objects.count() == 0


def test_the_given_web_page_becomes_a_plan_of_a_year(director: Client) -> None:
    url = handed_in(director, (GIVEN / "web-page-with-plan-1.txt").read_text(encoding="utf-8"))
    post(director, url, **filled(director.get(url)))
    made = Plan.objects.get()
    assert (made.kind, made.first_month.month, made.last_month.month) == ("year", 2, 1)
    assert made.items.filter(month__month=5, through__month=6).count() == 4
    assert made.items.filter(month=made.last_month).count() == 4


def test_a_plan_without_months_can_be_saved_with_its_measures(director: Client) -> None:
    url = handed_in(director, (GIVEN / "plan-3-without-months.txt").read_text(encoding="utf-8"))
    page = director.get(url)
    assert any("没有" in hint and "月" in hint for hint in page.context["hints"])
    post(director, url, **(filled(page) | {"m0-act": "10"}))
    made = Plan.objects.get()
    assert (made.items.count(), made.items.first().month.month) == (1, 10)
    assert made.measures.count() == len(page.context["form"].understood)


def test_three_hundred_items_are_saved_at_once(director: Client) -> None:
    text = "总务处工作计划 三月份: " + " ".join(f"{n}、检修第{n}间教室。" for n in range(1, 301))
    url = handed_in(director, text)
    answer = post(director, url, **filled(director.get(url)))
    assert answer.status_code == 303, answer.context["form"].errors
    assert Plan.objects.get().items.count() == 300


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("照片.docx", b"\xff\xd8\xff\xe0" + b"\x00" * 400),
        ("旧计划.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("空.txt", b" \n "),
        ("坏.xlsx", b"PK\x03\x04 not really"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    director: Client, name: str, data: bytes
) -> None:
    page = post(director, reverse("plans:reading-create"), file=SimpleUploadedFile(name, data))
    assert page.status_code == 422
    sentence = page.context["form"].errors["file"][0]
    assert re.search("请|改|换", sentence), sentence
    assert Reading.objects.count() == 0


def test_an_empty_paste_is_told_what_to_do(director: Client) -> None:
    page = post(director, reverse("plans:reading-create"), text=" \n ")
    assert (page.status_code, Reading.objects.count()) == (422, 0)
    assert "text" in page.context["form"].errors


def test_five_megabytes_of_paste_are_refused_and_kept_on_the_page(director: Client) -> None:
    text = "检修水电。" * 350_000
    page = post(director, reverse("plans:reading-create"), text=text)
    assert page.status_code == 422
    assert text in page.content.decode()


def test_gbk_text_is_read_like_any_other(director: Client) -> None:
    upload = SimpleUploadedFile("计划.txt", TEXT.encode("gb18030"))
    answer = post(director, reverse("plans:reading-create"), file=upload)
    assert (answer.status_code, Reading.objects.get().text) == (303, TEXT)


# ── a running plan ───────────────────────────────────────────────────────────────────────────────────────


def test_starting_a_plan_from_its_page(director: Client) -> None:
    draft = plan()
    item(draft)
    post(director, reverse("plans:plan-start", args=[draft.public_id]))
    draft.refresh_from_db()
    assert (draft.state, draft.number[:3]) == (PlanState.RUNNING, "JH-")


def test_a_month_is_assigned_on_one_page(director: Client) -> None:
    running, worker = running_plan(), person(Role.REPAIR_WORKER)
    made = item(running)
    url = reverse("plans:month-assign", args=[running.months.first().public_id])
    key = made.public_id
    values = {f"{key}-owner": worker.pk, f"{key}-due_on": "2026-08-20", f"{key}-version": made.version}
    assert post(director, url, **values).status_code == 303
    made.refresh_from_db()
    assert (made.owner, made.due_on) == (worker, date(2026, 8, 20))


def test_what_is_no_longer_in_use_stays_with_its_item(director: Client) -> None:
    """Saving another field must not take away a disabled owner, a retired category or department."""
    gone, old = person(is_active=False), department(retired_on=date(2026, 8, 1))
    kind = category(retired_on=date(2026, 8, 1))
    made = item(owner=gone, category=kind)
    ItemPartner.objects.create(item=made, department=old)
    url = reverse("plans:item-edit", args=[made.public_id])
    values = filled(director.get(url)) | {"_version": made.version, "remark": "改一改"}
    assert post(director, url, **values).status_code == 303
    made.refresh_from_db()
    assert (made.remark, made.owner, made.category) == ("改一改", gone, kind)
    assert list(made.partners.all()) == [old]


def test_arranging_a_month_keeps_a_disabled_owner(director: Client) -> None:
    made = item(owner=person(is_active=False))
    url = reverse("plans:month-assign", args=[made.plan.months.first().public_id])
    assert post(director, url, **filled(director.get(url))).status_code == 303
    assert Item.objects.get().owner == made.owner


def test_arranging_leaves_alone_what_was_added_since_the_page_was_opened(director: Client) -> None:
    made, worker = item(), person()
    url = reverse("plans:month-assign", args=[made.plan.months.first().public_id])
    values = filled(director.get(url)) | {f"{made.public_id}-owner": worker.pk}
    newer = item(made.plan)
    assert post(director, url, **values).status_code == 303
    assert list(Item.objects.order_by("pk").values_list("pk", "owner")) == [
        (made.pk, worker.pk),
        (newer.pk, None),
    ]


def test_arranging_says_so_when_an_item_was_carried_to_another_month_meanwhile(director: Client) -> None:
    made = item()
    url = reverse("plans:month-assign", args=[made.plan.months.first().public_id])
    values = filled(director.get(url)) | {f"{made.public_id}-owner": person().pk}
    made.month = made.through = date(2026, 9, 1)
    made.save()
    page = post(director, url, **values)
    assert (page.status_code, "刚才被别人改过" in page.content.decode()) == (409, True)


def test_arranging_says_so_when_an_item_was_removed_meanwhile(director: Client) -> None:
    draft = plan()
    kept, removed = item(draft), item(draft)
    url = reverse("plans:month-assign", args=[draft.months.first().public_id])
    values = filled(director.get(url)) | {f"{kept.public_id}-owner": person().pk}
    removed.delete()
    page = post(director, url, **values)
    assert (page.status_code, "刚才被别人删除" in page.content.decode()) == (422, True)
    assert Item.objects.get().owner is None


def test_a_sheet_that_cannot_be_laid_out_says_why(director: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    LAYOUT.close()
    monkeypatch.setattr(process, "PROGRAM", Path("/nowhere/layout.py"))
    # A title of its own: the sheets of earlier runs are kept.
    made = running_plan(title=str(uuid.uuid4()))
    page = director.get(reverse("plans:month-print", args=[made.months.first().public_id]))
    assert (page.status_code, "没有打印成" in page.content.decode()) == (503, True)


def test_a_worker_sees_his_items_and_reports_from_the_phone() -> None:
    worker = person(Role.REPAIR_WORKER)
    now = first_of(timezone.localdate())
    running = running_plan(first_month=now, last_month=now)
    mine, other = item(running, owner=worker, content="修门"), item(running, content="修窗")
    phone = signed_in(worker)
    page = phone.get(reverse("plans:my-items"))
    assert [row.content for row in page.context["now"]] == ["修门"]
    post(phone, reverse("plans:item-finish", args=[mine.public_id]), text="修好了")
    mine.refresh_from_db()
    assert (mine.state, mine.outcome) == (ItemState.DONE, "修好了")
    assert phone.get(other.get_absolute_url()).status_code == 404


def test_the_page_of_an_item_says_why_a_step_is_not_possible(director: Client) -> None:
    made = item(state=ItemState.DONE)
    page = director.get(made.get_absolute_url())
    reasons = {entry["label"]: entry["reason"] for entry in page.context["menu"]}
    assert reasons["报完成"] == "“已完成”状态下不能报完成。"


def test_the_arrow_leads_a_worker_to_his_list_and_the_office_to_the_month() -> None:
    worker, office = person(Role.REPAIR_WORKER), department("总务处")
    made = item(running_plan(office), owner=worker)
    pages = [
        signed_in(reader).get(made.get_absolute_url())
        for reader in (worker, person(Role.DIRECTOR, department=office))
    ]
    month = made.plan.months.get(month=made.month)
    assert [page.context["back_url"] for page in pages] == [
        reverse("plans:my-items"),
        month.get_absolute_url(),
    ]


def test_who_sees_no_item_has_no_figures_on_the_home_page() -> None:
    now = first_of(timezone.localdate())
    item(running_plan(first_month=now, last_month=now))
    pages = [signed_in(person(role)).get("/") for role in (Role.TEACHER, Role.PRINCIPAL)]
    assert [[each.label for each in page.context["figures"]] for page in pages] == [
        [],
        ["全校本月工作", "全校本月已完成", "全校逾期工作"],
    ]


def test_starting_says_how_many_items_nobody_answers_for(director: Client) -> None:
    made = plan(department("总务处二"))
    item(made)
    item(made, owner=person())
    page = director.get(reverse("plans:plan-start", args=[made.public_id]))
    assert "还有 1 条没有责任人" in page.content.decode()


def test_two_people_editing_one_item_the_second_sees_who_changed_what(director: Client) -> None:
    made = item()
    url = reverse("plans:item-edit", args=[made.public_id])
    values = filled(director.get(url)) | {"_version": made.version}
    colleague = signed_in(person(Role.DEPUTY_DIRECTOR, name="程思齐"))
    post(colleague, url, **(values | {"content": "先改的"}))
    page = post(director, url, **(values | {"content": "后改的"}))
    text = page.content.decode()
    assert page.status_code == 409
    assert [word in text for word in ("程思齐", "先改的", "后改的")] == [True, True, True]
    made.refresh_from_db()
    assert made.content == "先改的"


def test_a_double_tap_makes_one_item(director: Client) -> None:
    running = running_plan()
    url = reverse("plans:item-create", args=[running.public_id])
    values = {"content": "检修", "month": "2026-08-01", "_key": str(uuid.uuid4())}
    answers = [director.post(url, values) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Item.objects.count() == 1


def test_a_second_tap_on_removing_leads_to_the_same_plan(director: Client) -> None:
    draft = plan()
    url = reverse("plans:item-remove", args=[item(draft).public_id])
    values = {"_key": str(uuid.uuid4())}
    answers = [director.post(url, values) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, draft.get_absolute_url()),
        (303, draft.get_absolute_url()),
    ]


def test_a_removed_item_is_absent_for_everybody_else(director: Client) -> None:
    url = reverse("plans:item-remove", args=[item(plan()).public_id])
    key = {"_key": str(uuid.uuid4())}
    director.post(url, key)
    assert signed_in(person(Role.DIRECTOR)).post(url, key).status_code == 404


def test_this_month_leads_to_the_month_of_today(director: Client) -> None:
    now = first_of(timezone.localdate())
    running = running_plan(first_month=now, last_month=now)
    answer = director.get(reverse("plans:this-month"))
    assert answer["Location"] == running.months.get().get_absolute_url()


def test_the_month_of_today_is_this_month_in_the_navigation_and_names_the_plan_beside_it(
    director: Client,
) -> None:
    now = first_of(timezone.localdate())
    made, beside = (
        running_plan(department(name), title=f"{name}计划", first_month=now, last_month=now)
        for name in ("总务处二", "食堂")
    )
    page = director.get(made.months.get().get_absolute_url())
    side = page.content.decode().partition("<main")[0]
    assert re.findall(r'aria-current="page"[^>]*>.*?([一-龥]+)</a>', side, re.DOTALL) == ["本月工作"]
    assert [month.plan for month in page.context["other_plans"]] == [beside]


def test_without_a_plan_this_month_says_what_to_do(director: Client) -> None:
    assert "读入计划" in director.get(reverse("plans:this-month")).content.decode()


def test_the_matrix_shows_an_item_of_a_combined_heading_in_both_months(director: Client) -> None:
    running = running_plan()
    item(running, month=date(2026, 8, 1), through=date(2026, 9, 1))
    matrix = director.get(reverse("plans:plan-matrix", args=[running.public_id])).context["matrix"]
    assert [len(cell) for cell in matrix.rows[0].cells] == [1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("most", [0, 200])
@pytest.mark.parametrize(
    ("month", "found"),
    [("2026-07", []), ("2026-08", ["跨月"]), ("2026-09", ["本月", "跨月"]), ("2026-10", [])],
)
def test_the_list_of_a_month_holds_what_lasts_into_it_however_many_last(
    monkeypatch: pytest.MonkeyPatch, director: Client, most: int, month: str, found: list[str]
) -> None:
    monkeypatch.setattr(selectors, "MOST_LASTING", most)
    running = running_plan()
    item(running, content="跨月", month=date(2026, 8, 1), through=date(2026, 9, 1))
    item(running, content="本月", month=date(2026, 9, 1), through=date(2026, 9, 1))
    item(running, content="别的", month=date(2026, 11, 1), through=date(2026, 11, 1))
    with time_machine.travel("2026-09-15 08:00:00+08:00"):
        page = director.get(reverse("plans:item-list"), {"month": month})
    assert sorted(row.content for row in page.context["part"].rows) == found


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("plans:plan-list", 5), ("plans:item-list", 5)])
def test_a_list_asks_the_same_number_of_questions_at_any_length(
    django_assert_max_num_queries: Any, director: Client, name: str, queries: int, count: int
) -> None:
    for _ in range(count):
        item(running_plan(), owner=person(Role.TEACHER))
    with django_assert_max_num_queries(queries):
        assert director.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_of_a_plan_and_a_month_stay_within_fifteen_questions(
    django_assert_max_num_queries: Any, director: Client, count: int
) -> None:
    running = running_plan()
    for _ in range(count):
        item(running, owner=person(Role.TEACHER))
    for url in (running.get_absolute_url(), running.months.first().get_absolute_url()):
        with django_assert_max_num_queries(15):
            assert director.get(url).status_code == 200


def test_my_work_is_the_earliest_and_the_way_to_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_views, "MOST_DUE", 2)
    now = first_of(timezone.localdate())
    worker, running = person(Role.REPAIR_WORKER), running_plan(first_month=now, last_month=now)
    phone = signed_in(worker)
    for content in ("修灯", "修门"):
        item(running, content=content, owner=worker)
    assert phone.get(reverse("plans:my-items")).context["all_url"] == ""
    item(running, content="修窗", owner=worker)
    page = phone.get(reverse("plans:my-items"))
    assert [each.content for each in page.context["now"]] == ["修灯", "修门"]
    assert page.context["all_url"] == "/plans/items/?mine=1"
    assert phone.get(page.context["all_url"]).context["part"].total.number == 3


def test_a_write_asks_no_more_than_fifteen_questions(
    django_assert_max_num_queries: Any, director: Client
) -> None:
    work = item(owner=person(Role.TEACHER), category=category())
    with django_assert_max_num_queries(15):
        assert (
            post(director, reverse("plans:item-report", args=[work.public_id]), text="做了一半").status_code
            == 303
        )


def test_the_items_are_exported_as_the_list_shows_them(director: Client) -> None:
    work = item(
        content="检修水电", category=category("水电"), owner=person(name="石大勇"), through=date(2026, 9, 1)
    )
    item(content="清点校产", due_on=date(2026, 8, 20))
    response = director.get(reverse("plans:item-list"), {"export": "csv", "sort": "due_on"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == [
        '"工作内容","月份","类别","责任人","完成时限","状态"',
        f'"清点校产","2026年8月","","","2026-08-20","{work.get_state_display()}"',
        f'"检修水电","2026年8月—9月","水电","石大勇","","{work.get_state_display()}"',
    ]


@pytest.mark.parametrize("asked", ["", "?q=检修", "?sort=month", "?page=2", "?late=1", "?page=9999999"])
def test_a_reader_who_sees_nothing_gets_an_empty_list_whatever_he_asks(asked: str) -> None:
    item(running_plan())
    page = signed_in(person(Role.DEPARTMENT_HEAD)).get(reverse("plans:item-list") + asked)
    part, (told, _) = page.context["part"], page.context["emptiness"]
    assert (page.status_code, list(part.rows), part.total.number) == (200, [], 0)
    # The same where there is none at all: what others have is not given away.
    assert told == "您这里还没有计划事项"
