"""Plain functions that make the partners of a test, through the ORM and as the app role."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner, PartnerAccount, PartnerContact, Qualification
from houqin.partners.names import check_character
from houqin.people.models import User

_numbers = count(1)

# Names that are not like each other: a character of its own for each, of those that firms use.
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥乾坤震巽坎离艮兑"


def code(number: int = 0) -> str:
    """A 统一社会信用代码 that names no place and no firm that there is."""
    first = f"91000000MA{number or next(_numbers):07}"
    return first + check_character(first)


def built(**fields: Any) -> Partner:
    """An unsaved partner with a name like nobody's."""
    number = next(_numbers)
    name = f"{SIGNS[number % len(SIGNS)]}{SIGNS[number // len(SIGNS) % len(SIGNS)]}{number}号"
    return Partner(**{"name": name, "kinds": [str(PartnerKind.SUPPLIER)]} | fields)


def partner(name: str = "", **fields: Any) -> Partner:
    """A supplier that is in use."""
    made = built(**({"name": name} if name else {}), **fields)
    made.save()
    return made


def of(user: User, **fields: Any) -> Partner:
    """A partner whose 经办人 is `user`."""
    return partner(keeper=user, **fields)


def stopped(**fields: Any) -> Partner:
    """A partner that the school works with no more."""
    told = {"state": "stopped", "retired_on": date(2026, 9, 1), "retire_reason": "合同到期"}
    return partner(**told | fields)


def stopped_of(user: User) -> Partner:
    return stopped(keeper=user)


def beside_another(user: User) -> Partner:
    """One of two partners of his."""
    of(user)
    return of(user)


def contact(at: Partner | None = None, **fields: Any) -> PartnerContact:
    """Somebody else to call there."""
    told = {"name": "柴小妹", "phone": f"1380000{next(_numbers) % 10_000:04}"}
    made: PartnerContact = PartnerContact.objects.create(partner=at or partner(), **told | fields)
    return made


def paper(at: Partner | None = None, *, days: int | None = None, **fields: Any) -> Qualification:
    """A business licence that ends in `days` days, or never."""
    until = timezone.localdate() + timedelta(days=days) if days is not None else None
    told = {"kind": "business", "valid_until": until}
    made: Qualification = Qualification.objects.create(partner=at or partner(), **told | fields)
    return made


def account(at: Partner | None = None, **fields: Any) -> PartnerAccount:
    """Where its money goes."""
    told = {"payee": "户名", "bank": "青溪县农村信用社", "account": "1000000000000017"}
    made: PartnerAccount = PartnerAccount.objects.create(partner=at or partner(), **told | fields)
    return made
