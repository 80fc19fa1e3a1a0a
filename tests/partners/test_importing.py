"""Workbooks of partners: known by code, else by name; out and in again; taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from houqin.errors import NotAllowed, RuleBroken
from houqin.partners.additions import ANOTHER_ACCOUNT, LOST_FIGURES, NO_PAPER, NO_TERM
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner, PartnerAccount, Qualification
from houqin.partners.services.keeping import NAME_TAKEN
from houqin.partners.states import PartnerState
from houqin.people.models import User
from houqin.people.roles import Role
from tests import factories
from tests.partners.factories import account, code, paper, partner, stopped
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, imported, opened, problems, undone

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


def test_two_names_of_one_list_that_are_alike_are_told(director: User) -> None:
    short = "青溪绿野农产品公司"
    run = checked(
        director, "partners", sheet((NAME, "", "", "", "", "", ""), (short, "", "", "", "", "", ""))
    )
    assert run.content.told()["beside"] == [f"“{short}”和表里的“{NAME}”名称相近，请看是不是同一家。"]


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


BANK = "青溪县农村信用社"
WITH_PAPERS = (
    "单位名称", "营业执照到期", "食品经营许可证编号", "食品经营许可证有效期", "许可证号", "开户行",
    "银行账号",
)  # fmt: skip
ROWS = (
    (NAME, "长期", "JY13300000000001", "2021.12.31-2026.12.30", "", BANK, "1000 0000 0000 0017"),
    ("老木匠", "", "", "", "", "", ""),
)
FULL = sheet(*ROWS, heading=WITH_PAPERS)


def papers() -> list[tuple[Any, ...]]:
    rows = Qualification.objects.filter(withdrawn_on=None).order_by("kind")
    return list(rows.values_list("partner__name", "kind", "number", "valid_from", "valid_until"))


def accounts() -> list[tuple[Any, ...]]:
    rows = PartnerAccount.objects.filter(closed_at=None)
    return list(rows.values_list("partner__name", "payee", "bank", "account"))


def test_papers_and_accounts_come_in_with_their_partners(director: User) -> None:
    run = imported(director, "partners", FULL)
    assert (problems(run), run.new) == ([], 2)
    assert papers() == [
        (NAME, "business", "", None, None),
        (NAME, "food_trade", "JY13300000000001", date(2021, 12, 31), date(2026, 12, 30)),
    ]
    assert accounts() == [(NAME, NAME, BANK, "1000000000000017")]
    assert {each.created_by for each in (*Qualification.objects.all(), *PartnerAccount.objects.all())} == {
        director
    }
    told = run.content.told()
    assert told["beside"] == ["登记 2 份资质证件。", "登记 1 个收款账户。"]
    assert told["first"][0] == {
        "名称": NAME, "营业执照到期": "长期", "食品经营许可证号": "JY13300000000001",
        "食品经营许可证到期": "2026-12-30", "开户行": BANK, "账号": "1000000000000017",
    }  # fmt: skip


def test_papers_that_are_entered_are_not_entered_twice_and_new_ones_are_a_change(director: User) -> None:
    imported(director, "partners", FULL)
    assert checked(director, "partners", FULL).same == 2
    renewed = sheet((NAME, "", "JY13300000000001", "2031-12-30", "", "", ""), heading=WITH_PAPERS)
    run = imported(director, "partners", renewed)
    assert (run.changed, len(papers())) == (1, 3)


def test_the_number_of_whoever_makes_food_tells_which_licence_it_is(director: User) -> None:
    imported(
        director,
        "partners",
        sheet((NAME, "SC10000000000001", "2030-1-31"), heading=("名称", "许可证号", "许可证到期")),
    )
    assert papers() == [(NAME, "food_making", "SC10000000000001", None, date(2030, 1, 31))]


def test_what_a_list_gets_wrong_of_papers_and_accounts_is_told_beside_the_cell(director: User) -> None:
    account(partner("文海商行"))
    rows = [
        ("甲甲", "明年", "", "", "", "", ""),
        ("乙乙", "", "JY1", "", "", "", ""),
        ("丙丙", "", "", "2026-12-31至2021-12-31", "", "", ""),
        ("丁丁", "", "", "", "", "", "10000000"),
        ("戊戊", "", "", "", "", BANK, ""),
        ("己己", "", "", "", "", BANK, 6_222_021_234_567_890_043),
        ("文海商行", "", "", "", "", BANK, "20000000"),
    ]
    run = checked(director, "partners", sheet(*rows, heading=WITH_PAPERS))
    assert [(row, label, sentence) for _, row, label, _, sentence in problems(run)] == [
        (2, "营业执照到期", "“明年”认不出是哪一天，请写成“2026-12-31”；长期有效的写“长期”。"),
        (3, "食品经营许可证编号", NO_TERM),
        (4, "食品经营许可证有效期", "有效期止在有效期起之前，请核对。"),
        (5, "开户行", "写了账号，没有写开户行。"),
        (6, "银行账号", "写了开户行，没有写账号。"),
        (7, "银行账号", LOST_FIGURES),
        (8, "银行账号", ANOTHER_ACCOUNT),
    ]


def test_who_may_not_enter_accounts_is_told_so_and_imports_the_rest() -> None:
    deputy = factories.person(Role.DEPUTY_DIRECTOR)
    with pytest.raises(RuleBroken) as refusal:
        checked(deputy, "partners", FULL)
    assert (refusal.value.field, refusal.value.message) == (
        "bank",
        "您没有“登记收款账户”的权限。请把这一项选成“不导入”，由有权限的人另外登记。",
    )
    imported(deputy, "partners", FULL, bank="", account="")
    assert (len(papers()), accounts()) == (2, [])


def test_papers_and_accounts_are_taken_back_with_the_import(director: User) -> None:
    old = partner("老木匠")
    run = imported(director, "partners", sheet(ROWS[0], ("老木匠", "2030-12-31"), heading=WITH_PAPERS))
    assert undone(director, run).state == "undone"
    assert (papers(), accounts(), Partner.objects.get(pk=old.pk).state) == ([], [], PartnerState.IN_USE)
    assert set(Qualification.objects.values_list("withdrawn_reason", flat=True)) == {"撤销导入"}
    assert imported(director, "partners", FULL).changed == 1
    assert (len(papers()), len(accounts())) == (2, 1)


def test_a_paper_that_somebody_entered_since_is_a_use_of_its_partner(director: User) -> None:
    run = imported(director, "partners", FULL)
    paper(Partner.objects.get(name="老木匠"))
    with pytest.raises(RuleBroken, match="导入以后用过的有：老木匠（已用在资质证件里），没有撤销。"):
        undone(director, run)


def test_a_paper_that_somebody_corrected_since_is_a_use_of_its_partner(director: User) -> None:
    run = imported(director, "partners", FULL)
    first = Partner.objects.get(name=NAME)
    imported_paper = Qualification.objects.get(kind="business")
    imported_paper.save(update_fields=["number"])
    with pytest.raises(RuleBroken, match=f"{NAME}（已用在资质证件里）"):
        undone(director, run)
    undone(director, run, leave_used=True)
    assert (len(papers()), len(accounts()), Partner.objects.get(pk=first.pk).state) == (2, 1, "in_use")
    assert Partner.objects.get(name="老木匠").state == PartnerState.STOPPED


def test_only_the_papers_that_a_workbook_has_are_asked_about(director: User) -> None:
    run = opened(
        director, "partners", sheet((NAME, "长期", "甲级"), heading=("名称", "营业执照有效期", "信用等级"))
    )
    answer = factories.signed_in(director).get(f"{run.get_absolute_url()}columns/")
    offered = [name for name in answer.context["form"].fields if name.endswith(("_until", "_number"))]
    assert (offered, answer.context["unused"]) == (["business_until"], ["信用等级"])


LISTED = ("序号", "供应商名称", "电话", "证照名称", "证照编号", "有效期至")


def test_a_list_with_a_row_for_each_paper_has_one_partner_with_all_of_them(director: User) -> None:
    """The name stands once and the cells below it are empty, or every row repeats it."""
    rows = [
        ("1", NAME, "057180001003", "食品经营许可证（副本）", "JY1", "2027年3月"),
        ("", "", "", "营业执照", "", "长期"),
        ("", "", "", "ISO 22000 证书", "F-1", "2028-8-31"),
        ("2", "老木匠", "", "许可证", "SC1", "2030-1-31"),
        ("", "老木匠", "", "营业执照", "", "长期"),
    ]
    run = imported(director, "partners", sheet(*rows, heading=LISTED))
    assert (problems(run), run.rows, run.new) == ([], 5, 2)
    assert set(papers()) == {
        (NAME, "food_trade", "JY1", None, date(2027, 3, 31)),
        (NAME, "business", "", None, None),
        (NAME, "other", "F-1", None, date(2028, 8, 31)),
        ("老木匠", "food_making", "SC1", None, date(2030, 1, 31)),
        ("老木匠", "business", "", None, None),
    }
    assert Qualification.objects.get(kind="other").title == "ISO 22000 证书"
    assert run.content.told()["beside"] == [
        "有 3 行接着写上面那一家，算在它里面。", "登记 5 份资质证件。",
    ]  # fmt: skip
    assert checked(director, "partners", sheet(*rows, heading=LISTED)).same == 2


def test_what_a_row_that_goes_on_gets_wrong_is_told_beside_its_own_cell(director: User) -> None:
    rows = [
        ("1", NAME, "057180001003", "营业执照", "", "长期"),
        ("", "", "", "食品经营许可证", "", "明年"),
        ("", "", "", "", "F-1", "2028-8-31"),
        ("", "", "", "食品生产许可证", "SC1", ""),
        ("", "", "057180001004", "营业执照", "", "长期"),
        ("", NAME, "057180001004", "营业执照", "", "长期"),
    ]
    run = checked(director, "partners", sheet(*rows, heading=LISTED))
    assert [(row, label, sentence) for _, row, label, _, sentence in problems(run)] == [
        (3, "有效期至", "“明年”认不出是哪一天，请写成“2026-12-31”；长期有效的写“长期”。"),
        (4, "证照名称", NO_PAPER),
        (5, "证照编号", NO_TERM),
        (6, "供应商名称", "请填写名称。"),
        (7, "供应商名称", "和第 2 行是同一个单位，请删去重复的一行。"),
    ]
