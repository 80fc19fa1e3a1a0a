"""The page on which somebody corrects what was understood of a plan, as one form.

A new line inside an item splits it, 并入上一条 merges, 不要 drops; 补充 adds; what was left out can be taken
in. Everything is in the one form, so that nothing typed is lost whatever goes wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from calendar_plans.forms import PlanForm
from calendar_plans.lines import goals_from, lines_of, unwrapped
from calendar_plans.periods import PeriodKind, proposed_period
from calendar_plans.proposals import ProposedItem, ProposedMeasure, ProposedPlan
from calendar_plans.reading import Measure, PlanDraft, Section
from houqin.people.models import Department

KEEP, MERGE, DROP = "keep", "merge", "drop"
ACTS = ((KEEP, "保留"), (MERGE, "并入上一条"), (DROP, "不要"))
MONTHS = tuple((str(number), f"{number}月") for number in range(1, 13))
KINDS = {"学年": PeriodKind.SCHOOL_YEAR, "学期": PeriodKind.TERM, "年度": PeriodKind.YEAR}
LONGEST_ITEM = 1000
SPARE_SECTIONS = 1


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One understood item with its fields; `source` is the id of its place in the source text."""

    no: int | None
    source: str
    text: BoundField
    act: BoundField
    month: BoundField


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One month heading with its items."""

    heading: str
    source: str
    month: BoundField
    through: BoundField
    more: BoundField
    items: tuple[ItemRow, ...]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One line of 主要工作及措施."""

    depth: int
    number: str
    source: str
    heading: str
    text: str
    act: BoundField


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A piece of the source that belongs to nothing, with the choice to take it in."""

    text: str
    why: str
    source: str
    to: BoundField


def source_id(start: int) -> str:
    """The id of the piece of source text that begins at `start`."""
    return f"source-{start}"


def flat(measures: tuple[Measure, ...], depth: int = 0) -> Iterator[tuple[int, Measure]]:
    """The tree of measures in the order of the paper, each with its depth."""
    for measure in measures:
        yield depth, measure
        yield from flat(measure.children, depth + 1)


class ReviewForm(PlanForm):
    """The whole understanding of one plan, open to correction."""

    def __init__(
        self, *args: Any, draft: PlanDraft, on: date, home: Department | None, **kwargs: Any
    ) -> None:
        self.draft = draft
        self.understood = list(flat(draft.measures))
        self.blank = Section("", (), (), draft.span, draft.span)
        self.sections = [*draft.sections, *[self.blank] * SPARE_SECTIONS]
        kwargs["initial"] = kwargs.get("initial") or self.initial_of(draft, on, home)
        super().__init__(*args, **kwargs)
        # Each understood measure has a line of its own on this page.
        del self.fields["measures"]
        self._add_section_fields()
        self._add_measure_fields()
        self._add_left_out_fields()

    @staticmethod
    def initial_of(draft: PlanDraft, on: date, home: Department | None) -> dict[str, Any]:
        """The head of the form as it was understood; the period is the one around the day `on`."""
        kind = KINDS.get(draft.period.kind or "", PeriodKind.TERM)
        period = proposed_period(kind, draft.period.months, on)
        return {
            "title": draft.title[:100],
            "kind": period.kind,
            "first_month": period.first,
            "last_month": period.last,
            "department": home,
            "guiding": draft.guiding.text if draft.guiding else "",
            "goals": "\n".join(unwrapped(goal.text) for goal in draft.goals),
        }

    def _add_section_fields(self) -> None:
        for s, section in enumerate(self.sections):
            months = [str(month) for month in section.months]
            self.fields[f"s{s}-month"] = forms.ChoiceField(
                label="月份",
                choices=[("", "选月份"), *MONTHS],
                required=False,
                initial=months[0] if months else "",
            )
            self.fields[f"s{s}-through"] = forms.ChoiceField(
                label="至",
                choices=[("", "（同月）"), *MONTHS],
                required=False,
                initial=months[-1] if len(months) > 1 else "",
            )
            self.fields[f"s{s}-more"] = forms.CharField(
                label="补充事项",
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 1, "placeholder": "补充事项，每行一条"}),
            )
            for i, item in enumerate(section.items):
                self._add_item_fields(f"s{s}-i{i}", unwrapped(item.text))

    def _add_item_fields(self, key: str, text: str) -> None:
        rows = max(1, -(-len(text) // 40))
        self.fields[f"{key}-text"] = forms.CharField(
            label="工作内容",
            required=False,
            max_length=20_000,
            initial=text,
            widget=forms.Textarea(attrs={"rows": rows}),
        )
        self.fields[f"{key}-act"] = forms.ChoiceField(
            label="处理", choices=ACTS, initial=KEEP, required=False
        )
        self.fields[f"{key}-month"] = forms.ChoiceField(
            label="月份", choices=[("", "同本月"), *MONTHS], required=False
        )

    def _add_measure_fields(self) -> None:
        choices = [
            (KEEP, "保留为措施"),
            (DROP, "不要"),
            *((number, f"另列为{label}事项") for number, label in MONTHS),
        ]
        for k in range(len(self.understood)):
            self.fields[f"m{k}-act"] = forms.ChoiceField(
                label="处理", choices=choices, initial=KEEP, required=False
            )

    def _add_left_out_fields(self) -> None:
        choices = [("", "不要"), *((number, f"列为{label}事项") for number, label in MONTHS)]
        for k, left in enumerate(self.draft.left_out):
            if left.text.strip():
                self.fields[f"l{k}-to"] = forms.ChoiceField(label="处理", choices=choices, required=False)

    # What the page draws.

    def section_rows(self) -> list[SectionRow]:
        return [
            SectionRow(
                heading=section.heading,
                source=source_id(section.lead.start) if section.heading else "",
                month=self[f"s{s}-month"],
                through=self[f"s{s}-through"],
                more=self[f"s{s}-more"],
                items=tuple(
                    ItemRow(
                        no=item.no,
                        source=source_id(item.span.start),
                        text=self[f"s{s}-i{i}-text"],
                        act=self[f"s{s}-i{i}-act"],
                        month=self[f"s{s}-i{i}-month"],
                    )
                    for i, item in enumerate(section.items)
                ),
            )
            for s, section in enumerate(self.sections)
        ]

    def measure_rows(self) -> list[MeasureRow]:
        return [
            MeasureRow(
                depth=min(depth, 4),
                number=str(measure.no or ""),
                source=source_id(measure.lead.start),
                heading=unwrapped(measure.heading),
                text=unwrapped(measure.text),
                act=self[f"m{k}-act"],
            )
            for k, (depth, measure) in enumerate(self.understood)
        ]

    def left_rows(self) -> list[LeftRow]:
        return [
            LeftRow(left.text.strip(), left.why, source_id(left.span.start), self[f"l{k}-to"])
            for k, left in enumerate(self.draft.left_out)
            if left.text.strip()
        ]

    # What is saved.

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            self.items = tuple(self._items())
        return data

    @property
    def proposal(self) -> ProposedPlan:
        data = self.cleaned_data
        measures = tuple(
            ProposedMeasure(
                depth, str(measure.no or ""), unwrapped(measure.heading)[:300], unwrapped(measure.text)
            )
            for k, (depth, measure) in enumerate(self.understood)
            if data[f"m{k}-act"] != DROP
        )
        goals = goals_from(data["goals"])
        return ProposedPlan(data["title"], self.period, data["guiding"], goals, measures, self.items)

    def _items(self) -> Iterator[ProposedItem]:
        for s, section in enumerate(self.sections):
            yield from self._section_items(s, section)
        for k, (_, measure) in enumerate(self.understood):
            act = self.cleaned_data[f"m{k}-act"]
            if act.isdigit():
                words = unwrapped(measure.text or measure.heading)
                yield from self._placed(f"m{k}-act", words, act, "", None)
        for k, left in enumerate(self.draft.left_out):
            if self.cleaned_data.get(f"l{k}-to"):
                yield from self._placed(
                    f"l{k}-to", left.text.strip(), self.cleaned_data[f"l{k}-to"], "", None
                )

    def _section_items(self, s: int, section: Section) -> Iterator[ProposedItem]:
        data = self.cleaned_data
        month, through = data[f"s{s}-month"], data[f"s{s}-through"]
        for key, no, text in self._merged(s, section):
            own = data[f"{key}-month"]
            yield from self._placed(f"{key}-text", text, own or month, "" if own else through, no)
        if data[f"s{s}-more"].strip():
            yield from self._placed(f"s{s}-more", data[f"s{s}-more"], month, through, None)

    def _merged(self, s: int, section: Section) -> list[tuple[str, int | None, str]]:
        """The section's items as (field prefix, number, text) after dropping and merging."""
        kept: list[tuple[str, int | None, str]] = []
        for i, item in enumerate(section.items):
            key = f"s{s}-i{i}"
            act, text = self.cleaned_data[f"{key}-act"], self.cleaned_data[f"{key}-text"].strip()
            if act == DROP or not text:
                continue
            if act == MERGE and kept:
                first, no, before = kept[-1]
                kept[-1] = (first, no, before + text)
            else:
                kept.append((key, item.no, text))
        return kept

    def _placed(
        self, field: str, text: str, month: str, through: str, no: int | None
    ) -> Iterator[ProposedItem]:
        """Each line of `text` as an item in its months; a mistake is noted beside `field`."""
        first = self.period.month(int(month)) if month else None
        last = self.period.month(int(through)) if through else first
        if first is None or last is None or last < first:
            named = f"{month or '？'}月" + (f"至{through}月" if through else "")
            self.add_error(field, f"请选月份：{named}不在计划期（{self.period.label}）内。")
            return
        for place, line in enumerate(lines_of(text)):
            if len(line) > LONGEST_ITEM:
                self.add_error(field, f"一条事项最多 {LONGEST_ITEM} 字，请换行分成几条。")
                return
            yield ProposedItem(line, first, last, no if place == 0 else None)
