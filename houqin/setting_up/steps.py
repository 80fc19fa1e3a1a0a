"""The ground floor's own steps: school and terms, staff, classes, rooms, who does what, modules, papers."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse_lazy
from django.utils import timezone

from houqin.people.models import RoleHolding, SchoolClass, User
from houqin.people.roles import ADMINISTRATORS, Role
from houqin.people.selectors import without_password
from houqin.places.models import Place
from houqin.registry import SetupStep, SetupWay
from houqin.school import current_school
from houqin.school_calendar.reading import school_days

# Before the staff list is read in there are the administrators and nobody else.
FOUNDERS = len(ADMINISTRATORS)


def school_and_terms() -> tuple[str, bool]:
    school, is_entered = current_school(), school_days().is_entered(timezone.localdate())
    name = school.name if school is not None else "还没有校名"
    told = "校历里有现在的学期" if is_entered else "校历里还没有现在的学期"
    return f"{name}；{told}", school is not None and is_entered


def staff() -> tuple[str, bool]:
    count = User.objects.active().count()
    return f"{count} 个账号", count > FOUNDERS


def classes() -> tuple[str, bool]:
    count = SchoolClass.objects.filter(retired_on=None).count()
    return f"{count} 个班", count > 0


def rooms() -> tuple[str, bool]:
    count = Place.objects.filter(level="room", retired_on=None).count()
    return f"{count} 间", count > 0


def roles() -> tuple[str, bool]:
    """A general-affairs office without its director decides nothing."""
    open_holdings = RoleHolding.objects.filter(ended_at=None, user__is_active=True)
    counts = dict(open_holdings.values_list("role").annotate(people=Count("user")))
    told = "、".join(f"{role.label} {counts[role]} 人" for role in Role if role in counts)
    return told or "还没有人有岗位", Role.DIRECTOR in counts and Role.PRINCIPAL in counts


def slips() -> tuple[str, bool]:
    has_staff, waiting = staff()[1], without_password().count()
    if not has_staff:
        return "名册导入以后再打印", False
    return f"{waiting} 人还没有密码" if waiting else "人人都有密码", waiting == 0


def import_way(label: str, kind: str, permission: str) -> SetupWay:
    return SetupWay(label, reverse_lazy("imports:open"), permission, query=f"?kind={kind}")


STEPS = (
    SetupStep(
        "school", "学校、学期和放假", 10,
        "照教育局的校历填四个日期；法定节假日程序已经知道，学校自己的放假、补课另外填。",
        (
            SetupWay("填写学年", reverse_lazy("calendar:year-create"), "houqin.calendar:manage"),
            SetupWay("放假和调休", reverse_lazy("calendar:day-list"), "houqin.calendar:manage"),
            SetupWay("学校名称", reverse_lazy("people:school"), "houqin.school:manage"),
        ),
        school_and_terms,
    ),
    SetupStep(
        "staff", "教职工名册", 20,
        "把手上的花名册（Excel、WPS）照原样传上来，身份证号读的时候就丢掉；表里有而系统里没有的部门会一起建好。",
        (
            import_way("导入名册", "staff", "houqin.user:manage"),
            SetupWay("建部门", reverse_lazy("people:department-list"), "houqin.department:manage"),
            SetupWay("逐个新增", reverse_lazy("people:person-create"), "houqin.user:manage"),
        ),
        staff,
    ),
    SetupStep(
        "classes", "班级和班主任", 30,
        "七(3)、703班、初一(3)这样的写法都认得。表里写了教室的，先做下一步“楼和房间”，再导入这张表。",
        (
            import_way("导入班级", "classes", "houqin.class:manage"),
            SetupWay("逐个新增", reverse_lazy("people:class-create"), "houqin.class:manage"),
        ),
        classes,
    ),
    SetupStep(
        "rooms", "楼和房间", 40, "一栋楼几层、每层几间，一次建好；有房间表的直接导入。",
        (
            SetupWay("批量建房间", reverse_lazy("places:generate"), "houqin.place:manage"),
            import_way("导入房间表", "rooms", "houqin.place:manage"),
        ),
        rooms,
    ),
    SetupStep(
        "roles", "谁做什么", 50,
        "在“教职工”里勾选几个人一起授予，或在各人的页面上授予；一个人可以有几个岗位，不相容的会提醒。至少要有"
        "校长和总务主任。先打印账号条再授予更省事：担任业务岗位的人，第一个密码要两位管理员一起发。",
        (
            SetupWay("授予岗位", reverse_lazy("people:person-list"), "houqin.role:grant"),
            SetupWay("不相容岗位", reverse_lazy("people:separation"), "houqin.role:grant"),
        ),
        roles,
    ),
    SetupStep(
        "slips", "门牌和账号条", 80,
        "打印房间门牌的二维码，贴在门上；打印账号条，剪开当面交给本人，密码只在打印时生成，第一次登录必须改。",
        (
            SetupWay("打印账号条", reverse_lazy("people:slip-list"), "houqin.password:reset"),
            SetupWay("打印门牌", reverse_lazy("places:labels"), "houqin.place:manage"),
        ),
        slips,
    ),
)  # fmt: skip
