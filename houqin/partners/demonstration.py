"""The demonstration school's partners: one paper has expired, one ends soon, one firm was entered twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from houqin.actors import Actor
from houqin.partners.kinds import PaperKind, PartnerKind
from houqin.partners.models import Partner
from houqin.partners.services import add_contact, add_paper, create_partner, set_account, stop_partner
from houqin.people.models import User

YEAR = 365


@dataclass(frozen=True, slots=True)
class Invented:
    """A firm that does not exist. Its codes name no place that there is, its phones nobody.

    `papers`: kind, number, days until its end (None: 长期).
    """

    name: str
    kinds: tuple[PartnerKind, ...]
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    keeper: str = ""
    note: str = ""
    papers: tuple[tuple[PaperKind, str, int | None], ...] = field(default=())


FIRMS = (
    Invented(
        "青溪县绿野农产品有限公司", (PartnerKind.FOOD,), "91000000MA00DEMA02", "柴满仓", "13800001001",
        "田丰年", "蔬菜、豆制品，每天早上 6:30 送到。",
        ((PaperKind.BUSINESS, "91000000MA00DEMA02", None), (PaperKind.FOOD_TRADE, "JY10000000000001", 18)),
    ),
    Invented(
        "青溪县丰源粮油经营部", (PartnerKind.FOOD,), "92000000MA00DEMC27", "米有田", "13800001002", "田丰年",
        "大米、食用油。", ((PaperKind.BUSINESS, "92000000MA00DEMC27", None),
                          (PaperKind.FOOD_TRADE, "JY10000000000002", -9)),
    ),
    Invented(
        "安泰消防技术服务有限公司", (PartnerKind.UPKEEP, PartnerKind.TESTING), "91000000MA00DEMB16", "霍远",
        "057180001003", "陆文山", "消防设施每月维保，每年全面检测。",
        ((PaperKind.BUSINESS, "91000000MA00DEMB16", None), (PaperKind.FIRE, "XF-0003", 2 * YEAR)),
    ),
    Invented(
        "文海办公用品商行", (PartnerKind.SUPPLIER,), "91000000MA00DEMD3E", "纪文海", "13800001004", "叶知秋",
        "办公用品、作业本。", ((PaperKind.BUSINESS, "91000000MA00DEMD3E", 3 * YEAR),),
    ),
    Invented("老木匠门窗维修", (PartnerKind.REPAIR,), "", "木老根", "13800001005", "", "门窗、课桌椅。"),
    Invented(
        "洁美保洁服务有限公司", (PartnerKind.SERVICE,), "91000000MA00DEME4J", "洪洁", "13800001006", "",
        papers=((PaperKind.BUSINESS, "91000000MA00DEME4J", None),),
    ),
)  # fmt: skip
TWICE = "绿野农产品公司"
STOPPED, WHY = "洁美保洁服务有限公司", "合同到期，改由教育局统一招标。"


def trade_with_demo_school(sender: Any, by: Actor, on: date, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: the demonstration school buys food, has its fire equipment kept, …"""
    firms = {each.name: _enter(each, on, by) for each in FIRMS}
    first = firms[FIRMS[0].name]
    add_contact(partner=first, name="柴小妹", duty="开票、对账", phone="13800001011", by=by)
    set_account(
        partner=first, payee=first.name, bank="青溪县农村信用社城关分社", account="1000000000000000017", by=by
    )
    create_partner(name=TWICE, kinds=[PartnerKind.FOOD], phone="13800001001", is_another=True, by=by)
    stop_partner(partner=firms[STOPPED], reason=WHY, on=on - timedelta(days=60), by=by)


def _enter(each: Invented, on: date, by: Actor) -> Partner:
    keeper = User.objects.filter(name=each.keeper).first() if each.keeper else None
    partner = create_partner(
        name=each.name, kinds=each.kinds, credit_code=each.credit_code, contact=each.contact,
        phone=each.phone, keeper=keeper, note=each.note, is_another=True, by=by,
    )  # fmt: skip
    for kind, number, days in each.papers:
        until = on + timedelta(days=days) if days is not None else None
        begin = on - timedelta(days=2 * YEAR)
        add_paper(partner=partner, kind=kind, number=number, valid_from=begin, valid_until=until, by=by)
    return partner
