"""What the office says of its plans in the group's chat: plain words, one line a piece of work."""

from __future__ import annotations

from collections.abc import Sequence

from calendar_plans.models import Item, PlanMonth

# A message that must be scrolled is not read; who wants all of it opens the page.
MOST_LINES = 30


def month_text(month: PlanMonth, items: Sequence[Item], address: str) -> str:
    """A month's work: its focus, then each item with who does it until when."""
    lines = [f"【{month.plan.department.name}{month.label}工作】"]
    lines += [f"本月重点：{month.focus}"] if month.focus else []
    lines += [f"{place}. {_line(item)}" for place, item in enumerate(items[:MOST_LINES], 1)]
    if len(items) > MOST_LINES:
        lines.append(f"……共 {len(items)} 条")
    return "\n".join([*lines, address])


def item_text(item: Item, address: str) -> str:
    """One item, with how it stands."""
    parts = [f"【工作】{_line(item)}", f"状态：{item.get_state_display()}"]
    parts += [f"要求：{item.requirement}"] if item.requirement else []
    parts += [f"地点：{item.place}"] if item.place else []
    parts += [f"完成情况：{item.outcome}"] if item.outcome else []
    return "\n".join([*parts, address])


def _line(item: Item) -> str:
    who = item.owner.name if item.owner else "责任人未定"
    due = f"，{item.due_on.month}月{item.due_on.day}日前" if item.due_on else ""
    return f"{item.content}（{who}{due}）"
