"""Whom, which department and which class a cell of a workbook names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.access import allowed
from houqin.people.class_hands import Hand, Known, common_hand, name_in, names
from houqin.people.class_names import grade_entered, grade_leaving
from houqin.people.models import Department, SchoolClass, User
from houqin.people.services.organisation import DEPARTMENT_SENTENCES, fill_department
from houqin.saving import insert_all_or_refuse, update_all_or_refuse
from houqin.spreadsheets.imports import Lookup
from houqin.spreadsheets.words import plain

MOST_NAMED = 8


class People(Lookup):
    """A colleague by 工号, name, or both (王芳 ZW012). Who has left is found when nobody else is."""

    what = "教职工"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        for user in User.objects.order_by("-is_active", "pk").defer("grams"):
            if user.is_active or user.name not in self.by_word:
                self.put(user.name, user)
            self.put(user.staff_no, user)
            self.put(f"{user.name}{user.staff_no}", user)

    def several(self, text: str, found: Sequence[Any]) -> Any:
        numbers = "、".join(user.staff_no for user in found[:MOST_NAMED])
        raise RuleBroken(f"有 {len(found)} 位“{text}”（工号 {numbers}），请在姓名后面加上工号。")


class Departments(Lookup):
    """A department by its name. One that is not there is made, for whoever may make departments."""

    what = "部门"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        for department in Department.objects.order_by("-retired_on", "pk"):
            # Those in use come last, and a name means the last one that had it.
            self.by_word.pop(plain(department.name), None)
            self.put(department.name, department)

    def missing(self, text: str) -> Department:
        if not allowed(self.by, "houqin.department:manage"):
            super().missing(text)
        if len(text) > Department._meta.get_field("name").max_length:  # type: ignore[operator]
            raise RuleBroken("部门名称太长，请核对。")
        department = Department()
        fill_department(department, name=text, head=None, order=50)
        self.put(text, department)
        self.made.append(department)
        return department

    def in_use(self, department: Department | None, *, kept: int | None) -> Department | None:
        """`department`, or a new one where that is out of use and not what the record has (`kept`)."""
        if department is None or department.retired_on is None or department.pk == kept:
            return department
        found: list[Department] = self.by_word.get(plain(department.name), [])
        if found and found[0].retired_on is None:
            return found[0]
        self.by_word.pop(plain(department.name), None)
        return self.missing(department.name)

    def beside(self) -> list[str]:
        """Every name: a slip of the pen shows among the new departments and nowhere else."""
        names = "、".join(each.name for each in self.made)
        return [f"新建 {len(self.made)} 个部门：{names}。请看一眼有没有写错的。"] if self.made else []

    def save(self) -> None:
        for department in self.made:
            department.set_maker(self.by)
        insert_all_or_refuse(self.made, DEPARTMENT_SENTENCES)

    def withdraw(self, keys: Sequence[int]) -> None:
        unused = Department.objects.filter(pk__in=keys, retired_on=None).exclude(members__is_active=True)
        departments = list(unused.select_for_update(of=("self",)))
        for department in departments:
            department.retired_on = timezone.localdate()
        update_all_or_refuse(departments, ["retired_on"], DEPARTMENT_SENTENCES)


class ClassNames(Lookup):
    """In which hand new classes are named: the school's, else the whole workbook's, else the house's."""

    what = "班级名称"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        rows = SchoolClass.objects.filter(retired_on=None).values_list(
            "name", "grade", "number", "entry_year"
        )
        self.there = [(name, Known(*known)) for name, *known in rows]
        self.heard: list[tuple[str, Known]] = []
        self.rewritten: dict[str, str] = {}

    def grade_of(self, entry_year: int | None, number: int | None) -> int | None:
        """The grade of 2024级3班: of the school's one such class, else as the classes beside it tell."""
        if entry_year is None:
            return None
        found = {
            known.grade for _, known in self.there if (known.entry_year, known.number) == (entry_year, number)
        }
        if found:
            return found.pop() if len(found) == 1 else None
        return grade_entered(entry_year, timezone.localdate(), self._grades())

    def grade_of_leaving(self, year: int) -> int | None:
        """The grade of 2027届3班, as the classes beside it tell."""
        return grade_leaving(year, timezone.localdate(), self._grades())

    def _grades(self) -> set[int]:
        return {known.grade for _, known in [*self.there, *self.heard]}

    def hear(self, name: str, known: Known) -> None:
        """Note how a row writes its class, if it does; all are heard before the first is written."""
        if names(name, known):
            self.heard.append((name, known))

    def in_one_hand(self, name: str, known: Known) -> str:
        """The name of a class whose row says `name`, or nothing."""
        written = name_in(self.hand, known)
        if name and name != written:
            self.rewritten[name] = written
        return written

    @cached_property
    def hand(self) -> Hand | None:
        """The hand for all."""
        regular = [(name, known) for name, known in self.there if names(name, known)]
        return common_hand(regular or self.heard)

    def beside(self) -> list[str]:
        """How many names are rewritten, and the first of them."""
        told = [f"{name} → {written}" for name, written in list(self.rewritten.items())[:MOST_NAMED]]
        more = "……" if len(self.rewritten) > MOST_NAMED else ""
        count = len(self.rewritten)
        return [f"统一 {count} 个班级名称的写法：{'、'.join(told)}{more}。"] if told else []
