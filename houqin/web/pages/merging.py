"""Two people edited one record: field by field, what it was, what it is now, and what was typed.

All comparing happens in the form's own values, so that a form may clean and name its fields as it likes. What
the other one has is carried along as hidden inputs under a prefix; choosing it moves them into the field's
place, and then the form is cleaned, checked and saved like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.safestring import SafeString

from houqin.audit.selectors import Happening
from houqin.showing import shown

PREFIX = "now"
CHOICE = "_take_"
THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed after the form was opened, in words."""

    name: str
    label: str
    before: str
    now: str
    mine: str
    who: str
    at: datetime | None
    is_conflict: bool
    carried: SafeString

    @property
    def choice_name(self) -> str:
        return f"{CHOICE}{self.name}"


def three_way(
    form: forms.BaseForm,
    current: forms.BaseForm,
    opened: Mapping[str, Any] | None,
    happenings: Sequence[Happening],
) -> list[Difference]:
    """The fields of the bound `form` that differ from what it was opened on.

    `current` is the same form, unbound, on the record as it is now; `opened` its values when the form was
    opened, or None when nobody knows them: then every field that was typed differently is a conflict.
    """
    differences = []
    for bound in form:
        now = current.initial.get(bound.name)
        then = opened.get(bound.name) if opened is not None else None
        if opened is not None and _same(then, now):
            continue
        is_mine_now = not _changed(bound, now)
        if opened is None and is_mine_now:
            continue
        who, at = _last(bound.name, happenings)
        words = _Words(bound)
        differences.append(
            Difference(
                name=bound.name,
                label=str(bound.label),
                before=words.of(then) if opened is not None else "（不详）",
                now=words.of(now),
                mine=words.of(bound.value()),
                who=who,
                at=at,
                is_conflict=not is_mine_now and (opened is None or _changed(bound, then)),
                carried=hidden(current[bound.name]),
            )
        )
    return differences


def settled(data: QueryDict, names: Iterable[str]) -> QueryDict:
    """`data` with the other one's value in every field where the reader chose it; else `data` itself."""
    taken = [name for name in names if data.get(f"{CHOICE}{name}") == THEIRS]
    if not taken:
        return data
    merged = data.copy()
    for name in taken:
        for key in _keys(merged, name):
            del merged[key]
        for key in _keys(merged, f"{PREFIX}-{name}"):
            merged.setlist(key.removeprefix(f"{PREFIX}-"), merged.getlist(key))
    return merged


def hidden(bound: BoundField) -> SafeString:
    """The field's value as hidden inputs that its own widget reads back."""
    widget = bound.field.widget
    if isinstance(widget, forms.TextInput):
        return forms.HiddenInput().render(bound.html_name, widget.format_value(bound.value()))
    return bound.as_hidden()


def _keys(data: QueryDict, name: str) -> list[str]:
    """The inputs of one field: its name, or that with a number for widgets of several inputs."""
    own = re.compile(rf"{re.escape(name)}(_[0-9]+)?")
    return [key for key in data if own.fullmatch(key)]


def _same(one: Any, other: Any) -> bool:
    return bool(_level(one) == _level(other))


def _changed(bound: BoundField, initial: Any) -> bool:
    return bool(bound.field.has_changed(_level(initial), _level(bound.data)))


def _level(value: Any) -> Any:
    """A browser sends every line end as CR LF, whatever was stored."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _last(name: str, happenings: Sequence[Happening]) -> tuple[str, datetime | None]:
    """Who changed the field last; for a field that is none of the model's, who changed the record last."""
    own = [each for each in happenings if name in each.fields] or happenings
    return (own[-1].who, own[-1].at) if own else ("", None)


class _Words:
    """A field's values in words; a list of choices is read once."""

    def __init__(self, bound: BoundField) -> None:
        self.field = bound.field
        choices = getattr(self.field, "choices", None)
        self.labels = None if choices is None else dict(_flat(choices))

    def of(self, value: Any) -> str:
        if self.labels is None:
            return shown(value)
        prepared = self.field.prepare_value(value)
        many = prepared if isinstance(prepared, list | tuple | set) else [prepared]
        return shown([self.labels.get(str(each), str(each)) for each in many if each not in {None, ""}])


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)
