"""How far a right reaches, and which rows of a model that is for a given person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextChoices

if TYPE_CHECKING:
    from houqin.people.models import User


class Scope(TextChoices):
    """The reach of a right; a person with several roles has the union."""

    ALL = "all", "全部"
    DEPARTMENT = "department", "本部门"
    ASSIGNED = "assigned", "分给我的"
    MY_CLASS = "my_class", "本班"
    OWN = "own", "本人的"


def among(column: str, keys: QuerySet[Any]) -> Q:
    """The rows whose `column` is one of `keys`, a query of one value, for conditions that are joined by OR.

    There PostgreSQL makes a test of every row of the table out of `IN (SELECT …)` and out of a join; an
    array it reads once and looks up in the column's index. It compares every row of a long list with every
    key all the same: where there may be hundreds, the readers are kept with the row.
    """
    test = Func(
        F(column), ArraySubquery(keys), template="%(expressions)s)", arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )  # fmt: skip
    return Q(test)


RowsFor = Callable[["User"], Q]

NOTHING = Q(pk__in=())

# By whose key a row knows its readers, for each scope that can be kept with the row.
READERS: Mapping[Scope, Callable[[User], Any]] = {
    Scope.DEPARTMENT: lambda user: user.department_id,
    Scope.ASSIGNED: lambda user: user.pk,
    Scope.OWN: lambda user: user.pk,
}


def reader_key(scope: Scope, key: Any) -> str:
    """A reader as a row knows him: `department:7`, `assigned:12`."""
    return f"{scope.value}:{key}"


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which rows of one model each scope means, under which reading permission.

    `rows` says it as a condition of the reader. Where that would join other tables, `kept` names what leads
    from a row to its readers (`"owner"`, `"plan.department"`), and the database keeps them all in the row, in
    `seen_by` (`houqin.people.seeing`): whoever sees a part then costs a list no more than whoever sees all.
    `through` is the relation to the row that keeps them, for rows that are seen by whoever sees that one.
    A scope that the model does not name reaches none of its rows.
    """

    permission: str
    rows: Mapping[Scope, RowsFor] = field(default_factory=dict)
    kept: Mapping[Scope, tuple[str, ...]] = field(default_factory=dict)
    through: str = ""

    def __post_init__(self) -> None:
        if unknown := self.kept.keys() - READERS.keys():
            raise ValueError(f"the readers of the scopes {sorted(unknown)} cannot be kept with a row")

    def sees_all(self, user: User) -> bool:
        return Scope.ALL in user.scopes(self.permission)

    def condition(self, user: User, permission: str | None = None) -> Q:
        """The rows that `user` reaches under `permission` (default: the reading permission)."""
        scopes = user.scopes(permission or self.permission)
        if Scope.ALL in scopes:
            return Q()
        if user.department_id is None:
            # To the database “department = None” means every row that has none.
            scopes -= {Scope.DEPARTMENT}
        reached = NOTHING
        for scope, rows in self.rows.items():
            if scope in scopes:
                reached |= rows(user)
        if kept := sorted(reader_key(scope, READERS[scope](user)) for scope in self.kept if scope in scopes):
            reached |= Q(
                **{f"{self.through}__seen_by__overlap" if self.through else "seen_by__overlap": kept}
            )
        return reached
