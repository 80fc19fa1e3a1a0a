"""Whether somebody still sees what a notice is about: asked when it is sent, and again when it is opened."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch

from houqin.notifications.models import Notice
from houqin.people.models import User
from houqin.routes import route_url


def sees(user: User, record: Any) -> bool:
    """Whether the role table lets `user`, if his account is in use, read `record` now; one query."""
    if not user.is_active or record is None:
        return False
    visible = type(record)._default_manager.visible_to(user)
    return bool(visible.filter(pk=record.pk).exists())


def still_concerns(notice: Notice) -> bool:
    """Whether its recipient may still be told of it."""
    if notice.content_type_id is None:
        return notice.recipient.is_active
    return sees(notice.recipient, notice.about)


def address_of(notice: Notice) -> str:
    """Where the notice leads its recipient; empty when what it is about is gone or no more his to see."""
    if notice.route:
        try:
            return route_url(notice.route)
        except NoReverseMatch:
            # The program that told of it had this page; the present one has it no more.
            return ""
    record = notice.about
    if record is None or not sees(notice.recipient, record):
        return ""
    return str(record.get_absolute_url())
