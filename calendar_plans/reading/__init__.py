"""Reading a logistics plan (后勤工作计划) as it is found in the wild: files to text, text to a proposal.

Pure Python: no Django, no database. ``read_source`` turns a file into text, ``read_plans`` turns text into a
``Reading``, ``problems`` says in Chinese what looks odd.
"""

from .hints import problems
from .proposal import (
    Goal,
    Guiding,
    Heading,
    Item,
    LeftOut,
    Measure,
    Period,
    PeriodKind,
    PlanDraft,
    Reading,
    ReadingJson,
    Section,
    Span,
    every_measure,
    leaves,
)
from .reader import read_plans
from .sources import MAX_BYTES, MAX_CHARACTERS, UnreadableSource, read_paste, read_source

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "Goal",
    "Guiding",
    "Heading",
    "Item",
    "LeftOut",
    "Measure",
    "Period",
    "PeriodKind",
    "PlanDraft",
    "Reading",
    "ReadingJson",
    "Section",
    "Span",
    "UnreadableSource",
    "every_measure",
    "leaves",
    "problems",
    "read_paste",
    "read_plans",
    "read_source",
]
