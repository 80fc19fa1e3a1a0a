"""整改: the list, a finding with its rounds, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from houqin.attachments.pages import TakesFiles
from houqin.attachments.selectors import files_on
from houqin.checklists import documents, selectors, services
from houqin.checklists.forms import (
    AssignForm,
    CloseForm,
    RectifyForm,
    SendBackForm,
    facts_of_finding,
)
from houqin.checklists.models import CheckRun, Finding, FindingRound
from houqin.checklists.states import ASSIGN, READ_FINDINGS, RECHECK, RECTIFY, FindingState
from houqin.documents.printing import Document
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    EntersForOthers,
    Flag,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Period,
    Step,
    Thing,
    state_column,
)
from houqin.web.pages.columns import LATE
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import badge, clock

UNNAMED = "未指定"


def owner_word(name: str | None) -> str:
    """Who puts a finding right; that nobody is named is said on a phone too, where a dash is left out."""
    return name or UNNAMED


def limit_label(finding: Finding) -> str:
    """The time limit, marked when it has run out."""
    late = "　逾期" if finding.is_overdue(timezone.now()) else ""
    return f"{clock(finding.due_at)}{late}"


def limit_drawn(finding: Finding) -> SafeString:
    """The same on a page, with the red badge."""
    late = LATE if finding.is_overdue(timezone.now()) else ""
    return format_html("{}{}", clock(finding.due_at), late)


def problem_shown(finding: Finding) -> str:
    """The problem, with the badge of a ★ item."""
    return format_html("{} {}", finding.title, badge("关键项", "key")) if finding.is_key else finding.title


class FindingList(ListPage):
    """Every finding that the reader may see."""

    perm = READ_FINDINGS
    model = Finding
    title = "整改"
    columns = (
        Column(
            "title",
            "问题",
            lambda each: f"★ {each.title}" if each.is_key else each.title,
            sort="title",
            draw=problem_shown,
        ),
        Column("subject_label", "地点", sort="subject_label"),
        Column("owner", "责任人", owner_word, of=("owner.name",), sort="owner__search_key"),
        Column("due_at", "整改时限", limit_label, sort="due_at", is_whole=True, draw=limit_drawn),
        state_column(),
        Column("rechecker", "复查人", "rechecker.name", sort="rechecker__search_key", on_phone=False),
        Column("round", "轮次", sort="round", is_number=True, on_phone=False),
        Column("number", "编号", sort="number", on_phone=False),
    )
    filters = (
        Flag("overdue", "逾期", lambda _user, _today: selectors.is_overdue_now()),
        Flag("mine", "我要整改的", lambda user, _today: selectors.to_rectify(user)),
        Flag("recheck", "待我复查的", lambda user, _today: selectors.to_recheck(user)),
        Flag("unassigned", "没有责任人", lambda _user, _today: Q(owner=None, state=FindingState.OPEN)),
        Flag("key", "★ 关键项", lambda _user, _today: Q(is_key=True)),
        Choices("state", "状态", FindingState.choices),
        Period("found", "发现时间", field="found_at", is_moment=True),
    )
    # What is closed has the latest moment and comes last: PostgreSQL puts what has none first.
    order = ("-closed_at", "due_at")
    search_hint = "问题、检查项、地点、编号、责任人"
    search_fields = (
        "title",
        "answer__item__text",
        "subject_label",
        "number",
        "owner__name",
        "owner__search_key",
    )
    empty_title = "没有要整改的问题"
    empty_hint = "检查中不合格的项目会自动成为整改单，出现在这里。"

    def rows(self) -> Any:
        return super().rows().select_related("owner", "rechecker")

    def search(self, rows: Any, words: str) -> Any:
        return super().search(rows, words) | rows.filter(selectors.are_of_what_is_called(words, "run__"))


class FindingPage(Page):
    """What the pages of a finding have in common."""

    model = Finding
    record_name = "finding"

    def rows(self) -> Any:
        related = (
            "run__edition__checklist",
            "owner__department",
            "rechecker",
            "found_by",
            "department",
            "answer__item",
        )
        return super().rows().select_related(*related)


class FindingDetail(FindingPage, ObjectPage):
    """What is wrong, who puts it right until when, and what happened in each round."""

    perm = READ_FINDINGS
    template_name = "checklists/finding.html"
    also = ((FindingRound, "finding"),)

    def trail(self) -> list[tuple[str, str]]:
        return [("整改", reverse("checks:finding-list"))]

    def back_url(self) -> str:
        return reverse("checks:finding-list")

    def facts(self, finding: Finding) -> Sequence[tuple[str, Any]]:
        return [
            ("地点", finding.subject_label),
            ("检查项", str(finding.answer.item)),
            ("整改责任人", finding.owner or UNNAMED),
            ("整改时限", clock(finding.due_at)),
            ("整改要求", finding.demand),
            ("复查人", finding.rechecker or "总务处"),
            ("责任部门", finding.answerable),
            ("检查人", finding.found_by),
            ("发现时间", clock(finding.found_at)),
            ("编号", finding.number),
        ]

    def steps(self, finding: Finding, user: User) -> list[Step]:
        at, by = [finding.public_id], actor(self.request)
        arrange = can_move(finding, "assign", by)
        is_mine = finding.owner_id == user.pk
        rectify = allowed(by, RECTIFY, finding) and services.may_rectify(finding=finding, by=by)
        recheck = allowed(by, RECHECK, finding) and services.may_recheck(finding=finding, by=by)
        rechecks = [
            Step(
                "复查合格", reverse("checks:finding-close", args=at), recheck, is_primary=True, icon="check"
            ),
            Step("退回整改", reverse("checks:finding-send-back", args=at), recheck, icon="corner-up-left"),
        ]
        report = Step(
            "报整改完成", reverse("checks:finding-rectify", args=at), rectify,
            is_primary=is_mine or finding.owner_id is not None, icon="hammer",
        )  # fmt: skip
        assign = Step(
            "安排整改", reverse("checks:finding-assign", args=at), arrange,
            is_primary=finding.owner_id is None, icon="user-check",
        )  # fmt: skip
        return [*rechecks, report, assign] if finding.state == FindingState.RECTIFIED else [report, assign]

    def linked(self, finding: Finding) -> list[Linked]:
        run = finding.run
        seen = CheckRun.objects.visible_to(self.user).filter(pk=run.pk).exists()
        url = run.get_absolute_url() if seen else ""
        return [Linked("来自检查", [Thing(str(run), url, run.number)])]

    def print_url(self, finding: Finding) -> str:
        return reverse("checks:finding-print", args=[finding.public_id])

    def context(self) -> Mapping[str, Any]:
        finding = self.record
        rounds = list(finding.rounds.select_related("rectified_by", "rechecked_by").order_by("-round"))
        files = files_on(rounds, self.user)
        return {
            "rounds": [(each, files.get(each.pk, ())) for each in rounds],
            "is_overdue": finding.is_overdue(timezone.now()),
        }


class FindingAssign(FindingPage, EditPage):
    """Say who and until when."""

    perm = ASSIGN
    title = "安排整改"
    form_class = AssignForm
    service = services.assign_finding
    said = "整改已安排。"

    def initial_of(self, finding: Any) -> dict[str, Any]:
        return facts_of_finding(finding)

    def possible(self) -> Decision:
        return can_move(self.record, "assign", self.actor())


class FindingAct(FindingPage, ActPage):
    """What the acts on a finding have in common; each happens now."""

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class FindingRectify(EntersForOthers, TakesFiles, FindingAct):
    """Report it put right."""

    perm = RECTIFY
    title = submit_label = "报整改完成"
    form_class = RectifyForm
    service = services.rectify
    said = "已报整改，等待复查。"

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, RECTIFY, self.record) and services.may_rectify(finding=self.record, by=by)


class FindingRecheck(TakesFiles, FindingAct):
    """What both outcomes of a re-check have in common."""

    perm = RECHECK

    def possible(self) -> Decision:
        by = self.actor()
        return allowed(by, RECHECK, self.record) and services.may_recheck(finding=self.record, by=by)


class FindingClose(FindingRecheck):
    """It was found good."""

    title = submit_label = "复查合格"
    form_class = CloseForm
    service = services.close_finding
    said = "复查合格，整改单已关闭。"


class FindingSendBack(FindingRecheck):
    """It was found not good."""

    title = submit_label = "退回整改"
    form_class = SendBackForm
    service = services.send_back
    said = "已退回整改。"

    def initial(self) -> dict[str, Any]:
        checklist = self.record.run.edition.checklist
        return {"due_at": timezone.localtime(services.next_limit(checklist, at=timezone.now()))}


class FindingPrint(FindingPage, PrintPage):
    """整改通知书."""

    perm = READ_FINDINGS

    def sheet(self, back_url: str) -> Document:
        return documents.finding_notice(self.record, printed_by=self.user.name, back_url=back_url)

    def file_name(self) -> str:
        return f"整改通知书_{self.record.number}"
