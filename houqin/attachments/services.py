"""Storing files, linking them to records, withdrawing them; and what the night removes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from django.db import transaction
from django.utils import timezone

from houqin.actors import Actor
from houqin.attachments import storage
from houqin.attachments.checking import CheckedFile
from houqin.attachments.limits import MOST_FILES
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.rules import can_withdraw
from houqin.attachments.visibility import DRAFTS_KEPT_FOR, USE
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock, lock_all
from houqin.people.access import allowed, require, require_job
from houqin.registry import AttachmentParent, registry

SWEPT_AT_ONCE = 500
# A backup copies files after it has read the database; until it is through, the night removes none.
NOBODY_BACKS_UP = "SELECT pg_try_advisory_xact_lock_shared(hashtext('houqin.files'))"

# What a form hands in: a file that was stored while it was filled in, or one that came with it.
HandedIn: TypeAlias = Attachment | CheckedFile


def store_file(*, file: CheckedFile, by: Actor) -> Attachment:
    """Keep a checked file that belongs to no record yet; its uploader may link it within a day.

    The same content from the same person within that time is the same row, so that a second tap or a second
    try over a bad line makes no second file. Raises `NotAllowed`. Side effect: one or two files on the disk.
    """
    require(by, USE)
    again = _kept_already(file, by)
    if again is not None:
        return again
    attachment = Attachment(
        name=file.name, kind=file.kind, size=len(file.data), sha256=file.sha256,
        width=file.width, height=file.height,
    )  # fmt: skip
    attachment.set_maker(by)
    attachment.save()
    storage.stage(attachment.public_id, file.data)
    if file.thumbnail:
        storage.stage(f"{attachment.public_id}{storage.SMALL}", file.thumbnail)
    return attachment


def attach_files(*, to: Any, files: Sequence[HandedIn], caption: str = "", by: Actor) -> list[AttachmentLink]:
    """Link `files`, which `by` uploaded, to the record `to`; one that is linked to it already stays so.

    Those that came with the form are stored here, in its own transaction: a second tap stores nothing.
    Raises `NotAllowed` when the record's own rule refuses or a file is somebody else's, `RuleBroken` for too
    many at once, `Gone` when the night has removed one. The caller holds whatever lock the record needs.
    """
    _parent_of(to).attach(by, to).require()
    if len(files) > MOST_FILES:
        raise RuleBroken(f"一次最多附 {MOST_FILES} 个文件，请分几次上传。", field="attachments")
    if not files:
        return []
    kept = [file if isinstance(file, Attachment) else store_file(file=file, by=by) for file in files]
    locked = lock_all(Attachment.objects.filter(pk__in=[file.pk for file in kept]))
    # What is entered for somebody was uploaded by whoever typed it.
    hands = {each.pk for each in (by.user, getattr(by, "entered_by", None)) if each is not None}
    if any(file.created_by_id not in hands for file in locked):
        raise NotAllowed("只能附上自己上传的文件，请重新上传。")
    if len(locked) < len({file.pk for file in kept}):
        raise RuleBroken("有的文件上传后放了太久，已经清理。请重新选择文件。", field="attachments")
    address = {"parent_model": to._meta.label_lower, "parent_id": to.pk}
    open_links = AttachmentLink.objects.filter(**address, withdrawn_at=None)
    linked = set(open_links.values_list("attachment", flat=True))
    made = []
    for file in locked:
        if file.pk not in linked:
            link = AttachmentLink(attachment=file, caption=caption.strip(), **address)
            link.set_maker(by)
            link.save()
            made.append(link)
    return made


def attach_to_record(*, record: Any, attachments: Sequence[HandedIn], caption: str, by: Actor) -> Any:
    """`attach_files` from the page of `record`, which is locked first; at least one file is wanted."""
    if not attachments:
        raise RuleBroken("请先选择文件，或拍一张照片。", field="attachments")
    record = lock(record)
    attach_files(to=record, files=attachments, caption=caption, by=by)
    return record


def withdraw_file(*, link: AttachmentLink, reason: str, by: Actor) -> AttachmentLink:
    """Take a file off its record: its line stays, struck, with who and why; the bytes stay too.

    Raises `NotAllowed` for somebody else's file without the right to the record, and `RuleBroken` without a
    reason or for one that is withdrawn already.
    """
    require(by, USE, link)
    parent = link.parent
    may_manage = allowed(by, _parent_of(parent).manage, parent)
    link = lock(link)
    is_own = by.user is not None and link.created_by_id == by.user.pk
    is_withdrawn = link.withdrawn_at is not None
    can_withdraw(is_own=is_own, is_withdrawn=is_withdrawn, may_manage=may_manage).require()
    if not reason.strip():
        raise RuleBroken("请写明撤下的原因。", field="reason")
    link.withdrawn_at, link.withdrawn_by = timezone.now(), by.user
    link.withdrawn_reason = reason.strip()
    link.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return link


def share_files(*, of: Any, to: Any, by: Actor) -> list[AttachmentLink]:
    """Let the files of `of`, which `to` stands for from now on, belong to `to` too; answers the new lines.

    What was withdrawn stays where it is, and what `to` has already is not linked twice. The caller holds both
    locks. Raises `NotAllowed` for whoever may not manage both records.
    """
    for record in (of, to):
        require(by, _parent_of(record).manage, record)
    lines = AttachmentLink.objects.filter(withdrawn_at=None)
    address = {"parent_model": to._meta.label_lower, "parent_id": to.pk}
    there = lines.filter(**address).values("attachment")
    old = lines.filter(parent_model=of._meta.label_lower, parent_id=of.pk).exclude(attachment__in=there)
    moving = list(old.order_by("pk"))
    if not moving:
        return []
    lock_all(Attachment.objects.filter(pk__in=[each.attachment_id for each in moving]))
    links = [
        AttachmentLink(attachment_id=each.attachment_id, caption=each.caption, **address) for each in old
    ]
    for link in links:
        link.set_maker(by)
    return AttachmentLink.objects.bulk_create(links)


def drop_links(*, of: Any, by: Actor) -> int:
    """Take the files off the record `of`, which is about to be deleted; how many.

    Only for a draft that goes with all that hangs on it: the audit keeps the lines, and the night removes the
    files that nothing else holds. Raises `NotAllowed` for whoever may not manage the record.
    """
    require(by, _parent_of(of).manage, of)
    links = AttachmentLink.objects.filter(parent_model=of._meta.label_lower, parent_id=of.pk)
    return links.delete()[0]


def forget_unlinked_files(*, by: Actor, at: datetime) -> int:
    """Remove the files that nobody linked within a day of `at`; how many. Raises `NotAllowed`.

    A file that is being linked at this moment is locked and passed over; one that was linked a moment ago is
    seen by the second question, which is asked when the rows are held.
    """
    require_job(by)
    if not _may_remove_files():
        return 0
    old = Attachment.objects.filter(created_at__lt=at - DRAFTS_KEPT_FOR, links=None).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    rows = Attachment.objects.filter(pk__in=keys).order_by("pk")
    held = [row.pk for row in rows.select_for_update(skip_locked=True)]
    unlinked = Attachment.objects.filter(pk__in=held, links=None)
    names = list(unlinked.values_list("public_id", flat=True))
    unlinked.delete()
    for name in names:
        transaction.on_commit(partial(_remove_both, name))
    return len(names)


def tidy_files(*, by: Actor) -> dict[str, int]:
    """Move files that a crash left where they were written, and remove those that no row knows after a day.

    Answers how many of each, and how many rows have lost their file (which only the log can tell somebody).
    Raises `NotAllowed`. While a backup is being made nothing is removed.
    """
    require_job(by)
    may_remove = _may_remove_files()
    counts = {"settled": 0, "removed": 0, "lost": 0}
    known = set(Attachment.objects.values_list("public_id", flat=True))
    present = set()
    for key, age, is_staged in storage.stored():
        if key.removesuffix(storage.SMALL) in known:
            present.add(key)
            counts["settled"] += is_staged and storage.settle(key)
        elif may_remove and age > DRAFTS_KEPT_FOR.total_seconds():
            storage.remove(key)
            counts["removed"] += 1
    counts["lost"] = len(known - present)
    return counts


def _may_remove_files() -> bool:
    """Whether no backup is being made; none begins to look at files until this transaction ends."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(NOBODY_BACKS_UP)
        return bool(cursor.fetchone()[0])


def _kept_already(file: CheckedFile, by: Actor) -> Attachment | None:
    if by.user is None:
        return None
    same = Attachment.objects.filter(
        created_by=by.user, sha256=file.sha256, created_at__gte=timezone.now() - DRAFTS_KEPT_FOR
    )
    # One that was withdrawn begins anew: its old row may no longer be read by everybody.
    kept: Attachment | None = same.filter(links__withdrawn_at=None).first()
    return kept


def _parent_of(record: Any) -> AttachmentParent:
    """How files are attached to `record`; `LookupError` for a model that takes none: a mistake of ours."""
    return registry.attachment_parents[record._meta.label_lower]


def _remove_both(name: str) -> None:
    storage.remove(name)
    storage.remove(f"{name}{storage.SMALL}")
