"""Classes as offices write them: 七(3)、七3、703班、初一(3)、七年级3班、2024级3班、2027届3班.

级 names the year in which the pupils entered, 届 the one in which they leave.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from houqin.spreadsheets.words import NUMERALS, figure

# The grade before the first one of primary, junior and senior school.
STAGES = {"": 0, "小": 0, "初": 6, "高": 9}
FIRST_OF_STAGE = (10, 7, 1)
LAST_GRADE = 12
LAST_OF_STAGE = (LAST_GRADE, 9, 6)
# How many years a stage takes. A primary school may have five grades only; the later stages end alike.
YEARS_OF_STAGE = {10: 3, 7: 3, 1: 6}
SCHOOL_YEAR_BEGINS = 8

NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
OF_A_YEAR = re.compile(rf"(?P<year>(?:19|20)\d\d)(?P<mark>[级届])\(?{NUMBER}?\)?班?")
IN_WORDS = re.compile(
    rf"(?P<stage>[小初高]?)(?P<grade>十[一二]|[一二三四五六七八九十])(?:年级|年)?[\-.]?\(?{NUMBER}?\)?班?"
)
IN_FIGURES = re.compile(rf"(?P<grade>\d{{1,2}})(?:年级|年|[\-.]|(?=\())\(?{NUMBER}?\)?班?")
DOOR_LIKE = re.compile(r"(?P<grade>1[0-2]|[1-9])(?P<number>\d\d)班?")


@dataclass(frozen=True, slots=True)
class ClassName:
    """What the name of a class says; None where it is silent."""

    grade: int | None = None
    number: int | None = None
    entry_year: int | None = None
    leaving_year: int | None = None


def read_class_name(text: str) -> ClassName:
    """What `text` says of grade, number and year of entry or of leaving; nothing when it is no such name."""
    bare = re.sub(r"[\s第]+", "", unicodedata.normalize("NFKC", text))
    if found := OF_A_YEAR.fullmatch(bare):
        year, number = int(found["year"]), _number(found["number"])
        is_entry = found["mark"] == "级"
        return ClassName(None, number, year) if is_entry else ClassName(None, number, leaving_year=year)
    for pattern in (IN_WORDS, IN_FIGURES, DOOR_LIKE):
        if found := pattern.fullmatch(bare):
            grade = figure(found["grade"]) + STAGES[found.groupdict().get("stage") or ""]
            if 1 <= grade <= LAST_GRADE:
                return ClassName(grade, _number(found["number"]))
    return ClassName()


def grade_label(grade: int) -> str:
    """A grade as it is called: 一年级 … 九年级, 高一, 高二, 高三."""
    senior = STAGES["高"]
    return f"高{NUMERALS[grade - senior]}" if grade > senior else f"{NUMERALS[grade]}年级"


def read_grade(text: str) -> int | None:
    """七年级, 初一, 7 → 7; None for what is no grade."""
    bare = text.strip()
    return int(bare) if bare.isdecimal() and len(bare) < 3 else read_class_name(bare).grade


def read_number(text: str) -> int | None:
    """3, 3班, 三班, (3) → 3; None for what is no number of a class."""
    bare = unicodedata.normalize("NFKC", text).strip().strip("()").removesuffix("班").strip("()")
    return figure(bare) if re.fullmatch(NUMBER, bare) else None


ENTRY_YEAR = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)|(?P<short>\d\d)(?=[级年]))[级年]?"
    r"(?:[春秋]季?|[\-/.]?(?:0?[1-9]|1[0-2])月?(?:份|[\-/.]?(?:0?[1-9]|[12]\d|3[01])日?)?)?"
)


def read_entry_year(text: str) -> int | None:
    """2024, 2024级, 2024年9月, 2024.9, 202409, 24年9月, 2024-09-01 → 2024; None for what names no year
    of entry, as 2024届 does not.
    """
    found = ENTRY_YEAR.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    return int(found["year"] or f"20{found['short']}") if found else None


def entry_year_of(grade: int, on: date) -> int:
    """In which year those entered school, or its stage, who are in `grade` in the school year of `on`."""
    return _begun(on) - (grade - _first_of_stage(grade))


def leaving_year_of(grade: int, entry_year: int) -> int:
    """In which year those leave who entered the stage of `grade` in `entry_year`, in a primary school of six
    grades.
    """
    return entry_year + YEARS_OF_STAGE[_first_of_stage(grade)]


def grade_entered(year: int, on: date, beside: Collection[int]) -> int | None:
    """The grade, in the school year of `on`, of those who entered in `year`: 2024级 is 三年级 or 九年级.

    Which of them, the grades `beside` tell, those of the school's other classes; None where they do not.
    """
    found = [
        grade for first, last in _stages_with(beside) if first <= (grade := first + _begun(on) - year) <= last
    ]
    return found[0] if len(found) == 1 else None


def grade_leaving(year: int, on: date, beside: Collection[int]) -> int | None:
    """The grade, in the school year of `on`, of those who leave in `year`: 2024届 is the last one in 2023/24.

    Of which stage, the grades `beside` tell; None where they do not, and in a primary school of which no
    sixth grade is among them: it may have five grades.
    """
    stages = _stages_with(beside)
    if any(first == 1 and last not in beside for first, last in stages):
        return None
    to_go = year - (_begun(on) + 1)
    found = [last - to_go for first, last in stages if first <= last - to_go <= last]
    return found[0] if len(found) == 1 else None


def _begun(on: date) -> int:
    """In which year the school year of the day `on` began."""
    return on.year if on.month >= SCHOOL_YEAR_BEGINS else on.year - 1


def _first_of_stage(grade: int) -> int:
    return next(first for first in FIRST_OF_STAGE if grade >= first)


def _stages_with(grades: Collection[int]) -> list[tuple[int, int]]:
    """The first and the last grade of each stage that has some of `grades`."""
    stages = zip(FIRST_OF_STAGE, LAST_OF_STAGE, strict=True)
    return [(first, last) for first, last in stages if any(first <= grade <= last for grade in grades)]


def class_name(grade: int, number: int) -> str:
    """七（3）班, 高一（3）班."""
    stage = "高" if grade > STAGES["高"] else ""
    return f"{stage}{_numeral(grade - STAGES[stage])}（{number}）班"


def turned(name: str, old: ClassName, new: ClassName) -> str:
    """`name`, which said `old`, saying `new` in its style: 七(3)班 → 八(3)班, 703班 → 803班, 初三1 → 高一1.

    A name that says no grade and number (2024级3班, 火箭班) says something of its own and stays as it is,
    and so does one of another class; 2024级3班 and 2027届3班 follow their year where that changes.
    """
    told = read_class_name(name)
    if told.entry_year is not None or told.leaving_year is not None:
        changed = _in_its_year(name, told, old, new)
        return name if changed is None else _renumbered(changed, old, new)
    if told != ClassName(old.grade, old.number) or old.grade is None or new.grade is None:
        return name
    wanted = ClassName(new.grade, new.number)
    for before, after in zip(spelt_grades(old.grade), spelt_grades(new.grade), strict=True):
        if before and after and before in name:
            candidate = _renumbered(name.replace(before, after, 1), old, new)
            if read_class_name(candidate) == wanted:
                return candidate
    return class_name(new.grade, new.number or 0)


def _in_its_year(name: str, told: ClassName, old: ClassName, new: ClassName) -> str | None:
    """`name`, which tells a year, with that of `new` in place of that of `old`; None for another class."""
    years = (
        (told.entry_year, old.entry_year, new.entry_year),
        (told.leaving_year, _leaving_year(old), _leaving_year(new)),
    )
    for said, before, after in years:
        if said is not None and said == before and after is not None and told.number == old.number:
            return name.replace(str(before), str(after), 1)
    return None


def _leaving_year(known: ClassName) -> int | None:
    if known.grade is None or known.entry_year is None:
        return None
    return leaving_year_of(known.grade, known.entry_year)


def _renumbered(name: str, old: ClassName, new: ClassName) -> str:
    """`name` with the last of the old number written as the new one."""
    if old.number == new.number or old.number is None or new.number is None:
        return name
    for before, after in zip(spelt_numbers(old.number), spelt_numbers(new.number), strict=True):
        head, found, tail = name.rpartition(before)
        if found:
            return f"{head}{after}{tail}"
    return name


def spelt_numbers(number: int) -> tuple[str, ...]:
    """How a name may write its number: 03, 3, 三."""
    return f"{number:02}", str(number), _numeral(number)


def spelt_grades(grade: int) -> tuple[str, ...]:
    """How a name may write its grade: 初一 (with its stage), 七, 7."""
    stage = "小" if grade < FIRST_OF_STAGE[1] else "初" if grade < FIRST_OF_STAGE[0] else "高"
    return f"{stage}{_numeral(grade - STAGES[stage])}", _numeral(grade), str(grade)


def _number(text: str | None) -> int | None:
    return figure(text) if text else None


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number <= 10:
        return NUMERALS[number]
    return f"{NUMERALS[tens] if tens > 1 else ''}十{NUMERALS[ones] if ones else ''}"
