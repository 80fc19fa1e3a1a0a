"""What people can be told: an app plugs in each kind with its words and with who is to be told.

The words are templates of the program, never of a user; what people wrote only fills their holes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from houqin.people.models import User

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person is to be told: the record that it is about, and what fills the holes of the words.

    `about` None leads to `route`, a page without arguments, and is seen by whoever the draft is for.
    """

    to: User
    about: Any | None
    words: Words = field(default_factory=dict)
    route: str = ""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice: its code `app.thing`, what it is called, its words, and whom it goes to.

    `drafts` is asked when the notice is sent, not when it was announced: it gets the record as it is by then
    and the words of the announcement, and leaves out whom it no longer concerns. What `is_private` goes into
    no chat of a group unless an administrator says so; what `stays_inside` is told in the inbox alone.
    `permission` is the right without which nobody is ever told; empty where it may concern everybody. `act`
    says on the button what it leads to.
    """

    code: str
    label: str
    group: str
    model: str
    title: str
    drafts: Callable[[Any, Words], Iterable[Draft]]
    detail: str = ""
    is_private: bool = False
    stays_inside: bool = False
    permission: str = ""
    act: str = "去看看"

    @property
    def model_class(self) -> Any:
        return apps.get_model(self.model)
