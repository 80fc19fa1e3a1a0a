"""Where a partner's money goes."""

from __future__ import annotations

from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.partners.models import Partner, PartnerAccount
from houqin.partners.names import BLANKS, tidy
from houqin.partners.rules import can_be_used, can_have_account
from houqin.partners.states import SET_ACCOUNT
from houqin.people.access import require


def set_account(
    *, partner: Partner, version: int | None = None, payee: str, bank: str, account: str, by: Actor
) -> PartnerAccount:
    """Say where the money of `partner` goes from now on; the account before is closed and kept.

    Not the right of whoever keeps the partner: an account that a buyer could change pays the buyer. The
    partner is locked and counted up, so that of two who say so at once the second is told. Raises
    `NotAllowed`, `EditedMeanwhile`; `RuleBroken` for an account that is none, or a partner out of use.
    """
    require(by, SET_ACCOUNT)
    partner = lock(partner)
    partner.expect_version(version)
    can_be_used(partner).require()
    made = PartnerAccount(partner=partner)
    fill_account(made, payee=payee, bank=bank, account=account)
    open_now: PartnerAccount | None = partner.accounts.filter(closed_at=None).first()
    if open_now is not None:
        if (open_now.payee, open_now.bank, open_now.account) == (made.payee, made.bank, made.account):
            return open_now
        open_now.closed_at = timezone.now()
        open_now.save(update_fields=["closed_at"])
    made.set_maker(by)
    made.save()
    partner.save(update_fields=[])
    return made


def fill_account(made: PartnerAccount, *, payee: str, bank: str, account: str) -> None:
    """Set what an account is; `RuleBroken` for one that is none. Nothing is saved."""
    made.payee, made.bank, made.account = tidy(payee), tidy(bank), BLANKS.sub("", account)
    decision = can_have_account(made.account)
    if not decision:
        raise RuleBroken(decision.reason, field="account")
