"""How an item is answered and a check scored, who puts right, who looks again: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from houqin.checklists.states import EditionState, FindingState, Grade, ItemKind, Origin, Verdict
from houqin.errors import RuleBroken
from houqin.rules import Decision

if TYPE_CHECKING:
    from houqin.checklists.models import CheckAnswer, ChecklistEdition, ChecklistItem, CheckRun, Finding
    from houqin.people.models import User

TENTH = Decimal("0.1")
# A phone's clock may run ahead a little; further ahead is a mistake.
CLOCKS_DIFFER = timedelta(minutes=10)
MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody entered for an item; `photos` are the files that come along, `later` those still on the
    phone."""

    item: ChecklistItem
    verdict: str = ""
    number: Decimal | None = None
    text: str = ""
    note: str = ""
    photos: Sequence[Any] = ()
    later: int = 0

    @property
    def pictures(self) -> int:
        """How many photos belong to the answer."""
        return len(self.photos) + self.later


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to an item as it will be kept."""

    item: ChecklistItem
    verdict: Verdict
    origin: Origin
    number: Decimal | None = None
    text: str = ""
    note: str = ""
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a check comes to; `percent` 0–100 with one decimal, None without points."""

    earned: Decimal
    due: Decimal
    percent: Decimal | None
    grade: Grade
    failed: int
    failed_key: int


def field_of(item: ChecklistItem) -> str:
    """The name of the item's field on the form, beside which a refusal stands."""
    return f"item-{item.public_id}"


def answered(item: ChecklistItem, given: Given | None, *, all_fine: bool) -> Answered:
    """The answer to `item`: as entered, or by the one tap for all that is fine.

    The tap says 合格 to a plain question, and 不适用 to remarks and photos that may be left out; a number, a
    choice, or a text or photo that must be there is entered by hand or is missing, and nothing is ever
    filled in for anybody. `RuleBroken` beside the item for what is missing.
    """
    if given is not None and given.verdict == Verdict.NA:
        if not item.may_be_na:
            raise _refusal(item, "这一项不能选“不适用”")
        return Answered(item, Verdict.NA, Origin.BY_HAND, note=given.note)
    if item.kind == ItemKind.YES_NO:
        return _yes_or_no(item, given, all_fine=all_fine)
    if given is None:
        if all_fine and item.may_be_na and item.kind in {ItemKind.TEXT, ItemKind.PHOTO}:
            return Answered(item, Verdict.NA, Origin.ALL_FINE)
        raise _refusal(item, "这一项要逐项填写")
    if item.kind == ItemKind.NUMBER:
        return _number(item, given)
    if item.kind == ItemKind.CHOICE:
        return _choice(item, given)
    return _noted(item, given)


def _yes_or_no(item: ChecklistItem, given: Given | None, *, all_fine: bool) -> Answered:
    if given is None or not given.verdict:
        if not all_fine:
            raise _refusal(item, "这一项还没有填")
        if given is None or not (given.note or given.pictures):
            return Answered(item, Verdict.GOOD, Origin.ALL_FINE)
        raise _refusal(item, "写了问题或拍了照片，请再选合格还是不合格")
    if given.verdict not in {Verdict.GOOD, Verdict.FAILED}:
        raise _refusal(item, "请选合格或不合格")
    if given.verdict == Verdict.FAILED and not (given.note or given.pictures):
        raise _refusal(item, "不合格的，请写明问题或拍一张照片")
    return Answered(item, Verdict(given.verdict), Origin.BY_HAND, note=given.note, photos=given.pictures)


def _number(item: ChecklistItem, given: Given) -> Answered:
    if given.number is None:
        raise _refusal(item, "请填写实际的数值")
    is_good = (item.least is None or given.number >= item.least) and (
        item.most is None or given.number <= item.most
    )
    verdict = Verdict.GOOD if is_good else Verdict.FAILED
    return Answered(item, verdict, Origin.BY_HAND, given.number, note=given.note, photos=given.pictures)


def _choice(item: ChecklistItem, given: Given) -> Answered:
    if given.text not in item.choices:
        raise _refusal(item, "请选一项")
    is_good = not item.passing or given.text in item.passing
    verdict = Verdict.GOOD if is_good else Verdict.FAILED
    return Answered(item, verdict, Origin.BY_HAND, text=given.text, note=given.note, photos=given.pictures)


def _noted(item: ChecklistItem, given: Given) -> Answered:
    if item.kind == ItemKind.PHOTO and not given.pictures:
        raise _refusal(item, "请拍一张照片")
    if item.kind == ItemKind.TEXT and not given.text:
        raise _refusal(item, "请填写这一项")
    return Answered(
        item, Verdict.NOTED, Origin.BY_HAND, text=given.text, note=given.note, photos=given.pictures
    )


def _refusal(item: ChecklistItem, why: str) -> RuleBroken:
    return RuleBroken(f"{why}（{item.text}）。", field=field_of(item))


def scored(answers: Iterable[Answered], edition: ChecklistEdition) -> Score:
    """得分 ÷ 应得 × 100, what does not apply left out of both; a failed ★ item decides the grade alone.

    Without any points, a check without failures passes and every other fails.
    """
    earned = due = Decimal(0)
    failed = failed_key = 0
    for answer in answers:
        if answer.verdict in {Verdict.GOOD, Verdict.FAILED}:
            due += answer.item.points
        if answer.verdict == Verdict.GOOD:
            earned += answer.item.points
        elif answer.verdict == Verdict.FAILED:
            failed += 1
            failed_key += answer.item.is_key
    percent = (earned * 100 / due).quantize(TENTH, ROUND_HALF_UP) if due else None
    return Score(earned, due, percent, _grade(percent, edition, failed, failed_key), failed, failed_key)


def _grade(percent: Decimal | None, edition: ChecklistEdition, failed: int, failed_key: int) -> Grade:
    if failed_key or (percent is None and failed):
        return Grade.FAILING
    if percent is None:
        return Grade.PASSING
    for grade, least in (
        (Grade.EXCELLENT, edition.excellent_from),
        (Grade.GOOD, edition.good_from),
        (Grade.PASSING, edition.passing_from),
    ):
        if percent >= least:
            return grade
    return Grade.FAILING


def can_check_by(edition: ChecklistEdition) -> Decision:
    """By what was put in use; a phone without network may still hold an edition that was retired since."""
    if edition.state == EditionState.DRAFT:
        return Decision.no("这一版检查表还在拟定，启用以后才能用来检查。")
    return Decision.yes()


def can_write(edition: ChecklistEdition) -> Decision:
    """Items are written in a draft only: what checks were made by stays what it was."""
    if edition.state != EditionState.DRAFT:
        return Decision.no("这一版已经启用，不能再改。请用“改成新版”复制一份，改好后启用。")
    return Decision.yes()


def can_use(edition: ChecklistEdition, items: int) -> Decision:
    """A draft with something to check."""
    if edition.state != EditionState.DRAFT:
        return Decision.no("这一版已经启用过。")
    return Decision.yes() if items else Decision.no("还没有检查项，先添加或从表格导入。")


def can_be_performed_at(performed_at: datetime, arrived_at: datetime) -> Decision:
    """Not in the future, beyond what clocks differ."""
    if performed_at > arrived_at + CLOCKS_DIFFER:
        return Decision.no("检查时间还没有到，请核对日期和手机时间。")
    return Decision.yes()


def is_late(performed_at: datetime, arrived_at: datetime, hours: int) -> bool:
    """Whether a check that arrives so long after it was made is a late entry (补记)."""
    return arrived_at - performed_at > timedelta(hours=hours)


def can_correct(run: CheckRun, *, is_replaced: bool, is_own: bool, may_all: bool) -> Decision:
    """A signed check is corrected once, by whoever made it or by the office."""
    if is_replaced:
        return Decision.no("这份检查已经更正过，请更正新的那一份。")
    if not (is_own or may_all):
        return Decision.forbidden("只有检查人本人或总务处可以更正。")
    return Decision.yes()


def can_take_photo(answer: CheckAnswer, *, linked: int, is_own: bool) -> Decision:
    """Only the pictures that were taken with the check, and only by whoever made it."""
    if not is_own:
        return Decision.forbidden("只有检查人本人可以补传照片。")
    if linked >= answer.photos:
        return Decision.no("这一项的照片已经到齐，签字后的检查不能再加照片。")
    return Decision.yes()


def can_rectify(finding: Finding, user: User | None, *, may_assign: bool) -> Decision:
    """Whoever answers for it reports it done, or the office."""
    if finding.state != FindingState.OPEN:
        return Decision.no(f"这个问题{finding.get_state_display()}，不用再报整改。")
    if may_assign or (user is not None and finding.owner_id == user.pk):
        return Decision.yes()
    return Decision.forbidden("由整改责任人或总务处报整改。")


def can_recheck(finding: Finding, user: User | None, *, rectified_by: int | None, may_all: bool) -> Decision:
    """Somebody else than who put it right and who answers for it (不相容岗位: 整改与复查)."""
    if finding.state != FindingState.RECTIFIED:
        return Decision.no(f"这个问题{finding.get_state_display()}，现在不用复查。")
    if user is not None and user.pk in {rectified_by, finding.owner_id}:
        return Decision.forbidden("谁整改谁不复查，请由另一个人复查。")
    if may_all or (user is not None and finding.rechecker_id == user.pk):
        return Decision.yes()
    return Decision.forbidden("由指定的复查人或总务处复查。")
