"""A real school's first two accounts, before which nobody could open any other."""

from __future__ import annotations

from dataclasses import dataclass

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.people.access import require_job
from houqin.people.models import User
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.services.accounts import create_person
from houqin.people.services.holdings import grant_role
from houqin.school import set_school


@dataclass(frozen=True, slots=True)
class Founder:
    """Somebody who gets one of the first two accounts, with a one-time password."""

    staff_no: str
    name: str
    password: Password


def found_school(*, name: str, system_admin: Founder, security_admin: Founder, by: Actor) -> list[User]:
    """Enter the school and open the accounts of its 系统管理员 and its 安全管理员, and nothing else.

    Two people from the first hour, because one who opens accounts and grants roles could make himself
    anything (等保). Raises `NotAllowed` for a person, `RuleBroken` when anybody or anything is there, and as
    `create_person`. Of two at once the second meets the school's one row.
    """
    require_job(by)
    if User.objects.exists():
        raise RuleBroken("数据库里已经有人，不能再建立学校。")
    set_school(name=name, by=by)
    founders = ((system_admin, Role.SYSTEM_ADMIN), (security_admin, Role.SECURITY_ADMIN))
    made = []
    for founder, role in founders:
        user = create_person(staff_no=founder.staff_no, name=founder.name, password=founder.password, by=by)
        grant_role(user=user, role=role, by=by)
        made.append(user)
    return made
