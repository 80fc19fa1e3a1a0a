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
    array it reads once and looks up in the column's index.
    """
    test = Func(
        F(column), ArraySubquery(keys), template="%(expressions)s)", arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )  # fmt: skip
    return Q(test)


RowsFor = Callable[["User"], Q]

NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which rows of one model each scope means, under which reading permission.

    A scope that the model does not name reaches none of its rows.
    """

    permission: str
    rows: Mapping[Scope, RowsFor] = field(default_factory=dict)

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
        return reached
