"""The name of a class one year later: in the style in which the school writes it."""

from __future__ import annotations

import pytest

from houqin.people.class_names import ClassName, class_name, grade_label, turned


@pytest.mark.parametrize(
    ("name", "old", "new", "later"),
    [
        ("七（3）班", (7, 3, 2025), (8, 3, 2025), "八（3）班"),
        ("七(3)班", (7, 3, 2025), (8, 3, 2025), "八(3)班"),
        ("703班", (7, 3, 2025), (8, 3, 2025), "803班"),
        ("初一（3）班", (7, 3, 2025), (8, 3, 2025), "初二（3）班"),
        ("初三1班", (9, 1, 2023), (10, 1, 2026), "高一1班"),
        ("七三班", (7, 3, 2025), (8, 3, 2025), "八三班"),
        ("三（3）班", (3, 3, 2023), (4, 3, 2023), "四（3）班"),
        ("十(10)班", (10, 10, 2025), (11, 10, 2025), "十一(10)班"),
        ("909", (9, 9, 2023), (10, 9, 2026), "1009"),
        ("七年级3班", (7, 3, 2025), (8, 5, 2025), "八年级5班"),
        ("2024级3班", (7, 3, 2024), (8, 3, 2024), "2024级3班"),
        ("2024级3班", (7, 3, 2024), (7, 3, 2025), "2025级3班"),
        ("火箭班", (7, 3, 2025), (8, 3, 2025), "火箭班"),
        ("六（3）班", (7, 3, 2025), (8, 3, 2025), "六（3）班"),
    ],
)
def test_a_name_follows_the_grade_in_its_own_style(
    name: str, old: tuple[int, int, int], new: tuple[int, int, int], later: str
) -> None:
    assert turned(name, ClassName(*old), ClassName(*new)) == later


def test_class_names_are_written_for_every_grade() -> None:
    assert [class_name(grade, 1) for grade in (1, 10, 12)] == ["一（1）班", "十（1）班", "十二（1）班"]


def test_a_grade_is_called_as_the_school_calls_it() -> None:
    assert [grade_label(grade) for grade in (1, 6, 7, 9, 10, 12)] == [
        "一年级", "六年级", "七年级", "九年级", "高一", "高三",
    ]  # fmt: skip
