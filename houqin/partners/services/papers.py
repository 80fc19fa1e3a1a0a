"""A partner's papers (资质): entered with their scan, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from houqin.actors import Actor
from houqin.attachments.services import HandedIn, attach_files
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_both
from houqin.partners.kinds import PaperKind
from houqin.partners.models import Partner, Qualification
from houqin.partners.names import tidy
from houqin.partners.rules import can_be_changed, can_be_valid, can_write
from houqin.partners.states import MANAGE
from houqin.people.access import require
from houqin.saving import save_or_refuse

SENTENCES = {
    "one_entry_per_paper": ("这份证件已经登记过，有效期也一样。请到它的页面补扫描件或修改。", "number")
}


def add_paper(
    *,
    partner: Partner,
    kind: str,
    title: str = "",
    number: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    attachments: Sequence[HandedIn] = (),
    by: Actor,
) -> Qualification:
    """Enter a paper of `partner`, with its scan. Without a last day it holds for good (长期).

    Raises `NotAllowed`; `RuleBroken` with the field for a merged partner, days in the wrong order, another
    paper without a title, one that is entered already.
    """
    require(by, MANAGE, partner)
    partner = lock(partner)
    can_be_changed(partner).require()
    paper = Qualification(partner=partner)
    fill_paper(paper, kind=kind, title=title, number=number, valid_from=valid_from, valid_until=valid_until)
    paper.set_maker(by)
    save_or_refuse(paper, SENTENCES)
    attach_files(to=paper, files=attachments, caption="扫描件", by=by)
    return paper


def update_paper(
    *,
    paper: Qualification,
    version: int | None,
    kind: str,
    title: str,
    number: str,
    valid_from: date | None,
    valid_until: date | None,
    by: Actor,
) -> Qualification:
    """Correct a paper. A renewed one is entered anew. Raises as `add_paper`, and `EditedMeanwhile`."""
    require(by, MANAGE, paper.partner)
    partner, paper = lock_both(paper.partner, paper)
    paper.partner = partner
    paper.expect_version(version)
    can_write(paper).require()
    fill_paper(paper, kind=kind, title=title, number=number, valid_from=valid_from, valid_until=valid_until)
    save_or_refuse(paper, SENTENCES)
    return paper


def withdraw_paper(*, paper: Qualification, reason: str, on: date, by: Actor) -> Qualification:
    """Strike a paper as of the day `on`: it was entered wrongly, or revoked. It stays to be read.

    Raises `NotAllowed`; `RuleBroken` without a reason, and for one that is withdrawn already.
    """
    require(by, MANAGE, paper.partner)
    partner, paper = lock_both(paper.partner, paper)
    paper.partner = partner
    can_write(paper).require()
    if not reason.strip():
        raise RuleBroken("请写明作废的原因。", field="reason")
    paper.withdrawn_on, paper.withdrawn_reason = on, reason.strip()
    paper.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    return paper


def fill_paper(
    paper: Qualification,
    *,
    kind: str,
    title: str,
    number: str,
    valid_from: date | None,
    valid_until: date | None,
) -> None:
    """Set what a paper is; `RuleBroken` with the field. Nothing is saved."""
    if kind not in PaperKind.values:
        raise RuleBroken("请选择是什么证件。", field="kind")
    paper.kind, paper.number = kind, tidy(number)
    # A title typed by mistake for a known paper is no reason to refuse it.
    paper.title = tidy(title) if kind == PaperKind.OTHER else ""
    if kind == PaperKind.OTHER and not paper.title:
        raise RuleBroken("选了“其他证件”的，请写明证件名称。", field="title")
    paper.valid_from, paper.valid_until = valid_from, valid_until
    decision = can_be_valid(valid_from, valid_until)
    if not decision:
        raise RuleBroken(decision.reason, field="valid_until")
