"""The settings as pages show them: by group, with what is coming and what was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from houqin.people.models import User
from houqin.registry import MODULES, Setting, Todo, registry
from houqin.school_settings.kinds import BadValue, Grade
from houqin.school_settings.models import SettingChange
from houqin.school_settings.reading import Stored, changes, setting
from houqin.school_settings.rules import within_bounds


@dataclass(frozen=True, slots=True)
class Coming:
    """A value that is decided and not in force yet."""

    value: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Line:
    """One setting on the page of a day: its value now, its bounds, what is coming."""

    declared: Setting
    value: str
    is_default: bool
    since: date | None
    coming: tuple[Coming, ...]
    problem: str

    @property
    def url(self) -> str:
        return reverse("settings:setting", args=[self.declared.code])

    @property
    def default(self) -> str:
        return self.declared.shown(self.declared.default)

    @property
    def is_fixed(self) -> bool:
        """Whether the law leaves nothing to choose: the floor is the strictest of the words."""
        kind, floor = self.declared.kind, self.declared.floor
        return isinstance(kind, Grade) and floor is not None and floor >= len(kind.options) - 1

    @property
    def bounds(self) -> str:
        """“不低于 125 克”, “5—30 分钟”, “只能“禁止”，不能放宽”; empty where there is no bound."""
        floor, ceiling = self.declared.floor, self.declared.ceiling
        if self.is_fixed:
            return f"只能“{self.declared.shown(floor)}”，不能放宽"
        if floor is not None and ceiling is not None:
            return f"{self.declared.kind.show(floor)}—{self.declared.shown(ceiling)}"
        if floor is not None:
            return f"不低于 {self.declared.shown(floor)}"
        return f"不高于 {self.declared.shown(ceiling)}" if ceiling is not None else ""


@dataclass(frozen=True, slots=True)
class Past:
    """One row of a setting's history, with what has become of it."""

    change: SettingChange
    value: str
    standing: str
    can_be_withdrawn: bool = False

    @property
    def tone(self) -> str:
        return {"现行": "good", "将生效": "info"}.get(self.standing, "neutral")


def line_of(code: str, *, on: date) -> Line:
    """The setting `code` as it stands on the day `on`."""
    declared = registry.setting(code)
    stored = changes().get(code, ())
    value = setting(code, on=on)
    past = [each for each in stored if each.valid_from <= on]
    return Line(
        declared=declared,
        value=declared.shown(value),
        is_default=value == declared.default,
        since=past[-1].valid_from if past else None,
        coming=tuple(_coming(declared, value, [each for each in stored if each.valid_from > on])),
        problem=within_bounds(declared, value).reason,
    )


def _coming(declared: Setting, now: Any, later: Iterable[Stored]) -> Iterable[Coming]:
    """What will change after today; a day on which nothing changes (a withdrawn change) is left out."""
    before = now
    for each in later:
        value = setting(declared.code, on=each.valid_from)
        if value != before:
            yield Coming(declared.shown(value), each.valid_from)
        before = value


def lines_by_group(*, on: date) -> dict[str, list[Line]]:
    """All settings but the modules' switches, under their groups, in the order of declaration."""
    groups: dict[str, list[Line]] = {}
    for code, declared in registry.settings.items():
        if declared.group != MODULES:
            groups.setdefault(declared.group, []).append(line_of(code, on=on))
    return groups


def history_of(code: str, *, on: date) -> list[Past]:
    """Every change of the setting, the newest first; one query."""
    declared = registry.setting(code)
    rows = list(SettingChange.objects.filter(code=code).select_related("created_by"))
    # The newest row of a day is the one that counts.
    counting = {row.valid_from: row.pk for row in reversed(rows)}
    in_force = max((day for day in counting if day <= on), default=None)
    coming = {each.valid_from for each in line_of(code, on=on).coming}
    return [
        Past(
            row,
            _shown(declared, row.value),
            standing := _standing(row, counting[row.valid_from] == row.pk, in_force, coming, on),
            can_be_withdrawn=standing == "将生效",
        )
        for row in rows
    ]


def _standing(
    row: SettingChange, is_counting: bool, in_force: date | None, coming: set[date], on: date
) -> str:
    if not is_counting:
        return "已更正"
    if row.valid_from == in_force:
        return "现行"
    if row.valid_from <= on:
        return "已过去"
    return "将生效" if row.valid_from in coming else "已取消"


def _shown(declared: Setting, text: str) -> str:
    try:
        return declared.shown(declared.kind.read(text))
    except BadValue:
        return text


def latest_change_id(code: str) -> str:
    """The id of the newest change of the setting; empty when it was never changed."""
    return SettingChange.objects.filter(code=code).values_list("public_id", flat=True).first() or ""


def module_history(*, limit: int = 20) -> list[Past]:
    """The latest switches of modules, the newest first; one query."""
    codes = [module.code for module in registry.modules.values()]
    rows = SettingChange.objects.filter(code__in=codes).select_related("created_by")[:limit]
    return [Past(row, _shown(registry.setting(row.code), row.value), "") for row in rows]


def settings_out_of_bounds(user: User, on: date) -> Iterable[Todo]:
    """Home page: a value that a new release's bounds do not allow any more, for whoever may change it."""
    for code, declared in registry.settings.items():
        if user.has(declared.permission) and (
            problem := within_bounds(declared, setting(code, on=on)).reason
        ):
            yield Todo(
                title=f"设置“{declared.label}”不合现行规定",
                url=reverse("settings:change", args=[code]),
                action="修改",
                detail=problem,
                is_late=True,
                late_word="不合规定",
            )
