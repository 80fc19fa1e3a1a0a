"""值班安排: rosters in a list and on the wall, begun, drawn up by turns, published, printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from houqin.documents.printing import Document
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rosters import documents, selectors, services
from houqin.rosters.forms import NewRosterForm, RosterForm, TurnsForm
from houqin.rosters.models import Duty, DutyKind, Roster
from houqin.rosters.rules import ONE_DAY, can_draw_up, can_publish, roster_name
from houqin.rosters.selectors import Wall
from houqin.rosters.states import MANAGE, READ, RosterState
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Period,
    Related,
    Step,
    Way,
    day_column,
    state_column,
)
from houqin.web.pages.page import PUBLIC_ID
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import clock, day_prose

# A roster is proposed for four weeks.
USUAL_DAYS = timedelta(days=27)


class RosterList(ListPage):
    """Every roster that the reader may see."""

    perm = READ
    model = Roster
    title = "值班安排"
    columns = (
        Column("name", "值班表", sort="name"),
        Column("kind", "值班种类", "kind.name", sort="kind__name"),
        day_column("first_on", "从哪天"),
        day_column("last_on", "到哪天"),
        state_column(),
        Column("keeper", "排班人", "kind.keeper.name", sort="kind__keeper__search_key", on_phone=False),
        Column("number", "编号", sort="number", on_phone=False),
    )
    filters = (
        Choices("state", "状态", RosterState.choices),
        Related(
            "kind", "值班种类", lambda user: DutyKind.objects.visible_to(user).order_by("name"),
        ),
        Period("from", "开始日期", field="first_on"),
    )  # fmt: skip
    order = ("-first_on",)
    search_hint = "值班表名称、编号"
    search_fields = ("name", "number")
    create = Way("排一张值班表", "rosters:roster-create", MANAGE, icon="calendar-plus")
    empty_title = "还没有值班表"
    empty_hint = "总务处在“值班种类”里定了班次和排班人以后，就可以排值班表。"
    reader_hint = "排到您的值班表公布以后，会出现在这里。"

    def rows(self) -> Any:
        return super().rows().select_related("kind__keeper")

    def context(self) -> dict[str, Any]:
        # Whoever keeps no kind has the right and nothing to draw up.
        return {} if selectors.kinds_to_draw_up(self.user).exists() else {"create": None}


class RosterPage(Page):
    """What the pages of a roster have in common."""

    model = Roster
    record_name = "roster"

    def rows(self) -> Any:
        return super().rows().select_related("kind__keeper")


class RosterDetail(RosterPage, ObjectPage):
    """A month of a roster on the wall; whoever draws it up fills single places from here."""

    perm = READ
    template_name = "rosters/roster.html"
    also = ((Duty, "roster"),)

    def trail(self) -> list[tuple[str, str]]:
        return [("值班安排", reverse("rosters:roster-list"))]

    def back_url(self) -> str:
        return reverse("rosters:roster-list")

    def facts(self, roster: Roster) -> Sequence[tuple[str, Any]]:
        published = [("公布时间", clock(roster.published_at))] if roster.published_at else []
        return [
            ("值班种类", roster.kind),
            ("日期", f"{day_prose(roster.first_on)}至{day_prose(roster.last_on)}"),
            ("排班人", roster.kind.keeper),
            ("值班要求", roster.note or roster.kind.note or "—"),
            *published,
            *([("编号", roster.number)] if roster.number else []),
        ]

    def steps(self, roster: Roster, user: User) -> list[Step]:
        at, may = [roster.public_id], allowed(actor(self.request), MANAGE, roster)
        filled = roster.duties.count()
        draft = may and can_draw_up(roster)
        return [
            Step("公布", reverse("rosters:roster-publish", args=at), may and can_publish(roster, filled),
                 is_primary=True, icon="megaphone"),
            Step("自动排班", reverse("rosters:roster-turns", args=at), draft, is_primary=not filled,
                 icon="shuffle"),
            Step("排一班", reverse("rosters:duty-create", args=at), may, icon="plus"),
            Step("修改", reverse("rosters:roster-edit", args=at), may, icon="pencil"),
            Step("删除草稿", reverse("rosters:roster-remove", args=at), draft, is_danger=True, icon="trash"),
        ]  # fmt: skip

    def print_url(self, roster: Roster) -> str:
        return reverse("rosters:roster-print", args=[roster.public_id])

    def chat_text(self, roster: Roster) -> str:
        return f"{selectors.chat_of(roster, self.wall().rows)}\n{self.here()}"

    def wall(self) -> Wall:
        """What the page shows of the roster: the month that was asked for, this one, or the first."""
        first = self.month()
        return selectors.wall_of(self.record, first, (first + timedelta(days=32)).replace(day=1) - ONE_DAY)

    def month(self) -> date:
        months = selectors.months_of(self.record)
        asked = self.request.GET.get("month", "") or timezone.localdate().isoformat()[:7]
        return next((each for each in months if each.isoformat()[:7] == asked), months[0])

    def context(self) -> Mapping[str, Any]:
        wall, month = self.wall(), self.month()
        months = selectors.months_of(self.record)
        place = months.index(month)
        return {
            "wall": wall,
            "month": month,
            "today": timezone.localdate(),
            "previous": months[place - 1] if place else None,
            "next": months[place + 1] if place + 1 < len(months) else None,
            "tallies": selectors.tallies(wall.rows),
            "may_manage": bool(allowed(actor(self.request), MANAGE, self.record)),
        }


class RosterCreate(FormPage):
    """Begin a roster."""

    perm = MANAGE
    model = Roster
    title = "排一张值班表"
    submit_label = "下一步：排人"
    form_class = NewRosterForm
    service = services.create_roster
    said = "值班表已建好，接着排人。"

    def form_arguments(self) -> dict[str, Any]:
        return {"kinds": selectors.kinds_to_draw_up(self.user)}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("kind", "")
        kinds = selectors.kinds_to_draw_up(self.user)
        kind = kinds.filter(public_id=asked).first() if PUBLIC_ID.fullmatch(asked) else None
        first = selectors.next_day_of(kind, timezone.localdate()) if kind is not None else None
        if kind is None or first is None:
            return {}
        last = first + USUAL_DAYS
        name = roster_name(kind.name, first, last)
        return {"kind": kind.public_id, "name": name, "first_on": first, "last_on": last, "note": kind.note}

    def possible(self) -> Decision:
        if selectors.kinds_to_draw_up(self.user).exists():
            return Decision.yes()
        return Decision.forbidden("还没有您可以排的值班种类，请总务处先在“值班种类”里加，并把您设为排班人。")

    def back_url(self) -> str:
        return reverse("rosters:roster-list")

    def success_url(self, answer: Roster) -> str:
        return reverse("rosters:roster-turns", args=[answer.public_id])


class RosterEdit(RosterPage, EditPage):
    """Change a roster's name, days and notes."""

    perm = MANAGE
    title = "修改值班表"
    form_class = RosterForm
    service = services.update_roster

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record)


class RosterTurns(RosterPage, FormPage):
    """Draw the whole draft up by turns: what would come out is shown first, and is what is saved.

    The names that are ticked travel in the address while one looks, so looking changes nothing.
    """

    perm = MANAGE
    title = "自动排班"
    template_name = "rosters/turns.html"
    form_class = TurnsForm
    service = services.draw_up
    submit_label = "保存排班"
    said = "已排好，请核对；单独换人点那一班。"

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_draw_up(self.record)

    def form_arguments(self) -> dict[str, Any]:
        return {"usual": selectors.last_people(self.record)}

    def initial(self) -> dict[str, Any]:
        return {"people": [each.public_id for each in selectors.last_people(self.record)]}

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.GET) if "people" in request.GET else self.form()
        return self.shown(form)

    def arguments(self, form: Any) -> dict[str, Any]:
        return {"people": form.in_turn(), "seen": form.cleaned_data["seen"]}

    def shown(self, form: Any, *, sentence: str = "", status: int = 0) -> HttpResponseBase:
        self.chosen = self.people_of(form)
        return super().shown(form, sentence=sentence, status=status)

    def people_of(self, form: Any) -> list[User]:
        """Who takes turns in the proposal: those chosen, or the usual ones before anybody chose."""
        if not form.is_bound:
            return list(form.usual)
        return form.in_turn() if form.is_valid() else []

    def context(self) -> Mapping[str, Any]:
        if not self.chosen or not self.possible():
            return {"turns": None}
        turns = services.proposed(self.record, self.chosen)
        wall = selectors.wall_of_turns(self.record, turns)
        return {
            "turns": turns,
            "people": self.chosen,
            "seen": services.digest_of(turns),
            "wall": wall,
            "empty": wall.missing,
            "tallies": selectors.tallies(wall.rows),
        }


class RosterPublish(RosterPage, ActPage):
    """Hang it on the wall."""

    perm = MANAGE
    title = "公布值班安排表"
    submit_label = "公布"
    question = "公布后排到的人都会收到通知，在各自的“我的值班”和校历里看到；以后换人也会通知本人。"
    service = services.publish_roster
    said = "值班表已公布，已通知排到的人。"

    def possible(self) -> Decision:
        may = allowed(self.actor(), MANAGE, self.record)
        return may and can_publish(self.record, self.record.duties.count())

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class RosterRemove(RosterPage, ActPage):
    """Throw a draft away."""

    perm = MANAGE
    title = "删除值班安排表草稿"
    submit_label = "删除草稿"
    is_danger = True
    question = "这张值班表和已经排的班都会删除。"
    service = services.remove_roster
    said = "草稿已删除。"

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_draw_up(self.record)

    def success_url(self, answer: DutyKind) -> str:
        return reverse("rosters:roster-list")


class RosterPrint(RosterPage, PrintPage):
    """值班安排表."""

    perm = READ

    def sheet(self, back_url: str) -> Document:
        return documents.roster_sheet(self.record, printed_by=self.user.name, back_url=back_url)
