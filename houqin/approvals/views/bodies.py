"""议事会议: the bodies that decide by meeting, and the minutes of their sittings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.approvals import services
from houqin.approvals.forms import BodyForm, MinutesForm
from houqin.approvals.models import BodyMember, Meeting, MeetingBody
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.web.access import actor
from houqin.web.pages import Column, EditPage, FormPage, Linked, ListPage, ObjectPage, Step, Thing, Way
from houqin.web.templatetags.houqin import day

READ, MANAGE, RECORD = "houqin.meeting_body:read", "houqin.meeting_body:manage", "houqin.meeting:record"


def vote_of(meeting: Meeting) -> str:
    """Who came and how they voted, in one line."""
    votes = f"同意 {meeting.votes_for}，反对 {meeting.votes_against}，弃权 {meeting.abstentions}"
    return f"应到 {meeting.members} 人，实到 {meeting.present} 人；{votes}"


class BodyList(ListPage):
    """The meeting bodies of the school."""

    perm = READ
    model = MeetingBody
    title = "议事会议"
    columns = (
        Column("name", "会议", sort="name"),
        Column("size", "成员", is_number=True),
        Column("quorum", "到会不少于（%）", sort="quorum", is_number=True),
        Column("sittings", "纪要", is_number=True),
    )
    order = ("name",)
    search_hint = "会议名称"
    search_fields = ("name",)
    create = Way("新增会议", "approvals:body-create", MANAGE, icon="plus")
    empty_title = "还没有议事会议"
    empty_hint = "例如校长办公会、党组织会议。大额支出的审批流程会用到。"

    def rows(self) -> QuerySet[MeetingBody]:
        counts = {
            "size": Count("memberships", distinct=True),
            "sittings": Count("meetings", distinct=True),
        }
        return super().rows().filter(retired_on=None).annotate(**counts)  # type: ignore[no-any-return]


class BodyDetail(ObjectPage):
    """One body, its members and its minutes."""

    perm = READ
    model = MeetingBody
    also = ((BodyMember, "body"),)

    def trail(self) -> list[tuple[str, str]]:
        return [("议事会议", reverse("approvals:body-list"))]

    def back_url(self) -> str:
        return reverse("approvals:body-list")

    def facts(self, body: MeetingBody) -> list[tuple[str, Any]]:
        names = "、".join(user.name for user in body.members.order_by("search_key", "pk"))
        return [("成员", names), ("到会不少于", f"{body.quorum}%")]

    def steps(self, body: MeetingBody, user: User) -> list[Step]:
        by, at = actor(self.request), [body.public_id]
        record, edit = reverse("approvals:meeting-create", args=at), reverse("approvals:body-edit", args=at)
        return [
            Step("登记纪要", record, allowed(by, RECORD), is_primary=True, icon="notebook-pen"),
            Step("修改", edit, allowed(by, MANAGE), icon="pencil"),
        ]

    def linked(self, body: MeetingBody) -> list[Linked]:
        sittings = [
            Thing(f"{each.number}（{day(each.held_on)}）", detail=f"{vote_of(each)}。{each.minutes}")
            for each in body.meetings.all()[:50]
        ]
        return [Linked("会议纪要", sittings, empty="还没有登记过纪要。")]


class BodyCreate(FormPage):
    """Add a meeting body."""

    perm = MANAGE
    model = MeetingBody
    title = "新增会议"
    form_class = BodyForm
    service = services.create_body
    said = "会议已新增。"

    def initial(self) -> dict[str, Any]:
        return {"quorum": 67}

    def back_url(self) -> str:
        return reverse("approvals:body-list")


class BodyEdit(EditPage):
    """Change a meeting body."""

    perm = MANAGE
    model = MeetingBody
    title = "修改会议"
    form_class = BodyForm
    service = services.update_body
    record_name = "body"

    def initial_of(self, body: Any) -> dict[str, Any]:
        members = self.record.memberships.order_by("user").values_list("user", flat=True)
        return {"name": body.name, "quorum": body.quorum, "members": list(members)}


class MeetingCreate(FormPage):
    """Write down a sitting."""

    perm = RECORD
    model = MeetingBody
    title = "登记会议纪要"
    form_class = MinutesForm
    service = services.hold_meeting
    record_name = "body"
    said = "会议纪要已登记。登记后不能修改。"

    def initial(self) -> dict[str, Any]:
        return {"held_on": timezone.localdate(), "votes_against": 0, "abstentions": 0}

    def form_arguments(self) -> dict[str, Any]:
        return {"body": self.record}

    def success_url(self, answer: Any) -> str:
        return self.back_url()
