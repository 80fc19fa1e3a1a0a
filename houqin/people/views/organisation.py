"""The school's name, its departments and its classes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from houqin.people import services
from houqin.people.class_names import grade_label
from houqin.people.forms import ClassForm, DepartmentForm, RetireForm, SchoolForm
from houqin.people.models import Department, SchoolClass, User
from houqin.people.selectors import people_for_list
from houqin.places.links import place_link
from houqin.school import School, current_school, set_school
from houqin.web.pages import (
    RETIRED,
    ActPage,
    Column,
    EditPage,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Step,
    Thing,
    Way,
)
from houqin.web.templatetags.houqin import in_use_mark


def state_word(record: Department | SchoolClass) -> str:
    return "在用" if record.retired_on is None else "已停用"


STATE = Column(
    "retired_on",
    "状态",
    state_word,
    sort="retired_on",
    draw=lambda record: in_use_mark(state_word(record), is_in_use=record.retired_on is None),
)


class SchoolName(EditPage):
    """The name that stands on every page and paper; before it was entered its version is 0."""

    perm = "houqin.school:manage"
    model = School
    title = "学校名称"
    form_class = SchoolForm
    service = set_school
    said = "学校名称已保存。"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record = current_school()
        return super().dispatch(request, *args, **kwargs)

    def success_url(self, answer: Any) -> str:
        return reverse("people:school")


class DepartmentList(ListPage):
    """Departments in use in the order of the school; those that are not, when asked for."""

    perm = "houqin.department:read"
    model = Department
    title = "部门"
    columns = (
        Column("name", "部门", sort="search_key"),
        Column("head", "负责人", sort="head__search_key"),
        Column("order", "排序", sort="order", is_number=True, on_phone=False),
        STATE,
    )
    filters = (RETIRED,)
    order = ("order", "search_key")
    search_hint = "部门名称"
    search_fields = ("name", "search_key")
    create = Way("新增部门", "people:department-create", "houqin.department:manage", icon="plus")
    empty_title = "还没有部门"
    empty_hint = "先建部门，再把教职工放进去。"

    def rows(self) -> Any:
        return super().rows().select_related("head")


class DepartmentDetail(ObjectPage):
    """One department and who belongs to it."""

    perm = "houqin.department:read"
    model = Department

    def rows(self) -> Any:
        return super().rows().select_related("head")

    def trail(self) -> list[tuple[str, str]]:
        return [("部门", reverse("people:department-list"))]

    def facts(self, department: Department) -> list[tuple[str, Any]]:
        return [
            ("负责人", department.head),
            ("状态", state_word(department)),
            ("停用日期", department.retired_on),
        ]

    def steps(self, department: Department, user: User) -> list[Step]:
        if not user.has("houqin.department:manage") or department.retired_on is not None:
            return []
        at = [department.public_id]
        return [
            Step("修改", reverse("people:department-edit", args=at), is_primary=True, icon="pencil"),
            Step("停用", reverse("people:department-retire", args=at), is_danger=True, icon="archive"),
        ]

    def linked(self, department: Department) -> list[Linked]:
        members = people_for_list(self.user).filter(department=department, is_active=True)
        things = [Thing(each.name, each.get_absolute_url(), _roles(each)) for each in members]
        return [Linked("人员", things, empty="还没有人员，或者不在您的查看范围。")]


def _roles(person: User) -> str:
    return "、".join(holding.get_role_display() for holding in person.held)  # type: ignore[attr-defined]


class DepartmentCreate(FormPage):
    """Add a department."""

    perm = "houqin.department:manage"
    model = Department
    title = "新增部门"
    form_class = DepartmentForm
    service = services.create_department
    said = "部门已新增。"

    def initial(self) -> dict[str, Any]:
        return {"order": 50}

    def back_url(self) -> str:
        return reverse("people:department-list")


class DepartmentEdit(EditPage):
    """Change a department."""

    perm = "houqin.department:manage"
    model = Department
    title = "修改部门"
    form_class = DepartmentForm
    service = services.update_department
    record_name = "department"


class DepartmentRetire(ActPage):
    """Retire a department."""

    perm = "houqin.department:manage"
    model = Department
    title = "停用部门"
    submit_label = "停用"
    is_danger = True
    question = "停用后不能再选这个部门，历史记录不变。先把在用人员调到别的部门。"
    form_class = RetireForm
    service = services.retire_department
    record_name = "department"
    said = "部门已停用。"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class ClassList(ListPage):
    """Classes in use by grade and number; those that left, when asked for."""

    perm = "houqin.class:read"
    model = SchoolClass
    title = "班级"
    columns = (
        Column("name", "班级", sort=("grade", "number")),
        Column("head_teacher", "班主任", sort="head_teacher__search_key"),
        Column("room", "教室", sort="room__search_key"),
        Column(
            "entry_year", "入学年份", lambda each: str(each.entry_year), sort="entry_year", on_phone=False
        ),
        STATE,
    )
    filters = (Flag("mine", "我的班级", lambda user, _today: Q(head_teacher=user.pk)), RETIRED)
    search_hint = "班级名称、班主任"
    search_fields = ("name", "search_key", "head_teacher__name", "head_teacher__search_key")
    create = Way("新增班级", "people:class-create", "houqin.class:manage", icon="plus")
    empty_title = "还没有班级"
    empty_hint = "按年级和班号新增班级，并选好班主任。"

    def rows(self) -> Any:
        return super().rows().select_related("head_teacher", "room")


class ClassDetail(ObjectPage):
    """One class."""

    perm = "houqin.class:read"
    model = SchoolClass

    def rows(self) -> Any:
        return super().rows().select_related("head_teacher", "room__merged_into")

    def trail(self) -> list[tuple[str, str]]:
        return [("班级", reverse("people:class-list"))]

    def facts(self, school_class: SchoolClass) -> list[tuple[str, Any]]:
        return [
            ("班主任", school_class.head_teacher),
            ("教室", place_link(school_class.room) if school_class.room else "未定"),
            ("年级", grade_label(school_class.grade)),
            ("班号", school_class.number),
            ("入学年份", str(school_class.entry_year)),
            ("状态", state_word(school_class)),
            ("停用日期", school_class.retired_on),
        ]

    def steps(self, school_class: SchoolClass, user: User) -> list[Step]:
        if not user.has("houqin.class:manage") or school_class.retired_on is not None:
            return []
        at = [school_class.public_id]
        return [
            Step("修改", reverse("people:class-edit", args=at), is_primary=True, icon="pencil"),
            Step("安排教室", reverse("places:class-room", args=at), icon="door-open"),
            Step("停用", reverse("people:class-retire", args=at), is_danger=True, icon="archive"),
        ]


class ClassCreate(FormPage):
    """Add a class."""

    perm = "houqin.class:manage"
    model = SchoolClass
    title = "新增班级"
    form_class = ClassForm
    service = services.create_class
    said = "班级已新增。"

    def back_url(self) -> str:
        return reverse("people:class-list")


class ClassEdit(EditPage):
    """Change a class."""

    perm = "houqin.class:manage"
    model = SchoolClass
    title = "修改班级"
    form_class = ClassForm
    service = services.update_class
    record_name = "school_class"


class ClassRetire(ActPage):
    """Retire a class."""

    perm = "houqin.class:manage"
    model = SchoolClass
    title = "停用班级"
    submit_label = "停用"
    is_danger = True
    question = "毕业或撤并的班级停用后，班号可以给新班级用，历史记录不变。"
    form_class = RetireForm
    service = services.retire_class
    record_name = "school_class"
    said = "班级已停用。"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}
