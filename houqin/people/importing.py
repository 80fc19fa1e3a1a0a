"""The workbooks of the people's rooms: the staff list and the list of classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from houqin.errors import RuleBroken
from houqin.people.class_hands import Known, is_regular, names
from houqin.people.class_names import (
    entry_year_of,
    read_class_name,
    read_entry_year,
    read_grade,
    read_number,
)
from houqin.people.forms import ClassForm, PersonForm
from houqin.people.lookups import ClassNames, Departments, People
from houqin.people.models import RoleHolding, SchoolClass, User
from houqin.people.names import masked_phone, named, normal_login
from houqin.people.services.accounts import SENTENCES, fill_person
from houqin.people.services.organisation import CLASS_SENTENCES, fill_class
from houqin.places.lookups import Rooms
from houqin.places.rules import can_be_chosen
from houqin.places.services.seating import SENTENCES as SEATING
from houqin.registry import Registry
from houqin.saving import update_all_or_refuse
from houqin.spreadsheets.imports import Import, InColumn, Lookup, Values

SET_APART = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def _name(text: str) -> Any:
    """A name; rosters set two characters apart («王　芳») so that they look as wide as three."""
    return PersonForm.base_fields["name"].clean(SET_APART.sub("", text))


class StaffImport(Import):
    """教职工名册: accounts by 工号. New ones have no password; a closed one never used is opened again."""

    kind = "staff"
    label = "教职工名册"
    unit = "人"
    perm = "houqin.user:manage"
    model = User
    form_class = PersonForm
    columns = (
        InColumn(
            "staff_no", "工号", ("职工号", "教工号", "教职工编号", "人员编号", "编号"), example="ZW012",
        ),
        InColumn(
            "name", "姓名", ("教师姓名", "职工姓名", "教职工", "名字", "老师"), _name, example="王小明",
            is_required=True,
        ),
        InColumn(
            "phone", "手机号", ("手机", "手机号码", "联系电话", "电话", "联系方式", "电话号码", "移动电话"),
            example="13800000000", blank="", shown=lambda user: user.phone or "",
        ),
        InColumn(
            "department", "部门", ("所在部门", "所属部门", "科室", "处室", "组室", "年级组", "教研组"),
            Departments, from_sheet=True, example="教务处",
        ),
    )  # fmt: skip
    key = ("staff_no",)
    key_label = "工号"
    sentences = SENTENCES
    list_url_name = "people:person-list"
    passed_over = {"账号": {"已停用"}, "状态": {"离职", "退休", "调出"}}
    hint = "以工号认人：工号已有的改资料，没有的新开账号。"
    said = "新开的账号还没有密码。请到“打印账号条”一起打印，剪开当面交给本人。"

    def __init__(self, by: Any) -> None:
        super().__init__(by)
        self._holders: set[int] | None = None

    def identify(self, values: Values) -> None:
        values["staff_no"] = normal_login(values.get("staff_no") or "") or None

    def complete(self, values: Values, record: Any | None) -> None:
        phone = values.get("phone") or ""
        if "*" in phone and record is not None:
            # The list's own export hides the middle of the number; what is hidden is not changed.
            if phone != masked_phone(record.phone):
                raise RuleBroken("手机号中间被遮住了，和现在的对不上。请写完整，或留空不改。", field="phone")
            del values["phone"]

    def fill(self, record: Any, values: Values) -> None:
        if not record.is_active:
            if record.last_login is not None or record.pk in self.holders():
                raise RuleBroken(
                    "这个账号已停用。请先在他的页面点“启用账号”，或从表里删去这一行。", field="staff_no"
                )
            record.is_active = True
        departments: Departments = self.readers["department"]  # type: ignore[assignment]
        values["department"] = departments.in_use(values["department"], kept=record.department_id)
        fill_person(record, **values)
        if record.pk is None:
            record.set_unusable_password()

    def holders(self) -> set[int]:
        """Who holds a role; read once."""
        if self._holders is None:
            self._holders = set(RoleHolding.objects.filter(ended_at=None).values_list("user", flat=True))
        return self._holders

    def withdraw(self, records: Sequence[Any]) -> None:
        for user in records:
            user.is_active = False
            user.session_epoch += 1
        update_all_or_refuse(records, ["is_active", "session_epoch"], self.sentences)


def _grade(text: str) -> Any:
    grade = read_grade(text)
    if grade is None:
        raise RuleBroken("年级认不出来，请写成“七年级”“初一”或“7”。", field="grade")
    return ClassForm.base_fields["grade"].clean(grade)


def _number(text: str) -> Any:
    number = read_number(text)
    if number is None:
        raise RuleBroken("班号认不出来，请写成“3”或“3班”。", field="number")
    return ClassForm.base_fields["number"].clean(number)


def _year(text: str) -> Any:
    year = read_entry_year(text)
    if year is None and "届" in text:
        raise RuleBroken(f"“{text}”是毕业的年份，请写入学的年份，如“2024”或“2024级”。", field="entry_year")
    if year is None:
        raise RuleBroken("入学年份认不出来，请写成“2024”或“2024年9月”。", field="entry_year")
    return ClassForm.base_fields["entry_year"].clean(year)


class ClassImport(Import):
    """班级: by grade and number, which the name tells as well; with 班主任 and classroom."""

    kind = "classes"
    label = "班级和班主任"
    unit = "个班"
    perm = "houqin.class:manage"
    model = SchoolClass
    form_class = ClassForm
    columns = (
        InColumn(
            "name", "班级", ("班级名称", "班名", "班"), example="七（3）班", is_required=False,
            tells_rewriting=True,
        ),
        InColumn("grade", "年级", ("所在年级",), _grade, from_sheet=True, example="七年级"),
        InColumn("number", "班号", ("班次", "班序"), _number, example="3"),
        InColumn(
            "entry_year", "入学年份", ("入学年", "入学年度", "入学时间", "入学年月", "入学日期"),
            _year, example="2024",
        ),
        InColumn(
            "head_teacher", "班主任", ("班主任姓名", "班主任老师"), People, example="王小明",
            shown=lambda each: named(each.head_teacher),
        ),
        InColumn("room", "教室", ("所在教室", "班级教室", "上课地点"), Rooms, example="教学楼 301"),
    )  # fmt: skip
    key = ("grade", "number")
    key_label = "班级"
    sentences = CLASS_SENTENCES | SEATING
    # A turn that was carried out has changed the class itself; one that is planned reads it again.
    parts = ("houqin.turnline",)
    list_url_name = "people:class-list"
    hint = (
        "班级写成“七（3）班”“七3”“703班”“初一(3)”都认得，年级和班号可以不另外写。"
        "“2024级3班”是 2024 年入学，“2027届3班”是 2027 年毕业。"
        "新班的名称统一成一种写法，“火箭班”这样的原样保留。"
    )

    def __init__(self, by: Any) -> None:
        super().__init__(by)
        self.names = ClassNames(by)

    def lookups(self) -> list[Lookup]:
        return [*super().lookups(), self.names]

    def rows(self) -> Any:
        return super().rows().filter(retired_on=None)

    def identify(self, values: Values) -> None:
        name = values.get("name") or ""
        if values.get("grade") is not None and (number := read_number(name)) is not None:
            # 年级 in one column and «3班» in the other.
            self._tell(values, "number", number)
            del values["name"]
        else:
            said = read_class_name(name)
            for part in ("grade", "number", "entry_year"):
                self._tell(values, part, getattr(said, part))
            if said.leaving_year is not None and values.get("grade") is None:
                self._tell(values, "grade", self._grade_leaving(said.leaving_year))
        if values.get("grade") is None:
            self._tell(values, "grade", self.names.grade_of(values.get("entry_year"), values.get("number")))
        if values.get("grade") is None or values.get("number") is None:
            raise RuleBroken("看不出是几年级几班，请写成“七（3）班”，或另写年级和班号。", field="name")
        self.names.hear(values.get("name") or "", _known(values))

    def _grade_leaving(self, year: int) -> int:
        grade = self.names.grade_of_leaving(year)
        if grade is None:
            said = f"“{year}届”是 {year} 年毕业，看不出现在是几年级"
            raise RuleBroken(f"{said}，请另写年级，或写成“六（3）班”。", field="name")
        return grade

    @staticmethod
    def _tell(values: Values, part: str, told: int | None) -> None:
        """Take `part` from the name, which may not say otherwise than its own column."""
        if told is None:
            return
        if values.get(part) is None:
            values[part] = told
        elif values[part] != told:
            raise RuleBroken(f"班级写的是“{values['name']}”，和这一列对不上，请核对。", field=part)

    def complete(self, values: Values, record: Any | None) -> None:
        name = values.get("name") or ""
        keeps = record is not None and (
            not name or names(record.name, Known(record.grade, record.number, record.entry_year))
        )
        if name and not is_regular(name):
            return
        if keeps:
            # 七3 and 703班 are the same name in another hand.
            values.pop("name", None)
        else:
            values["name"] = self.names.in_one_hand(name, _known(values))

    def fill(self, record: Any, values: Values) -> None:
        room = values.pop("room")
        if record.pk is None and values["entry_year"] is None:
            values["entry_year"] = entry_year_of(values["grade"], timezone.localdate())
        if room is not None and room.pk != record.room_id:
            can_be_chosen(room).require()
        record.room = room
        fill_class(record, **values)


def _known(values: Values) -> Known:
    """What a row with grade and number says of its class; the year of entry follows where it is not said."""
    grade, number = values["grade"], values["number"]
    return Known(grade, number, values.get("entry_year") or entry_year_of(grade, timezone.localdate()))


def declare(registry: Registry) -> None:
    """Plug the imports into `registry`."""
    registry.add_import(StaffImport)
    registry.add_import(ClassImport)
