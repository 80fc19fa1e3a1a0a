"""不相容岗位分离: duties that one person must not have on both sides of a matter, as data with a legal floor.

What holds for a document is asked person by person where it is decided (whoever applied does not decide);
here stands how strict the school is, and which posts bring both duties together when one person holds them.
Source: 《行政事业单位内部控制规范（试行）》财会〔2012〕21号 and 会计法.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from houqin.people.roles import Role
from houqin.registry import Registry, Setting
from houqin.school_settings.kinds import Grade

GROUP = "不相容岗位"
CONTROL = "财会〔2012〕21号《行政事业单位内部控制规范（试行）》"
# As numbered since 2024: a cashier keeps no books of receipts, payments, claims and debts.
ACCOUNTING = "《会计法》第三十五条"
FOOD = "《集中用餐单位落实食品安全主体责任监督管理规定》（2025）"


class Demand(IntEnum):
    """What is demanded when one person would do both; the later, the stricter."""

    HINT = 0
    COUNTERSIGN = 1
    FORBIDDEN = 2


DEMANDS = Grade((("hint", "提示"), ("countersign", "须加签"), ("forbidden", "禁止")))


@dataclass(frozen=True, slots=True)
class SeparatedPair:
    """Two duties, how strictly they are kept apart at least, and what makes up for it where it is allowed.

    `posts` are the roles that, held together, bring both duties into one hand; empty where it is seen only
    document by document.
    """

    code: str
    duties: tuple[str, str]
    floor: Demand
    source: str
    remedy: str
    posts: frozenset[Role] = frozenset()

    @property
    def label(self) -> str:
        return "与".join(self.duties)

    @property
    def setting(self) -> str:
        """The code of the setting that says how strict the school is."""
        return f"separation.{self.code}"


NO_REMEDY = "不得兼任，逐单检查经办人"
PAIRS = (
    SeparatedPair("request_decide", ("申请", "审批"), Demand.FORBIDDEN, CONTROL, NO_REMEDY),
    SeparatedPair("decide_pay", ("审批", "付款"), Demand.FORBIDDEN, CONTROL, NO_REMEDY,
                  frozenset({Role.PRINCIPAL, Role.CASHIER})),
    SeparatedPair("buy_accept", ("采购", "验收"), Demand.FORBIDDEN, CONTROL, NO_REMEDY),
    SeparatedPair("count_keep", ("盘点负责", "被盘保管"), Demand.FORBIDDEN, CONTROL, NO_REMEDY),
    SeparatedPair("mend_check", ("整改", "复查"), Demand.FORBIDDEN, CONTROL, NO_REMEDY),
    SeparatedPair("repair_rate", ("维修", "评价"), Demand.FORBIDDEN, CONTROL, NO_REMEDY),
    SeparatedPair("book_cash", ("记账", "出纳"), Demand.FORBIDDEN, ACCOUNTING,
                  "记账在核算中心，校内只设报账员"),
    SeparatedPair("keeper_worker", ("保管", "领用维修材料"), Demand.COUNTERSIGN, CONTROL,
                  "凭工单领料，报修人验收，总务主任加签", frozenset({Role.STOREKEEPER, Role.REPAIR_WORKER})),
    SeparatedPair("buyer_keeper", ("采购", "保管"), Demand.COUNTERSIGN, CONTROL,
                  "使用人验收签字", frozenset({Role.ASSET_MANAGER, Role.STOREKEEPER})),
    SeparatedPair("director_applies", ("总务主任申请", "总务主任审批"), Demand.COUNTERSIGN, CONTROL,
                  "总务主任自己申请的，由分管副校长审批"),
    SeparatedPair("officer_director", ("食品安全员", "总务主任"), Demand.COUNTERSIGN, FOOD,
                  "食品安全总监每周签字", frozenset({Role.FOOD_SAFETY_OFFICER, Role.DIRECTOR})),
)  # fmt: skip


def declare(registry: Registry) -> None:
    """Plug one setting for each pair into `registry`: a school may be stricter, never laxer."""
    for pair in PAIRS:
        registry.add_setting(
            Setting(
                code=pair.setting,
                label=pair.label,
                kind=DEMANDS,
                default=pair.floor,
                floor=pair.floor,
                group=GROUP,
                source=pair.source,
                help=f"同一人两样都做时怎么办。{pair.remedy}。",
            )
        )
