"""What a setting may be: never beyond the bounds that the law or the program draws."""

from __future__ import annotations

from datetime import date
from typing import Any

from houqin.registry import Setting
from houqin.rules import Decision


def within_bounds(setting: Setting, value: Any) -> Decision:
    """Whether `value` lies within the setting's inclusive bounds; the reason cites their source."""
    if setting.floor is not None and value < setting.floor:
        return Decision.no(
            f"“{setting.label}”不能低于 {setting.shown(setting.floor)}。出处：{setting.source}。"
        )
    if setting.ceiling is not None and value > setting.ceiling:
        return Decision.no(
            f"“{setting.label}”不能高于 {setting.shown(setting.ceiling)}。出处：{setting.source}。"
        )
    return Decision.yes()


def can_withdraw(valid_from: date, on: date) -> Decision:
    """Whether a change for the day `valid_from` can still be taken back on the day `on`."""
    if valid_from <= on:
        return Decision.no("这次变更已经生效，不能取消。需要改回去，请再改一次。")
    return Decision.yes()


def may_begin(valid_from: date, on: date) -> Decision:
    """Whether a change that is entered on the day `on` may be in force from `valid_from`.

    Not in the past: what was decided yesterday was decided under yesterday's value.
    """
    if valid_from < on:
        return Decision.no("生效日期不能早于今天：已经办过的事按当时的设置算。")
    return Decision.yes()
