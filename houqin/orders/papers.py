"""`OrderedPaper`: what an app declares of a document that may become too long for a request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from houqin.documents.printing import Sheet
from houqin.people.access import GRANT
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision

# More pages than these nobody waits for before a white page.
MOST_PAGES_AT_ONCE = 10


class OrderedPaper(ABC):
    """A document for one reader, as he asked for it.

    It is made anew from `asked` (plain JSON) whenever it is needed, and looks at the rights and rows of that
    moment: when it is ordered, when it is made, and when it is opened.
    """

    code: ClassVar[str]
    permission: ClassVar[str]

    def __init__(self, user: User, asked: Mapping[str, Any]) -> None:
        self.user = user
        self.asked = asked

    @abstractmethod
    def title(self) -> str:
        """What it is called, in the list and as a file."""

    @abstractmethod
    def rows_are_seen(self) -> bool:
        """Whether the reader still sees everything that he asked for, and there is something: cheap."""

    @abstractmethod
    def pages(self) -> int:
        """About how many pages it will have, told from the number of rows without drawing anything."""

    @abstractmethod
    def sheets(self) -> Sequence[Sheet]:
        """Its parts in their order. One with page numbers in its foot is one part."""

    def possible(self) -> Decision:
        """Whether the reader may have it now."""
        if not self.user.is_active or not self.user.has(self.permission):
            return Decision.forbidden(
                f"您现在没有打印这份文件的权限。确实需要时，请{registry.holders_of(GRANT)}为您开通岗位。"
            )
        if not self.rows_are_seen():
            return Decision.forbidden("其中的内容已经没有了，或者不再归您查看。请回到原来的页面重新打印。")
        return Decision.yes()

    def is_long(self) -> bool:
        return self.pages() > MOST_PAGES_AT_ONCE
