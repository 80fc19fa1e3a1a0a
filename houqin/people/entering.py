"""代录: an act entered for somebody who does not tap, from what he handed in or said.

The act is his own and is measured by his rights; the audit keeps who typed it and from what. It never stands
for a second person's signature: services that want one refuse an actor who has `entered_by`.
"""

from __future__ import annotations

from django.db import models

from houqin.actors import Person
from houqin.errors import RuleBroken
from houqin.people.access import require
from houqin.people.models import User
from houqin.people.rules import can_enter_for

ENTER = "houqin.entry:for_others"


class EntrySource(models.TextChoices):
    """What was entered from."""

    PAPER = "paper", "纸质"
    PHONE = "phone", "电话"
    CHAT = "chat", "微信群"


def entered(*, by: Person, doer: User | None, source: str) -> Person:
    """Who acts when `by` fills a form in: himself without `doer`, else `doer`, entered by him from `source`.

    Raises `NotAllowed` when `by` may not enter for `doer`, and `RuleBroken` when one of the two is missing or
    the account is closed.
    """
    if doer is None or doer == by.user:
        if source:
            raise RuleBroken("选了来源，还要选是替谁登记；自己做的请把来源清空。", field="doer")
        return by
    require(by, ENTER, doer)
    can_enter_for(is_active=doer.is_active).require()
    if source not in EntrySource.values:
        raise RuleBroken("替别人登记，请选择来源：纸质、电话或微信群。", field="entry_source")
    return Person(doer, address=by.address, entered_by=by.user, source=EntrySource(source).label)
