"""The filters of a list as its page draws them: boxes, chips and days, and which of them is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from houqin.web.pages.address import Address
from houqin.web.pages.filters import Filter, Option

# The filters that are chosen in boxes; the others are chips, and one tap switches them.
BOXES = ("select", "period")


def control(each: Filter, options: Sequence[Option], at: Address) -> dict[str, Any]:
    """A filter as the template draws it: its options, which are on, and the address that switches each."""
    drawn: dict[str, Any] = {"kind": each.kind, "name": each.name, "label": each.label}
    if each.kind == "select":
        return drawn | {"choices": _choices(tuple(options), at.parameters.get(each.name, ""))}
    if each.kind == "period":
        days = [(option, at.parameters.get(option.value, "")) for option in options]
        return drawn | {
            "options": [{"label": option.label, "value": option.value, "given": day} for option, day in days]
        }
    chosen = at.parameters.get(each.name, "")
    return drawn | {
        "options": [
            {
                "label": option.label,
                "value": option.value,
                "is_on": option.value == chosen,
                "url": at.to({each.name: None if option.value == chosen else option.value}),
            }
            for option in options
        ],
    }


def taken_away(
    filters: Sequence[Filter], options: Mapping[str, Sequence[Option]], at: Address
) -> list[tuple[str, str]]:
    """What is chosen in the boxes now, in a few words each, and the address without it."""
    found = []
    for each in filters:
        given = [(option, at.parameters.get(option.value, "")) for option in options[each.name]]
        if each.kind == "period":
            words = " ".join(f"{option.label} {day}" for option, day in given if day)
        elif each.kind == "select":
            chosen = at.parameters.get(each.name, "")
            words = next((option.label for option in options[each.name] if option.value == chosen), "")
        else:
            continue
        if words:
            names = [each.name, *(option.value for option, day in given if day)]
            found.append((f"{each.label}：{words}", at.to(dict.fromkeys(names))))
    return found


# Of all the pages that are drawn in an hour few differ in this: the months, the categories, the staff.
@lru_cache(maxsize=200)
def _choices(options: tuple[Option, ...], chosen: str) -> SafeString:
    selected = format_html("{}", " selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((option.value, selected if option.value == chosen else "", option.label) for option in options),
    )
