"""The rights of the partners: who reads them, who keeps which, who may say where money goes."""

from __future__ import annotations

from houqin.partners.states import IMPORT, MANAGE, READ, READ_ACCOUNT, SET_ACCOUNT
from houqin.people.roles import LEADERS, OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import Registry

# Those who buy, receive, pay, call for repairs, and those who look after them.
READERS = (
    *LEADERS,
    *OFFICE,
    Role.ASSET_MANAGER,
    Role.STOREKEEPER,
    Role.CLAIMS_CLERK,
    Role.CASHIER,
    Role.REPAIR_WORKER,
    Role.CANTEEN_MANAGER,
    Role.CANTEEN_STOREKEEPER,
    Role.FOOD_SAFETY_OFFICER,
    Role.FOOD_SAFETY_DIRECTOR,
    Role.INSPECTOR,
    Role.SUPERVISOR,
)
# They keep the firms that they deal with themselves (经办).
GROUP = "往来单位"
BUYERS = (Role.ASSET_MANAGER, Role.CANTEEN_MANAGER)


def declare(registry: Registry) -> None:
    """Plug the rights into `registry`.

    Whoever pays (出纳) reads an account and cannot change it, and neither can a buyer: 付款 and 采购 are kept
    apart from the records that they go by (财会〔2012〕21号).
    """
    add = registry.add_permission
    add(READ, "查看往来单位", {READERS: Scope.ALL})
    add(MANAGE, "维护往来单位", {OFFICE: Scope.ALL, BUYERS: Scope.ASSIGNED})
    # A workbook may be about anybody's partners.
    add(IMPORT, "导入往来单位", {OFFICE: Scope.ALL})
    payers = (*OFFICE, Role.CLAIMS_CLERK, Role.CASHIER)
    add(READ_ACCOUNT, "查看收款账户", {payers: Scope.ALL}, group=GROUP)
    add(SET_ACCOUNT, "登记收款账户", {(Role.DIRECTOR, Role.CLAIMS_CLERK): Scope.ALL}, group=GROUP)
