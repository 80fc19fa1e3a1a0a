"""How far the school has come: each step asks what is there, so that one may stop and go on at any time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from houqin.people.models import User
from houqin.registry import SetupStep, SetupWay, Todo, registry
from houqin.school import current_school
from houqin.school_settings.modules import belongs_to_use
from houqin.setting_up.states import FINISH


@dataclass(frozen=True, slots=True)
class Standing:
    """A step as its reader sees it."""

    step: SetupStep
    number: int
    is_done: bool
    is_current: bool
    says: str
    ways: Sequence[SetupWay]
    by_whom: str

    @property
    def state(self) -> str:
        return "done" if self.is_done else "current" if self.is_current else "waiting"


def standings(user: User, *, on: date) -> list[Standing]:
    """All steps in order, of modules in use; the first that is not done is the current one."""
    found: list[Standing] = []
    has_current = False
    for step in sorted(registry.setup_steps, key=lambda each: each.order):
        if not belongs_to_use(step.ways[0].permission, on=on):
            continue
        says, is_done = step.progress()
        is_current = not is_done and not has_current
        has_current = has_current or is_current
        ways = [way for way in step.ways if user.has(way.permission)]
        main = step.ways[0].permission
        by_whom = "" if user.has(main) else registry.holders_of(main)
        found.append(Standing(step, len(found) + 1, is_done, is_current, says, ways, by_whom))
    return found


def others_steps(user: User, *, on: date) -> Iterable[Todo]:
    """The open steps that wait for `user`, because whoever finishes the setting up has no right to them."""
    finishers = set(registry.permission(FINISH).grants)
    for each in standings(user, on=on):
        main = each.step.ways[0]
        if each.is_done or not user.has(main.permission):
            continue
        if finishers.isdisjoint(registry.permission(main.permission).grants):
            yield Todo(
                title=f"开始使用：{each.step.label}",
                url=main.address,
                action=main.label,
                detail=f"这一步由您来做。现在：{each.says}。",
            )


def setup_todos(user: User, on: date) -> Iterable[Todo]:
    """Home page of whoever sets the school up, until somebody says that it is done.

    Who cannot say so is asked for the steps that nobody who can is able to take: 安全管理员 and the roles.
    """
    school = current_school()
    if school is None or school.is_demo or school.set_up_at is not None:
        return
    if not user.has(FINISH):
        yield from others_steps(user, on=on)
        return
    steps = standings(user, on=on)
    left = [each.step.label for each in steps if not each.is_done]
    yield Todo(
        title=f"开始使用：{len(steps)} 步里做好了 {len(steps) - len(left)} 步",
        url=reverse("setup:steps"),
        action="接着设置",
        detail=f"下一步：{left[0]}" if left else "都做好了，点进去标记为完成。",
    )
