"""The workbook of the partners: known by 统一社会信用代码, else by name."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.partners.additions import ACCOUNT_COLUMNS, PAPER_COLUMNS, UNDONE, Accounts, Papers
from houqin.partners.forms import PartnerForm
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner
from houqin.partners.names import core_of, most_alike
from houqin.partners.services.keeping import SENTENCES, checked_code, checked_phone, fill_partner
from houqin.partners.states import IMPORT, PartnerState
from houqin.people.lookups import People
from houqin.people.names import named
from houqin.registry import Registry
from houqin.saving import update_all_or_refuse
from houqin.spreadsheets.imports import Addition, Import, InColumn, Lookup, Values, one_of
from houqin.spreadsheets.words import plain

BETWEEN = re.compile(r"[、,，;；/\s]+")
# What else offices call what a partner does.
ALSO_CALLED = {
    "供应商": PartnerKind.SUPPLIER, "供货商": PartnerKind.SUPPLIER, "物资": PartnerKind.SUPPLIER,
    "供货": PartnerKind.SUPPLIER,
    "办公用品": PartnerKind.SUPPLIER, "食材": PartnerKind.FOOD, "食品": PartnerKind.FOOD,
    "食品供应商": PartnerKind.FOOD, "食堂供应商": PartnerKind.FOOD, "大宗食材": PartnerKind.FOOD,
    "配餐": PartnerKind.CATERER, "配餐公司": PartnerKind.CATERER, "食堂承包": PartnerKind.CATERER,
    "维修": PartnerKind.REPAIR, "施工": PartnerKind.BUILDER, "工程": PartnerKind.BUILDER,
    "维保": PartnerKind.UPKEEP, "消防维保": PartnerKind.UPKEEP, "电梯维保": PartnerKind.UPKEEP,
    "服务": PartnerKind.SERVICE, "物业": PartnerKind.SERVICE, "保洁": PartnerKind.SERVICE,
    "保安": PartnerKind.SERVICE, "绿化": PartnerKind.SERVICE, "垃圾清运": PartnerKind.WASTE,
    "检测": PartnerKind.TESTING, "检测机构": PartnerKind.TESTING,
}  # fmt: skip
NAMED_AT_ONCE = 20
# Every name is compared with every other; beyond this a list is compared with what is there only.
MOST_COMPARED = 1_000

_read_kind = one_of("类别", PartnerKind.choices, ALSO_CALLED)


def read_kinds(text: str) -> list[str]:
    """Several kinds in one cell: 食材供应商、物资供应商."""
    return list(dict.fromkeys(str(_read_kind(word)) for word in BETWEEN.split(text.strip()) if word))


class Namesakes(Lookup):
    """Tells which new names are like one that is there, or like one above it; nothing is refused for it."""

    what = "相近名称"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        rows = Partner.objects.filter(merged_into=None).values_list("core", "name")
        self.known: dict[str, str] = {core: f"已有的“{name}”" for core, name in rows}
        self.found: dict[str, str] = {}

    def look(self, name: str) -> None:
        """Note whom a new partner's `name` is like."""
        for core in most_alike(core_of(name), self.known)[:1]:
            self.found[name] = self.known[core]
        if len(self.known) < MOST_COMPARED:
            self.known.setdefault(core_of(name), f"表里的“{name}”")

    def beside(self) -> list[str]:
        told = [f"“{new}”和{old}名称相近" for new, old in self.found.items()]
        more = f"等 {len(told)} 家" if len(told) > NAMED_AT_ONCE else ""
        return [f"{'，'.join(told[:NAMED_AT_ONCE])}{more}，请看是不是同一家。"] if told else []


class PartnerImport(Import):
    """往来单位: an undone import's partners are taken up again."""

    kind = "partners"
    label = "往来单位"
    unit = "家"
    perm = IMPORT
    model = Partner
    form_class = PartnerForm
    columns = (
        InColumn(
            "name", "名称",
            ("单位名称", "单位全称", "全称", "供应商名称", "供应商", "供货商", "供货商名称", "企业名称",
             "企业全称", "公司名称", "公司全称", "往来单位", "合作单位", "厂家", "商家"),
            example="青溪县绿野农产品有限公司",
        ),
        InColumn(
            "kinds", "类别", ("单位类别", "类型", "供应商类别", "服务类别", "业务类型"), read_kinds,
            from_sheet=True, blank=(PartnerKind.SUPPLIER,), example="食材供应商、物资供应商",
            shown=lambda partner: partner.kinds_label,
        ),
        InColumn(
            "credit_code", "统一社会信用代码",
            ("信用代码", "社会信用代码", "税号", "纳税人识别号", "机构代码"),
            lambda text: checked_code(text) or "", blank="",
            shown=lambda partner: partner.credit_code or "",
        ),
        InColumn(
            "contact", "联系人", ("负责人", "业务员", "法人", "法定代表人"), blank="", example="王小明",
        ),
        InColumn(
            "phone", "联系电话", ("电话", "手机", "手机号", "联系方式", "联系人电话"), checked_phone,
            blank="", example="13800000000",
        ),
        InColumn("address", "地址", ("单位地址", "经营地址", "住所", "注册地址"), blank=""),
        InColumn(
            "keeper", "经办人", ("校方经办人", "采购员"), People, shown=lambda partner: named(partner.keeper),
        ),
        InColumn("note", "备注", ("说明", "供货内容", "服务内容", "经营范围"), blank=""),
        *PAPER_COLUMNS,
        *ACCOUNT_COLUMNS,
    )  # fmt: skip
    key = ("name",)
    key_label = "单位"
    sentences = SENTENCES
    list_url_name = "partners:partner-list"
    passed_over = {"状态": {"停止合作", "已停用", "已并入"}}
    hint = (
        "以统一社会信用代码认单位，没有代码的以名称认。没写类别的按“物资供应商”登记。"
        "表里有“营业执照到期”“食品经营许可证号”这样的列，或者一份证件一行的“证件名称、证件编号、有效期至”，"
        "登记成资质证件；有“开户行”“账号”，登记成收款账户。"
    )

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        self.namesakes = Namesakes(by)
        self.papers, self.accounts = Papers(by), Accounts(by)

    def lookups(self) -> list[Lookup]:
        return [*super().lookups(), self.namesakes]

    def additions(self) -> list[Addition]:
        return [self.papers, self.accounts]

    def rows(self) -> Any:
        return super().rows().filter(state=PartnerState.IN_USE)

    def key_of(self, values: Values) -> Hashable | None:
        code, name = values.get("credit_code") or "", plain(values.get("name") or "")
        return (code, name) if code or name else None

    def records(self, keys: Iterable[Any]) -> dict[Hashable, Any]:
        """By code, else by name; one that the school stopped with is found too, and `fill` says so."""
        by_code: dict[str, Any] = {}
        by_name: dict[str, Any] = {}
        for partner in super().rows().filter(merged_into=None):
            by_name[plain(partner.name)] = partner
            if partner.credit_code:
                by_code[partner.credit_code] = partner
        found = {(code, name): by_code.get(code) or by_name.get(name) for code, name in keys}
        return {key: partner for key, partner in found.items() if partner is not None}

    def complete(self, values: Values, record: Any | None) -> None:
        if record is None:
            self.namesakes.look(values["name"])

    def fill(self, record: Any, values: Values) -> None:
        if record.state == PartnerState.STOPPED:
            if record.retire_reason != UNDONE:
                raise RuleBroken(
                    "和这一家已停止合作。请先在它的页面点“恢复合作”，或从表里删去这一行。", field="name"
                )
            record.state, record.retired_on, record.retire_reason = PartnerState.IN_USE, None, ""
        said = {column.name: values.pop(column.name, None) for column in self.columns if column.is_beside}
        fill_partner(partner=record, by=self.by, **values)
        self.take_beside(record, said)

    def withdraw(self, records: Sequence[Any]) -> None:
        today = timezone.localdate()
        for record in records:
            record.state, record.retired_on, record.retire_reason = PartnerState.STOPPED, today, UNDONE
        update_all_or_refuse(records, ["state", "retired_on", "retire_reason"], self.sentences)


def declare(registry: Registry) -> None:
    """Plug the import into `registry`."""
    registry.add_import(PartnerImport)
