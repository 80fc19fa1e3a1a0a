"""What pages ask of the checks: what is in use, what failed last time, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from houqin.checklists.models import (
    CheckAnswer,
    Checklist,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
)
from houqin.checklists.states import (
    ASSIGN,
    PERFORM,
    READ_FINDINGS,
    READ_RUNS,
    RECHECK,
    EditionState,
    FindingState,
    Origin,
    Verdict,
)
from houqin.checklists.subjects import CheckSubject
from houqin.people.models import User
from houqin.people.roles import LEADERS, OFFICE
from houqin.people.scopes import Scope
from houqin.registry import MOST_LISTED, Figure, Hit, Listed, Panel, PanelLine, Todo, registry
from houqin.school_calendar.reading import school_hours_on
from houqin.search.columns import matching

SHOWN_RUNS = 8


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive items under one heading."""

    title: str
    items: Sequence[Any]


def sections(items: Iterable[Any], section_of: Any) -> list[Section]:
    """`items` in their order, grouped by what `section_of` says of each."""
    return [Section(title, list(group)) for title, group in groupby(items, section_of)]


def items_of(edition: ChecklistEdition) -> list[ChecklistItem]:
    """The items of an edition in their order; one query."""
    return list(edition.items.order_by("position", "pk"))


def edition_in_use(checklist: Checklist) -> ChecklistEdition | None:
    """The edition that is checked by today."""
    return checklist.editions.filter(state=EditionState.IN_USE).first()


def checklists_in_use(user: User) -> QuerySet[Checklist]:
    """The checklists that have an edition in use."""
    used = ChecklistEdition.objects.filter(checklist=OuterRef("pk"), state=EditionState.IN_USE)
    return Checklist.objects.visible_to(user).filter(Exists(used)).order_by("name")


def with_state(checklists: QuerySet[Checklist]) -> QuerySet[Checklist]:
    """`checklists` with their `state` by that of their editions: used while one is, written while none was
    used yet or the next one is all there is, and out of use where every one is.
    """

    def has(state: EditionState) -> Exists:
        return Exists(ChecklistEdition.objects.filter(checklist=OuterRef("pk"), state=state))

    state = Case(
        When(has(EditionState.IN_USE), then=Value(EditionState.IN_USE)),
        When(has(EditionState.DRAFT), then=Value(EditionState.DRAFT)),
        default=Value(EditionState.RETIRED),
        output_field=CharField(),
    )
    return checklists.annotate(state=state)


def checklists_for(user: User, subject: str, kind: str) -> list[Checklist]:
    """The checklists in use that are meant for something of this kind."""
    found = checklists_in_use(user).filter(subject_kind=subject)
    return [each for each in found if not each.only_for or kind in each.only_for]


def _are_of(subject: CheckSubject, records: Any, run: str = "") -> Q:
    """The checks of `records` and of what was merged into them; `run` leads there from other rows."""
    kind = ContentType.objects.get_for_model(subject.model_class)
    keys = subject.with_merged(records)
    return Q(**{f"{run}content_type": kind, f"{run}object_id__in": keys})


def runs_about(subject: CheckSubject, record: Any) -> QuerySet[CheckRun]:
    """The checks of `record`, and of what was merged into it, that stand, the newest first."""
    here = _are_of(subject, subject.model_class._base_manager.filter(pk=record.pk))
    return CheckRun.objects.filter(here, replaced_by=None).order_by("-performed_at", "-pk")


def are_of_what_is_called(words: str, run: str = "") -> Q:
    """The checks of what `words` find today, whatever it was called, and in whatever room, when it was looked
    at; `run` leads there from other rows.
    """
    found = Q(pk__in=())
    for subject in registry.check_subjects.values():
        found |= _are_of(subject, matching(subject.model_class._base_manager.all(), words), run)
    return found


def last_failures(checklist: Checklist) -> dict[int, list[str]]:
    """What failed in the last check of each subject by `checklist`: its key → the texts of the items.

    By the text, because a new edition has new items. What was merged counts as what stands for it. Three
    queries, however many subjects there are.
    """
    stand_ins = registry.check_subjects[checklist.subject_kind].stand_ins()
    standing = CheckRun.objects.filter(edition__checklist=checklist, replaced_by=None)
    newest = standing.order_by("object_id", "-performed_at", "-pk").distinct("object_id")
    last: dict[int, tuple[datetime, int]] = {}
    for subject, *look in newest.values_list("object_id", "performed_at", "pk"):
        today = stand_ins.get(subject, subject)
        last[today] = max(last.get(today, tuple(look)), tuple(look))
    subjects = {run: today for today, (_, run) in last.items()}
    failed = CheckAnswer.objects.filter(run__in=list(subjects), verdict=Verdict.FAILED)
    found: dict[int, list[str]] = {}
    for run, text in failed.values_list("run", "item__text").order_by("item__position", "pk"):
        found.setdefault(subjects[run], []).append(text)
    return found


def answers_of(run: CheckRun) -> list[CheckAnswer]:
    """The answers of a check in the order of its list, with their findings; one query."""
    rows = run.answers.select_related("item", "finding", "run")
    return list(rows.order_by("item__position", "item__pk"))


def is_overdue_now() -> Q:
    """Findings that are to be put right and whose time has run out."""
    return Q(state=FindingState.OPEN, due_at__lt=timezone.now())


def to_rectify(user: User) -> Q:
    """The findings that `user` has to put right."""
    return Q(state=FindingState.OPEN, owner=user.pk)


def to_recheck(user: User) -> Q:
    """The findings that `user` has to look at again: those he was named for, or nobody, where he may all."""
    mine = Q(rechecker=user.pk)
    if Scope.ALL in user.scopes(RECHECK):
        mine |= Q(rechecker=None) & (Q(owner=None) | ~Q(owner=user.pk))
    return Q(state=FindingState.RECTIFIED) & mine


def to_assign(user: User) -> Q:
    """The findings that nobody answers for yet, for whoever arranges that."""
    return Q(state=FindingState.OPEN, owner=None) if user.has(ASSIGN) else Q(pk__in=())


def todos_for(user: User, on: date) -> Iterable[Todo]:
    """Home page: what I have to put right, to look at again, and to give to somebody."""
    if not user.has(READ_FINDINGS):
        return
    now = timezone.now()
    mine = to_rectify(user) | to_recheck(user) | to_assign(user)
    listed = Listed("整改", reverse("checks:finding-list"))
    for each in Finding.objects.visible_to(user).filter(mine).order_by("due_at", "pk")[:MOST_LISTED]:
        is_open = each.state == FindingState.OPEN
        arrange = "报整改" if each.owner_id == user.pk else "安排整改"
        yield Todo(
            str(each),
            each.get_absolute_url(),
            arrange if is_open else "复查",
            "★ 关键项" if each.is_key else "",
            timezone.localdate(each.due_at) if is_open else None,
            is_late=each.is_overdue(now),
            listed=listed,
        )


def figures_for(user: User, on: date) -> Iterable[Figure]:
    """Home page: how many findings are late, for whoever sees all of them; red for who answers for them."""
    if Scope.ALL not in user.scopes(READ_FINDINGS):
        return
    late = Finding.objects.visible_to(user).filter(is_overdue_now()).count()
    if late:
        url = f"{reverse('checks:finding-list')}?overdue=1"
        is_warning = bool(user.roles & frozenset((*LEADERS, *OFFICE)))
        yield Figure("checklists.overdue", "全校逾期整改", late, url, is_warning=is_warning)


def search_for(user: User, words: str, limit: int) -> Sequence[Hit]:
    """Checks and findings by number, place or what is wrong."""
    hits: list[Hit] = []
    if user.has(READ_RUNS):
        runs = CheckRun.objects.visible_to(user).filter(
            Q(number__icontains=words) | Q(subject_label__icontains=words) | are_of_what_is_called(words)
        )
        hits += [
            Hit("检查", str(run), run.get_absolute_url(), run.get_grade_display(), run.number)
            for run in runs.select_related("edition__checklist")[:limit]
        ]
    if user.has(READ_FINDINGS):
        findings = Finding.objects.visible_to(user).filter(
            Q(number__icontains=words)
            | Q(title__icontains=words)
            | Q(subject_label__icontains=words)
            | Q(answer__item__text__icontains=words)
            | are_of_what_is_called(words, "run__")
        )
        hits += [
            Hit("整改单", str(each), each.get_absolute_url(), each.get_state_display(), each.number)
            for each in findings[:limit]
        ]
    return hits


def checks_of_place(user: User, place: Any) -> Panel | None:
    """The card 检查 on a place's page: what can be checked here, and the latest checks."""
    if not user.has(READ_RUNS):
        return None
    seen = CheckRun.objects.visible_to(user).values("pk")
    runs = runs_about(registry.check_subjects["place"], place).filter(pk__in=seen)
    lines = []
    if user.has(PERFORM) and place.kind:
        lines = [
            PanelLine(
                f"按“{each}”检查",
                f"{reverse('checks:perform', args=[each.public_id])}?subject={place.public_id}",
            )
            for each in checklists_for(user, "place", place.kind)
        ]
    for run in runs.select_related("edition__checklist", "performed_by")[:SHOWN_RUNS]:
        detail = f"{timezone.localdate(run.performed_at)} {run.performed_by.name}　{outcome_of(run)}"
        lines.append(PanelLine(str(run.edition.checklist), run.get_absolute_url(), detail))
    return Panel("检查", lines, "还没有检查过。")


def outcome_of(run: CheckRun) -> str:
    """The outcome in words: 92.5 分（优秀）, 合格, 不合格（★ 1 项）."""
    grade = run.get_grade_display()
    key = f"，★ {run.failed_key} 项不合格" if run.failed_key else ""
    return f"{run.score} 分（{grade}{key}）" if run.score is not None else f"{grade}{key}"


def days_of(hours: int) -> str:
    """How many working days `hours` of working time are by the school's own hours: 约 3 个工作日."""
    limit, day = timedelta(hours=hours), school_hours_on(timezone.localdate())
    return f"约 {round(limit / day)} 个工作日" if day and limit >= day else "不到 1 个工作日"


def tapped_label(answers: Iterable[CheckAnswer]) -> str:
    """How many answers came by the one tap for all, said once for the check; nothing where none did."""
    tapped = sum(each.origin == Origin.ALL_FINE for each in answers)
    return f"按“全部合格” {tapped} 项，其余逐项填写" if tapped else ""


def photos_missing(answers: Iterable[CheckAnswer], linked: Mapping[Any, Sequence[Any]]) -> int:
    """How many photos of a check are still on the phone."""
    return sum(max(0, each.photos - len(linked.get(each.pk, ()))) for each in answers)
