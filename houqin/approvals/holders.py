"""Who may sign at a seat on a given day: the role table, the department's head, the meeting's members.

The applicant never may. Where he alone holds what a seat names, its stand-in role signs; whoever is away may
have a deputy, who signs in his own name for him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from houqin.approvals.models.meetings import BodyMember
from houqin.approvals.models.routes import SeatPlan
from houqin.approvals.states import SeatKind
from houqin.people.acting import acting_on
from houqin.people.models import Department, RoleHolding, User
from houqin.people.roles import ADMINISTRATORS


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may decide at a seat, perhaps for somebody who is away."""

    user: User
    acting_for: User | None = None

    @property
    def key(self) -> tuple[int, int | None]:
        return self.user.pk, self.acting_for.pk if self.acting_for else None

    def __str__(self) -> str:
        return f"{self.user.name}（代{self.acting_for.name}）" if self.acting_for else self.user.name


def role_holders(roles: Iterable[str]) -> list[User]:
    """Everybody in service who holds one of `roles` today, in the order of the keys."""
    holdings = RoleHolding.objects.filter(role__in=list(roles), ended_at=None, user__is_active=True)
    return sorted({each.user for each in holdings.select_related("user")}, key=lambda user: user.pk)


def named_by(seat: SeatPlan, department: Department | None) -> list[User]:
    """Whom the seat itself names, the applicant included."""
    if seat.kind == SeatKind.ROLE:
        return role_holders([seat.role])
    if seat.kind == SeatKind.PERSON:
        found = [seat.person] if seat.person else []
    elif seat.kind == SeatKind.HEAD:
        found = [department.head] if department and department.head else []
    else:
        members = BodyMember.objects.filter(body=seat.body_id).select_related("user").order_by("user")
        found = [each.user for each in members]
    return [user for user in found if user.is_active]


def principals(seat: SeatPlan, applicant: User, department: Department | None) -> list[User]:
    """Who signs on his own account: whom the seat names without the applicant, else its stand-in role.

    An administrator keeps the routes and therefore signs nothing, also where a route names him (A5).
    """
    barred = _barred(applicant)
    found = [user for user in named_by(seat, department) if user not in barred]
    if not found and seat.stand_in:
        found = [user for user in role_holders([seat.stand_in]) if user not in barred]
    return found


def _barred(applicant: User) -> set[User]:
    """Who signs nothing on this request, neither himself nor for somebody else."""
    return {applicant, *role_holders(ADMINISTRATORS)}


def holders(
    seat: SeatPlan,
    *,
    applicant: User,
    department: Department | None,
    on: date,
    kept_for_later: Collection[int] = (),
) -> list[Holder]:
    """Who may decide at `seat` on the day `on`: its principals and their deputies.

    `kept_for_later` are the keys of people who alone can sign a later step: nobody signs twice in a round, so
    they are left out here as long as somebody else remains.
    """
    own = principals(seat, applicant, department)
    found = [Holder(user) for user in own]
    if seat.kind != SeatKind.MEETING:
        acting = acting_on(on).filter(absent__in=own).select_related("absent", "deputy").order_by("pk")
        deputies = list(acting)
        # A deputy may have become an administrator since he was asked.
        barred = _barred(applicant) if deputies else set()
        found += [Holder(each.deputy, each.absent) for each in deputies if each.deputy not in barred]
    spared = [each for each in found if each.user.pk not in kept_for_later]
    return spared or found
