"""检查记录: the list, and a signed check with its answers, photos and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from houqin.attachments.selectors import files_on, links_of
from houqin.checklists import documents, selectors, services
from houqin.checklists.models import Checklist, CheckRun
from houqin.checklists.states import PERFORM, READ_RUNS, Grade
from houqin.documents.printing import Document
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.web.access import actor
from houqin.web.pages import (
    Choices,
    Column,
    Flag,
    Linked,
    ListPage,
    ObjectPage,
    Period,
    Related,
    Step,
    Thing,
    Way,
)
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import badge, clock


def grade_badge(run: CheckRun) -> str:
    """The grade as a badge; a failed ★ item decided it whatever the score, and says so."""
    if run.failed_key:
        return badge("关键项不合格", "key")
    return badge(run.get_grade_display(), CheckRun.STATE_TONES.get(run.grade, "neutral"))


def run_note(run: CheckRun) -> str:
    """补记 and 更正, in a word."""
    words = ["补记"] if run.is_late else []
    if hasattr(run, "replaced_by"):
        words.append("已被更正")
    if run.replaces_id is not None:
        words.append("更正")
    return "、".join(words)


def score_label(run: CheckRun) -> str:
    """The score with its one decimal; money would get two."""
    return str(run.score) if run.score is not None else ""


class RunList(ListPage):
    """Every check that the reader may see; a corrected one is marked."""

    perm = READ_RUNS
    model = CheckRun
    title = "检查记录"
    template_name = "checklists/runs.html"
    columns = (
        Column("subject_label", "检查对象", sort="subject_label"),
        Column("checklist", "检查表", "edition.checklist.name", sort="edition__checklist__name"),
        Column("performed_at", "检查时间", sort="performed_at"),
        Column("performed_by", "检查人", "performed_by.name", sort="performed_by__search_key"),
        Column("score", "得分", score_label, sort="score", is_number=True),
        Column("grade", "等级", sort="grade", draw=grade_badge),
        Column("failed", "不合格项", sort="failed", is_number=True, on_phone=False),
        Column("note", "说明", run_note, on_phone=False, is_rare=True),
        Column("number", "编号", sort="number", on_phone=False),
    )
    filters = (
        Flag("mine", "我检查的", lambda user, _today: Q(performed_by=user.pk)),
        Flag("failed", "有不合格项", lambda _user, _today: Q(failed__gt=0)),
        Flag("late", "补记", lambda _user, _today: Q(is_late=True)),
        Related(
            "checklist", "检查表", lambda user: Checklist.objects.visible_to(user).order_by("name"),
            field="edition__checklist",
        ),
        Choices("grade", "等级", Grade.choices),
        Period("on", "检查时间", field="performed_at", is_moment=True),
    )  # fmt: skip
    order = ("-performed_at",)
    search_hint = "检查对象、编号、检查人"
    search_fields = ("subject_label", "number", "performed_by__name", "performed_by__search_key")
    create = Way("去检查", "checks:start", PERFORM, icon="clipboard-check")
    empty_title = "还没有检查记录"
    empty_hint = "选一份检查表和一个地方，开始第一次检查。"
    reader_hint = "检查签字上报以后，会出现在这里。"

    def rows(self) -> Any:
        return super().rows().select_related("edition__checklist", "performed_by", "replaced_by")

    def search(self, rows: Any, words: str) -> Any:
        return super().search(rows, words) | rows.filter(selectors.are_of_what_is_called(words))


class RunPage:
    """The rows that the pages of a check read."""

    def rows(self) -> Any:
        related = (
            "edition__checklist",
            "performed_by",
            "entered_by",
            "department",
            "replaces",
            "replaced_by",
        )
        return super().rows().select_related(*related)  # type: ignore[misc]


class RunDetail(RunPage, ObjectPage):
    """A signed check."""

    perm = READ_RUNS
    model = CheckRun
    template_name = "checklists/run.html"

    def trail(self) -> list[tuple[str, str]]:
        return [("检查记录", reverse("checks:run-list"))]

    def back_url(self) -> str:
        return reverse("checks:run-list")

    def facts(self, run: CheckRun) -> Sequence[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [
            ("结果", selectors.outcome_of(run)),
            ("实得 / 应得", f"{run.earned} / {run.due}" if run.due else "不评分"),
            ("检查时间", clock(run.performed_at)),
            ("检查人", run.performed_by),
        ]
        if tapped := selectors.tapped_label(run.answers.all()):
            found.append(("填写", tapped))
        if run.entered_by is not None:
            found.append(("代录", run.entered_by))
        if run.is_late:
            found.append(("补记", f"{clock(run.created_at)} 上报：{run.late_reason}"))
        found += [("检查表", str(run.edition)), ("责任部门", run.department), ("编号", run.number)]
        return [*found, *([("备注", run.note)] if run.note else [])]

    def steps(self, run: CheckRun, user: User) -> list[Step]:
        by = actor(self.request)
        may = allowed(by, PERFORM) and services.may_correct(run=run, by=by)
        return [Step("更正", reverse("checks:run-correct", args=[run.public_id]), may, icon="file-pen-line")]

    def linked(self, run: CheckRun) -> list[Linked]:
        found = []
        if run.replaces is not None:
            wrong = Thing(run.replaces.number, run.replaces.get_absolute_url(), run.replace_reason)
            found.append(Linked("更正了", [wrong]))
        if hasattr(run, "replaced_by"):
            right = run.replaced_by
            found.append(
                Linked("已被更正", [Thing(right.number, right.get_absolute_url(), right.replace_reason)])
            )
        return found

    def print_url(self, run: CheckRun) -> str:
        return reverse("checks:run-print", args=[run.public_id])

    def context(self) -> Mapping[str, Any]:
        answers = selectors.answers_of(self.record)
        pictured = [each for each in answers if each.photos]
        files, links = files_on(pictured, self.user), links_of(pictured)
        missing = {each.pk: each.photos - len(links.get(each.pk, ())) for each in pictured}
        rows = [(each, files.get(each.pk, ()), max(0, missing.get(each.pk, 0))) for each in answers]
        return {
            "sections": selectors.sections(rows, lambda row: row[0].item.section),
            "missing": selectors.photos_missing(answers, links),
            "is_own": self.user.pk in {self.record.performed_by_id, self.record.entered_by_id},
            "is_replaced": hasattr(self.record, "replaced_by"),
            "person": self.user.public_id,
        }


class RunPrint(RunPage, PrintPage):
    """A signed check on paper."""

    perm = READ_RUNS
    model = CheckRun

    def sheet(self, back_url: str) -> Document:
        return documents.run_sheet(self.record, printed_by=self.user.name, back_url=back_url)

    def file_name(self) -> str:
        return documents.run_file_name(self.record)
