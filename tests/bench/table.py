"""The table of the bench: figure, ours, limit, ratio, budget; what is over its budget stands in bold."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADING = "| figure | ours | limit | ratio | budget |\n|---|---:|---:|---:|---:|\n"


@dataclass(frozen=True)
class Figure:
    """One line. With a limit the budget is for `ours / limit`, without for `ours` itself.

    `is_least`: the budget is the least that will do (requests a second), not the most.
    """

    name: str
    ours: float
    budget: float
    unit: str = "ms"
    limit: float | None = None
    limit_is: str = ""
    is_least: bool = False

    @property
    def measure(self) -> float:
        return self.ours if self.limit is None else self.ours / self.limit

    @property
    def is_over(self) -> bool:
        return self.measure < self.budget if self.is_least else self.measure > self.budget

    def line(self) -> str:
        """The figure as a line of Markdown."""
        sign = "≥" if self.is_least else "≤"
        limit = "" if self.limit is None else f"{_short(self.limit)} {self.unit}"
        limit += f" {self.limit_is}" if self.limit_is else ""
        ratio = "" if self.limit is None else f"{self.measure:.2f}"
        budget = f"{sign} {_short(self.budget)} {'×' if self.limit is not None else self.unit}"
        cells = [self.name, f"{_short(self.ours)} {self.unit}", limit, ratio, budget]
        if self.is_over:
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        return f"| {' | '.join(cells)} |\n"


@dataclass
class Table:
    """All figures of one run."""

    head: str
    figures: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        self.figures.extend(figures)

    def text(self) -> str:
        """The whole table as Markdown."""
        over = [figure.name for figure in self.figures if figure.is_over]
        verdict = f"{len(over)} of {len(self.figures)} figures are over their budget.\n"
        remarks = "".join(f"- {remark}\n" for remark in self.remarks)
        lines = "".join(figure.line() for figure in self.figures)
        return f"# Bench\n\n{self.head}\n\n{HEADING}{lines}\n{verdict}\n{remarks}"


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")
