"""The kinds of values a setting may have: how each is typed, stored and shown.

A value is stored as the text that `write` makes of it and typed as an office types: full-width figures,
 `8：00`, a dash of any length.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

T = TypeVar("T")

# How a school writes that it sets nothing.
NONE = "无"


class BadValue(ValueError):
    """What was typed is no value of the kind; the text is a sentence for the person who typed it."""


class Kind(Protocol[T]):
    """How values of one kind are read from what people type or what is stored, and written back."""

    def read(self, text: str) -> T:
        """The value that `text` means; raises `BadValue`."""

    def write(self, value: T) -> str:
        """The text to store, from which `read` makes the same value again."""

    def show(self, value: T) -> str:
        """The value as pages and papers write it."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number of at most nine figures."""

    def read(self, text: str) -> int:
        figures = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        if re.fullmatch(r"-?[0-9]{1,9}", figures) is None:
            raise BadValue("请填写整数，例如 3。")
        return int(figures)

    def write(self, value: int) -> str:
        return str(value)

    def show(self, value: int) -> str:
        return f"{value:,}"


@dataclass(frozen=True, slots=True)
class YesNo:
    """On or off."""

    def read(self, text: str) -> bool:
        if text not in {"yes", "no"}:
            raise BadValue("请选择启用或停用。")
        return text == "yes"

    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    def show(self, value: bool) -> str:
        return "启用" if value else "停用"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words: pairs of a stored code and its label."""

    options: tuple[tuple[str, str], ...]

    def read(self, text: str) -> str:
        if text not in dict(self.options):
            raise BadValue("请从列出的选项里选一个。")
        return text

    def write(self, value: str) -> str:
        return value

    def show(self, value: str) -> str:
        return dict(self.options)[value]


@dataclass(frozen=True, slots=True)
class Grade:
    """One of a few words in rising order, so that a floor can be drawn among them: pairs of code and label.

    The value is the place of the word, from 0.
    """

    options: tuple[tuple[str, str], ...]

    def read(self, text: str) -> int:
        codes = [code for code, _ in self.options]
        if text not in codes:
            raise BadValue("请从列出的选项里选一个。")
        return codes.index(text)

    def write(self, value: int) -> str:
        return self.options[value][0]

    def show(self, value: int) -> str:
        return self.options[value][1]


class Span(NamedTuple):
    """From one time of day to a later one."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of a few words, typed with 、 between; 无 for none. Pairs of code and label.

    The value is the codes, in the order of the options; stored is what is typed.
    """

    options: tuple[tuple[str, str], ...]

    def read(self, text: str) -> tuple[str, ...]:
        typed = set(re.split(r"[\s,、;]+", unicodedata.normalize("NFKC", text).strip(" ,、;")))
        if typed == {NONE}:
            return ()
        words = {unicodedata.normalize("NFKC", label): code for code, label in self.options}
        if unknown := sorted(typed - set(words)):
            raise BadValue(f"“{unknown[0]}”不在可选之列。请写成“总务主任、出纳”这样，没有就写“无”。")
        return tuple(code for code, label in self.options if unicodedata.normalize("NFKC", label) in typed)

    def write(self, value: tuple[str, ...]) -> str:
        return self.show(value)

    def show(self, value: tuple[str, ...]) -> str:
        return "、".join(label for code, label in self.options if code in value) or NONE


@dataclass(frozen=True, slots=True)
class Hours:
    """The times of day at which something is open, in order and apart: 08:00–12:00、14:00–17:30."""

    most: int = 4

    def read(self, text: str) -> tuple[Span, ...]:
        plain = re.sub("[—–―−~至到]+", "-", unicodedata.normalize("NFKC", text))
        found = re.findall(r"([0-9]{1,2}):([0-9]{2}) *-+ *([0-9]{1,2}):([0-9]{2})", plain)
        rest = re.sub(r"[0-9]{1,2}:[0-9]{2} *-+ *[0-9]{1,2}:[0-9]{2}", "", plain)
        if not 0 < len(found) <= self.most or rest.strip(" ,、;和"):
            raise BadValue("请写成“08:00–12:00、14:00–17:30”这样的时段。")
        try:
            spans = tuple(Span(time(int(a), int(b)), time(int(c), int(d))) for a, b, c, d in found)
        except ValueError:
            raise BadValue("时间应在 00:00 到 23:59 之间。") from None
        for span in spans:
            if span.ends <= span.begins:
                raise BadValue(f"{span.begins:%H:%M}–{span.ends:%H:%M} 的结束时间要晚于开始时间。")
        for before, after in pairwise(spans):
            if after.begins < before.ends:
                raise BadValue("几个时段请按先后写，不要重叠。")
        return spans

    def write(self, value: tuple[Span, ...]) -> str:
        return self.show(value)

    def show(self, value: tuple[Span, ...]) -> str:
        return "、".join(f"{span.begins:%H:%M}–{span.ends:%H:%M}" for span in value)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names or addresses of servers, in any order, without port and path; 无 for none."""

    most: int = 10

    def read(self, text: str) -> tuple[str, ...]:
        plain = unicodedata.normalize("NFKC", text).lower()
        names = tuple(dict.fromkeys(re.findall(r"[^\s,、;]+", plain)))
        if names == (NONE,):
            return ()
        if not 0 < len(names) <= self.most or any(
            re.fullmatch(r"[a-z0-9]([a-z0-9.\-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]+", each) is None
            for each in names
        ):
            raise BadValue("请写服务器的名字或 IP 地址，例如“oa.school.local、192.168.1.20”；没有就写“无”。")
        return names

    def write(self, value: tuple[str, ...]) -> str:
        return self.show(value)

    def show(self, value: tuple[str, ...]) -> str:
        return "、".join(value) or NONE


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a website begins, https://hq.school.cn, without path; 无 for none."""

    def read(self, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text).strip().rstrip("/").lower()
        if plain == NONE:
            return ""
        if re.fullmatch(r"https?://[a-z0-9.\-]+(:[0-9]{1,5})?", plain) is None:
            raise BadValue("请写成“https://hq.school.cn”这样的网址，后面不带路径；没有就写“无”。")
        return plain

    def write(self, value: str) -> str:
        return self.show(value)

    def show(self, value: str) -> str:
        return value or NONE
