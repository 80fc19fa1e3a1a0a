"""Workbooks of partners: known by code, else by name; out and in again; taken back."""

from __future__ import annotations

from typing import Any

import pytest

from houqin.errors import NotAllowed
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner
from houqin.partners.services.keeping import NAME_TAKEN
from houqin.partners.states import PartnerState
from houqin.people.models import User
from houqin.people.roles import Role
from tests import factories
from tests.partners.factories import code, partner, stopped
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, imported, problems, undone

pytestmark = pytest.mark.django_db

HEADING = ("供应商名称", "类别", "税号", "联系人", "电话", "经办人", "经营范围")
NAME = "青溪县绿野农产品有限公司"


@pytest.fixture
def director() -> User:
    return factories.person(Role.DIRECTOR)


def sheet(*rows: Any, heading: Any = HEADING) -> bytes:
    return workbooks.sheets(供应商=[heading, *rows])


def test_partners_come_in_as_offices_write_them(director: User) -> None:
    keeper = factories.person(Role.CANTEEN_MANAGER, name="田丰年")
    first = code()
    run = imported(
        director,
        "partners",
        sheet(
            (NAME, "食品/供货商", first.lower(), "柴满仓", "0571-8000 1003", "田丰年", "蔬菜"),
            ("老木匠", "", "", "", "", "", ""),
        ),
    )
    assert (run.new, run.failed) == (2, 0)
    green, old = Partner.objects.order_by("-credit_code", "pk").order_by("pk")
    assert (green.kinds, green.credit_code, green.phone, green.keeper, green.note) == (
        ["supplier", "food"], first, "057180001003", keeper, "蔬菜",
    )  # fmt: skip
    assert (old.name, old.kinds, old.core) == ("老木匠", ["supplier"], "老木匠")


@pytest.mark.parametrize("head", ["单位全称", "公司全称", "企业全称", "全称", "单位名称"])
def test_the_office_calls_the_column_of_names_and_what_is_supplied_its_own_way(
    director: User, head: str
) -> None:
    rows = [("1", NAME, "供货"), ("共 1 家", "", "")]
    run = imported(director, "partners", sheet(*rows, heading=("序号", head, "类别")))
    assert (run.new, run.failed) == (1, 0)
    assert list(Partner.objects.values_list("name", "kinds")) == [(NAME, ["supplier"])]


def test_a_partner_is_known_by_its_code_else_by_its_name(director: User) -> None:
    first = code()
    partner("绿野农产品公司", credit_code=first)
    partner("老木匠")
    run = imported(
        director,
        "partners",
        sheet((NAME, "", first, "", "", "", ""), ("老木匠", "", "", "木老根", "", "", "")),
    )
    assert (run.new, run.changed) == (0, 2)
    assert sorted(Partner.objects.values_list("name", "contact")) == [("老木匠", "木老根"), (NAME, "")]


def test_what_a_list_gets_wrong_is_told_beside_the_cell(director: User) -> None:
    stopped(name="洁美保洁")
    first, second = code(), code()
    partner("文海商行", credit_code=second)
    run = checked(
        director,
        "partners",
        sheet(
            ("甲", "海盗", "", "", "", "", ""),
            ("乙", "", "123", "", "", "", ""),
            ("丙", "", "", "", "问门卫", "", ""),
            ("洁美保洁", "", "", "", "", "", ""),
            ("丁丁", "", first, "", "", "", ""),
            ("戊戊", "", first, "", "", "", ""),
            ("丁丁", "", "", "", "", "", ""),
        ),
    )
    assert [(row, label, sentence) for _, row, label, _, sentence in problems(run)] == [
        (
            2,
            "类别",
            f"没有“海盗”这种类别，可以写：{'、'.join(PartnerKind.labels)}。",
        ),
        (3, "税号", "统一社会信用代码应是 18 位，现在是 3 位。请照营业执照核对。"),
        (4, "电话", "电话请写成 11 位手机号或带区号的座机，分机写“转8”。"),
        (5, "供应商名称", "和这一家已停止合作。请先在它的页面点“恢复合作”，或从表里删去这一行。"),
        (7, "税号", "和第 6 行重复。这个统一社会信用代码已登记在另一家名下，请核对。"),
        (
            8,
            "供应商名称",
            f"和第 6 行重复。{NAME_TAKEN}",
        ),
    ]


def test_a_name_like_one_that_is_there_is_told_and_comes_in(director: User) -> None:
    partner("绿野农产品公司")
    run = imported(director, "partners", sheet((NAME, "", "", "", "", "", "")))
    assert (run.new, run.content.told()["beside"]) == (
        1,
        [f"“{NAME}”和已有的“绿野农产品公司”名称相近，请看是不是同一家。"],
    )


def test_a_keeper_of_some_brings_no_workbook_in_about_others() -> None:
    with pytest.raises(NotAllowed):
        checked(
            factories.person(Role.CANTEEN_MANAGER), "partners", sheet(("绿野", "食品", "", "", "", "", ""))
        )


def test_the_list_of_partners_goes_out_and_in_again(director: User) -> None:
    factories.person(Role.CANTEEN_MANAGER, name="田丰年", staff_no="ZW001")
    imported(
        director,
        "partners",
        sheet((NAME, "食品、供货商", code(), "柴满仓", "057180001003转8", "田丰年", "=1+1"),
              ("老木匠", "维修", "", "", "", "", "")),
    )  # fmt: skip
    stopped(name="洁美保洁")
    client = factories.signed_in(director)
    for address in ("/imports/template/partners/?rows=1", "/partners/?export=xlsx", "/partners/?export=csv"):
        data = b"".join(client.get(address).streaming_content)
        run = checked(director, "partners", data)
        assert (address, run.same, run.new, run.changed, run.failed) == (address, 2, 0, 0, 0)


def test_partners_taken_back_are_stopped_and_come_in_again(director: User) -> None:
    run = imported(director, "partners", sheet((NAME, "食品", "", "", "", "", "")))
    assert undone(director, run).state == "undone"
    gone = Partner.objects.get()
    assert (gone.state, gone.retire_reason) == (PartnerState.STOPPED, "撤销导入")
    again = imported(director, "partners", sheet((NAME, "食品", "", "柴满仓", "", "", "")))
    back = Partner.objects.get()
    assert (again.changed, back.state, back.retire_reason, back.contact) == (1, "in_use", "", "柴满仓")
