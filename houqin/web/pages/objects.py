"""`ObjectPage`: the one pattern of every record: what it is, what is next, and what happened to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase

from houqin.attachments.selectors import files_panel
from houqin.audit.selectors import Related, timeline
from houqin.database.prepared import prepared
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages.page import Page


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done with the record, or cannot now and says why.

    A step `is_beside` the primary one where both answer one question (同意, 退回, 驳回): it is a button too,
    and on a phone all of them stand under the thumb.

    `is_post` acts at one tap (the address is an `ActPage`); otherwise the step is a link. `key` is fresh with
    every rendered page, so that a second tap has no second effect.
    """

    label: str
    url: str
    decision: Decision = field(default_factory=Decision.yes)
    is_primary: bool = False
    is_beside: bool = False
    is_post: bool = False
    is_danger: bool = False
    icon: str = ""
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Thing:
    """A record that this one is linked to."""

    label: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """Linked things of one kind under their heading; `empty` is said when there are none."""

    title: str
    things: Sequence[Thing]
    empty: str = ""


class ObjectPage(Page):
    """The page of one record, named by `public_id` in the address; not yours is the same 404 as not there."""

    template_name: ClassVar[str] = "pages/object.html"

    also: ClassVar[Sequence[Related]] = ()

    record: Any

    def get(self, request: HttpRequest, public_id: str, **kwargs: Any) -> HttpResponseBase:
        # Everything on it is found by the record's key, by the same statements for every record.
        with prepared():
            return self.page(request, public_id)

    def page(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """The record on its page."""
        self.record = self.find(public_id)
        primary, others = arranged(self.steps(self.record, self.user))
        beside = [step for step in others if primary and step.is_beside and step.decision]
        others = [step for step in others if step not in beside]
        context = {
            "record": self.record,
            "facts": self.facts(self.record),
            "primary": primary,
            "beside": beside,
            "buttons": [step for step in others if step.is_post and step.decision],
            "menu": _menu(others),
            "linked": [*self.linked(self.record), *self._panels()],
            "files": files_panel(self.record, actor(request)),
            "print_url": self.print_url(self.record),
            "chat_text": self.chat_text(self.record),
            "events": timeline(self.record, also=self.also),
            "has_state": hasattr(self.record, "get_state_display"),
        }
        return self.answer(request, context)

    def page_title(self) -> str:
        return str(self.record)

    def facts(self, record: Any) -> Sequence[tuple[str, Any]]:
        """What is to be known of the record: (label, value)."""
        return []

    def steps(self, record: Any, user: User) -> Sequence[Step]:
        """Everything that can be done with the record, each with the rule's own answer for this reader."""
        return []

    def linked(self, record: Any) -> Sequence[Linked]:
        """What belongs to the record or what it belongs to, by kind."""
        return []

    def _panels(self) -> list[Linked]:
        """What the apps upstairs put on this record's page."""
        return [
            Linked(
                panel.title,
                [Thing(line.label, line.url, line.detail) for line in panel.lines],
                panel.empty,
            )
            for panel in registry.panels_of(self.user, self.record)
        ]

    def print_url(self, record: Any) -> str:
        """The address of the record on paper; empty when it has no print."""
        return ""

    def chat_text(self, record: Any) -> str:
        """What the office would say of the record in the group's chat; empty when it would not."""
        return ""

    def here(self) -> str:
        """The whole address of this page, for what is read outside the house."""
        return self.request.build_absolute_uri(self.request.path)


def arranged(steps: Sequence[Step]) -> tuple[Step | None, list[Step]]:
    """The one primary button (the first primary step that is possible now) and all other steps, in order."""
    primary = next((step for step in steps if step.is_primary and step.decision), None)
    return primary, [step for step in steps if step is not primary]


def _menu(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The lines of the menu; none when this reader's roles allow nothing in it: it would only say no."""
    if all(step.decision.is_permission for step in steps):
        return []
    return [_entry(step) for step in steps]


def _entry(step: Step) -> dict[str, Any]:
    """A step as a line of the menu; one that acts at once presses the button of its own small form."""
    entry = {"label": step.label, "icon": step.icon, "is_danger": step.is_danger}
    entry["reason"] = step.decision.reason
    return entry | ({"form": f"step-{step.key}"} if step.is_post else {"url": step.url})
