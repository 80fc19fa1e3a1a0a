"""工号 and phone as people type them, in one normal form; a phone half hidden; a name no other person has."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from houqin.people.models import User

MOBILE = re.compile(r"1[0-9]{10}")
# Blanks and every kind of dash that a phone's keyboard or a spreadsheet puts between groups of digits.
SEPARATORS = re.compile(r"[\s\-‐-―−_·.]+")


def normal_login(typed: str) -> str:
    """A typed 工号 or phone in its stored form: half-width, without blanks and dashes, capitals, no +86."""
    text = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    for prefix in ("+86", "0086"):
        if MOBILE.fullmatch(text.removeprefix(prefix)):
            return text.removeprefix(prefix)
    return text


def is_mobile(text: str) -> bool:
    return MOBILE.fullmatch(text) is not None


def masked_phone(phone: str | None) -> str:
    """A phone for lists: 138****8000."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def named(user: User | None) -> str:
    """Somebody where one of many is meant (a choice, a refusal, an export): 王芳 ZW012; nothing for nobody.

    Two may share a name and a department, nobody a 工号; `houqin.people.lookups.People` reads it again.
    """
    return f"{user.name} {user.staff_no}" if user is not None else ""
