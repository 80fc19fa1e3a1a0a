"""That a setting was changed is told to whoever else may change it."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User
from houqin.registry import registry
from houqin.school_settings.models import SettingChange
from houqin.showing import dated

CHANGED = "school_settings.changed"
# Whoever has the page of the settings answers for what stands on it.
OWNERS = "houqin.setting:change"


def to_owners(change: SettingChange, words: Words) -> Iterator[Draft]:
    """The holders of the roles that change settings, and of those that may change this one."""
    declared = registry.settings.get(change.code)
    if declared is None:
        return
    roles = {*registry.permission(OWNERS).grants, *registry.permission(declared.permission).grants}
    holders = User.objects.active().filter(holdings__role__in=roles, holdings__ended_at=None)
    maker = change.created_by.name if change.created_by is not None else "系统"
    told = {"label": declared.label, "who": maker, "day": dated(change.valid_from)}
    for user in holders.distinct().order_by("pk"):
        yield Draft(user, change, {**words, **told, "reason": change.reason})


KINDS = (
    NoticeKind(
        CHANGED, "设置变更", "学校", "houqin.SettingChange", "{who}修改了设置“{label}”：{before} → {after}",
        to_owners, "{day}起。原因：{reason}", stays_inside=True,
    ),
)  # fmt: skip
