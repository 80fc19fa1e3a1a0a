"""Pages over departments, classes and people that fill in every pattern, with their routes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.urls import include, path, reverse

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import allowed, require
from houqin.people.models import Department, SchoolClass, User
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    BulkActPage,
    Choices,
    Column,
    EditPage,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Period,
    Related,
    Step,
    Thing,
    Way,
)

READ, MANAGE = "houqin.department:read", "houqin.department:manage"


# ── services ──


def open_department(*, name: str, head: User | None, by: Actor) -> Department:
    require(by, MANAGE)
    if name == "总务处":
        raise RuleBroken("已有同名部门，请换一个名称。", field="name")
    if name == "禁用":
        raise RuleBroken("今天不能新建部门。")
    department = Department(name=name, head=head)
    department.set_maker(by)
    department.save()
    return department


def change_department(
    *, department: Department, version: int | None, name: str, order: int, head: User | None, by: Actor
) -> Department:
    require(by, MANAGE)
    department = lock(department)
    department.expect_version(version)
    department.name, department.order, department.head = name, order, head
    department.save()
    return department


def close_department(*, department: Department, by: Actor) -> Department:
    require(by, MANAGE)
    department = lock(department)
    if department.order == 0:
        raise RuleBroken("办公室不能停用。")
    department.order = 99
    department.save()
    return department


def move_to_end(*, departments: list[Department], by: Actor) -> list[Department]:
    return [close_department(department=each, by=by) for each in departments]


# ── forms ──


class NewDepartmentForm(forms.Form):
    name = forms.CharField(label="部门名称", max_length=40)
    head = forms.ModelChoiceField(User.objects.all(), label="部门负责人", required=False)


class DepartmentForm(NewDepartmentForm):
    order = forms.IntegerField(label="排序", min_value=0, max_value=99)


# ── pages ──


def url_of(department: Department) -> str:
    return reverse("department", args=[department.public_id])


class DepartmentList(ListPage):
    perm = READ
    model = Department
    title = "部门"
    columns = (
        Column("name", "部门名称", sort="search_key"),
        Column("head", "负责人", "head.name", sort=("head__search_key",)),
        Column("order", "排序", sort="order", is_number=True, on_phone=False),
        Column("created_at", "建立时间"),
    )
    filters = (
        Related("head", "负责人", User.objects.visible_to, tables=(User,)),
        Choices("order", "排序", ((50, "平常"), (99, "末尾")), as_chips=True),
        Flag("mine", "我负责的", lambda user, today: Q(head=user.pk)),
        Period("made", "建立日期", "created_at", is_moment=True),
    )
    search_hint = "按名称、拼音搜索"
    search_fields = ("name", "search_key")
    create = Way("新建部门", "department-new", MANAGE, icon="plus")
    bulk = (Way("移到末尾", "department-bulk", MANAGE),)
    empty_title = "还没有部门"
    empty_hint = "先建好部门，再登记教职工。"

    def rows(self) -> Any:
        return super().rows().select_related("head")

    def row_url(self, row: Any) -> str:
        return url_of(row)


class PersonList(ListPage):
    perm = "houqin.user:read"
    model = User
    title = "教职工"
    columns = (Column("name", "姓名", sort="search_key"), Column("staff_no", "工号", sort="staff_no"))
    search_hint = "姓名、工号、拼音首字母"


class ClassList(ListPage):
    perm = "houqin.class:read"
    model = SchoolClass
    title = "班级"
    columns = (Column("name", "班级名称"), Column("grade", "年级", sort="grade", is_number=True))
    empty_title = "还没有班级"


class DepartmentPage(ObjectPage):
    perm = READ
    model = Department
    also = ((User, "department"),)

    def facts(self, record: Department) -> list[tuple[str, Any]]:
        return [("负责人", record.head), ("排序", record.order)]

    def steps(self, record: Department, user: User) -> list[Step]:
        manage = allowed(actor(self.request), MANAGE)
        close = manage if record.order else Decision.no("办公室不能停用。")
        close_url = reverse("department-close", args=[record.public_id])
        return [
            Step("停用", close_url, close, is_primary=True, is_post=True),
            Step("修改", reverse("department-edit", args=[record.public_id]), manage, icon="pencil"),
        ]

    def linked(self, record: Department) -> list[Linked]:
        return [Linked("成员", [Thing(str(each)) for each in record.members.all()], empty="还没有成员。")]

    def print_url(self, record: Department) -> str:
        return f"{url_of(record)}print/"


class PersonPage(ObjectPage):
    perm = "houqin.user:read"
    model = User


class DepartmentNew(FormPage):
    perm = MANAGE
    title = "新建部门"
    form_class = NewDepartmentForm
    service = open_department
    said = "部门已建立。"

    def success_url(self, answer: Department) -> str:
        return url_of(answer)


class DepartmentEdit(EditPage):
    perm = MANAGE
    model = Department
    title = "修改部门"
    form_class = DepartmentForm
    service = change_department
    record_name = "department"

    def success_url(self, answer: Department) -> str:
        return url_of(answer)


class DepartmentClose(ActPage):
    perm = READ
    model = Department
    title = "停用部门"
    question = "停用后不能再选这个部门。"
    service = close_department
    record_name = "department"
    said = "部门已停用。"
    is_danger = True

    def possible(self) -> Decision:
        return allowed(actor(self.request), MANAGE)

    def success_url(self, answer: Department) -> str:
        return url_of(answer)


class DepartmentBulk(BulkActPage):
    perm = MANAGE
    model = Department
    title = "移到末尾"
    service = move_to_end
    records_name = "departments"
    list_url_name = "department-list"

    def success_url(self, answer: Any) -> str:
        return reverse("department-list")


urlpatterns = [
    path("departments/", DepartmentList.as_view(), name="department-list"),
    path("departments/new/", DepartmentNew.as_view(), name="department-new"),
    path("departments/bulk/", DepartmentBulk.as_view(), name="department-bulk"),
    path("departments/<str:public_id>/", DepartmentPage.as_view(), name="department"),
    path("departments/<str:public_id>/edit/", DepartmentEdit.as_view(), name="department-edit"),
    path("departments/<str:public_id>/close/", DepartmentClose.as_view(), name="department-close"),
    path("people-list/", PersonList.as_view(), name="person-list"),
    path("classes-list/", ClassList.as_view(), name="class-list"),
    path("people-page/<str:public_id>/", PersonPage.as_view(), name="person"),
    path("", include("houqin.web.urls")),
    path("", include("houqin.people.urls")),
]

handler400 = "houqin.web.errors.unreadable"
handler403 = "houqin.web.errors.forbidden"
handler404 = "houqin.web.errors.absent"
handler500 = "houqin.web.errors.broken"
