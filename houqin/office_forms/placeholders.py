"""The names in double braces on a bureau's form, and what stands in their place: replacement, no language.

`{{部门}}` is replaced once. A table row in which a name begins with 明细 (`{{明细.内容}}`) is repeated, once
for each line of the record. What is put in is not looked at again: nobody's text becomes a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

LINE = "明细."
# The braces of a Chinese keyboard are taken too; nobody sees the difference on paper.
PLACEHOLDER = re.compile(r"[{｛]{2}\s*([^{}｛｝]{1,40}?)\s*[}｝]{2}")
TORN = re.compile(r"[{｛]{2}|[}｝]{2}")
# What XML cannot hold; a form with one of these inside would not open.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Content:
    """What a form is filled with: texts by name, and the lines of the repeated row (names without 明细)."""

    texts: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = field(default=())


def names_in(text: str) -> Iterator[str]:
    """The names of the placeholders in `text`, in their order."""
    for found in PLACEHOLDER.finditer(text):
        yield found[1]


def is_torn(text: str) -> bool:
    """Whether `text` has braces that belong to no placeholder: a mistyped one would stay on the paper."""
    return TORN.search(PLACEHOLDER.sub("", text)) is not None


def is_line(text: str) -> bool:
    """Whether `text` belongs into the repeated row."""
    return any(name.startswith(LINE) for name in names_in(text))


def of_line(texts: Mapping[str, str], line: Mapping[str, str]) -> dict[str, str]:
    """The texts of one repetition of the row."""
    return {**texts, **{f"{LINE}{name}": text for name, text in line.items()}}


def filled(text: str, texts: Mapping[str, str]) -> str:
    """`text` with each placeholder replaced; one that has no text becomes empty."""
    return PLACEHOLDER.sub(lambda found: clean(texts.get(found[1], "")), text)


def clean(text: str) -> str:
    """`text` as a file can hold it."""
    return FORBIDDEN.sub("", text)
