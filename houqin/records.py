"""`Record`: what every business row has, and the one gate through which rows are reached.

No soft delete: a row is retired or merged and its history keeps its foreign key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from houqin.database.prepared import prepared
from houqin.errors import EditedMeanwhile

if TYPE_CHECKING:
    from houqin.actors import Actor
    from houqin.people.models import User
    from houqin.people.scopes import Visibility

# Without 0/O, 1/I/L and U: the code is read aloud and typed from paper.
PUBLIC_ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PUBLIC_ID_LENGTH = 10


def new_public_id() -> str:
    """A random id of 10 characters (about 49 bits), the only id of a record that appears in a URL."""
    return "".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


class RecordQuerySet(models.QuerySet[Any]):
    """A queryset that knows which of its rows a person may see."""

    def visible_to(self, user: User) -> Self:
        """Only the rows that the role table lets `user` read; none for a person without the permission."""
        visibility: Visibility = self.model.VISIBILITY
        return self.filter(visibility.condition(user)) if not visibility.sees_all(user) else self


class Record(models.Model):
    """A business row: random public id, version for concurrent editing, who made it and when."""

    VISIBILITY: ClassVar[Visibility]

    public_id = models.CharField("编码", max_length=16, unique=True, default=new_public_id, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    created_at = models.DateTimeField("建立时间", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="建立人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save and, when the row exists already, count its version up (the caller holds its lock)."""
        if not self._state.adding:
            self.version += 1
            if update_fields is not None:
                update_fields = {*update_fields, "version"}
        with prepared():
            super().save(*args, update_fields=update_fields, **kwargs)

    def particulars(self) -> Sequence[str]:
        """What tells this record from others of its name; every form about it names it and says this too."""
        return ()

    def expect_version(self, expected: int | None) -> None:
        """Raise `EditedMeanwhile` unless the locked row still has the version that the form was opened with.

        `None` means that the caller does not edit on the ground of an earlier reading.
        """
        if expected is not None and expected != self.version:
            raise EditedMeanwhile(self, expected=expected)

    def set_maker(self, by: Actor) -> None:
        """Note who made this record; nobody for jobs and guests."""
        self.created_by = by.user
