"""The demonstration: an invented school with one account for every role, all with one published password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from houqin.actors import Actor, System
from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import Department, RoleHolding, User
from houqin.people.passwords import Password
from houqin.people.roles import GRANTABLE, IMPLIED, Role
from houqin.people.services import (
    create_class,
    create_department,
    create_person,
    grant_role,
    update_department,
)
from houqin.people.signals import demo_school_loaded
from houqin.school import current_school, set_school
from houqin.school_calendar.demonstration import fill_demo_calendar

NAME = "青溪镇中心小学（演示）"
SHORT_NAME = "青溪小学"
# Published on purpose; accounts with it exist only in a school that says it is a demonstration.
PASSWORD = "houqin-demo-2026"  # noqa: S105 - the demonstration's published password

FIRST_GRADE, LAST_GRADE, CLASSES_A_GRADE = 1, 6, 2
CHINESE = "一二三四五六"


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist."""

    staff_no: str
    name: str
    department: str
    roles: tuple[Role, ...] = ()


DEPARTMENTS = ("校长室", "总务处", "教务处", "德育处", "工会", "食堂", "一年级组", "二年级组", "三年级组",
               "四年级组", "五年级组", "六年级组")  # fmt: skip

# The first who holds a role is its account in `demo_accounts`; a small school gives one person several.
PEOPLE = (
    Invented("QX001", "孟致远", "校长室", (Role.PRINCIPAL,)),
    Invented("QX002", "苏怀瑾", "校长室", (Role.PARTY_SECRETARY,)),
    Invented("QX003", "顾长青", "校长室", (Role.VICE_PRINCIPAL,)),
    Invented("QX004", "陆文山", "总务处", (Role.DIRECTOR,)),
    Invented("QX005", "程思齐", "总务处", (Role.DEPUTY_DIRECTOR,)),
    Invented("QX006", "叶知秋", "总务处", (Role.ASSET_MANAGER,)),
    Invented("QX007", "方守仓", "总务处", (Role.STOREKEEPER,)),
    Invented("QX008", "钱静宜", "总务处", (Role.CLAIMS_CLERK,)),
    Invented("QX009", "金若兰", "总务处", (Role.CASHIER,)),
    Invented("QX010", "石大勇", "总务处", (Role.REPAIR_WORKER,)),
    Invented("QX011", "田丰年", "食堂", (Role.CANTEEN_MANAGER,)),
    Invented("QX012", "米秀英", "食堂", (Role.CANTEEN_STOREKEEPER,)),
    Invented("QX013", "安如意", "食堂", (Role.FOOD_SAFETY_OFFICER,)),
    Invented("QX014", "严正明", "校长室", (Role.FOOD_SAFETY_DIRECTOR,)),
    Invented("QX015", "闻细察", "德育处", (Role.INSPECTOR,)),
    Invented("QX016", "宿安宁", "德育处", (Role.DORMITORY_KEEPER,)),
    Invented("QX017", "关镇海", "总务处", (Role.GUARD,)),
    Invented("QX018", "任教仁", "教务处", (Role.DEPARTMENT_HEAD,)),
    Invented("QX019", "林晓月", "三年级组", (Role.TEACHER,)),
    Invented("QX020", "公孙平", "工会", (Role.SUPERVISOR,)),
    Invented("QX021", "白云帆", "教务处", (Role.SYSTEM_ADMIN, Role.TEACHER)),
    Invented("QX022", "钟守一", "教务处", (Role.SECURITY_ADMIN, Role.TEACHER)),
    Invented("QX023", "简行之", "工会", (Role.AUDIT_ADMIN, Role.TEACHER)),
    # Several hats, as in every small school.
    Invented("QX024", "万能手", "总务处", (Role.REPAIR_WORKER, Role.STOREKEEPER, Role.GUARD)),
    Invented("QX025", "辛勤耕", "德育处", (Role.DEPARTMENT_HEAD, Role.TEACHER)),
    Invented("QX026", "何清莲", "一年级组", (Role.TEACHER,)),
    Invented("QX027", "江上舟", "一年级组", (Role.TEACHER,)),
    Invented("QX028", "柳含烟", "二年级组", (Role.TEACHER,)),
    Invented("QX029", "杜若飞", "二年级组", (Role.TEACHER,)),
    Invented("QX030", "韩春晖", "三年级组", (Role.TEACHER,)),
    Invented("QX031", "罗雨桐", "四年级组", (Role.TEACHER,)),
    Invented("QX032", "梅傲雪", "四年级组", (Role.TEACHER,)),
    Invented("QX033", "龙在田", "五年级组", (Role.TEACHER,)),
    Invented("QX034", "曾子墨", "五年级组", (Role.TEACHER, Role.DEPARTMENT_HEAD)),
    Invented("QX035", "单晓东", "六年级组", (Role.TEACHER,)),
    Invented("QX036", "解思源", "六年级组", (Role.TEACHER, Role.SUPERVISOR)),
    Invented("QX037", "范小同", "教务处"),
)  # fmt: skip

HEADS = {"总务处": "QX004", "教务处": "QX018", "德育处": "QX025", "食堂": "QX011", "五年级组": "QX034"}
HEAD_TEACHERS = ("QX026", "QX027", "QX028", "QX029", "QX019", "QX030", "QX031", "QX032", "QX033", "QX034",
                 "QX035", "QX036")  # fmt: skip


def load_demo_school(*, on: date, by: Actor) -> None:
    """Fill an empty database with the demonstration school, as of the day `on`, and announce it.

    Raises `NotAllowed` for anybody but a job of the system, `RuleBroken` when anybody or anything is there:
    a real school must never get accounts with a published password.
    """
    if not isinstance(by, System):
        raise NotAllowed("演示学校只能由命令行建立。")
    if User.objects.exists() or current_school() is not None:
        raise RuleBroken("数据库里已有人员或学校，不能再装演示学校。请用一个空的数据库。")
    school = set_school(name=NAME, short_name=SHORT_NAME, by=by)
    school.is_demo = True
    school.save(update_fields=["is_demo"])
    people = _people(_departments(by), by)
    for name, staff_no in HEADS.items():
        department = Department.objects.get(name=name)
        update_department(
            department=department, name=name, head=people[staff_no], order=department.order, by=by
        )
    _classes(people, on, by)
    fill_demo_calendar(on=on, by=by)
    demo_school_loaded.send(sender=load_demo_school, by=by, on=on)


def demo_accounts() -> list[dict[str, str]]:
    """One account per role: who to log in as. `RuleBroken` outside a demonstration school."""
    school = current_school()
    if school is None or not school.is_demo:
        raise RuleBroken("这不是演示学校，没有演示账号。")
    accounts = []
    for role in (*GRANTABLE, *IMPLIED):
        user = _account_of(role)
        accounts.append({"role": str(role), "name": user.name, "login": user.staff_no, "password": PASSWORD})
    return accounts


def _account_of(role: Role) -> User:
    """The first holder; for 全体教职工 somebody who holds nothing else."""
    if role in IMPLIED:
        holders = RoleHolding.objects.filter(ended_at=None).values("user")
        plain: User = User.objects.active().exclude(pk__in=holders).order_by("staff_no")[0]
        return plain
    holdings = RoleHolding.objects.filter(role=role, ended_at=None, user__is_active=True)
    first: RoleHolding = holdings.select_related("user").order_by("user__staff_no")[0]
    return first.user


def _departments(by: Actor) -> dict[str, Department]:
    return {
        name: create_department(name=name, order=10 * place, by=by)
        for place, name in enumerate(DEPARTMENTS, start=1)
    }


def _people(departments: dict[str, Department], by: Actor) -> dict[str, User]:
    people = {}
    for place, each in enumerate(PEOPLE, start=1):
        user = create_person(
            staff_no=each.staff_no,
            name=each.name,
            # 1380000xxxx is nobody's: the numbers of films and forms.
            phone=f"1380000{place:04}",
            department=departments[each.department],
            password=Password(PASSWORD),
            must_change_password=False,
            by=by,
        )
        for role in each.roles:
            grant_role(user=user, role=role, by=by)
        people[each.staff_no] = user
    return people


def _classes(people: dict[str, User], on: date, by: Actor) -> None:
    """Two classes a grade; the school year begins in September."""
    year = on.year if on.month >= 9 else on.year - 1
    teachers = iter(HEAD_TEACHERS)
    for grade in range(FIRST_GRADE, LAST_GRADE + 1):
        for number in range(1, CLASSES_A_GRADE + 1):
            create_class(
                name=f"{CHINESE[grade - 1]}（{number}）班",
                grade=grade,
                number=number,
                entry_year=year - grade + 1,
                head_teacher=people[next(teachers)],
                by=by,
            )
