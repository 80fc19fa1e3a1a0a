"""What those who see to a partner are told of its papers."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.partners.models import Qualification
from houqin.partners.selectors import responsible_for, standing
from houqin.partners.states import READ, PartnerState
from houqin.showing import said_day

GROUP = "往来单位"
MODEL = "houqin.Qualification"
ENDING, ENDED = "partners.paper_ending", "partners.paper_ended"


def to_responsible(paper: Qualification, words: Words) -> Iterator[Draft]:
    """Who sees to the partner, unless the paper was renewed or the partner stopped with meanwhile."""
    partner = paper.partner
    if partner.state != PartnerState.IN_USE or not standing().filter(pk=paper.pk).exists():
        return
    about = {"partner": partner.name, "paper": paper.label, "until": said_until(paper)}
    for user in responsible_for(partner):
        yield Draft(user, paper, about)


def said_until(paper: Qualification) -> str:
    """Its last day in words; it has one, or nobody would be told."""
    return said_day(paper.valid_until, on=timezone.localdate()) if paper.valid_until else ""


DETAIL = "有效期至{until}。请索取新证，登记后附上扫描件。"
KINDS = (
    NoticeKind(
        ENDING,
        "资质快到期",
        GROUP,
        MODEL,
        "{partner}的{paper}快到期",
        to_responsible,
        DETAIL,
        permission=READ,
    ),
    NoticeKind(
        ENDED, "资质已过期", GROUP, MODEL, "{partner}的{paper}已过期", to_responsible, DETAIL, permission=READ
    ),
)
