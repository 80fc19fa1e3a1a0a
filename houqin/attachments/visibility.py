"""A file is readable by whoever may see a record it is linked to; before that by its uploader, for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from houqin.people.scopes import NOTHING, Visibility
from houqin.registry import registry

if TYPE_CHECKING:
    from houqin.people.models import User

USE = "houqin.attachment:use"
# Long enough for a form that lies over lunch and the night.
DRAFTS_KEPT_FOR = timedelta(hours=24)


def seen_parents(user: User, *, only_whole: bool = False) -> Q:
    """The links whose parent `user` may see; with `only_whole`, of those models that he sees all rows of.

    Each parent is asked by its own `visible_to`, correlated with the link, so that one file costs one look
    into each model's primary key, however many records there are.
    """
    found = NOTHING
    for label, parent in registry.attachment_parents.items():
        model = parent.model
        if model.VISIBILITY.sees_all(user):
            found |= Q(parent_model=label)
        elif not only_whole and user.has(model.VISIBILITY.permission):
            rows = model._default_manager.visible_to(user).filter(pk=OuterRef("parent_id"))
            found |= Q(Exists(rows.order_by()), parent_model=label)
    return found


class ThroughParents(Visibility):
    """The links of the records that a person may see, withdrawn ones included: history is not hidden."""

    def sees_all(self, user: User) -> bool:
        parents = registry.attachment_parents.values()
        return user.has(self.permission) and all(each.model.VISIBILITY.sees_all(user) for each in parents)

    def condition(self, user: User, permission: str | None = None) -> Q:
        return seen_parents(user) if user.has(permission or self.permission) else NOTHING


class ThroughLinks(Visibility):
    """The files behind those links.

    What was withdrawn is opened only by those who see every record of that kind: they answer for it, and a
    photo is mostly withdrawn because others should not have it.
    """

    def sees_all(self, user: User) -> bool:
        return False

    def condition(self, user: User, permission: str | None = None) -> Q:
        if not user.has(permission or self.permission):
            return NOTHING
        links = apps.get_model("houqin", "AttachmentLink")._default_manager
        own = links.filter(attachment=OuterRef("pk"))
        readable = own.filter(
            (Q(withdrawn_at=None) & seen_parents(user)) | seen_parents(user, only_whole=True)
        )
        is_fresh = Q(created_by=user.pk, created_at__gte=timezone.now() - DRAFTS_KEPT_FOR)
        return Q(Exists(readable)) | (is_fresh & ~Q(Exists(own)))
