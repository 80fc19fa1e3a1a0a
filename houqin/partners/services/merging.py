"""Two entries of one firm become one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from houqin.actors import Actor
from houqin.attachments.services import share_files
from houqin.errors import Gone, RuleBroken
from houqin.locking import lock_all
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner
from houqin.partners.rules import can_merge
from houqin.partners.services.keeping import SENTENCES
from houqin.partners.signals import partner_merged
from houqin.partners.states import MANAGE, PartnerState
from houqin.people.access import require
from houqin.saving import save_or_refuse

# What the survivor takes over where it has nothing.
TAKEN_OVER = ("credit_code", "contact", "phone", "address", "note", "keeper")


def merge_partners(*, partner: Partner, survivor: Partner, reason: str, on: date, by: Actor) -> Partner:
    """`survivor` stands for `partner` from the day `on`: its papers, contacts, kinds and files go over.

    Partners that had been merged into `partner` point at the survivor at once, so that every pointer is one
    step long; its page and every old link lead there. Its account is closed and does not go over: whom the
    school pays is said by whoever may say it. Apps above answer `partner_merged` in the same transaction.
    Both rows are locked, in the order of their keys: of two merges in opposite directions the second is
    refused. Raises `NotAllowed`; `RuleBroken` without a reason or for two that are not one firm. Answers the
    survivor.
    """
    require(by, MANAGE, partner)
    require(by, MANAGE, survivor)
    locked = {row.pk: row for row in lock_all(Partner.objects.filter(pk__in={partner.pk, survivor.pk}))}
    if {partner.pk, survivor.pk} - set(locked):
        raise Gone
    partner, survivor = locked[partner.pk], locked[survivor.pk]
    can_merge(partner, survivor).require()
    if not reason.strip():
        raise RuleBroken("请写明合并的原因。", field="reason")
    _point_at(survivor, partner, reason.strip(), on)
    _take_over(survivor, partner)
    _bring_parts(survivor, partner)
    _bring_files(survivor, partner, by)
    partner_merged.send(sender=merge_partners, partner=partner, survivor=survivor, by=by)
    return survivor


def _point_at(survivor: Partner, partner: Partner, reason: str, on: date) -> None:
    """First, because of two rows with one code or name only one may be unmerged."""
    for earlier in partner.merged.all():
        earlier.merged_into = survivor
        earlier.save(update_fields=["merged_into"])
    if partner.state == PartnerState.IN_USE:
        partner.state, partner.retired_on = PartnerState.STOPPED, on
    partner.merged_into, partner.retire_reason = survivor, reason
    partner.save(update_fields=["state", "retired_on", "merged_into", "retire_reason"])


def _take_over(survivor: Partner, partner: Partner) -> None:
    for name in TAKEN_OVER:
        if not getattr(survivor, name):
            setattr(survivor, name, getattr(partner, name))
    survivor.kinds = [str(kind) for kind in PartnerKind if kind in {*survivor.kinds, *partner.kinds}]
    save_or_refuse(survivor, SENTENCES, update_fields=[*TAKEN_OVER, "kinds"])


def _bring_parts(survivor: Partner, partner: Partner) -> None:
    """Papers and contacts go over, but for those that the survivor has already."""
    phones = set(survivor.contacts.filter(retired_on=None).values_list("phone", flat=True))
    _give(survivor, (each for each in partner.contacts.all() if each.retired_on or each.phone not in phones))
    papers = {_paper(each) for each in survivor.papers.filter(withdrawn_on=None)}
    _give(
        survivor,
        (each for each in partner.papers.all() if each.withdrawn_on or _paper(each) not in papers),
    )
    for account in partner.accounts.filter(closed_at=None):
        account.closed_at = timezone.now()
        account.save(update_fields=["closed_at"])


def _bring_files(survivor: Partner, partner: Partner, by: Actor) -> None:
    """Contracts and quotations are the survivor's too; the scan of a paper that both had is shared."""
    share_files(of=partner, to=survivor, by=by)
    same = {_paper(each): each for each in survivor.papers.filter(withdrawn_on=None)}
    for double in partner.papers.filter(withdrawn_on=None):
        share_files(of=double, to=same[_paper(double)], by=by)


def _paper(paper: Any) -> tuple[Any, ...]:
    return paper.kind, paper.title, paper.number, paper.valid_until


def _give(survivor: Partner, rows: Iterable[Any]) -> None:
    for row in rows:
        row.partner = survivor
        row.save(update_fields=["partner"])
