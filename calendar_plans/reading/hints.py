"""Plain sentences for the page that shows a reading: what was not found, what looks odd."""

from bisect import bisect_right

from .proposal import PlanDraft, Reading, Section


def problems(reading: Reading) -> list[str]:
    """Return Chinese hints about the reading, the gravest first; an empty list when nothing looks odd."""
    if not reading.plans:
        return ["没有读到文字。请粘贴计划全文，或换一个文件。"]
    found: list[str] = []
    for number, plan in enumerate(reading.plans, start=1):
        prefix = f"第{number}份《{plan.title or '无标题'}》：" if len(reading.plans) > 1 else ""
        found += [prefix + sentence for sentence in _plan_problems(plan)]
    return found


def _plan_problems(plan: PlanDraft) -> list[str]:
    found: list[str] = []
    if not plan.sections and not plan.measures and not plan.goals:
        return ["没有看出计划的结构（标题、编号、月份都没有找到）。请检查粘贴是否完整，或直接手工添加。"]
    if not plan.title:
        found.append("没有找到标题，请补上计划名称。")
    if not plan.sections:
        found.append(
            "这份计划没有按月安排。可以在“主要工作及措施”里把要做的事另列到某个月，也可以保存后再添加事项。"
        )
    if plan.sections and plan.period.kind is None:
        found.append("看不出是学年、学期还是年度计划，请选择计划类型。")
    unplaced = [section.heading for section in plan.sections if not section.months]
    if unplaced:
        found.append(f"“{'”“'.join(unplaced[:5])}”没有写明月份，请指定月份。")
    groups = [heading.span.start for heading in plan.headings if heading.role == "分组"]
    last = 0
    for section, after in zip(plan.sections, [*plan.sections[1:], None], strict=False):
        # A month that is divided into weeks has its tasks below them.
        divided = after is not None and not section.items and after.months == section.months
        found += [] if divided else _section_problems(section, groups, last)
        last = max((item.no or 0 for item in section.items), default=last)
    return found


def _section_problems(section: Section, groups: list[int], last: int) -> list[str]:
    """Return what looks odd in one section; each of its groups counts from one, or on from ``last``."""
    if not section.items:
        return [f"“{section.heading}”下面没有事项。"]
    counts: dict[int, list[int]] = {}
    for item in section.items:
        if item.no is not None:
            counts.setdefault(bisect_right(groups, item.span.start), []).append(item.no)
    return [sentence for numbers in counts.values() for sentence in _count_problems(section, numbers, last)]


def _count_problems(section: Section, numbers: list[int], last: int) -> list[str]:
    first = numbers[0] if numbers[0] == last + 1 else 1
    missing = sorted(set(range(first, max(numbers))) - set(numbers))
    found = []
    if missing and len(missing) <= 20:
        listed = "、".join(str(number) for number in missing)
        found.append(f"“{section.heading}”的编号不连续，缺第 {listed} 项；原文如此还是漏读，请核对。")
    if len(numbers) != len(set(numbers)):
        found.append(f"“{section.heading}”里有重复的编号，请核对分项是否正确。")
    return found
