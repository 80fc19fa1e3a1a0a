"""What stands in the way of a turn, all at once, and what is worth a second look: pure, no queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from houqin.people.class_names import LAST_GRADE, grade_label
from houqin.places.rules import can_be_chosen
from houqin.rules import Decision
from houqin.year_turn.states import LineAct, TurnState

if TYPE_CHECKING:
    from houqin.people.models import SchoolClass
    from houqin.year_turn.models import TurnLine

CHANGED = "“{name}”在准备结转以后被人改过，请点“重新读取班级”，再核对一遍。"
RETIRED = "“{name}”在准备结转以后已停用，请点“重新读取班级”。"
NOBODY_MOVES = "没有一个班升级、离校或新建，结转后各班年级不变。请核对转入的学年和各班的去向。"
MOST_SAID = 5
# What makes a turn a turn.
MOVES = (LineAct.UP, LineAct.LEAVE, LineAct.NEW)


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences: `problems` keep the turn from being carried out, `warnings` do not."""

    problems: Sequence[str]
    warnings: Sequence[str]

    def decision(self) -> Decision:
        """Whether the turn can be carried out; the reason names the first problems and counts the rest."""
        if not self.problems:
            return Decision.yes()
        said = "".join(self.problems[:MOST_SAID])
        more = f"另有 {len(self.problems) - MOST_SAID} 处。" if len(self.problems) > MOST_SAID else ""
        return Decision.no(f"还不能结转：{said}{more}")


@dataclass(frozen=True, slots=True)
class Seat:
    """A class as it will be: under which name, in which grade, with what number, 班主任 and room."""

    name: str
    grade: int
    number: int
    head_teacher: Any
    room: Any


def can_plan(state: str) -> Decision:
    """Only a turn that is being prepared is changed."""
    if state != TurnState.DRAFT:
        return Decision.no("这次结转已经不在准备中，不能再改。")
    return Decision.yes()


def can_become(act: str, *, old_grade: int | None) -> Decision:
    """Whether a class of `old_grade` (None: one that is not there yet) can take `act`."""
    if (act == LineAct.NEW) != (old_grade is None) and act != LineAct.SKIP:
        return Decision.no("新建的班级只能选“新建”或“不处理”，已有的班级不能选“新建”。")
    if act == LineAct.UP and old_grade == LAST_GRADE:
        return Decision.no("高三不能再升级，请选“毕业离校”。")
    return Decision.yes()


def can_undo(state: str, *, done_on: date | None, on: date) -> Decision:
    """A turn is taken back on the very day on which it was carried out: the next day school goes on."""
    if state != TurnState.DONE:
        return Decision.no("只有已结转的才能撤销。")
    if done_on != on:
        return Decision.no("结转只能在当天撤销。以后发现不对，请逐个修改班级。")
    return Decision.yes()


def future(
    lines: Iterable[TurnLine], now: Mapping[int, SchoolClass], others: Iterable[SchoolClass]
) -> list[Seat]:
    """The classes in use after the turn: of `lines`, as `now` says where nothing is done, and `others`."""
    seats = [
        Seat(line.name, line.grade, line.number, line.head_teacher, line.room)
        for line in lines
        if line.act in {LineAct.UP, LineAct.STAY, LineAct.NEW}
    ]
    left = [each for line in lines if (each := _left(line, now)) is not None]
    seats += [
        Seat(each.name, each.grade, each.number, each.head_teacher, each.room) for each in [*left, *others]
    ]
    return seats


def _left(line: TurnLine, now: Mapping[int, SchoolClass]) -> SchoolClass | None:
    """The class of a line with which nothing is done, if it is in use: it stays in its place."""
    if line.act != LineAct.SKIP or line.school_class_id is None:
        return None
    school_class = now[line.school_class_id]
    return school_class if school_class.retired_on is None else None


def examine(
    lines: Sequence[TurnLine], now: Mapping[int, SchoolClass], others: Sequence[SchoolClass]
) -> Findings:
    """Everything at once. `now` are the classes of `lines` as they are, `others` those in use without a line.

    The problems are those that the database would refuse one by one, and the edits that came between.
    """
    seats = future(lines, now, others)
    problems = [
        *_edits(lines, now),
        *clashes(seats),
        *_out_of_use(lines),
    ]
    warnings = [*_idle(lines), *_left_behind(others), *_repeated_teachers(seats), *_without(seats)]
    return Findings(problems, warnings)


def moves(lines: Iterable[TurnLine]) -> bool:
    """Whether a class moves up, leaves or is made: without any the year does not turn."""
    return any(line.act in MOVES for line in lines)


def _idle(lines: Iterable[TurnLine]) -> Iterator[str]:
    if not moves(lines):
        yield NOBODY_MOVES


def clashes(seats: Sequence[Seat]) -> Iterator[str]:
    """Two classes of one grade and number, two in one room."""
    for (grade, number), names in _grouped(seats, lambda seat: (seat.grade, seat.number)):
        yield f"{grade_label(grade)} {number} 班有 {len(names)} 个：{'、'.join(names)}。请改班号或去向。"
    for room, names in _grouped(seats, lambda seat: seat.room):
        yield f"{'、'.join(names)}都安排在“{room}”，请给其中的班换教室。"


def _grouped(seats: Sequence[Seat], key: Callable[[Seat], Any]) -> Iterator[tuple[Any, list[str]]]:
    """What several seats have in common by `key` (None is nothing), with their names."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for seat in seats:
        groups[key(seat)].append(seat.name)
    yield from ((what, names) for what, names in groups.items() if what is not None and len(names) > 1)


def _edits(lines: Iterable[TurnLine], now: Mapping[int, SchoolClass]) -> Iterator[str]:
    for line in lines:
        if line.school_class_id is None or line.act == LineAct.SKIP:
            continue
        school_class = now[line.school_class_id]
        if school_class.retired_on is not None:
            yield RETIRED.format(name=line.old_name)
        elif school_class.version != line.old_version:
            yield CHANGED.format(name=line.old_name)


def _out_of_use(lines: Iterable[TurnLine]) -> Iterator[str]:
    """What is chosen anew must be in use; a class keeps what it has."""
    for line in lines:
        if line.act not in {LineAct.UP, LineAct.STAY, LineAct.NEW}:
            continue
        if line.room is not None and not can_be_chosen(line.room):
            yield f"{line.name}的教室{can_be_chosen(line.room).reason}"
        teacher = line.head_teacher
        if teacher is not None and not teacher.is_active and teacher.pk != line.old_head_teacher_id:
            yield f"{line.name}的班主任{teacher.name}账号已停用，请选在用的人员。"


def _left_behind(others: Sequence[SchoolClass]) -> Iterator[str]:
    if others:
        names = "、".join(each.name for each in others)
        yield f"准备结转以后新增的班级不在表里，会原样留下：{names}。要一起结转，请点“重新读取班级”。"


def _repeated_teachers(seats: Sequence[Seat]) -> Iterator[str]:
    for teacher, names in _grouped(seats, lambda seat: seat.head_teacher):
        yield f"{teacher}同时是{'、'.join(names)}的班主任。"


def _without(seats: Sequence[Seat]) -> Iterator[str]:
    lacking = Counter(
        word
        for seat in seats
        for word, has in (("班主任", seat.head_teacher), ("教室", seat.room))
        if has is None
    )
    for word, count in lacking.items():
        yield f"还有 {count} 个班没有定{word}，结转以后也可以补。"
