"""The home page: what this person must do today, late things first, and up to four figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from houqin.registry import MOST_LISTED, Figure, Listed, Todo, registry
from houqin.school_settings.modules import in_use
from houqin.web.pages.page import Page

FIGURES = 4
TODOS = 100
# Of the todos that have a list of their own, so many of each list; what else is to be done stays in sight.
TODOS_OF_A_LIST = 5


@dataclass(frozen=True, slots=True)
class Others:
    """What of a list is not shown; `is_cut`: there may be more still."""

    listed: Listed
    count: int
    is_cut: bool = False


class HomePage(Page):
    """To-dos and figures come from what the apps plugged in; each asks only for its own reader."""

    perm: ClassVar[str] = "houqin.home:read"
    template_name: ClassVar[str] = "home.html"
    title: ClassVar[str] = "今天要做的事"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        today = timezone.localdate()
        todos = [todo for source in in_use(registry.todos, on=today) for todo in source(self.user, today)]
        sources = in_use(registry.figures, on=today)
        figures = [figure for source in sources for figure in source(self.user, today)]
        first, others = cut(in_order(todos))
        shown = {"today": today, "todos": first, "others": others, "figures": most_urgent(figures)}
        return self.answer(request, shown)


def in_order(todos: list[Todo]) -> list[Todo]:
    """Late ones first, then by the day they are due, then those without a day."""
    return sorted(todos, key=lambda todo: (not todo.is_late, todo.due or date.max))


def cut(todos: Sequence[Todo]) -> tuple[list[Todo], list[Others]]:
    """The first of each list with all that stand in none, and how many others each list has."""
    first: list[Todo] = []
    seen: Counter[Listed] = Counter()
    for todo in todos:
        if todo.listed is not None:
            seen[todo.listed] += 1
            if seen[todo.listed] > TODOS_OF_A_LIST:
                continue
        first.append(todo)
    others = [
        Others(listed, count - TODOS_OF_A_LIST, is_cut=count >= MOST_LISTED)
        for listed, count in seen.items()
        if count > TODOS_OF_A_LIST
    ]
    return first[:TODOS], others


def most_urgent(figures: list[Figure]) -> list[Figure]:
    """At most four figures: those that warn of something first."""
    return sorted(figures, key=lambda figure: not (figure.is_warning and figure.value))[:FIGURES]
