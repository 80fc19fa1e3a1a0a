"""Departments and classes: made, changed, retired. A retired one keeps its history and takes nobody new."""

from __future__ import annotations

from datetime import date

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import Department, SchoolClass, User
from houqin.saving import save_or_refuse

LAST_GRADE = 12
DEPARTMENT_SENTENCES = {"one_department_per_name": ("已有同名部门，请换一个名称。", "name")}
CLASS_SENTENCES = {
    "one_class_per_grade_and_number": ("这个年级已有同号班级，请核对。", "number"),
    "grade_is_1_to_12": ("年级应在 1 到 12 之间。", "grade"),
}


def create_department(*, name: str, head: User | None = None, order: int = 50, by: Actor) -> Department:
    """Add a department. Raises `NotAllowed`; `RuleBroken` for an empty or taken name, a disabled head."""
    require(by, "houqin.department:manage")
    department = Department()
    fill_department(department, name=name, head=head, order=order)
    department.set_maker(by)
    save_or_refuse(department, DEPARTMENT_SENTENCES)
    return department


def update_department(
    *, department: Department, name: str, head: User | None, order: int, version: int | None = None, by: Actor
) -> Department:
    """Change a department. Raises as `create_department`, and `EditedMeanwhile`."""
    require(by, "houqin.department:manage", department)
    department = lock(department)
    department.expect_version(version)
    fill_department(department, name=name, head=head, order=order)
    save_or_refuse(department, DEPARTMENT_SENTENCES)
    return department


def retire_department(
    *, department: Department, on: date, version: int | None = None, by: Actor
) -> Department:
    """Retire a department as of a day. Raises `RuleBroken` while active people belong to it."""
    require(by, "houqin.department:manage", department)
    department = lock(department)
    department.expect_version(version)
    if department.retired_on is not None:
        raise RuleBroken("这个部门已经停用。")
    members = department.members.filter(is_active=True).count()
    if members:
        raise RuleBroken(f"还有 {members} 位在用人员属于“{department.name}”，请先把他们调到别的部门。")
    department.retired_on = on
    department.save(update_fields=["retired_on"])
    return department


def create_class(
    *,
    name: str,
    grade: int,
    number: int,
    entry_year: int,
    head_teacher: User | None = None,
    by: Actor,
) -> SchoolClass:
    """Add a class. Raises `NotAllowed`; `RuleBroken` for a taken grade and number or a disabled 班主任."""
    require(by, "houqin.class:manage")
    school_class = SchoolClass()
    fill_class(
        school_class, name=name, grade=grade, number=number, entry_year=entry_year, head_teacher=head_teacher
    )
    school_class.set_maker(by)
    save_or_refuse(school_class, CLASS_SENTENCES)
    return school_class


def update_class(
    *,
    school_class: SchoolClass,
    name: str,
    grade: int,
    number: int,
    entry_year: int,
    head_teacher: User | None,
    version: int | None = None,
    by: Actor,
) -> SchoolClass:
    """Change a class. Raises as `create_class`, and `EditedMeanwhile`."""
    require(by, "houqin.class:manage", school_class)
    school_class = lock(school_class)
    school_class.expect_version(version)
    fill_class(
        school_class, name=name, grade=grade, number=number, entry_year=entry_year, head_teacher=head_teacher
    )
    save_or_refuse(school_class, CLASS_SENTENCES)
    return school_class


def retire_class(
    *, school_class: SchoolClass, on: date, version: int | None = None, by: Actor
) -> SchoolClass:
    """Retire a class (graduated, merged) as of a day; its number is free for another class afterwards."""
    require(by, "houqin.class:manage", school_class)
    school_class = lock(school_class)
    school_class.expect_version(version)
    if school_class.retired_on is not None:
        raise RuleBroken("这个班级已经停用。")
    school_class.retired_on = on
    school_class.save(update_fields=["retired_on"])
    return school_class


def fill_department(department: Department, *, name: str, head: User | None, order: int) -> None:
    """Set what a department is, by the rules; `RuleBroken` with the field. Nothing is saved."""
    _is_in_service(head, field="head", kept=department.head_id)
    department.name = name.strip()
    department.head = head
    department.order = order
    if not department.name:
        raise RuleBroken("请填写部门名称。", field="name")


def fill_class(
    school_class: SchoolClass,
    *,
    name: str,
    grade: int,
    number: int,
    entry_year: int,
    head_teacher: User | None,
) -> None:
    """Set what a class is, by the rules; `RuleBroken` with the field. Nothing is saved."""
    _is_in_service(head_teacher, field="head_teacher", kept=school_class.head_teacher_id)
    school_class.name = name.strip()
    school_class.grade = grade
    school_class.number = number
    school_class.entry_year = entry_year
    school_class.head_teacher = head_teacher
    if not 1 <= grade <= LAST_GRADE:
        raise RuleBroken(CLASS_SENTENCES["grade_is_1_to_12"][0], field="grade")
    if not school_class.name:
        raise RuleBroken("请填写班级名称。", field="name")


def _is_in_service(user: User | None, *, field: str, kept: int | None) -> None:
    """Refuse somebody whose account is closed, unless he had the office already: another field may change."""
    if user is not None and user.pk != kept and not user.is_active:
        raise RuleBroken(f"{user.name}的账号已停用，请选在用的人员。", field=field)
