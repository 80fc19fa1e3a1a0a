"""What people are told about their duty."""

from __future__ import annotations

from collections.abc import Iterator

from houqin.notifications.kinds import Draft, NoticeKind, Words
from houqin.people.models import User
from houqin.rosters.models import Duty, Roster

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
            "first": f"{duty.day} {duty.shift}（{duty.hours}）",
        }
        yield Draft(duty.person, roster, told)


def to_person_on_duty(duty: Duty, words: Words) -> Iterator[Draft]:
    """Whoever has the duty by now."""
    told = {"kind": duty.roster.kind.name, "duty": f"{duty.day} {duty.shift}（{duty.hours}）"}
    yield Draft(duty.person, duty, told)


def to_person_relieved(roster: Roster, words: Words) -> Iterator[Draft]:
    """Whoever had it before; he may see nothing of the roster any more, so it leads to his own duties."""
    person = User.objects.filter(pk=words["person"]).first()
    if person is not None:
        yield Draft(person, None, {"duty": words["duty"]}, route="rosters:my")


KINDS = (
    NoticeKind(
        PUBLISHED, "值班表公布", GROUP, ROSTER, "值班表已公布：{name}", to_all_in_it,
        "您有 {count} 班，第一班 {first}。",
    ),
    NoticeKind(DUTY_GIVEN, "排到我的班", GROUP, DUTY, "请您值班：{duty}", to_person_on_duty, "{kind}"),
    NoticeKind(DUTY_TAKEN, "不用我值的班", GROUP, ROSTER, "这一班改由别人值：{duty}", to_person_relieved),
)  # fmt: skip
