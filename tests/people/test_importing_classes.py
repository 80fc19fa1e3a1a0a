"""Lists of classes: in whatever hand they are written, and how they go out and in again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from houqin.errors import RuleBroken
from houqin.people.class_names import (
    ClassName,
    class_name,
    entry_year_of,
    leaving_year_of,
    read_class_name,
    read_grade,
    read_number,
)
from houqin.people.models import SchoolClass, User
from houqin.people.roles import Role
from houqin.writing import write
from houqin.year_turn.services import carry_out_turn, draft_turn
from tests import factories
from tests.places import factories as places
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, imported, problems, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return factories.person(Role.SYSTEM_ADMIN, staff_no="XT001", name="系统员")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("七(3)班", ClassName(7, 3)),
        ("七（3）", ClassName(7, 3)),
        ("七3", ClassName(7, 3)),
        ("703班", ClassName(7, 3)),
        ("1203", ClassName(12, 3)),
        ("初一(3)", ClassName(7, 3)),
        ("初一3班", ClassName(7, 3)),
        ("高二 十二班", ClassName(11, 12)),
        ("七年级3班", ClassName(7, 3)),
        ("7年级（3）班", ClassName(7, 3)),
        ("一年级二班", ClassName(1, 2)),
        ("一(1)班", ClassName(1, 1)),
        ("7.3", ClassName(7, 3)),
        ("2024级3班", ClassName(None, 3, 2024)),
        ("2024届（3）班", ClassName(None, 3, leaving_year=2024)),
        ("火箭班", ClassName()),
        ("十三（1）班", ClassName()),
        ("", ClassName()),
    ],
)
def test_classes_are_understood_as_offices_write_them(text: str, name: ClassName) -> None:
    assert read_class_name(text) == name


def test_grades_and_numbers_are_understood_by_themselves() -> None:
    assert [read_grade(text) for text in ("七年级", "初一", "7", "高三", "七", "x")] == [7, 7, 7, 12, 7, None]
    assert [read_number(text) for text in ("3", "3班", "三班", "（3）班", "十二", "x")] == [
        3,
        3,
        3,
        3,
        12,
        None,
    ]


@pytest.mark.dates
def test_the_year_of_entry_follows_from_the_grade() -> None:
    assert [entry_year_of(grade, date(2026, 9, 1)) for grade in (1, 6, 7, 9, 10, 12)] == [
        2026, 2021, 2026, 2024, 2026, 2024,
    ]  # fmt: skip
    assert entry_year_of(7, date(2027, 7, 31)) == 2026
    assert class_name(7, 3) == "七（3）班"
    assert class_name(12, 10) == "高三（10）班"


CLASSES = ("班级", "班主任", "教室")


def classes() -> list[tuple[Any, ...]]:
    rows = SchoolClass.objects.filter(retired_on=None).order_by("grade", "number")
    return list(rows.values_list("grade", "number", "name", "head_teacher__name", "room__name"))


def test_a_list_of_classes_makes_them_with_their_teachers_and_rooms(admin: User) -> None:
    factories.person(name="王芳", staff_no="ZW001")
    factories.person(name="李强", staff_no="ZW002")
    places.room(name="301")
    rows = [CLASSES, ("七3", "王芳", "301"), ("初二（1）班", "李强 ZW002", "")]
    run = imported(admin, "classes", workbooks.sheets(班级=rows))
    assert (run.new, run.failed) == (2, 0)
    assert classes() == [(7, 3, "七（3）班", "王芳", "301"), (8, 1, "八（1）班", "李强", None)]


def test_a_class_keeps_its_name_when_the_list_writes_the_same_in_another_hand(admin: User) -> None:
    factories.person(name="王芳")
    factories.school_class(7, 3, name="七（3）班")
    factories.school_class(7, 4, name="火箭班")
    run = imported(
        admin,
        "classes",
        workbooks.sheets(
            班级=[("年级", "班号", "班级", "班主任"), ("七", "3", "703班", "王芳"), (7, 4, "", "王芳")]
        ),
    )
    assert run.changed == 2
    assert [row[2:4] for row in classes()] == [("七（3）班", "王芳"), ("火箭班", "王芳")]


SIX_HANDS = [
    ("年级", "班级", "班号", "入学时间"),
    ("七年级", "七(3)", "", "2026年9月"), ("", "七4", "", "2026.9"), ("", "705班", "", ""),
    ("", "初二(6)", "", ""), ("八年级", "2025级7班", "", ""), ("九年级", "三班", "", "202409"),
    ("九年级", "9.4", "", "2024"), ("八年级", "火箭班", "8", ""),
]  # fmt: skip


def test_six_hands_of_one_list_become_one_and_a_name_of_its_own_stays(admin: User) -> None:
    run = imported(admin, "classes", workbooks.sheets(班级=SIX_HANDS))
    written = [
        "七(3) → 七（3）班", "七4 → 七（4）班", "705班 → 七（5）班", "初二(6) → 八（6）班",
        "2025级7班 → 八（7）班", "三班 → 九（3）班", "9.4 → 九（4）班", "火箭班",
    ]  # fmt: skip
    told = run.content.told()
    assert (problems(run), [row["班级"] for row in told["first"]]) == ([], written)
    changed = "、".join(each for each in written if each not in {"三班 → 九（3）班", "火箭班"})
    assert told["beside"] == [f"统一 6 个班级名称的写法：{changed}。"]
    years = SchoolClass.objects.filter(number__in=[3, 4, 7]).values_list("name", "entry_year")
    assert sorted(years) == [
        ("七（3）班", 2026), ("七（4）班", 2026), ("九（3）班", 2024), ("九（4）班", 2024),
        ("八（7）班", 2025),
    ]  # fmt: skip
    again = checked(admin, "classes", workbooks.sheets(班级=SIX_HANDS))
    assert (again.same, again.new, again.changed) == (8, 0, 0)


def test_a_list_of_one_hand_keeps_it_and_what_comes_later_follows_the_school(admin: User) -> None:
    first = workbooks.sheets(班级=[CLASSES, ("701班", "", ""), ("812班", "", "")])
    assert imported(admin, "classes", first).content.told()["beside"] == []
    imported(admin, "classes", workbooks.sheets(班级=[CLASSES, ("七(2)", "", ""), ("八(3)", "", "")]))
    assert [row[2] for row in classes()] == ["701班", "702班", "803班", "812班"]


def test_a_class_that_is_called_by_its_year_of_entry_is_found_without_its_grade(admin: User) -> None:
    factories.person(name="王芳")
    factories.school_class(9, 3, name="九（3）班", entry_year=2024)
    # Entered in that year too: the grades alone do not tell which of both is meant.
    factories.school_class(3, 1, name="三（1）班", entry_year=2024)
    run = imported(admin, "classes", workbooks.sheets(班级=[CLASSES, ("2024级3班", "王芳", "")]))
    assert (run.new, run.changed) == (0, 1)
    assert classes() == [(3, 1, "三（1）班", None, None), (9, 3, "九（3）班", "王芳", None)]


def test_at_a_school_of_one_stage_the_year_of_entry_tells_the_grade(admin: User) -> None:
    this_year = entry_year_of(7, timezone.localdate())
    rows = (("七1", "", ""), (f"{this_year}级2班", "", ""), (f"{this_year - 2}级3班", "", ""))
    imported(admin, "classes", workbooks.sheets(班级=[CLASSES, *rows]))
    assert [row[:2] for row in classes()] == [(7, 1), (7, 2), (9, 3)]


def test_the_year_in_which_a_class_leaves_tells_its_grade_where_the_stage_has_all_its_grades(
    admin: User,
) -> None:
    leaving = leaving_year_of(6, entry_year_of(6, timezone.localdate()))
    rows = (("六1", "", ""), (f"{leaving}届2班", "", ""), (f"{leaving + 2}届3班", "", ""))
    imported(admin, "classes", workbooks.sheets(班级=[CLASSES, *rows]))
    made = SchoolClass.objects.values_list("grade", "number", "entry_year")
    assert list(made) == [(4, 3, leaving - 4), (6, 1, leaving - 6), (6, 2, leaving - 6)]


def test_where_the_length_of_the_stage_is_not_known_the_grade_is_asked_for(admin: User) -> None:
    rows = (("班级", "入学年份"), ("五1", ""), ("2024届3班", ""), ("五2", "2024届"))
    run = checked(admin, "classes", workbooks.sheets(班级=rows))
    asked = "“2024届”是 2024 年毕业，看不出现在是几年级，请另写年级，或写成“六（3）班”。"
    assert problems(run) == [
        ("班级", 3, "班级", "2024届3班", asked),
        ("班级", 4, "入学年份", "2024届", "“2024届”是毕业的年份，请写入学的年份，如“2024”或“2024级”。"),
    ]


def test_two_people_of_one_name_are_told_apart_by_their_numbers(admin: User) -> None:
    factories.person(name="王芳", staff_no="A1")
    factories.person(name="王芳", staff_no="A2")
    run = checked(admin, "classes", workbooks.sheets(班级=[CLASSES, ("七1", "王芳"), ("七2", "王芳A2")]))
    assert [each[1:] for each in problems(run)] == [
        (2, "班主任", "王芳", "有 2 位“王芳”（工号 A1、A2），请在姓名后面加上工号。")
    ]


def test_what_a_list_of_classes_gets_wrong_is_told_beside_the_cell(admin: User) -> None:
    places.room(name="301")
    rows = [
        ("年级", *CLASSES),
        ("八年级", "七3", "", ""),
        ("", "火箭班", "", ""),
        ("", "七1", "没有此人", "301"),
        ("", "七2", "", "301"),
        ("", "七4", "", "301"),
        ("", "703", "", "999"),
    ]
    run = checked(admin, "classes", workbooks.sheets(班级=rows))
    assert [each[1:] for each in problems(run)] == [
        (2, "年级", "八年级", "班级写的是“七3”，和这一列对不上，请核对。"),
        (3, "班级", "火箭班", "看不出是几年级几班，请写成“七（3）班”，或另写年级和班号。"),
        (4, "班主任", "没有此人", "没有“没有此人”这个教职工。请核对写法，或先登记它。"),
        (6, "教室", "301", "和第 5 行重复。这间教室已有别的班，请先给那个班换教室。"),
        (7, "教室", "999", "没有“999”这个房间。请核对写法，或先登记它。"),
    ]


def test_the_list_of_classes_goes_out_and_in_again(admin: User) -> None:
    teacher = factories.person(name="王芳", staff_no="ZW001")
    factories.school_class(7, 3, name="七（3）班", head_teacher=teacher, room=places.room(name="301"))
    factories.school_class(9, 1, name="九（1）班", retired_on=timezone.localdate())
    client = factories.signed_in(admin)
    for address in ("/imports/template/classes/?rows=1", "/classes/?export=xlsx", "/classes/?export=csv"):
        data = b"".join(client.get(address).streaming_content)
        run = checked(admin, "classes", data)
        assert (address, run.same, run.new, run.changed, run.failed) == (address, 1, 0, 0, 0)


def test_a_turn_that_only_plans_the_classes_is_no_use_of_them(admin: User) -> None:
    run = imported(
        admin, "classes", workbooks.sheets(班级=[CLASSES, ("七（1）班", "", ""), ("八（1）班", "", "")])
    )
    write(draft_turn, begins_in=timezone.localdate().year + 1, leaving=[9], by=factories.acting(admin))
    assert (undone(admin, run).said, classes()) == ("", [])


def test_a_class_that_a_turn_moved_is_named_and_stays(admin: User) -> None:
    run = imported(admin, "classes", workbooks.sheets(班级=[CLASSES, ("七（1）班", "", "")]))
    by = factories.acting(admin)
    turn = write(draft_turn, begins_in=timezone.localdate().year + 1, leaving=[9], by=by)
    write(carry_out_turn, turn=turn, at=timezone.now(), by=by)
    with pytest.raises(RuleBroken, match="八（1）班（后来修改过）"):
        undone(admin, run)
