"""The home page: what this person must do today, late things first, and up to four figures."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from houqin.registry import Figure, Todo, registry
from houqin.school_settings.modules import in_use
from houqin.web.pages.page import Page

FIGURES = 4
TODOS = 100


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
        shown = {"today": today, "todos": in_order(todos)[:TODOS], "figures": most_urgent(figures)}
        return self.answer(request, shown)


def in_order(todos: list[Todo]) -> list[Todo]:
    """Late ones first, then by the day they are due, then those without a day."""
    return sorted(todos, key=lambda todo: (not todo.is_late, todo.due or date.max))


def most_urgent(figures: list[Figure]) -> list[Figure]:
    """At most four figures: those that warn of something first."""
    return sorted(figures, key=lambda figure: not (figure.is_warning and figure.value))[:FIGURES]
