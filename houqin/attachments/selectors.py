"""What pages read about files: the files of a record, and those of many records at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from houqin.actors import Actor
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.rules import can_withdraw
from houqin.database.compiled import Compiled
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision

JOINED = ("attachment", "created_by", "withdrawn_by")


@dataclass(frozen=True, slots=True)
class Filed:
    """One file on a record's page. `can_open` is False for what was withdrawn from this reader's eyes."""

    link: AttachmentLink
    can_open: bool
    withdraw_url: str = ""

    @property
    def file(self) -> Attachment:
        file: Attachment = self.link.attachment
        return file


@dataclass(frozen=True, slots=True)
class FilesPanel:
    """The card 附件 of a record's page."""

    files: Sequence[Filed]
    may_attach: Decision
    attach_url: str


_links_of_one = Compiled(
    lambda key, model: AttachmentLink.objects.filter(parent_id=key, parent_model=model).select_related(
        *JOINED
    )
)


def links_of(records: Iterable[Any]) -> dict[Any, list[AttachmentLink]]:
    """The links of `records` (all of one model), by the record's key; one query, none for no records.

    The caller has seen to it that the reader may see the records.
    """
    rows = list(records)
    found: dict[Any, list[AttachmentLink]] = defaultdict(list)
    if not rows:
        return found
    links = AttachmentLink.objects.filter(
        parent_model=rows[0]._meta.label_lower, parent_id__in=[row.pk for row in rows]
    )
    for link in links.select_related(*JOINED):
        found[link.parent_id].append(link)
    return found


def files_panel(record: Any, by: Actor) -> FilesPanel | None:
    """The files of `record` for `by`; None when its model takes none."""
    parent = registry.attachment_parents.get(record._meta.label_lower)
    if parent is None:
        return None
    links = _links_of_one(record.pk, record._meta.label_lower)
    may_manage = allowed(by, parent.manage, record)
    sees_all = by.user is not None and record.VISIBILITY.sees_all(by.user)
    url = reverse(parent.url_name, args=[record.public_id]) if parent.url_name else ""
    return FilesPanel(
        [_filed(link, by.user, sees_all=sees_all, may_manage=may_manage) for link in links],
        parent.attach(by, record),
        url,
    )


def files_on(records: Iterable[Any], user: User) -> dict[Any, list[Filed]]:
    """The files of many records that `user` may see, without the buttons; one query."""
    rows = list(records)
    sees_all = bool(rows) and rows[0].VISIBILITY.sees_all(user)
    nobody = Decision.no("")
    return {
        key: [_filed(link, user, sees_all=sees_all, may_manage=nobody) for link in links]
        for key, links in links_of(rows).items()
    }


def _filed(link: AttachmentLink, user: User | None, *, sees_all: bool, may_manage: Decision) -> Filed:
    is_withdrawn = link.withdrawn_at is not None
    is_own = user is not None and link.created_by_id == user.pk
    possible = can_withdraw(is_own=is_own, is_withdrawn=is_withdrawn, may_manage=may_manage)
    url = reverse("attachments:withdraw", args=[link.public_id]) if possible else ""
    return Filed(link, can_open=not is_withdrawn or sees_all, withdraw_url=url)
