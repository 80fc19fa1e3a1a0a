"""Every list: its rows, its address, its cost."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from houqin import totals
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.totals import Total
from houqin.web.pages import paging
from tests import factories
from tests.web.pages.reading import rows, text, words

pytestmark = pytest.mark.django_db

LIST = "/departments/"


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_asks_as_many_queries_at_one_row_as_at_thirty(
    desk: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    head = factories.person()
    for _ in range(count):
        factories.department(head=head)
    with django_assert_num_queries(5):
        page = desk.get(LIST)
    assert len(rows(page)) == count


def test_fifty_rows_weigh_less_than_sixty_kilobytes(desk: Client) -> None:
    for _ in range(50):
        factories.department("后勤服务与安全保卫处", retired_on="2026-01-01")
    page = desk.get(LIST)
    assert (len(rows(page)), len(page.content) < 60_000) == (50, True)


def test_what_people_wrote_stands_escaped_in_every_cell_and_box(desk: Client, staff_desk: Client) -> None:
    named = factories.person(name="<b>{0}&")
    factories.department("<i>{1}", head=named)
    for browser in (desk, staff_desk):
        page = text(browser.get(LIST))
        assert [page.count(marks) for marks in ("<b>", "<i>", "{}")] == [0, 0, 0]
        assert '">&lt;i&gt;{1}</a></th><td data-label="负责人">&lt;b&gt;{0}&amp;</td>' in page
    assert f'<option value="{named.public_id}">&lt;b&gt;{{0}}&amp;</option>' in text(desk.get(LIST))


def test_a_list_shows_only_the_rows_of_its_reader() -> None:
    mine = factories.person(name="沈老师")
    factories.person(name="外人")
    page = factories.signed_in(mine).get("/people-list/")
    assert (rows(page), "外人" in text(page)) == (["沈老师"], False)


def test_an_empty_list_says_what_to_do_next(desk: Client, staff_desk: Client) -> None:
    pages = words(desk.get(LIST)), words(staff_desk.get(LIST))
    # Both see every department: that there is none is true for the whole school.
    told = [("您这里" in page, "先建好部门" in page, page.count("新建部门")) for page in pages]
    assert told == [(False, True, 1), (False, True, 0)]


def test_filters_that_find_nothing_say_so_and_can_be_cleared(desk: Client) -> None:
    factories.department("教务处")
    page = desk.get(LIST, {"q": "没有这个"})
    assert ("没有找到符合条件的内容" in words(page), f'href="{LIST}"' in text(page)) == (True, True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({}, ["总务处", "教务处", "德育处"]),
        ({"q": "教务"}, ["教务处"]),
        ({"q": "jiaowu"}, ["教务处"]),
        ({"q": "jw"}, ["教务处"]),
        ({"order": "99"}, ["德育处"]),
        ({"mine": "1"}, ["教务处"]),
        ({"made-from": "2026-01-01", "made-to": "2026-01-31"}, []),
        ({"made-from": "2026-01-01"}, ["总务处", "教务处", "德育处"]),
        ({"sort": "order"}, ["总务处", "教务处", "德育处"]),
        ({"sort": "-order"}, ["德育处", "教务处", "总务处"]),
        ({"q": "处", "sort": "-name"}, ["总务处", "教务处", "德育处"]),
    ],
)
def test_the_address_narrows_and_orders(
    desk: Client, director: User, address: dict[str, str], expected: list[str]
) -> None:
    factories.department("总务处", order=1)
    factories.department("教务处", order=50, head=director)
    factories.department("德育处", order=99)
    assert rows(desk.get(LIST, address)) == expected


def test_a_related_filter_takes_the_public_id_and_marks_the_choice(desk: Client, director: User) -> None:
    factories.department("教务处", head=director)
    factories.department("总务处")
    page = desk.get(LIST, {"head": director.public_id})
    assert (rows(page), f'value="{director.public_id}" selected' in text(page)) == (["教务处"], True)


def test_what_is_chosen_in_boxes_stands_in_one_line_and_each_can_be_taken_away(
    desk: Client, director: User
) -> None:
    factories.department("教务处", head=director)
    narrowed = {
        "q": "教务",
        "head": director.public_id,
        "mine": "1",
        "made-from": "2026-01-01",
        "made-to": "2200-01-01",
    }
    page = desk.get(LIST, narrowed)
    chosen = dict(page.context["chosen"])
    assert list(chosen) == ["负责人：周主任", "建立日期：从 2026-01-01 到 2200-01-01"]
    assert [dict(parse_qsl(urlsplit(url).query)) for url in chosen.values()] == [
        {name: value for name, value in narrowed.items() if name != "head"},
        {name: value for name, value in narrowed.items() if not name.startswith("made")},
    ]
    assert [escape(url) in text(page) for url in chosen.values()] == [True, True]
    assert '<details class="filters">' in text(page)


def test_nothing_stands_in_that_line_where_nothing_was_chosen(desk: Client) -> None:
    page = desk.get(LIST, {"q": "教务"})
    assert page.context["chosen"] == []


def test_people_are_found_by_initials_and_by_two_characters(desk: Client) -> None:
    factories.person(name="欧阳晓梅")
    found = [rows(desk.get("/people-list/", {"q": asked})) for asked in ("oyxm", "晓梅", "阳梅")]
    assert found == [["欧阳晓梅"], ["欧阳晓梅"], []]


def test_pages_keep_the_filters_and_lead_on(desk: Client) -> None:
    for number in range(60):
        factories.department(f"第{number:02}处", order=number)
    first = desk.get(LIST, {"q": "处", "size": "25"})
    third = desk.get(LIST, {"q": "处", "size": "25", "page": "3"})
    assert (len(rows(first)), rows(third)[-1], "共 60 条，第 3 页" in words(third)) == (25, "第59处", True)
    links = (f"{LIST}?q=%E5%A4%84&amp;size=25&amp;page=2", 'rel="next"')
    assert [link in text(first) for link in links] == [True, True]
    assert text(third).count('rel="next"') == 0


def test_a_page_past_the_end_is_the_last_one_with_a_sentence(desk: Client) -> None:
    for number in range(30):
        factories.department(f"第{number:02}处", order=number)
    page = desk.get(LIST, {"page": "999999", "size": "25"})
    assert (rows(page)[0], "这是最后一页" in words(page)) == ("第25处", True)


def test_long_lists_are_counted_only_so_far(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "COUNTED", 3)
    for _ in range(30):
        factories.department()
    pages = [words(desk.get(LIST, asked)) for asked in ({"size": "25"}, {"size": "25", "sort": "order"}, {})]
    assert [("共约 3 条以上" in page, "共 30 条" in page) for page in pages] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip
    capped = totals.counted(Department.objects.all())
    monkeypatch.setattr(totals, "COUNTED", 30)
    assert [capped, totals.counted(Department.objects.all())] == [Total(3, is_capped=True), Total(30)]


def test_of_very_long_lists_the_planners_number_is_said_until_the_end_is_seen(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "EXPECTED", 1)
    for _ in range(30):
        factories.department()
    # At least as many as have been seen: the rows of the first page, and that there is one more.
    said = str(Total(max(26, totals.expected(Department.objects.all())), is_estimated=True))
    asked = [{"sort": sort, "page": page, "size": "25"} for sort in ("", "order") for page in ("1", "2")]
    pages = [words(desk.get(LIST, each)) for each in asked]
    assert [(said in page, "共 30 条，第 2 页" in page) for page in pages] == [
        (True, False),
        (False, True),
    ] * 2


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(4_321, "共约 4,300 条"), (99_950, "共约 100,000 条"), (47_296, "共约 47,000 条")],
)
def test_what_is_only_expected_is_said_in_two_figures(number: int, sentence: str) -> None:
    assert str(Total(number, is_estimated=True)) == sentence


def test_very_deep_pages_are_refused_without_a_query(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "COUNTED", 3)
    monkeypatch.setattr(paging, "DEEPEST", 50)
    for _ in range(60):
        factories.department()
    page = desk.get(LIST, {"page": "2"})
    assert (rows(page), "只能翻到前 50 条" in words(page)) == ([], True)


def test_equal_rows_never_swap_between_two_pages(desk: Client) -> None:
    for _ in range(60):
        factories.department(order=50)
    seen = [
        row for page in "123" for row in rows(desk.get(LIST, {"sort": "order", "size": "25", "page": page}))
    ]
    assert (len(seen), len(set(seen))) == (60, 60)


@pytest.mark.parametrize(
    "address",
    [
        "sort=-password",
        "sort=head__password",
        "sort=created_at",
        "sort=-",
        "order=1%27",
        "head=absent",
        "mine=2",
        "made-from=2026-13-01",
        "made-from=0001-01-01",
        "made-to=9999-12-31",
    ],
)
def test_what_is_not_offered_is_ignored_with_a_sentence(desk: Client, address: str) -> None:
    factories.department("教务处")
    page = desk.get(f"{LIST}?{address}")
    assert (page.status_code, rows(page), "已忽略" in words(page) or "默认顺序" in words(page)) == (
        200,
        ["教务处"],
        True,
    )


@pytest.mark.parametrize("number", ["-1", "0", "1e3", "x", "", "%00", "9" * 400, "²", "１"])
def test_a_page_that_is_no_number_is_the_first(desk: Client, number: str) -> None:
    factories.department("教务处")
    assert rows(desk.get(f"{LIST}?page={number}")) == ["教务处"]


NASTY = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.sampled_from(
        ["\x00", "1" + "0" * 400, "-password", "9999-12-31", "0001-01-01", "😀" * 50, "%", "_", "\\", "'"]
    ),
)
NAMES = st.sampled_from(
    [
        "q",
        "page",
        "size",
        "sort",
        "density",
        "head",
        "order",
        "mine",
        "made-from",
        "made-to",
        "export",
        "chosen",
    ]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.dictionaries(NAMES, NASTY, max_size=6))
def test_any_address_gets_an_answer(desk: Client, address: dict[str, str]) -> None:
    assert desk.get(LIST, address).status_code == 200
    assert desk.get("/people-list/", address).status_code == 200


def test_bulk_acts_stand_only_before_those_who_may(desk: Client, staff_desk: Client) -> None:
    factories.department()
    pages = [text(browser.get(LIST)) for browser in (desk, staff_desk)]
    assert [('name="chosen"' in page, reverse("department-bulk") in page) for page in pages] == [
        (True, True),
        (False, False),
    ]


def test_nobody_without_the_right_opens_a_list() -> None:
    stranger = Client().get(LIST)
    admin = factories.signed_in(factories.person(Role.AUDIT_ADMIN)).get("/departments/new/")
    assert (stranger.status_code, admin.status_code) == (302, 403)
