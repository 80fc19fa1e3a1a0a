"""From an announcement to the notices of everybody whom it concerns, and to what leaves the house."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from procrastinate.contrib.django import app

from houqin.actors import Actor
from houqin.notifications.announcing import QUEUE
from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.notifications.models import Channel, Delivery, Notice, NoticePreference, usual
from houqin.notifications.seeing import sees
from houqin.notifications.ways import GATHERED_FOR
from houqin.people.access import require_job
from houqin.registry import registry
from houqin.school_settings.modules import belongs_to_use

SEND = "houqin.send_messages"


def tell(
    *, kind: str, record: int, mark: str, but: Collection[int] = (), words: Words, at: datetime, by: Actor
) -> int:
    """Give a notice to everybody whom the announcement concerns now; answers how many were told.

    Nobody is told twice under one `mark`, whose account is closed, who may not see what it is about, or who
    did it himself (`but`: keys of people). Nothing happens when the record is gone or its module switched
    off meanwhile. Side effects: deliveries on every channel that carries the kind, and jobs that send them.
    Raises `NotAllowed` for anybody but a job.
    """
    require_job(by)
    declared = registry.notice_kind(kind)
    found = declared.model_class._base_manager.filter(pk=record).first()
    if found is None or not belongs_to_use(kind, on=timezone.localdate(at)):
        return 0
    drafts = _of_people(declared.drafts(found, words), but)
    told = _new_notices(declared, drafts, mark, at)
    if told and not declared.stays_inside:
        _send_out(declared, told, at)
    return len(told)


def _of_people(drafts: Iterable[Draft], but: Collection[int]) -> list[Draft]:
    """One draft a person, of those who may be told."""
    found: dict[int, Draft] = {}
    for draft in drafts:
        is_open = draft.to.is_active and draft.to.pk not in but
        if is_open and draft.to.pk not in found and (draft.route or sees(draft.to, draft.about)):
            found[draft.to.pk] = draft
    return list(found.values())


def _new_notices(kind: NoticeKind, drafts: Sequence[Draft], key: str, at: datetime) -> list[Notice]:
    """Insert a notice for each draft and return those that were not there: the constraint decides, for two
    workers with the same announcement as for one that does it again after a crash."""
    wanted = [_notice(kind, draft, key, at) for draft in drafts]
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    ids = [each.public_id for each in wanted]
    return list(Notice.objects.filter(public_id__in=ids).select_related("recipient"))


def _notice(kind: NoticeKind, draft: Draft, key: str, at: datetime) -> Notice:
    about = draft.about
    return Notice(
        recipient=draft.to,
        kind=kind.code,
        key=key[:120],
        title=_filled(kind.title, draft.words, Notice._meta.get_field("title").max_length),
        detail=_filled(kind.detail, draft.words, Notice._meta.get_field("detail").max_length),
        content_type=ContentType.objects.get_for_model(about) if about is not None else None,
        object_id=about.pk if about is not None else None,
        route=draft.route,
        created_at=at,
    )


def _filled(template: str, words: Mapping[str, Any], longest: int | None) -> str:
    text = " ".join(template.format_map(words).split())
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1]}…"


def _send_out(kind: NoticeKind, notices: Sequence[Notice], at: datetime) -> None:
    """Put the notices on the channels that carry their kind, and have those looked after."""
    channels = list(Channel.objects.filter(retired_on=None, kinds__contains=[kind.code]))
    if not channels:
        return
    asked = NoticePreference.objects.filter(user__in=[each.recipient_id for each in notices])
    preferences = {each.user_id: each for each in asked}
    made = []
    for notice in notices:
        wish = preferences.get(notice.recipient_id) or usual(notice.recipient)
        made += [
            Delivery(notice=notice, channel=channel, not_before=wish.quiet.after(at + GATHERED_FOR))
            for channel in channels
            if wish.wants(kind.code, channel.reach)
        ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    for pk in sorted({each.channel_id for each in made}):
        call_sender(pk, at + GATHERED_FOR)


def call_sender(channel: int, at: datetime | None = None) -> None:
    """Queue the job that sends what waits on the channel with this key, at once or at the moment `at`."""
    app.configure_task(SEND, queue=QUEUE, schedule_at=at).defer(channel=channel)
