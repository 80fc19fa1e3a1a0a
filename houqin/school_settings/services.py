"""Changing settings and switching modules: always one more row of the history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.notifications.announcing import announce
from houqin.people.access import require
from houqin.registry import Setting, registry
from houqin.school_settings.kinds import BadValue
from houqin.school_settings.models import SettingChange
from houqin.school_settings.notices import CHANGED
from houqin.school_settings.reading import changes, setting
from houqin.school_settings.rules import can_withdraw, may_begin, within_bounds
from houqin.showing import dated, said_day

HOLD = "SELECT pg_advisory_xact_lock(hashtext('setting'), hashtext(%s))"


def change_setting(
    *, code: str, value: str, valid_from: date, reason: str, on: date, seen: str | None = None, by: Actor
) -> SettingChange:
    """Give the setting `code` the value that the text `value` means, from the day `valid_from` on.

    The others who may change it are told, in the inbox only.

    `on` is today; `seen` the id of the latest change that the reader saw (empty for none), None when he does
    not decide on the ground of an earlier reading. Raises `NotAllowed`; `RuleBroken` for a text of another
    kind, a value beyond the bounds (citing their source), a past day, no reason, the value that is in force
    anyway, or a change that somebody else made meanwhile.
    """
    declared = registry.setting(code)
    require(by, declared.permission)
    _hold(code)
    _expect(code, seen)
    try:
        meant = declared.kind.read(value)
    except BadValue as wrong:
        raise RuleBroken(str(wrong), field="value") from wrong
    for decision, field in (
        (within_bounds(declared, meant), "value"),
        (may_begin(valid_from, on), "valid_from"),
    ):
        if not decision:
            raise RuleBroken(decision.reason, field=field)
    if not reason.strip():
        raise RuleBroken("请写明为什么改，以后查得到。", field="reason")
    if meant == setting(code, on=valid_from):
        raise RuleBroken(f"{said_day(valid_from)}起本来就是 {declared.shown(meant)}，不用改。", field="value")
    return _append(declared, declared.kind.write(meant), valid_from, reason, by)


def withdraw_change(*, change: SettingChange, on: date, by: Actor) -> SettingChange:
    """Take back a change that is not in force yet: from its day on everything stays as on the day before.

    Raises `NotAllowed`, and `RuleBroken` once the day has come: then a new change is made.
    """
    declared = registry.setting(change.code)
    require(by, declared.permission)
    _hold(change.code)
    can_withdraw(change.valid_from, on).require()
    before = setting(change.code, on=date.fromordinal(change.valid_from.toordinal() - 1))
    if before == setting(change.code, on=change.valid_from):
        raise RuleBroken("这次变更已经取消了。")
    reason = f"取消原定{dated(change.valid_from)}的变更"
    return _append(declared, declared.kind.write(before), change.valid_from, reason, by)


def switch_modules(*, apps: Collection[str], reason: str, on: date, by: Actor) -> list[SettingChange]:
    """Switch the modules in `apps` on and all others off, from today (`on`).

    Raises `NotAllowed`, and `RuleBroken` without a reason or when nothing would change.
    """
    require(by, "houqin.module:switch")
    if not reason.strip():
        raise RuleBroken("请写明为什么启用或停用，以后查得到。", field="reason")
    made = []
    # In one order, so that two people who switch at once wait for each other only once.
    for app, module in sorted(registry.modules.items()):
        _hold(module.code)
        wanted = app in apps
        if wanted != setting(module.code, on=on):
            declared = registry.setting(module.code)
            made.append(_append(declared, declared.kind.write(wanted), on, reason, by))
    if not made:
        raise RuleBroken("没有改动：各模块已经是这样。")
    return made


def _hold(code: str) -> None:
    """Let one change of a setting wait for another: only then does the later one see what came before it."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [code])
    changes.forget()


def _expect(code: str, seen: str | None) -> None:
    latest = SettingChange.objects.filter(code=code).select_related("created_by").first()
    if seen is None or seen == (latest.public_id if latest is not None else ""):
        return
    who = latest.created_by.name if latest is not None and latest.created_by is not None else "别人"
    raise RuleBroken(f"您打开这一页之后，{who}已经改过这项设置。请返回看过现在的值再改。")


def _append(declared: Setting, value: str, valid_from: date, reason: str, by: Actor) -> SettingChange:
    before = setting(declared.code, on=valid_from)
    change = SettingChange(code=declared.code, value=value, valid_from=valid_from, reason=reason.strip())
    change.set_maker(by)
    change.save()
    words = {"before": declared.shown(before), "after": declared.shown(declared.kind.read(value))}
    announce(CHANGED, change, by=by, **words)
    return change
