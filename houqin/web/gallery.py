"""/components/: the whole language of the screen on one page, every component in all its states.

The samples are invented and stand only here; nothing is read from the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.views.generic import TemplateView

from houqin.registry import Figure, Todo

TODAY = date(2026, 11, 22)
KINDS = [
    ("water", "水"),
    ("power", "电"),
    ("air", "空调"),
    ("door", "门窗"),
    ("desk", "桌椅"),
    ("other", "其他"),
]


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="联系人", initial="周杰")
    phone = forms.CharField(label="联系电话", required=False, help_text="维修工找不到地方时打这个电话。")
    kind = forms.ChoiceField(label="故障类型", choices=KINDS, widget=forms.RadioSelect, initial="power")
    hours = forms.MultipleChoiceField(
        label="方便的时间",
        choices=[("am", "上午"), ("noon", "午休"), ("pm", "下午")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=["noon"],
        help_text="可选多个。",
    )
    on = forms.DateField(label="希望完成日期", initial=TODAY)
    amount = forms.DecimalField(
        label="估计费用（元）", required=False, max_digits=14, decimal_places=2, min_value=0
    )
    urgency = forms.ChoiceField(
        label="紧急程度", choices=[("high", "紧急（影响上课或有安全隐患）"), ("low", "一般")]
    )
    text = forms.CharField(
        label="情况说明", widget=forms.Textarea(attrs={"rows": 3}), help_text="写清楚位置和现象，维修更快。"
    )
    photo = forms.FileField(
        label="照片",
        required=False,
        help_text="最多 4 张，手机上可直接拍照。",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    again = forms.BooleanField(label="这个地方以前修过", required=False)
    fixed = forms.CharField(label="报修单号", required=False, disabled=True, initial="WX-2026-1181")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A row of the sample table, with a state as a record has one."""

    number: str
    text: str
    place: str
    person: str
    cost: Decimal | None
    on: date
    state: str

    STATE_TONES = {"new": "bad", "working": "info", "checking": "warn", "done": "good", "void": "neutral"}
    WORDS = {"new": "待派单", "working": "维修中", "checking": "待验收", "done": "已完成", "void": "已撤回"}

    def get_state_display(self) -> str:
        return self.WORDS[self.state]


ROWS = [
    ("空调漏水，地面湿滑", "教学楼302室", "张伟", None, "new"),
    ("门锁损坏无法锁闭", "实验楼101室", "李娜", Decimal("128.5"), "working"),
    ("水龙头滴水", "食堂二楼", "赵敏", Decimal("36"), "checking"),
    ("灯管不亮两根", "宿舍一号楼416室", "王芳", Decimal("1234.5"), "done"),
    ("课桌椅松动三套", "图书馆阅览室", "欧阳锋", None, "void"),
]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as Django's framework hands it to the page."""

    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


def _tickets() -> list[Ticket]:
    return [
        Ticket(f"WX-2026-{1180 - nth}", text, place, person, cost, TODAY - timedelta(days=nth), state)
        for nth, (text, place, person, cost, state) in enumerate(ROWS)
    ]


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())


def _chains() -> dict[str, Any]:
    """Samples of an approval's chain."""
    return {
        "chain": [
            {"who": "王芳", "word": "提交", "state": "done", "at": _at(21, 16, 20)},
            {
                "who": "张伟",
                "role": "总务主任",
                "word": "同意",
                "state": "done",
                "at": _at(22, 8, 45),
                "note": "“情况属实，价格已比三家”",
            },
            {"who": "李明", "role": "校长", "word": "审批中", "state": "current"},
            {"who": "陈晨", "role": "出纳", "word": "待付款", "state": "waiting"},
        ],
        "returned": [
            {"who": "王芳", "word": "提交", "state": "done", "at": _at(20, 9, 5)},
            {
                "who": "张伟",
                "role": "总务主任",
                "word": "退回",
                "state": "returned",
                "at": _at(20, 10, 30),
                "note": "“缺第三家报价”",
            },
        ],
    }


def _histories() -> dict[str, Any]:
    """Samples of what happened in time: a history, the steps of a long act."""
    return {
        "events": [
            {"at": _at(22, 8, 45), "who": "张伟", "what": "同意", "tone": "good", "note": "请本周内完成"},
            {
                "at": _at(21, 16, 31),
                "who": "王芳",
                "what": "修改",
                "tone": "neutral",
                "note": "",
                "changes": [("金额", "12,000.00", "12,480.00"), ("供应商", "", "龙江制冷设备有限公司")],
            },
            {"at": _at(21, 16, 20), "who": "王芳", "what": "提交", "tone": "neutral", "note": ""},
        ],
        "steps": [
            {"label": "粘贴原文", "url": "#stepper", "state": "done"},
            {"label": "核对条目", "state": "current"},
            {"label": "定负责人", "state": "waiting"},
            {"label": "发布", "state": "waiting"},
        ],
    }


def _facts_and_todos() -> dict[str, Any]:
    """Samples of what is looked at: facts, figures, to-dos."""
    return {
        "facts": [
            ("事由", "实验楼空调压缩机更换（3 台）"),
            ("预算科目", "维修费，余额 86,300.00 元"),
            ("供应商", "龙江制冷设备有限公司"),
            ("保修至", None),
        ],
        "figures": [
            Figure("new", "待派单", 5, "#figure"),
            Figure("working", "维修中", 17, "#figure"),
            Figure("checking", "待验收", 4, "#figure"),
            Figure("late", "已超时", 2, "#figure", is_warning=True),
        ],
        "todos": [
            Todo("审批：实验楼空调压缩机更换", "#todo_row", "去审批", "王芳提交，12,480.00 元"),
            Todo("发布 12 月工作安排", "#todo_row", "去发布", "校历与计划，共 14 条", due=date(2026, 11, 28)),
            Todo(
                "验收：食堂二楼水龙头滴水",
                "#todo_row",
                "去验收",
                "周杰已修好",
                due=date(2026, 11, 20),
                is_late=True,
            ),
        ],
    }


def _things_to_press() -> dict[str, Any]:
    """Samples of what is pressed or read in passing: tabs, menus, a comparison, notices."""
    return {
        "tabs": [
            {"label": "全部条目", "url": "#tabs", "is_current": True, "count": 14},
            {"label": "按周", "url": "#tabs"},
            {"label": "打印稿", "url": "#tabs"},
        ],
        "entries": [
            {"label": "打印", "url": "#menu", "icon": "printer"},
            {"label": "撤回", "url": "#menu", "reason": "校长已经签字，只能由他退回。"},
            {"label": "作废", "url": "#menu", "icon": "trash-2", "is_danger": True},
        ],
        "trail": [("首页", "/"), ("校历与计划", "#breadcrumb"), ("2026 学年第一学期后勤计划", "#breadcrumb")],
        "compared": [
            ("名称", "更换灯管", "更换 LED 灯管"),
            ("地点", "宿舍一号楼", "宿舍一号楼"),
            ("金额", "", "1,234.50"),
        ],
        "notices": [
            Notice("success", "已保存，并通知了维修工周杰。"),
            Notice("info", "报表正在生成，可以先做别的。"),
            Notice("warning", "这一天是调休上班日，请再看一眼日期。"),
            Notice("error", "网络断开，内容还在，请稍后再点一次。"),
        ],
        "kept": [("state", "new")],
    }


class Gallery(TemplateView):
    """Every component in all its states, for whoever builds pages."""

    perm = "houqin.components:read"
    template_name = "components/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sent = {"phone": "138", "on": "", "amount": "-5", "urgency": "high", "kind": "x"}
        wrong = SampleForm(sent, auto_id="wrong_%s")
        wrong.add_error(None, "这一单与 WX-2026-1180 的地点和内容相同，请先看那一单。")
        samples = {
            "form": SampleForm(),
            "wrong": wrong,
            "tickets": _tickets(),
            "today": TODAY,
            "now": _at(22, 9, 5),
            "chat_text": "【报修】教学楼302室空调漏水，周杰今天下午到。\nhttps://hq.school.cn/",
        }
        return super().get_context_data(
            **samples, **_chains(), **_histories(), **_facts_and_todos(), **_things_to_press(), **kwargs
        )
