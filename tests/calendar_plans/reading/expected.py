"""The hand-checked plans beside this file: a text, and the JSON a careful reader would write for it.

The JSON names words, not offsets: where the words stand is proved by the tiling (``test_tiling``).
``left_out`` lists ``[text, why]``; a ``why`` of null is not compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from calendar_plans.reading import Measure, PlanDraft, Reading

PLANS = Path(__file__).parent / "plans"
TEXTS = sorted(PLANS.glob("*/*.txt"))


def expected_of(text: Path) -> list[dict[str, Any]]:
    """Return what should be understood of a text."""
    plans: list[dict[str, Any]] = json.loads(text.with_suffix(".json").read_text(encoding="utf-8"))["plans"]
    return plans


def as_words(reading: Reading, expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a reading in the form of the expected JSON."""
    whys = [[why for _, why in plan["left_out"]] for plan in expected]
    return [
        _plan_words(plan, whys[index] if index < len(whys) else [])
        for index, plan in enumerate(reading.plans)
    ]


def _plan_words(plan: PlanDraft, whys: list[str | None]) -> dict[str, Any]:
    compared = [*whys, *([""] * len(plan.left_out))]
    return {
        "title": plan.title,
        "period": {"kind": plan.period.kind, "months": list(plan.period.months)},
        "guiding": plan.guiding.text if plan.guiding else None,
        "goals": [goal.text for goal in plan.goals],
        "sections": [
            {
                "heading": section.heading,
                "months": list(section.months),
                "items": [[item.no, item.text] for item in section.items],
            }
            for section in plan.sections
        ],
        "measures": [_measure_words(measure) for measure in plan.measures],
        "left_out": [
            [left.text, None if why is None else left.why]
            for left, why in zip(plan.left_out, compared, strict=False)
        ],
    }


def _measure_words(measure: Measure) -> dict[str, Any]:
    return {
        "no": measure.no,
        "heading": measure.heading,
        "text": measure.text,
        "children": [_measure_words(child) for child in measure.children],
    }
