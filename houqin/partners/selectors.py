"""What pages ask of the partners: who is like whom, whose papers end, who is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.partners.kinds import FEEDING
from houqin.partners.models import Partner, PartnerAccount, Qualification
from houqin.partners.names import core_of, grouped_account, masked_account, most_alike, pieces
from houqin.partners.rules import Mark, can_have_code, due_from, mark_of_paper, mark_of_partner
from houqin.partners.states import MANAGE, READ, PartnerState
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.people.scopes import Scope
from houqin.registry import MOST_LISTED, Figure, Hit, Listed, Todo, registry
from houqin.school_settings.reading import setting
from houqin.search.columns import matching
from houqin.search.excerpts import excerpt_of
from houqin.showing import said_day

REMIND_DAYS = "partners.remind_days"
MOST_ALIKE = 5


@dataclass(frozen=True, slots=True)
class AccountShown:
    """A partner's account as far as this reader may see it."""

    payee: str
    bank: str
    number: str
    is_whole: bool = False


def remind_days(on: date) -> int:
    """How many days before its end a paper is spoken of."""
    days: int = setting(REMIND_DAYS, on=on)
    return days


# ── names ──


def alike(name: str, *, but: Partner | None = None) -> list[Partner]:
    """The partners whose names are nearly `name`, the most alike first, not more than a handful.

    The index on the pieces finds whoever has one of them in his name; then they are compared.
    """
    core = core_of(name)
    found = Partner.objects.filter(merged_into=None).filter(
        Q(core=core) | Q(grams__overlap=sorted(piece for piece in pieces(core) if len(piece) == 2))
    )
    if but is not None:
        found = found.exclude(pk=but.pk)
    by_core: dict[str, list[Partner]] = {}
    for each in found.defer("grams").order_by("search_key", "pk"):
        by_core.setdefault(each.core, []).append(each)
    ranked = [each for known in most_alike(core, by_core) for each in by_core[known]]
    return ranked[:MOST_ALIKE]


def holder_of_code(code: str | None, *, but: Partner | None = None) -> Partner | None:
    """The partner that has this 统一社会信用代码 already."""
    if not code or not can_have_code(code):
        return None
    found = Partner.objects.filter(credit_code=code, merged_into=None).defer("grams")
    holder: Partner | None = (found.exclude(pk=but.pk) if but is not None else found).first()
    return holder


def partners_found(user: User, words: str, limit: int) -> Sequence[Hit]:
    """For the search of the whole house: partners by name, code, contact or initials."""
    if not user.has(READ):
        return []
    found = matching(Partner.objects.visible_to(user).filter(merged_into=None), words)
    rows = found.defer("grams").order_by("search_key", "pk")[:limit]
    return [
        Hit("往来单位", each.name, each.get_absolute_url(), each.kinds_label,
            excerpt=excerpt_of(each, words, shown=f"{each.name} {each.kinds_label}"))
        for each in rows
    ]  # fmt: skip


# ── papers ──


def standing() -> QuerySet[Qualification]:
    """The papers that count: not withdrawn, and not covered by one of the same kind that ends later."""
    later = Qualification.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        partner=OuterRef("partner"),
        kind=OuterRef("kind"),
        title=OuterRef("title"),
        withdrawn_on=None,
    )
    return Qualification.objects.filter(Q(valid_until=None) | ~Exists(later), withdrawn_on=None)


def ending(until: date, since: date | None = None) -> QuerySet[Qualification]:
    """The standing papers of partners in use that end by the day `until`, and not before `since`."""
    papers = standing().filter(valid_until__lte=until, partner__state=PartnerState.IN_USE)
    return papers.filter(valid_until__gte=since) if since is not None else papers


def with_soonest(partners: Any) -> Any:
    """`partners` with `soonest`, the last day of that standing paper which ends first, and `has_papers`."""
    of_row = standing().filter(partner=OuterRef("pk")).order_by()
    first = of_row.values("partner").annotate(first=Min("valid_until")).values("first")
    return partners.annotate(soonest=Subquery(first), has_papers=Exists(of_row))


def partner_mark(has_papers: bool, soonest: date | None) -> Mark:
    """How a partner's papers stand today."""
    today = timezone.localdate()
    return mark_of_partner(has_papers=has_papers, soonest=soonest, on=today, days=remind_days(today))


def paper_mark(paper: Qualification) -> Mark:
    """How a paper stands today."""
    today = timezone.localdate()
    if paper.withdrawn_on is not None:
        return Mark("已作废", "neutral")
    return mark_of_paper(paper.valid_until, on=today, days=remind_days(today))


def covered(papers: Iterable[Qualification]) -> set[int]:
    """The keys of those among all `papers` of one partner that a later one of their kind covers."""
    kept = [each for each in papers if each.withdrawn_on is None]
    found = set()
    for each in kept:
        rivals = [
            other for other in kept if (other.kind, other.title) == (each.kind, each.title) and other != each
        ]
        if each.valid_until is not None and any(
            other.valid_until is None or other.valid_until > each.valid_until for other in rivals
        ):
            found.add(each.pk)
    return found


# ── whose affair it is ──


def keeps_all(by: Actor) -> bool:
    """Whether `by` keeps all partners, or only those that he is 经办人 of."""
    return not isinstance(by, Person) or Scope.ALL in by.user.scopes(MANAGE)


def possible_keepers() -> Any:
    """The people who can be 经办人: those with a role that keeps partners."""
    roles = registry.permission(MANAGE).grants
    held = User.objects.filter(holdings__role__in=roles, holdings__ended_at=None)
    return User.objects.filter(pk__in=held.values("pk"))


def responsible_for(partner: Partner) -> list[User]:
    """Who is told of the partner's papers: its 经办人, else the office; of food, whoever answers for that."""
    keeper = partner.keeper
    roles: set[str] = set()
    if keeper is None or not keeper.is_active or not keeper.has(MANAGE):
        keeper = None
        roles |= {Role.DIRECTOR, Role.DEPUTY_DIRECTOR}
    if FEEDING & set(partner.kinds):
        roles |= {Role.CANTEEN_MANAGER, Role.FOOD_SAFETY_OFFICER}
    holders = User.objects.active().filter(holdings__role__in=roles, holdings__ended_at=None)
    others = holders.distinct().order_by("pk")
    return [*([keeper] if keeper is not None else []), *(each for each in others if each != keeper)]


def mine(user: User) -> Q:
    """The papers that `user` sees to: of his own partners, and for the office those of nobody's."""
    own = Q(partner__keeper=user.pk)
    if Scope.ALL not in user.scopes(MANAGE):
        return own
    return own | Q(partner__keeper=None) | Q(partner__keeper__is_active=False)


def todos_for(user: User, on: date) -> Iterable[Todo]:
    """Home page: the papers that I have to see renewed."""
    if not user.has(MANAGE):
        return
    papers = ending(due_from(on, remind_days(on))).filter(mine(user)).select_related("partner")
    listed = Listed("资质到期", reverse("partners:ending"))
    for each in papers.order_by("valid_until", "pk")[:MOST_LISTED]:
        until = each.valid_until or on
        left, last = (until - on).days, said_day(until, on=on)
        days = f"还剩 {left} 天" if left else "今天到期"
        yield Todo(
            f"{each.partner} {each.label}",
            each.get_absolute_url(),
            "换新证",
            each.number,
            each.valid_until,
            is_late=left < 0,
            when=f"有效期至{last}" if left < 0 else f"{days} · {last}到期",
            late_word=f"已过期 {-left} 天",
            listed=listed,
        )


def figures_for(user: User, on: date) -> Iterable[Figure]:
    """Home page: how many papers have expired, for whoever keeps all partners."""
    if Scope.ALL not in user.scopes(MANAGE):
        return
    expired = standing().filter(valid_until__lt=on, partner__state=PartnerState.IN_USE).count()
    if expired:
        url = f"{reverse('partners:ending')}?expired=1"
        yield Figure("partners.expired", "资质过期", expired, url, is_warning=True)


# ── money ──


def account_shown(partner: Partner, user: User) -> AccountShown | None:
    """The open account of `partner`: whole for whoever may read accounts, else its last four figures."""
    account = PartnerAccount.objects.filter(partner=partner, closed_at=None).first()
    if account is None:
        return None
    may_read = PartnerAccount.objects.visible_to(user).filter(pk=account.pk).exists()
    if may_read:
        return AccountShown(account.payee, account.bank, grouped_account(account.account), is_whole=True)
    return AccountShown(account.payee, account.bank, masked_account(account.account))
