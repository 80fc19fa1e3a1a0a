"""What a workbook of partners says beside them: their papers (资质), and where their money goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.partners.forms import AccountForm, PaperForm
from houqin.partners.kinds import PaperKind
from houqin.partners.models import Partner, PartnerAccount, Qualification
from houqin.partners.names import BLANKS
from houqin.partners.services.accounts import fill_account
from houqin.partners.services.papers import SENTENCES, fill_paper
from houqin.partners.states import MANAGE, SET_ACCOUNT
from houqin.people.access import require
from houqin.saving import insert_all_or_refuse, update_all_or_refuse
from houqin.spreadsheets.days import Term, read_term
from houqin.spreadsheets.imports import Addition, InColumn, Values
from houqin.spreadsheets.words import plain

UNDONE = "撤销导入"
# What else offices call a paper in the head of a table; 许可证 alone is that of whoever sells food.
PAPER_NAMES: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.BUSINESS: (),
    PaperKind.FOOD_TRADE: ("食品经营许可", "食品许可证", "经营许可证", "许可证"),
    PaperKind.FOOD_MAKING: ("食品生产许可", "生产许可证"),
    PaperKind.FIRE: ("消防维保资质", "消防资质"),
    PaperKind.LIFT: ("电梯维保资质", "电梯资质"),
    PaperKind.BUILDING: ("建筑业企业资质", "建筑资质", "施工资质"),
    PaperKind.SAFE_BUILDING: ("安全许可证",),
    PaperKind.GUARDING: ("保安许可证",),
    PaperKind.PESTS: ("有害生物防制资质",),
    PaperKind.WASTE: ("餐厨垃圾许可证",),
    PaperKind.TESTING: ("检验检测机构资质", "检测资质"),
    PaperKind.MANDATE: ("授权委托书",),
}
NUMBER_ENDS = ("号", "编号", "证号", "号码")
UNTIL_ENDS = (
    "到期", "到期日", "到期日期", "到期时间", "有效期", "有效期至", "有效期止", "有效期限", "有效日期",
    "截止日期", "截止日", "期限",
)  # fmt: skip
# 食品生产许可管理办法 §29: the number of whoever makes food begins with SC.
OF_MAKERS = "SC"
NO_PAPER = "没有写是什么证件。请补上“证件名称”；不要这几列的，回“核对列”选“不导入”。"
NO_TERM = "写了证号，没有写到期日。请补上，长期有效的写“长期”；不要这一列的，回“核对列”选“不导入”。"
LOST_FIGURES = "这一格按数字存，只剩前 15 位，后面的丢了。请把这一列设成文本，照合同重填账号。"
ANOTHER_ACCOUNT = "这一家已登记了另一个收款账户。换账户请到它的页面登记，不从表格改。"


def read_account(text: str) -> str:
    """The account in a cell; one that a spreadsheet kept as a number may have lost its last figures."""
    if "e+" in text.lower():
        raise RuleBroken(LOST_FIGURES, field="account")
    return BLANKS.sub("", AccountForm.base_fields["account"].clean(text))


def _number(text: str) -> Any:
    return PaperForm.base_fields["number"].clean(text)


def _paper_columns(kind: PaperKind, also: Sequence[str]) -> list[InColumn]:
    """The number of a paper, and until when it holds."""
    names = [str(kind.label), *also]
    number, *numbers = [f"{name}{end}" for name in names for end in NUMBER_ENDS]
    until, *untils = [f"{name}{end}" for name in names for end in UNTIL_ENDS]
    return [
        InColumn(f"{kind}_number", number, tuple(numbers), _number, is_beside=True),
        InColumn(f"{kind}_until", until, tuple(untils), read_term, is_beside=True, said=_said_term),
    ]


def _said_term(term: Term) -> str:
    return f"{term.last:%Y-%m-%d}" if term.last is not None else "长期"


def read_paper(text: str) -> tuple[PaperKind, str]:
    """What paper a cell names, 食品经营许可证（副本） too; one that nobody knows keeps its name."""
    word = plain(text)
    for name in sorted(_KINDS, key=len, reverse=True):
        if word.startswith(name):
            return _KINDS[name], ""
    return PaperKind.OTHER, PaperForm.base_fields["title"].clean(text)


_KINDS = {
    plain(name): kind
    for kind in PaperKind
    if kind != PaperKind.OTHER
    for name in (str(kind.label), *PAPER_NAMES.get(kind, ()))
}
# A list of papers has a row for each, and says in a column which it is.
LISTED_COLUMNS = [
    InColumn(
        "paper", "证件名称",
        ("证照名称", "资质名称", "证书名称", "许可证名称", "证件", "证照", "资质", "资质证件", "资质证书",
         "证件类型", "证照类型", "资质类型", "证件种类", "证照种类"),
        read_paper, is_beside=True, said=lambda paper: paper[1] or paper[0].label,
    ),
    InColumn(
        "paper_number", "证件编号",
        ("证照编号", "证书编号", "资质编号", "证件号", "证照号", "证书号", "证号", "资质证号", "证件号码"),
        _number, is_beside=True,
    ),
    InColumn(
        "paper_until", "有效期至",
        ("有效期", "有效期止", "有效期限", "有效日期", "有效截止日期", "到期", "到期日", "到期日期",
         "到期时间", "证件有效期", "证照有效期", "证书有效期", "证件到期", "证照到期", "证件到期日",
         "证照到期日"),
        read_term, is_beside=True, said=_said_term,
    ),
]  # fmt: skip
PAPER_COLUMNS = [
    *(column for kind, also in PAPER_NAMES.items() for column in _paper_columns(kind, also)),
    *LISTED_COLUMNS,
]
ACCOUNT_COLUMNS = [
    InColumn(
        "payee", "户名", ("账户名称", "收款户名", "开户名称", "账户名"),
        AccountForm.base_fields["payee"].clean, is_beside=True, perm=SET_ACCOUNT,
    ),
    InColumn(
        "bank", "开户行", ("开户银行", "银行", "开户行名称"), AccountForm.base_fields["bank"].clean,
        is_beside=True, perm=SET_ACCOUNT,
    ),
    InColumn(
        "account", "账号", ("银行账号", "收款账号", "对公账号", "银行卡号", "帐号", "银行帐号", "开户账号"),
        read_account, is_beside=True, perm=SET_ACCOUNT,
    ),
]  # fmt: skip


class Papers(Addition):
    """The papers that rows name and that are not entered yet."""

    what = "资质证件"
    model = Qualification

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        self.there: dict[int, list[Qualification]] = {}
        for paper in Qualification.objects.filter(withdrawn_on=None):
            self.there.setdefault(paper.partner_id, []).append(paper)

    def take(self, partner: Partner, values: Values) -> None:
        """Take what the row of `partner` says of its papers; `RuleBroken` with the column."""
        for kind in PAPER_NAMES:
            self._add(partner, kind, "", values, column=kind)
        if (paper := values.get("paper")) is not None:
            kind, title = paper
            self._add(partner, kind, title, values, column="paper")
        elif values.get("paper_number") or values.get("paper_until") is not None:
            raise RuleBroken(NO_PAPER, field="paper")

    def _add(self, partner: Partner, kind: PaperKind, title: str, values: Values, *, column: str) -> None:
        number: str = values.get(f"{column}_number") or ""
        term: Term | None = values.get(f"{column}_until")
        if kind == PaperKind.FOOD_TRADE and number.upper().startswith(OF_MAKERS):
            kind = PaperKind.FOOD_MAKING
        known = [
            each for each in self.there.get(partner.pk or 0, ()) if (each.kind, each.title) == (kind, title)
        ]
        if term is None:
            if number and number not in {each.number for each in known}:
                raise RuleBroken(NO_TERM, field=f"{column}_number")
            return
        paper = Qualification(partner=partner)
        try:
            fill_paper(
                paper, kind=kind, title=title, number=number, valid_from=term.first, valid_until=term.last
            )
        except RuleBroken as refusal:
            raise RuleBroken(refusal.message, field=f"{column}_until") from refusal
        known += [each for each in self.of(partner) if (each.kind, each.title) == (kind, paper.title)]
        if not any(_is_same(each, paper) for each in known):
            self.add(partner, paper)

    def beside(self) -> list[str]:
        return [f"登记 {len(self.made)} 份资质证件。"] if self.made else []

    def save(self) -> None:
        if self.made:
            require(self.by, MANAGE)
        self.sign()
        insert_all_or_refuse(self.made, SENTENCES)

    def withdraw(self, keys: Sequence[int], *, kept: Collection[int]) -> None:
        papers = self.to_withdraw(Qualification.objects.filter(withdrawn_on=None), keys, kept)
        for paper in papers:
            paper.withdrawn_on, paper.withdrawn_reason = timezone.localdate(), UNDONE
        update_all_or_refuse(papers, ["withdrawn_on", "withdrawn_reason"], SENTENCES)


def _is_same(there: Qualification, said: Qualification) -> bool:
    """Whether a paper is entered: a row that says no number means the one that ends on that day."""
    return there.valid_until == said.valid_until and said.number in {"", there.number}


class Accounts(Addition):
    """The accounts of partners that have none; another than the one entered is refused, not exchanged."""

    what = "收款账户"
    model = PartnerAccount

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        rows = PartnerAccount.objects.filter(closed_at=None)
        self.there: dict[int, PartnerAccount] = {each.partner_id: each for each in rows}

    def take(self, partner: Partner, values: Values) -> None:
        """Take what the row of `partner` says of its account; `RuleBroken` with the column."""
        payee, bank, number = (values.get(name) or "" for name in ("payee", "bank", "account"))
        if not bank and not number:
            return
        if not bank:
            raise RuleBroken("写了账号，没有写开户行。", field="bank")
        if not number:
            raise RuleBroken("写了开户行，没有写账号。", field="account")
        account = PartnerAccount(partner=partner)
        fill_account(account, payee=payee or partner.name, bank=bank, account=number)
        there = self.there.get(partner.pk or 0)
        if there is None:
            self.add(partner, account)
        elif (there.bank, there.account) != (account.bank, account.account):
            raise RuleBroken(ANOTHER_ACCOUNT, field="account")

    def beside(self) -> list[str]:
        return [f"登记 {len(self.made)} 个收款账户。"] if self.made else []

    def save(self) -> None:
        if self.made:
            require(self.by, SET_ACCOUNT)
        self.sign()
        insert_all_or_refuse(self.made, {})

    def withdraw(self, keys: Sequence[int], *, kept: Collection[int]) -> None:
        accounts = self.to_withdraw(PartnerAccount.objects.filter(closed_at=None), keys, kept)
        for account in accounts:
            account.closed_at = timezone.now()
        update_all_or_refuse(accounts, ["closed_at"], {})
