"""Whom else one may call at a partner."""

from __future__ import annotations

from datetime import date

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_both
from houqin.partners.models import Partner, PartnerContact
from houqin.partners.names import tidy
from houqin.partners.rules import can_be_changed
from houqin.partners.services.keeping import checked_phone
from houqin.partners.states import MANAGE
from houqin.people.access import require
from houqin.saving import save_or_refuse

SENTENCES = {"one_contact_per_phone": ("这个电话已经记在这家的联系人里。", "phone")}


def add_contact(*, partner: Partner, name: str, duty: str = "", phone: str, by: Actor) -> PartnerContact:
    """Note somebody whom one may call there. Raises `NotAllowed`; `RuleBroken` for a phone that is none or
    stands there already, and for a merged partner."""
    require(by, MANAGE, partner)
    partner = lock(partner)
    can_be_changed(partner).require()
    contact = PartnerContact(partner=partner)
    fill_contact(contact, name=name, duty=duty, phone=phone)
    contact.set_maker(by)
    save_or_refuse(contact, SENTENCES)
    return contact


def update_contact(
    *,
    contact: PartnerContact,
    version: int | None,
    name: str,
    duty: str,
    phone: str,
    has_left: bool = False,
    on: date,
    by: Actor,
) -> PartnerContact:
    """Change a contact, or cross him out as of the day `on`; his name stays in the history.

    Raises as `add_contact`, and `EditedMeanwhile`.
    """
    require(by, MANAGE, contact.partner)
    partner, contact = lock_both(contact.partner, contact)
    contact.expect_version(version)
    can_be_changed(partner).require()
    if contact.retired_on is not None:
        raise RuleBroken("这位联系人已不再联系。请另外添加。")
    fill_contact(contact, name=name, duty=duty, phone=phone)
    contact.retired_on = on if has_left else None
    save_or_refuse(contact, SENTENCES)
    return contact


def fill_contact(contact: PartnerContact, *, name: str, duty: str, phone: str) -> None:
    """Set what a contact is; `RuleBroken` with the field. Nothing is saved."""
    contact.name, contact.duty = tidy(name), tidy(duty)
    if not contact.name:
        raise RuleBroken("请填写联系人的姓名。", field="name")
    contact.phone = checked_phone(phone)
