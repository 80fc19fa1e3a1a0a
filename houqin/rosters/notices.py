"""What people are told about their duty."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User
from houqin.people.roles import OFFICE
from houqin.rosters.models import Duty, DutyLog, Roster, Swap
from houqin.rosters.selectors import next_after
from houqin.rosters.states import SwapState
from houqin.showing import said_day

GROUP = "值班"
ROSTER, DUTY = "houqin.Roster", "houqin.Duty"
PUBLISHED = "rosters.published"
DUTY_GIVEN, DUTY_TAKEN = "rosters.duty_given", "rosters.duty_taken"


def to_all_in_it(roster: Roster, words: Words) -> Iterator[Draft]:
    """Everybody in the roster, with how often he is on duty and when first."""
    firsts: dict[int, Duty] = {}
    counts: dict[int, int] = {}
    for duty in roster.duties.select_related("person", "shift").order_by("begins_at", "pk"):
        firsts.setdefault(duty.person_id, duty)
        counts[duty.person_id] = counts.get(duty.person_id, 0) + 1
    for key, duty in firsts.items():
        told = {
            "name": roster.name,
            "count": counts[key],
            "first": f"{said_day(duty.day)}{duty.shift}（{duty.hours}）",
        }
        yield Draft(duty.person, roster, told)


def to_person_on_duty(duty: Duty, words: Words) -> Iterator[Draft]:
    """Whoever has the duty by now."""
    told = {"kind": duty.roster.kind.name, "duty": f"{said_day(duty.day)}{duty.shift}（{duty.hours}）"}
    yield Draft(duty.person, duty, told)


def to_person_relieved(roster: Roster, words: Words) -> Iterator[Draft]:
    """Whoever had it before; he may see nothing of the roster any more, so it leads to his own duties."""
    person = User.objects.filter(pk=words["person"]).first()
    if person is not None:
        yield Draft(person, None, {"duty": words["duty"]}, route="rosters:my")


SWAP, LOG = "houqin.Swap", "houqin.DutyLog"
SWAP_ASKED, SWAP_TO_SETTLE = "rosters.swap_asked", "rosters.swap_to_settle"
SWAP_SETTLED, LOG_SIGNED = "rosters.swap_settled", "rosters.log_signed"


def _to(user: User, swap: Swap) -> Draft:
    """What `user` is told of `swap`: both duties, so that nobody has to open it to see what he gets."""
    told = {
        "asker": swap.asker.name,
        "other": swap.other.name,
        "wish": swap.comes_to(user),
        "state": swap.get_state_display(),
        "more": f"{swap.opinion}" if swap.opinion else f"事由：{swap.reason}",
    }
    return Draft(user, swap, told)


def to_other(swap: Swap, words: Words) -> Iterator[Draft]:
    """Whoever was asked, while he has not answered."""
    if swap.state == SwapState.ASKED:
        yield _to(swap.other, swap)


def to_settlers(swap: Swap, words: Words) -> Iterator[Draft]:
    """Whoever draws up the roster; the office, where that is one of the two himself."""
    if swap.state != SwapState.AGREED:
        return
    both = [swap.asker_id, swap.other_id]
    if swap.kind.keeper_id not in both:
        yield _to(swap.kind.keeper, swap)
        return
    office = User.objects.filter(holdings__role__in=OFFICE, holdings__ended_at=None, is_active=True)
    for user in office.exclude(pk__in=both).distinct().order_by("pk"):
        yield _to(user, swap)


def to_both_and_keeper(swap: Swap, words: Words) -> Iterator[Draft]:
    """The two, and whoever draws up the roster once the duties have changed hands."""
    yield _to(swap.asker, swap)
    yield _to(swap.other, swap)
    if swap.state == SwapState.DONE:
        yield _to(swap.kind.keeper, swap)


def to_next_shift(log: DutyLog, words: Words) -> Iterator[Draft]:
    """Whoever takes over."""
    for duty in next_after(log):
        yield Draft(duty.person, log, {"log": str(log), "who": log.on_duty, "summary": log.summary})


KINDS = (
    NoticeKind(
        PUBLISHED, "值班表公布", GROUP, ROSTER, "值班表已公布：{name}", to_all_in_it,
        "您有 {count} 班，第一班 {first}。",
    ),
    NoticeKind(DUTY_GIVEN, "排到我的班", GROUP, DUTY, "请您值班：{duty}", to_person_on_duty, "{kind}"),
    NoticeKind(DUTY_TAKEN, "不用我值的班", GROUP, ROSTER, "这一班改由别人值：{duty}", to_person_relieved),
    NoticeKind(
        SWAP_ASKED, "请我换班", GROUP, SWAP, "{asker}想和您换班", to_other, "换班以后，{wish}。{more}",
        is_private=True, act="去答复",
    ),
    NoticeKind(
        SWAP_TO_SETTLE, "待我批准的换班", GROUP, SWAP, "{asker}和{other}换班，请您批准", to_settlers,
        "换班以后，{wish}。{more}", is_private=True, permission="houqin.swap:settle", act="去批准",
    ),
    NoticeKind(
        SWAP_SETTLED, "换班的结果", GROUP, SWAP, "换班{state}：{asker}和{other}", to_both_and_keeper,
        "申请的是：{wish}。{more}", is_private=True,
    ),
    NoticeKind(LOG_SIGNED, "上一班已交班", GROUP, LOG, "请您接班：{log}", to_next_shift, "{who}：{summary}"),
)  # fmt: skip
