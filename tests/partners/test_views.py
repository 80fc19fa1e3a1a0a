"""The pages of the partners: the list and its marks, a record, entering one that is there, what ends."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from houqin.partners.models import Partner, PartnerAccount, Qualification
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.showing import said_day
from tests.factories import person, signed_in
from tests.partners.factories import account, code, contact, of, paper, partner, stopped

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR)


@pytest.fixture
def desk(director: User) -> Client:
    return signed_in(director)


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(page: str) -> list[str]:
    """The first cell of every row."""
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', page)


def send(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"_key": str(uuid.uuid4()), **data})


# The list


def test_the_list_marks_whose_papers_have_ended_or_end_soon(desk: Client) -> None:
    for name, days in (("甲", -1), ("乙", 3), ("丙", 300)):
        paper(partner(name), days=days)
    partner("丁")
    page = body(desk, "/partners/?sort=name")
    marks = dict(re.findall(r'<a [^>]*>(.)</a></th>.*?data-tone="(\w+)">', page))
    assert marks == {"甲": "bad", "乙": "warn", "丙": "good", "丁": "neutral"}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("expired=1", {"甲"}),
        ("ending=1", {"乙"}),
        ("unpapered=1", {"丁", "停"}),
        ("kind=food", {"甲"}),
        ("kind=supplier", {"甲", "乙", "丙", "丁", "停"}),
        ("kind=pirate", {"甲", "乙", "丙", "丁", "停"}),
        ("state=stopped", {"停"}),
        ("mine=1", {"丙"}),
        ("q=bing", {"丙"}),
    ],
)
def test_the_list_is_narrowed(director: User, desk: Client, asked: str, names: set[str]) -> None:
    paper(partner("甲", kinds=["supplier", "food"]), days=-1)
    paper(partner("乙"), days=3)
    paper(partner("丙", keeper=director), days=300)
    survivor = partner("丁")
    stopped(name="停")
    stopped(name="并", merged_into=survivor)
    assert set(rows_of(body(desk, f"/partners/?{asked}"))) == names


def test_the_list_costs_the_same_for_1_and_30_rows(director: User, desk: Client) -> None:
    counts = []
    paper(of(director), days=3)
    desk.get("/partners/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get("/partners/")
        counts.append(len(queries))
        for _ in range(29):
            paper(of(person(Role.ASSET_MANAGER)), days=3)
    assert counts[0] == counts[1]


def test_what_has_ended_or_ends_soon_is_listed_the_first_on_top(desk: Client) -> None:
    papers = {name: paper(partner(name), days=days) for name, days in (("乙", 3), ("甲", -1), ("丙", 31))}
    paper(stopped(name="停"), days=3)
    paper(papers["乙"].partner, days=3, kind="food_trade", withdrawn_on="2026-09-01", withdrawn_reason="错")
    assert rows_of(body(desk, "/partners/ending/")) == ["甲", "乙"]
    assert rows_of(body(desk, "/partners/ending/?expired=1")) == ["甲"]
    assert rows_of(body(desk, "/partners/ending/?q=乙")) == ["乙"]
    paper(papers["甲"].partner, days=365)
    assert rows_of(body(desk, "/partners/ending/")) == ["乙"]


# A partner


def test_a_partner_says_what_has_ended_and_shows_everything(desk: Client) -> None:
    firm = partner("绿野", phone="057180001003转8")
    made, friend = paper(firm, days=-2, number="JY1"), contact(firm, name="柴小妹")
    account(firm, account="6222021234567890043")
    page = body(desk, firm.get_absolute_url())
    wanted = (
        "营业执照已过期。换了新证的请登记新证",
        'href="tel:057180001003"',
        "过期 2 天",
        made.get_absolute_url(),
        f"/partners/contacts/{friend.public_id}/edit/",
        "6222 0212 3456 7890 043",
    )
    assert [word for word in wanted if word not in page] == []


def test_whoever_only_reads_sees_no_account_and_no_button() -> None:
    firm = partner("绿野")
    friend = contact(firm)
    account(firm, account="6222021234567890043")
    account(firm, account="6222021234567890044", closed_at="2026-09-01T00:00:00Z")
    page = body(signed_in(person(Role.REPAIR_WORKER)), firm.get_absolute_url())
    assert ("**** 0043" in page, friend.name in page) == (True, True)
    at = firm.get_absolute_url()
    hidden = ("6222", "**** 0044", "/edit/", f"{at}stop/", f"{at}account/")
    assert [word for word in hidden if word in page] == []


def test_an_old_link_leads_to_the_survivor(desk: Client) -> None:
    survivor = partner("绿野")
    gone = stopped(name="绿叶", merged_into=survivor)
    page = body(desk, gone.get_absolute_url())
    assert page.count(survivor.get_absolute_url()) == 2
    assert "已并入另一家" in page
    assert gone.get_absolute_url() in body(desk, survivor.get_absolute_url())


def test_names_that_are_alike_are_shown_to_whoever_may_merge_them() -> None:
    manager = person(Role.ASSET_MANAGER)
    own, double = of(manager, name="绿野农产品公司"), partner("绿野农产品店铺")
    heading = "名称相近的单位"
    assert heading in body(signed_in(manager), own.get_absolute_url())
    assert heading not in body(signed_in(manager), double.get_absolute_url())


def test_a_page_of_a_partner_costs_no_more_however_much_there_is(desk: Client) -> None:
    counts = []
    firm = partner("绿野")
    paper(firm, days=3)
    contact(firm)
    desk.get(firm.get_absolute_url())
    for step in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get(firm.get_absolute_url())
        counts.append(len(queries))
        for number in range(6):
            paper(firm, days=number, kind="food_trade", number=str(step))
            contact(firm)
    assert counts[1] <= counts[0]


def test_merging_begins_with_the_one_whose_name_is_the_most_alike(desk: Client) -> None:
    firm, double = partner("绿野农产品公司"), partner("绿野农产品店铺")
    page = body(desk, f"{double.get_absolute_url()}merge/")
    assert f'<option value="{firm.pk}" selected' in page


# Entering


def test_one_that_is_there_is_shown_and_entered_only_when_it_is_said_to_be_another(desk: Client) -> None:
    known = partner("绿野农产品公司")
    typed = {"name": "青溪县绿野农产品有限公司", "kinds": ["food"]}
    first = desk.get("/partners/new/").content.decode()
    asked = send(desk, "/partners/new/", **typed)
    page = asked.content.decode()
    assert (asked.status_code, "is_another" in first, 'name="is_another"' in page) == (409, False, True)
    assert known.get_absolute_url() in page
    done = send(desk, "/partners/new/", **typed, is_another="on")
    assert (done.status_code, Partner.objects.count()) == (303, 2)


def test_who_has_the_code_is_shown_beside_the_form(desk: Client) -> None:
    taken = code()
    known = partner("丰源粮油", credit_code=taken)
    asked = send(desk, "/partners/new/", name="绿野", kinds=["food"], credit_code=taken)
    page = asked.content.decode()
    assert (asked.status_code, "已登记在“丰源粮油”名下" in page) == (409, True)
    assert known.get_absolute_url() in page


def test_a_keeper_is_not_asked_who_keeps_it() -> None:
    cook = person(Role.CANTEEN_MANAGER)
    client = signed_in(cook)
    assert 'name="keeper"' not in body(client, "/partners/new/")
    assert send(client, "/partners/new/", name="绿野", kinds=["food"]).status_code == 303
    made = Partner.objects.get()
    assert made.keeper == cook
    edit = f"{made.get_absolute_url()}edit/"
    assert send(client, edit, name="绿野", kinds=["food"], note="改", _version="1").status_code == 303
    made.refresh_from_db()
    assert (made.keeper, made.note) == (cook, "改")


def test_what_two_people_changed_is_put_side_by_side(desk: Client) -> None:
    firm = partner("绿野")
    edit = f"{firm.get_absolute_url()}edit/"
    typed = {"name": "绿野", "kinds": ["supplier"], "_version": "1"}
    assert send(desk, edit, **typed, note="送货上门").status_code == 303
    answer = send(desk, edit, **typed, note="自提")
    page = answer.content.decode()
    assert (answer.status_code, "送货上门" in page, "自提" in page) == (409, True, True)


def test_the_account_is_set_by_the_clerk_from_the_partners_page() -> None:
    firm = partner("绿野")
    client = signed_in(person(Role.CLAIMS_CLERK))
    page = body(client, firm.get_absolute_url())
    address = f"{firm.get_absolute_url()}account/"
    assert (address in page, f"{firm.get_absolute_url()}edit/" in page) == (True, False)
    told = {"payee": "绿野", "bank": "农信社", "account": "6222 0212 3456 7890", "_version": "1"}
    assert send(client, address, **told).status_code == 303
    assert PartnerAccount.objects.get().account == "6222021234567890"
    assert "6222021234567890" in body(client, address)


def test_a_new_paper_begins_as_the_one_that_it_renews(desk: Client) -> None:
    made = paper(days=3, kind="food_trade")
    page = body(desk, made.get_absolute_url())
    renew = f"{made.partner.get_absolute_url()}papers/new/?kind=food_trade"
    assert renew in page
    assert '<option value="food_trade" selected' in body(desk, renew)
    assert send(desk, renew, kind="food_trade", valid_until="2099-01-01").status_code == 303
    assert Qualification.objects.count() == 2
    assert "已换新证" in body(desk, made.get_absolute_url())


# Home and search


def test_home_says_which_papers_i_have_to_see_renewed(director: User) -> None:
    cook = person(Role.CANTEEN_MANAGER)
    paper(of(cook, name="绿野"), days=-1)
    paper(partner("丰源"), days=3)
    paper(gone := stopped(name="停"), days=3)
    paper(gone, days=-1, kind="food_trade")
    on = timezone.localdate()

    def told(user: User) -> list[tuple[str, str, str]]:
        found = [todo for ask in registry.todos for todo in ask(user, on) if "营业执照" in todo.title]
        return [(todo.title, todo.late_word if todo.is_late else "", todo.when) for todo in found]

    expired, ends = said_day(on - timedelta(days=1), on=on), said_day(on + timedelta(days=3), on=on)
    assert told(cook) == [("绿野 营业执照", "已过期 1 天", f"有效期至{expired}")]
    assert told(director) == [("丰源 营业执照", "", f"还剩 3 天 · {ends}到期")]
    assert told(person(Role.REPAIR_WORKER)) == []
    figures = [figure for ask in registry.figures for figure in ask(director, on)]
    assert [(each.value, each.url) for each in figures if each.key == "partners.expired"] == [
        (1, "/partners/ending/?expired=1")
    ]


def test_the_search_of_the_house_finds_partners_for_whoever_reads_them(desk: Client) -> None:
    firm = partner("绿野农产品")
    stopped(name="绿野旧店", merged_into=firm)
    assert firm.get_absolute_url() in body(desk, "/search/?q=lyncp")
    assert "绿野旧店" not in body(desk, "/search/?q=绿野")
    assert firm.get_absolute_url() not in body(signed_in(person(Role.TEACHER)), "/search/?q=lyncp")
