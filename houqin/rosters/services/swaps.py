"""换班: asked, answered by the other, approved by whoever draws up, or withdrawn; one of rivals wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from houqin.actors import Actor, Person
from houqin.errors import NotAllowed, RuleBroken
from houqin.locking import lock_all
from houqin.notifications.announcing import announce
from houqin.people.access import allowed, require
from houqin.people.models import User
from houqin.people.scopes import Scope
from houqin.rosters.models import Duty, Swap
from houqin.rosters.notices import SWAP_ASKED, SWAP_SETTLED, SWAP_TO_SETTLE
from houqin.rosters.rules import can_answer, can_be_swapped, can_settle, can_withdraw
from houqin.rosters.services.duties import DUTY_SENTENCES, collision_of, duty_label, naming_the_other
from houqin.rosters.services.lapsing import lapse
from houqin.rosters.states import ASK, OPEN_SWAPS, SETTLE
from houqin.rules import Decision
from houqin.saving import save_or_refuse, update_all_or_refuse
from houqin.school_settings.reading import setting
from houqin.states import move

NEEDS_APPROVAL = "rosters.swaps_need_approval"
SWAP_SENTENCES = {
    "one_open_swap_per_duty": ("这一班已经在申请换班，请先撤回那一份。", None),
    "nobody_swaps_with_himself": ("不能和自己换班。", "other"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A swap with its duties and its rivals, all locked and read again."""

    swap: Swap
    rivals: list[Swap]
    duty: Duty | None
    other_duty: Duty | None

    @property
    def duties(self) -> list[Duty]:
        return [each for each in (self.duty, self.other_duty) if each is not None]


def ask_swap(
    *,
    duty: Duty,
    other: User | None = None,
    other_duty: Duty | None = None,
    reason: str,
    at: datetime | None = None,
    by: Actor,
) -> Swap:
    """Ask `other` to take `duty`, or whoever has `other_duty` to exchange it.

    Raises `NotAllowed` for anybody but the person on duty; `RuleBroken` for a duty that has begun, one of
    another kind, somebody who is on duty elsewhere then, and a duty for which a swap is open. The other is
    told.
    """
    require(by, ASK)
    at = at or timezone.now()
    keys = [each.pk for each in (duty, other_duty) if each is not None]
    locked = {each.pk: each for each in lock_all(Duty.objects.filter(pk__in=keys))}
    duty, other_duty = locked[duty.pk], locked.get(other_duty.pk) if other_duty is not None else None
    may_ask(duty=duty, at=at, by=by).require()
    if (other is None) == (other_duty is None):
        raise RuleBroken("请选一位同事代班，或选一班来换，两样选一样。", field="other")
    other = other or other_duty.person  # type: ignore[union-attr]
    can_be_swapped(duty, other_duty, duty.person, other, at).require()
    _check_free(duty, other_duty, other)
    swap = Swap(
        kind=duty.roster.kind, duty=duty, duty_label=duty_label(duty), other_duty=other_duty,
        other_label=duty_label(other_duty) if other_duty is not None else "", asker=by.user, other=other,
        reason=reason.strip(), asked_at=at,
    )  # fmt: skip
    swap.set_maker(by)
    save_or_refuse(swap, SWAP_SENTENCES)
    announce(SWAP_ASKED, swap, by=by)
    return swap


def agree_to_swap(*, swap: Swap, at: datetime | None = None, by: Actor) -> Swap:
    """The other agrees: it waits for approval where the school wants that, else the duties change hands.

    Raises `NotAllowed` for anybody but the other himself; `RuleBroken` when it was answered or withdrawn a
    moment ago, and when it is not possible any more.
    """
    at = at or timezone.now()
    held = _hold(swap, by, ASK)
    can_answer(held.swap, by.user).require()
    _still(held, at)
    held.swap.answered_at = at
    if waits_for_approval(at):
        move(held.swap, "agree", by=by, also=["answered_at"])
        announce(SWAP_TO_SETTLE, held.swap, by=by)
        return held.swap
    _exchange(held, at, by)
    held.swap.settled_at = at
    move(held.swap, "take", by=by, also=["answered_at", "settled_at"])
    announce(SWAP_SETTLED, held.swap, by=by)
    return held.swap


def refuse_swap(*, swap: Swap, opinion: str = "", at: datetime | None = None, by: Actor) -> Swap:
    """The other does not agree; raises as `agree_to_swap`."""
    at = at or timezone.now()
    held = _hold(swap, by, ASK)
    can_answer(held.swap, by.user).require()
    held.swap.answered_at = held.swap.settled_at = at
    held.swap.opinion = opinion.strip()
    move(held.swap, "refuse", by=by, also=["answered_at", "settled_at", "opinion"])
    announce(SWAP_SETTLED, held.swap, by=by)
    return held.swap


def withdraw_swap(*, swap: Swap, at: datetime | None = None, by: Actor) -> Swap:
    """Whoever asked takes it back before it is settled. Raises `NotAllowed`, `RuleBroken`."""
    held = _hold(swap, by, ASK)
    can_withdraw(held.swap, by.user).require()
    held.swap.settled_at = at or timezone.now()
    move(held.swap, "withdraw", by=by, also=["settled_at"])
    announce(SWAP_SETTLED, held.swap, by=by)
    return held.swap


def approve_swap(*, swap: Swap, at: datetime | None = None, by: Actor) -> Swap:
    """Whoever draws up the roster approves: the duties change hands, rivals lapse, everybody is told.

    Raises `NotAllowed` for the two themselves (申请≠审批) and whoever does not draw up; `RuleBroken` when it
    is settled or not possible any more.
    """
    at = at or timezone.now()
    held = _hold(swap, by, SETTLE)
    may_settle(swap=held.swap, by=by).require()
    _still(held, at)
    _exchange(held, at, by)
    held.swap.settled_by, held.swap.settled_at = by.user, at
    move(held.swap, "approve", by=by, also=["settled_by", "settled_at"])
    announce(SWAP_SETTLED, held.swap, by=by)
    return held.swap


def deny_swap(*, swap: Swap, opinion: str, at: datetime | None = None, by: Actor) -> Swap:
    """Whoever draws up the roster does not approve, and says why; raises as `approve_swap`."""
    held = _hold(swap, by, SETTLE)
    may_settle(swap=held.swap, by=by).require()
    if not opinion.strip():
        raise RuleBroken("请写明为什么不批准。", field="opinion")
    held.swap.settled_by, held.swap.settled_at = by.user, at or timezone.now()
    held.swap.opinion = opinion.strip()
    move(held.swap, "deny", by=by, reason=opinion, also=["settled_by", "settled_at", "opinion"])
    announce(SWAP_SETTLED, held.swap, by=by)
    return held.swap


def may_ask(*, duty: Duty, at: datetime, by: Actor) -> Decision:
    """Whether `by` may ask somebody for `duty` now."""
    if not isinstance(by, Person) or by.user.pk != duty.person_id:
        return Decision.forbidden("只有排到这一班的人可以申请换班。")
    return can_be_swapped(duty, None, by.user, None, at)


def may_settle(*, swap: Swap, by: Actor) -> Decision:
    """Whether `by` may approve `swap` or not: its keeper, or whoever may all; never one of the two."""
    may = allowed(by, SETTLE, swap)
    is_keeper = by.user is not None and by.user.pk == swap.kind.keeper_id
    may_all = by.user is not None and Scope.ALL in by.user.scopes(SETTLE)
    return may and can_settle(swap, by.user, is_keeper=is_keeper or may_all)


def _hold(swap: Swap, by: Actor, permission: str) -> Held:
    """Check the right, then lock the swap with its rivals, then the duties."""
    require(by, permission, swap)
    if not isinstance(by, Person) or by.entered_by is not None:
        raise NotAllowed("换班要由本人答复，不能由别人代录。")
    keys = [key for key in (swap.duty_id, swap.other_duty_id) if key is not None]
    rivals = Q(state__in=OPEN_SWAPS) & (Q(duty__in=keys) | Q(other_duty__in=keys))
    swaps = lock_all(Swap.objects.filter(Q(pk=swap.pk) | rivals))
    own = next(each for each in swaps if each.pk == swap.pk)
    found = {each.pk: each for each in lock_all(Duty.objects.filter(pk__in=keys))} if keys else {}
    duty, other = found.get(own.duty_id or 0), found.get(own.other_duty_id or 0)
    return Held(own, [each for each in swaps if each.pk != own.pk], duty, other)


def _still(held: Held, at: datetime) -> None:
    swap = held.swap
    if held.duty is None or (swap.is_exchange and held.other_duty is None):
        raise RuleBroken("这一班已经从值班表里去掉，不能再换。请撤回这份申请。")
    can_be_swapped(held.duty, held.other_duty, swap.asker, swap.other, at).require()


def waits_for_approval(at: datetime) -> bool:
    """Whether a swap that is agreed to at `at` waits for approval, as the school wants it then."""
    return bool(setting(NEEDS_APPROVAL, on=timezone.localdate(at)))


def _check_free(duty: Duty, other_duty: Duty | None, other: User) -> None:
    """Tell at once that it cannot work, while there is still time to ask somebody else."""
    but = [each.pk for each in (duty, other_duty) if each is not None]
    moved = [(duty, other)] + ([(other_duty, duty.person)] if other_duty is not None else [])
    for each, person in moved:
        found = collision_of(person, each.begins_at, each.ends_at, but)
        if found is not None:
            raise RuleBroken(f"{person.name}那段时间已经排了 {duty_label(found)}，换不了。", field="other")


def _exchange(held: Held, at: datetime, by: Actor) -> None:
    """Give the duties to each other, in one statement: between two nobody may be in two places."""
    swap, duties = held.swap, held.duties
    duties[0].person = swap.other
    if len(duties) > 1:
        duties[1].person = swap.asker
    with naming_the_other(duties):
        update_all_or_refuse(duties, ["person"], DUTY_SENTENCES)
    rivals = [each for each in held.rivals if each.state in OPEN_SWAPS]
    lapse(swaps=rivals, at=at, by=by)
