"""One-line answers to what the floors below announce, and the categories that every school starts with."""

from __future__ import annotations

from datetime import date
from typing import Any

from calendar_plans.demo import load_demo_plan
from calendar_plans.models import Category, PlanMonth
from calendar_plans.services.sign_off import settle_month
from houqin.actors import Actor
from houqin.approvals.models import ApprovalRequest
from houqin.search.pinyin import pinyin_key

# The words are those of real logistics plans; a school changes them in the admin.
FIRST_CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "校产管理",
        (
            "校产",
            "财产",
            "资产",
            "桌凳",
            "课桌",
            "桌椅",
            "库房",
            "盘点",
            "清查",
            "登记",
            "领取",
            "发放",
            "公物",
        ),
    ),
    (
        "维修改造",
        (
            "维修",
            "检修",
            "修补",
            "改造",
            "更换",
            "粉刷",
            "硬化",
            "平整",
            "线路",
            "工程",
            "疏通",
            "下水",
            "设备",
        ),
    ),
    ("水电管理", ("水电", "节水", "节电", "用电", "用水", "供水", "供电", "灯管", "日光灯", "插座")),
    (
        "安全工作",
        (
            "安全",
            "消防",
            "排查",
            "防洪",
            "防汛",
            "隐患",
            "值班",
            "保卫",
            "门卫",
            "消杀",
            "应急",
            "防冻",
            "防滑",
            "防火",
        ),
    ),
    ("食堂工作", ("食堂", "食品", "饮食", "饭菜", "伙食", "营养餐", "超市", "商店", "留样", "就餐")),
    ("环境绿化", ("绿化", "卫生", "保洁", "环境", "修剪", "浇水", "垃圾", "花草", "树木", "美化", "清扫")),
    ("财务工作", ("收费", "经费", "预算", "财务", "票据", "采购", "报销", "补助", "结帐", "结账", "合同")),
    ("会议学习", ("会议", "工作会", "学习", "培训", "总结", "计划", "例会", "考核", "职责")),
    ("协作服务", ("配合", "协助", "开学", "考场", "考试", "运动会", "艺术节", "筹备", "接待", "宿舍")),
    ("其他", ()),
)


def fill_demo_school(sender: Any, by: Actor, on: date, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: the demonstration school has a plan to look at."""
    load_demo_plan(on=on, by=by)


def settle_signed_month(
    sender: Any, request: ApprovalRequest, outcome: str, by: Actor, **kwargs: Any
) -> None:
    """Answers `approval_decided`: a month's work is approved or comes back."""
    if isinstance(request.subject, PlanMonth):
        settle_month(month=request.subject, outcome=outcome, by=by)


def seed_categories(sender: Any, using: str = "owner", **kwargs: Any) -> None:
    """Receiver of `post_migrate`: give a database without categories the first ones."""
    if using != "owner" or Category.objects.using(using).exists():
        return
    Category.objects.using(using).bulk_create(
        Category(name=name, words=list(words), order=place * 10, search_key=pinyin_key(name))
        for place, (name, words) in enumerate(FIRST_CATEGORIES, 1)
    )
