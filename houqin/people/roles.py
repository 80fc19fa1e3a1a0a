"""The roles of the office. ASCII codes are stored, Chinese labels are shown; nobody's rights live in a label.

Several per person, rights are the union. What a role may do stands in the registry's permissions, and the
page 权限一览 prints that table.
"""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Every role of the house, in the order in which pages list them."""

    STAFF = "staff", "全体教职工"
    PRINCIPAL = "principal", "校长"
    PARTY_SECRETARY = "party_secretary", "书记"
    VICE_PRINCIPAL = "vice_principal", "分管副校长"
    DIRECTOR = "director", "总务主任"
    DEPUTY_DIRECTOR = "deputy_director", "总务副主任"
    ASSET_MANAGER = "asset_manager", "资产管理员"
    STOREKEEPER = "storekeeper", "仓库保管员"
    CLAIMS_CLERK = "claims_clerk", "报账员"
    CASHIER = "cashier", "出纳"
    REPAIR_WORKER = "repair_worker", "维修工"
    CANTEEN_MANAGER = "canteen_manager", "司务长（食堂管理员）"
    CANTEEN_STOREKEEPER = "canteen_storekeeper", "食堂保管员"
    FOOD_SAFETY_OFFICER = "food_safety_officer", "食品安全员"
    FOOD_SAFETY_DIRECTOR = "food_safety_director", "食品安全总监"
    INSPECTOR = "inspector", "检查员"
    DORMITORY_KEEPER = "dormitory_keeper", "宿管"
    GUARD = "guard", "保安/门卫"
    DEPARTMENT_HEAD = "department_head", "部门负责人"
    TEACHER = "teacher", "教师"
    SUPERVISOR = "supervisor", "监督员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


# Held by everybody who can log in; it is never granted or taken away.
IMPLIED = frozenset({Role.STAFF})

GRANTABLE = tuple(role for role in Role if role not in IMPLIED)

# 等保 keeps the three administrators apart: no person holds two of these.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

OFFICE = (Role.DIRECTOR, Role.DEPUTY_DIRECTOR)
LEADERS = (Role.PRINCIPAL, Role.PARTY_SECRETARY, Role.VICE_PRINCIPAL)
