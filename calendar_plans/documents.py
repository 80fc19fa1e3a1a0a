"""The plans' printed sheets: 月工作计划表, column by column as the office signs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from calendar_plans import selectors
from calendar_plans.models import CarryOver, Item, PlanMonth
from calendar_plans.periods import last_day
from calendar_plans.states import ItemState
from houqin.documents.printing import Sheet, Signature
from houqin.errors import Gone
from houqin.office_forms.placeholders import Content
from houqin.orders.papers import OrderedPaper
from houqin.school import school_name
from houqin.showing import dated

TEMPLATE = "calendar_plans/documents/month_plan.html"
SIGNERS = ("填表人", "总务主任", "分管副校长", "校长")
# So few items still make a sheet that one can write on.
LEAST_ROWS = 8
# How many items of middling length a page holds: landscape, two lines each.
ROWS_OF_A_PAGE = 10
# How many characters stand in one line of 工作内容 and 措施要求, and how many lines fit an empty row.
CONTENT_WIDTH, MEASURE_WIDTH, LINES_OF_A_ROW = 16, 14, 2


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the sheet, as texts."""

    no: int
    category: str
    content: str
    measure: str
    owner: str
    partners: str
    due: str
    done: str
    remark: str


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """What 月工作计划表 shows; 完成情况 stays empty until the month is over: one sheet serves twice."""

    department: str
    month_label: str
    plan_title: str
    focus: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    blank_rows: range
    is_month_over: bool
    signatures: tuple[Signature, ...]


class MonthPaper(OrderedPaper):
    """月工作计划表 of the month `asked["month"]` (public id); `site` is the absolute address before its own.

    Its foot counts the pages, so it is one part.
    """

    code = "calendar_plans.month"
    permission = "calendar_plans.plan:read"

    def title(self) -> str:
        return month_file_name(self._month()) if self.month is not None else "月工作计划表"

    @cached_property
    def month(self) -> PlanMonth | None:
        """The month, as far as the reader sees it."""
        months = PlanMonth.objects.visible_to(self.user).select_related("plan__department")
        found: PlanMonth | None = months.filter(public_id=self.asked["month"]).first()
        return found

    def rows_are_seen(self) -> bool:
        return self.month is not None

    def pages(self) -> int:
        month = self._month()
        items = selectors.items_of_month(Item.objects.filter(plan=month.plan), month.month)
        return 1 + items.count() // ROWS_OF_A_PAGE

    def sheets(self) -> list[Sheet]:
        month = self._month()
        back_url = f"{self.asked['site']}{month.get_absolute_url()}"
        printed_by, today = self.user.name, timezone.localdate()
        return [month_sheet(month, printed_by=printed_by, back_url=back_url, on=today)]

    def _month(self) -> PlanMonth:
        if self.month is None:
            raise Gone
        return self.month


def month_sheet(month: PlanMonth, *, printed_by: str, back_url: str, on: date) -> Sheet:
    """What is printed of `month` on the day `on`.

    Columns: 序号 类别 工作内容 措施要求 责任人
    配合部门 完成时限 完成情况 备注; signed by 填表人, 总务主任, 分管副校长, 校长.
    """
    plan = month.plan
    signed = selectors.signatures_of(month)
    rows = _rows(month)
    sheet = MonthSheet(
        department=plan.department.name,
        month_label=month.label,
        plan_title=plan.title,
        focus=tuple(month.focus.splitlines()),
        rows=tuple(rows),
        blank_rows=range(max(0, LEAST_ROWS - sum(map(_height, rows)))),
        is_month_over=on > last_day(month.month),
        signatures=tuple(Signature(signer, signed.get(signer, "")) for signer in SIGNERS),
    )
    return Sheet(
        template=TEMPLATE,
        context={"sheet": sheet},
        title=f"{plan.department.name}{month.label}工作计划表",
        school=school_name(),
        printed_by=printed_by,
        number=plan.number or "",
        back_url=back_url,
        is_landscape=True,
    )


def month_file_name(month: PlanMonth) -> str:
    """The name under which a browser saves the sheet, without its ending."""
    return f"{month.plan.department.name}{month.label}工作计划表"


def month_content(month: PlanMonth, *, on: date) -> Content:
    """What `month` writes on a bureau's own form on the day `on`; the names are those of `papers.MONTH`."""
    plan = month.plan
    texts = {
        "学校": school_name(),
        "部门": plan.department.name,
        "年": str(month.month.year),
        "月": str(month.month.month),
        "计划": plan.title,
        "编号": plan.number or "",
        "本月重点": month.focus,
        "填表日期": dated(on),
    }
    return Content(texts, [_line(row) for row in _rows(month)])


def _line(row: SheetRow) -> dict[str, str]:
    return {
        "序号": str(row.no),
        "类别": row.category,
        "内容": row.content,
        "措施": row.measure,
        "责任人": row.owner,
        "配合部门": row.partners,
        "时限": row.due,
        "完成情况": row.done,
        "备注": row.remark,
    }


def _rows(month: PlanMonth) -> list[SheetRow]:
    """The items of the month, then those that were carried out of it."""
    plan = month.plan
    items = selectors.with_people(selectors.items_of_month(Item.objects.filter(plan=plan), month.month))
    rows = [_row(place, item) for place, item in enumerate(items, 1)]
    carried = selectors.carried_out_of(plan, month.month)
    return rows + [_carried_row(place, carry) for place, carry in enumerate(carried, len(rows) + 1)]


def _height(row: SheetRow) -> int:
    """How many empty lines `row` is as high as, so that long texts need no second page."""
    lines = max(-(-len(row.content) // CONTENT_WIDTH), -(-len(row.measure) // MEASURE_WIDTH))
    return max(1, -(-lines // LINES_OF_A_ROW))


def _row(place: int, item: Item) -> SheetRow:
    return SheetRow(
        no=place,
        category=item.category.name if item.category else "",
        content=item.content,
        measure=item.requirement,
        owner=item.owner.name if item.owner else "",
        partners="、".join(department.name for department in item.partners.all()),
        due=f"{item.due_on.month}月{item.due_on.day}日" if item.due_on else "",
        done=_done(item),
        remark=_remark(item),
    )


def _carried_row(place: int, carry: CarryOver) -> SheetRow:
    """The line of an item that has left this month, so that a reprint is no shorter than the signed sheet."""
    item = carry.item
    return SheetRow(
        no=place,
        category=item.category.name if item.category else "",
        content=item.content,
        measure=item.requirement,
        owner=item.owner.name if item.owner else "",
        partners="",
        due="",
        done="",
        remark=f"顺延至{carry.to_month.month}月：{carry.reason}",
    )


def _done(item: Item) -> str:
    """完成情况 in words: the reporter's own, else the state; nothing for what has no result."""
    if item.state == ItemState.DONE:
        return item.outcome or "已完成"
    if item.state == ItemState.NOT_DONE:
        return f"未完成：{item.outcome}"
    return ""


def _remark(item: Item) -> str:
    """备注, with the month that a carried item first stood in."""
    carried = f"由{item.original_month.month}月顺延" if item.times_carried else ""
    return "；".join(part for part in (carried, item.remark) if part)
