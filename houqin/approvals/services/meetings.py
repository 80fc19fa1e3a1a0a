"""Meeting bodies and their minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from houqin.actors import Actor
from houqin.approvals.models import Attendance, BodyMember, Meeting, MeetingBody
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.people.models import User
from houqin.people.names import named
from houqin.saving import save_or_refuse

MANAGE = "houqin.meeting_body:manage"
RECORD = "houqin.meeting:record"
BODY_SENTENCES = {
    "one_body_per_name": ("已有同名的议事会议，请换一个名称。", "name"),
    "quorum_is_a_percentage": ("到会比例应在 1 到 100 之间。", "quorum"),
}
MEETING_SENTENCES = {
    "one_meeting_per_minutes_number": ("这个纪要号已经登记过，请核对；同一次会议可以直接选用。", "number"),
    "only_those_present_vote": ("各种票加起来比到会人数还多，请核对。", "votes_for"),
}


def create_body(*, name: str, quorum: int, members: Collection[User], by: Actor) -> MeetingBody:
    """Add a meeting body; `quorum` is the share of members who must come, 1–100 %.

    Raises `NotAllowed`, and `RuleBroken` for a taken or empty name or a body without members.
    """
    require(by, MANAGE)
    body = MeetingBody(name=name.strip(), quorum=quorum)
    body.set_maker(by)
    _require_members(body.name, members)
    save_or_refuse(body, BODY_SENTENCES)
    _set_members(body, members)
    return body


def update_body(
    *,
    body: MeetingBody,
    name: str,
    quorum: int,
    members: Collection[User],
    version: int | None = None,
    by: Actor,
) -> MeetingBody:
    """Change a meeting body; minutes keep what held on their day. Raises as `create_body`."""
    require(by, MANAGE, body)
    body = lock(body)
    body.expect_version(version)
    body.name, body.quorum = name.strip(), quorum
    _require_members(body.name, members)
    save_or_refuse(body, BODY_SENTENCES)
    _set_members(body, members)
    return body


def hold_meeting(
    *,
    body: MeetingBody,
    number: str,
    held_on: date,
    attendees: Collection[User],
    votes_for: int,
    votes_against: int = 0,
    abstentions: int = 0,
    minutes: str,
    today: date | None = None,
    by: Actor,
) -> Meeting:
    """Write down a sitting of `body`: its minutes number, who came, how they voted.

    Raises `NotAllowed`, and `RuleBroken` for a day to come, attendees who are no members, more votes than
    people, or a minutes number that is taken.
    """
    require(by, RECORD)
    members = set(BodyMember.objects.filter(body=body).values_list("user", flat=True))
    strangers = [named(user) for user in attendees if user.pk not in members]
    if strangers:
        raise RuleBroken(f"{'、'.join(strangers)} 不是{body}的成员，请核对到会人员。", field="attendees")
    if held_on > (today or timezone.localdate()):
        raise RuleBroken("开会日期还没有到，请核对。", field="held_on")
    if not number.strip() or not minutes.strip():
        raise RuleBroken("请填写纪要号和会议纪要。", field="minutes" if number.strip() else "number")
    meeting = Meeting(
        body=body, number=number.strip(), held_on=held_on, members=len(members), quorum=body.quorum,
        present=len(attendees), votes_for=votes_for, votes_against=votes_against, abstentions=abstentions,
        minutes=minutes.strip(),
    )  # fmt: skip
    meeting.set_maker(by)
    save_or_refuse(meeting, MEETING_SENTENCES)
    for user in attendees:
        Attendance(meeting=meeting, user=user, created_by=by.user).save()
    return meeting


def _require_members(name: str, members: Collection[User]) -> None:
    if not name:
        raise RuleBroken("请填写会议名称。", field="name")
    if not members:
        raise RuleBroken("请选会议的成员，没有成员的会议不能作决定。", field="members")


def _set_members(body: MeetingBody, members: Collection[User]) -> None:
    wanted = {user.pk for user in members}
    BodyMember.objects.filter(body=body).exclude(user__in=wanted).delete()
    have = set(BodyMember.objects.filter(body=body).values_list("user", flat=True))
    BodyMember.objects.bulk_create(BodyMember(body=body, user_id=pk) for pk in sorted(wanted - have))
