"""A month's sheet as the templates read it, with invented people, in any length."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from pypdf import PdfReader

from houqin.documents.printing import Document, Signature, render_pdf

WORK = [
    ("安全", "组织全校消防器材检查，更换过期灭火器", "逐楼层登记，更换后拍照存档，检查记录交安全办备查"),
    ("维修", "教学楼一至五层照明巡检，更换损坏灯管", "每层由楼层责任人陪同，当天报修当天处理"),
    ("食堂", "食品留样、晨检、消毒记录专项检查", "对照量化分级标准逐项打分，问题三日内整改并复查"),
    ("采购", "冬季取暖物资和防滑垫采购到位", "三家询价，验收入库后按班级发放"),
    ("资产", "实验室仪器设备账物核对", "资产管理员与实验员双人盘点，差异写明原因"),
    ("绿化", "校园落叶清扫、树木修剪和防寒包扎", "外包单位实施，安排在周末，设置警戒线"),
]


@dataclass(frozen=True)
class Row:
    no: int
    category: str
    content: str
    measure: str
    owner: str = "李建国"
    partners: str = "教务处、安全办"
    due: str = "11月20日前"
    done: str = "已完成"
    remark: str = ""


@dataclass(frozen=True)
class Sheet:
    rows: list[Row]
    department: str = "总务处"
    month_label: str = "2026年11月"
    plan_title: str = "2026—2027学年第一学期总务工作计划"
    focus: list[str] = field(default_factory=lambda: ["消防安全大检查", "冬季取暖准备", "食堂量化分级迎检"])
    is_month_over: bool = False
    signatures: list[Signature] = field(
        default_factory=lambda: [
            Signature("填表人", "系统审批：王秀兰 2026-10-30 16:20"),
            Signature("总务主任"),
            Signature("分管副校长"),
            Signature("校长"),
        ]
    )

    @property
    def blank_rows(self) -> range:
        return range(max(0, 8 - len(self.rows)))


def month(items: int, **changes: object) -> Sheet:
    """A sheet of `items` lines."""
    rows = [Row(no, *WORK[(no - 1) % len(WORK)]) for no in range(1, items + 1)]
    return Sheet(rows=rows, **changes)  # type: ignore[arg-type]


def printed(sheet: Sheet, **changes: object) -> Document:
    """`sheet` as the office prints it."""
    frame: dict[str, object] = {
        "title": "月工作计划表（2026年11月）",
        "school": "清河市实验学校",
        "printed_by": "王秀兰",
        "number": "ZW-JH-2026-011",
        "back_url": "https://houqin.example.cn/plans/months/k3f9q2xw/",
        "is_landscape": True,
    }
    return render_pdf("calendar_plans/documents/month_plan.html", {"sheet": sheet}, **(frame | changes))  # type: ignore[arg-type]


def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(document.pdf))


def page_texts(document: Document) -> list[str]:
    """The text of each page without any white space: where lines break is the layout's business."""
    return ["".join(page.extract_text().split()) for page in read(document).pages]
