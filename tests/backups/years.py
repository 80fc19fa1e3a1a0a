"""A school as it stands after three years: 200 staff, 60 classes, 600 rooms, and all that they wrote down.

As the app role, with every fence and the audit in place, so that the history grows as in a real school; laid
by COPY, because tapping it would take a week. The seed is fixed: two runs make the same school.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, models, transaction
from django.db.models import F, QuerySet

from calendar_plans.models import Category, Item, ItemPartner, Plan, PlanMonth, ProgressNote
from calendar_plans.periods import PeriodKind, after
from calendar_plans.services.sign_off import KIND, submit_month
from calendar_plans.states import ItemState, PlanState
from houqin.actors import System
from houqin.approvals import services as approvals
from houqin.approvals.models import ApprovalRequest
from houqin.approvals.services import Conditions
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.attachments.storage import SMALL, place_of
from houqin.audit.context import set_context
from houqin.checklists.models import CheckAnswer, ChecklistItem, CheckRun, Finding, FindingRound
from houqin.checklists.states import FindingState
from houqin.notifications.models import Delivery, Message, Notice
from houqin.notifications.services import forget_old_notices
from houqin.notifications.states import MessageState
from houqin.notifications.ways import Way
from houqin.people.models import Department, SchoolClass, User
from houqin.people.roles import Role
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import DoorCode, Place
from houqin.places.walk import walk_key
from houqin.rosters.models import Duty, DutyKind, DutyLog, Handover, LogEntry, Matter, Roster, Shift
from houqin.rosters.states import LogState, MatterState, RosterState
from houqin.school import School
from houqin.writing import write
from tests import factories
from tests.approvals.factories import agreed, role_seat, step
from tests.bench.within.school import copy_in
from tests.checklists import factories as checks
from tests.notifications import factories as notices
from tests.partners import factories as partners
from tests.places import factories as places

SEED = 20260901
DEPARTMENTS, STAFF_EACH = 10, 20
BUILDINGS, FLOORS_EACH, ROOMS_EACH = 5, 4, 30
GRADES, CLASSES_EACH = 6, 10
PARTNERS = 300
YEARS = (2023, 2024, 2025)
FIRST, LAST = date(2023, 9, 1), date(2026, 8, 31)
NOW = datetime(2026, 8, 31, 12, 0, tzinfo=UTC)
DAYS = tuple(FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
ITEMS_A_MONTH = 30
DUTY_KINDS, CREW, ENTRIES_A_LOG = ("门卫", "行政值班", "宿舍值班"), 40, 4
CHECKLISTS, ITEMS_OF_A_LIST = 3, 12
# Every room at the beginning of each term; some rooms every week besides.
TERMS = tuple(date(year, month, 1) for year in YEARS for month in (9, 12))
PHOTOS, PHOTO_BYTES, THUMBNAIL_BYTES = 3_000, 200_000, 15_000
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Cast:
    """Who is there, and where."""

    departments: Sequence[Department]
    staff: Sequence[User]
    director: User
    vice_principal: User
    principal: User
    rooms: Sequence[Place]


def main() -> None:
    """Fill the empty database and its media folder."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows every time, no secret
    cast = _cast()
    _plans(cast, chance)
    _sign_off(cast)
    _progress(cast)
    _duties(cast)
    _checks(cast, chance)
    _photos(chance, Path(settings.MEDIA_ROOT))
    _notices(cast, chance)
    _traces()
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _signed(by: User) -> Iterator[None]:
    """One transaction whose history says that `by` did it."""
    with transaction.atomic():
        set_context(factories.acting(by), service="years")
        yield


def _laid(rows: Iterable[models.Model]) -> None:
    """New rows of one model, in pieces."""
    left = iter(rows)
    while piece := list(islice(left, ROWS_AT_ONCE)):
        copy_in(piece)


# Who is there, and where


def _cast() -> Cast:
    School.objects.create(name="青溪镇中心小学")
    departments = [factories.department(f"处室{number + 1}") for number in range(DEPARTMENTS)]
    staff = [each for room in departments for each in factories.people([()] * STAFF_EACH, department=room)]
    led = {
        role: factories.person(role, department=departments[0])
        for role in (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL, Role.SYSTEM_ADMIN)
    }
    Category.objects.get_or_create(name="日常维护")
    for _ in range(PARTNERS):
        partners.partner()
    rooms = _rooms(departments, staff)
    return Cast(departments, staff, led[Role.DIRECTOR], led[Role.VICE_PRINCIPAL], led[Role.PRINCIPAL], rooms)


def _rooms(departments: Sequence[Department], staff: Sequence[User]) -> list[Place]:
    """Five buildings of four floors; the classes sit in the first rooms."""
    campus = places.campus("本部")
    rooms = []
    for number in range(BUILDINGS):
        block = places.building(f"{number + 1}号楼", campus)
        for level in range(1, FLOORS_EACH + 1):
            floor = places.floor(level, block)
            for door in range(1, ROOMS_EACH + 1):
                name = f"{level}{door:02}"
                room = Place(
                    level=PlaceLevel.ROOM, kind=RoomKind.CLASSROOM, parent=floor, name=name,
                    full_name=f"{block.name} {name}", department=departments[len(rooms) % DEPARTMENTS],
                    keeper=staff[len(rooms) % len(staff)],
                )  # fmt: skip
                room.walk_key = walk_key(room)
                rooms.append(room)
    _laid(rooms)
    rooms = list(Place.objects.filter(level=PlaceLevel.ROOM).order_by("pk"))
    _laid(DoorCode(place=room) for room in rooms)
    _laid(
        SchoolClass(
            name=f"{grade}（{number}）班", grade=grade, number=number, entry_year=2026 - grade,
            head_teacher=staff[(grade - 1) * CLASSES_EACH + number],
            room=rooms[(grade - 1) * CLASSES_EACH + number],
        )
        for grade in range(1, GRADES + 1)
        for number in range(1, CLASSES_EACH + 1)
    )  # fmt: skip
    return rooms


# The plans and their signatures


def _plans(cast: Cast, chance: random.Random) -> None:
    plans = [
        Plan(
            number=f"JH-{year}-{number + 1:04}", title=f"{each.name}{year}学年工作计划", kind=PeriodKind.YEAR,
            first_month=date(year, 9, 1), last_month=date(year + 1, 8, 1), department=each,
            state=PlanState.RUNNING, created_by=cast.director,
        )
        for year in YEARS
        for number, each in enumerate(cast.departments)
    ]  # fmt: skip
    with _signed(cast.director):
        _laid(plans)
    plans = list(Plan.objects.order_by("pk"))
    with _signed(cast.director):
        _laid(PlanMonth(plan=plan, month=month) for plan in plans for month in plan.period.months)
        _laid(_item(plan, number, cast, chance) for plan in plans for number in range(12 * ITEMS_A_MONTH))
        helped = Item.objects.order_by("pk").values_list("pk", flat=True)[::10]
        _laid(ItemPartner(item_id=pk, department=chance.choice(cast.departments)) for pk in helped)


def _item(plan: Plan, number: int, cast: Cast, chance: random.Random) -> Item:
    month = after(plan.first_month, number % 12)
    room = chance.choice(cast.rooms)
    return Item(
        plan=plan, month=month, through=month, original_month=month, position=number + 1,
        owner=chance.choice(cast.staff), place=room, due_on=month + timedelta(days=chance.randrange(27)),
        content=f"{room.full_name}门窗、照明和课桌椅检修（第{number + 1}项）",
        requirement="按规定做好记录，拍照留存", created_by=cast.director,
    )  # fmt: skip


def _sign_off(cast: Cast) -> None:
    """Every month of every plan goes through the two signatures of its route, as people would do it."""
    signers = (cast.vice_principal, cast.principal)
    steps = [step("分管副校长", role_seat(Role.VICE_PRINCIPAL)), step("校长", role_seat(Role.PRINCIPAL))]
    write(
        approvals.create_route, name="月工作计划", kind=KIND, conditions=Conditions(), steps=steps,
        by=System("三年"),
    )  # fmt: skip
    for month in PlanMonth.objects.select_related("plan").order_by("pk"):
        write(submit_month, month=month, by=factories.acting(cast.director))
        request = ApprovalRequest.objects.get(object_id=month.pk, subject_kind=KIND)
        for signer in signers:
            agreed(request, signer, at=NOW)


def _progress(cast: Cast) -> None:
    """Begun and done, each with its note."""
    done = Item.objects.filter(month__lt=LAST.replace(day=1))
    for act, state in (("report", ItemState.IN_PROGRESS), ("finish", ItemState.DONE)):
        settled = {"outcome": "已办", "settled_on": F("due_on")} if state == ItemState.DONE else {}
        with _signed(cast.director):
            _laid(
                ProgressNote(
                    item_id=pk,
                    text="现场查看后更换配件，试用正常。",
                    act=act,
                    occurred_on=due,
                    created_by_id=owner,
                )
                for pk, due, owner in done.order_by("pk").values_list("pk", "due_on", "owner")
            )
            done.update(state=state, version=F("version") + 1, **settled)


# Who was on duty, and what he wrote


def _duties(cast: Cast) -> None:
    for place, name in enumerate(DUTY_KINDS):
        crew = cast.staff[place * CREW : (place + 1) * CREW]
        kind = DutyKind.objects.create(name=name, keeper=cast.director)
        shifts = [
            Shift.objects.create(kind=kind, name=called, begins=begins, ends=ends, people=2)
            for called, begins, ends in (("白班", time(8), time(18)), ("夜班", time(18), time(8)))
        ]
        with _signed(cast.director):
            _rosters(kind, shifts, crew)
        with _signed(cast.director):
            _logs(kind, shifts, crew)


def _rosters(kind: DutyKind, shifts: Sequence[Shift], crew: Sequence[User]) -> None:
    months = sorted({day.replace(day=1) for day in DAYS})
    _laid(
        Roster(
            number=f"{kind.name}-{month:%Y%m}", kind=kind, name=f"{month:%Y年%m月}{kind}安排表",
            first_on=month, last_on=after(month, 1) - timedelta(days=1),
        )
        for month in months
    )  # fmt: skip
    rosters = dict(Roster.objects.filter(kind=kind).values_list("first_on", "pk"))
    _laid(
        Duty(
            roster_id=rosters[day.replace(day=1)], shift=shift, day=day, seat=seat,
            person=crew[(number * 4 + turn * 2 + seat) % CREW],
            begins_at=shift.times(day)[0], ends_at=shift.times(day)[1],
        )
        for number, day in enumerate(DAYS)
        for turn, shift in enumerate(shifts)
        for seat in (1, 2)
    )  # fmt: skip
    Roster.objects.filter(kind=kind).update(
        state=RosterState.PUBLISHED, published_at=NOW, version=F("version") + 1
    )


def _logs(kind: DutyKind, shifts: Sequence[Shift], crew: Sequence[User]) -> None:
    """A log a shift, signed, and taken over by the next one; every third hands something over."""
    _laid(
        DutyLog(
            number=f"RZ-{kind.name}-{day:%Y%m%d}-{turn}", kind=kind, shift=shift, day=day,
            begins_at=shift.times(day)[0], ends_at=shift.times(day)[1], on_duty="教工甲、教工乙",
            summary="校园平安，无异常情况。", created_by=crew[(number * 4 + turn * 2 + 1) % CREW],
        )
        for number, day in enumerate(DAYS)
        for turn, shift in enumerate(shifts)
    )  # fmt: skip
    logs = list(DutyLog.objects.filter(kind=kind).order_by("begins_at"))
    _laid(
        LogEntry(
            log=log, happened_at=log.begins_at + timedelta(hours=hour), text=f"第{hour}次巡查，门窗水电正常。"
        )
        for log in logs
        for hour in range(1, ENTRIES_A_LOG + 1)
    )
    _laid(
        Matter(log=log, kind=kind, text="东门道闸抬杆慢，已报修，请下一班留意。", raised_at=log.ends_at)
        for log in logs[::3]
    )
    DutyLog.objects.filter(kind=kind).update(
        state=LogState.SIGNED, signed_by=F("created_by"), signed_at=F("ends_at"), version=F("version") + 1
    )
    Matter.objects.filter(kind=kind).update(
        state=MatterState.CLOSED, outcome="已修好", closed_at=NOW, version=F("version") + 1
    )
    _laid(
        Handover(
            log=log, given_by_id=log.created_by_id, taken_by_id=later.created_by_id, taken_at=log.ends_at
        )
        for log, later in pairwise(logs)
    )


# What was checked, and what was found


def _checks(cast: Cast, chance: random.Random) -> None:
    weekly = [FIRST + timedelta(weeks=week) for week in range(len(DAYS) // 7)]
    for number in range(CHECKLISTS):
        items = [
            {"text": f"第{place + 1}项设施完好、无安全隐患", "section": "设施", "points": 10}
            for place in range(ITEMS_OF_A_LIST)
        ]
        edition = checks.in_use(*items)
        looked = [(day, room) for day in TERMS for room in cast.rooms]
        if number == 0:
            looked += [(day, room) for day in weekly for room in cast.rooms[:20]]
        for start in range(0, len(looked), ROWS_AT_ONCE):
            with _signed(cast.director):
                _runs(checks.items_of(edition), looked[start : start + ROWS_AT_ONCE], cast, chance)
    found = Finding.objects.all()
    with _signed(cast.director):
        found.update(state=FindingState.RECTIFIED, version=F("version") + 1)
        FindingRound.objects.update(result="passed", rechecked_by=cast.director, rechecked_at=NOW)
        found.update(state=FindingState.CLOSED, closed_at=NOW, version=F("version") + 1)


def _runs(
    items: Sequence[ChecklistItem], looked: Sequence[tuple[date, Place]], cast: Cast, chance: random.Random
) -> None:
    """Checks of these rooms on these days; one in ten finds something, which is put right."""
    kind, due = ContentType.objects.get_for_model(Place), Decimal(10 * ITEMS_OF_A_LIST)
    first = CheckRun.objects.count()
    wrong = {number for number in range(len(looked)) if chance.randrange(10) == 0}
    runs = [
        CheckRun(
            number=f"JC-{first + number:06}", draft_id=uuid.UUID(int=first + number),
            edition=items[0].edition, content_type=kind, object_id=room.pk, subject_label=room.full_name,
            department_id=room.department_id, performed_by=cast.staff[number % len(cast.staff)],
            performed_at=_morning(day), due=due, earned=due - 10 * (number in wrong), grade="excellent",
            score=Decimal("91.7") if number in wrong else Decimal(100), failed=number in wrong,
            answered=len(items),
        )
        for number, (day, room) in enumerate(looked)
    ]  # fmt: skip
    copy_in(runs)
    runs = list(CheckRun.objects.order_by("-pk")[: len(looked)])[::-1]
    _laid(
        CheckAnswer(run=run, item=item, verdict="failed", origin="by_hand", note="锁扣松动", photos=1)
        if number in wrong and place == 0
        else CheckAnswer(run=run, item=item, verdict="good", origin="all_fine")
        for number, run in enumerate(runs)
        for place, item in enumerate(items)
    )
    _put_right(CheckAnswer.objects.filter(run__in=runs, verdict="failed"), cast)


def _put_right(failed: QuerySet[CheckAnswer], cast: Cast) -> None:
    """A finding for each of these answers, and that somebody says it is done."""
    owner, checker = cast.staff[0], cast.director
    _laid(
        Finding(
            number=f"ZG-{answer.pk:07}", run=answer.run, answer=answer, title="锁扣松动",
            subject_label=answer.run.subject_label, found_by=answer.run.performed_by,
            found_at=answer.run.performed_at, owner=owner, rechecker=checker,
            due_at=answer.run.performed_at + timedelta(days=3), department_id=answer.run.department_id,
        )
        for answer in failed.select_related("run").order_by("pk")
    )  # fmt: skip
    _laid(
        FindingRound(finding=each, round=1, rectified_by=owner, rectified_at=NOW, measure="换了锁扣")
        for each in Finding.objects.filter(rounds=None).order_by("pk")
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(1), tzinfo=UTC)


# Photos, notices, and what the program keeps for itself


def _photos(chance: random.Random, media: Path) -> None:
    """As large as the program makes them, and as hard to pack: the bytes are random."""
    failed = [
        (CheckAnswer._meta.label_lower, pk) for pk in _keys(CheckAnswer.objects.filter(verdict="failed"))
    ]
    noted = [(ProgressNote._meta.label_lower, pk) for pk in _keys(ProgressNote.objects.all())]
    made = []
    for number in range(PHOTOS):
        data = chance.randbytes(PHOTO_BYTES)
        row = Attachment(
            name=f"现场{number}.jpg", kind="jpeg", size=len(data), sha256=hashlib.sha256(data).hexdigest(),
            width=1600, height=1200,
        )  # fmt: skip
        made.append(row)
        for key, content in (
            (row.public_id, data), (f"{row.public_id}{SMALL}", chance.randbytes(THUMBNAIL_BYTES))
        ):  # fmt: skip
            place = place_of(key)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(content)
    _laid(made)
    parents = [*failed, *noted][:PHOTOS]
    _laid(
        AttachmentLink(attachment_id=pk, parent_model=model, parent_id=parent)
        for pk, (model, parent) in zip(_keys(Attachment.objects.all()), parents, strict=True)
    )


def _notices(cast: Cast, chance: random.Random) -> None:
    """One a day for everybody, four of five read; then the night forgets what is older than half a year."""
    kind, items = ContentType.objects.get_for_model(Item), _keys(Item.objects.all())
    _laid(
        Notice(
            recipient=person, kind="calendar_plans.due_soon", key=f"{day}-{person.pk}",
            title="计划事项快到时限", detail="检修教室门窗，请在时限前报完成。", content_type=kind,
            object_id=chance.choice(items), created_at=_morning(day),
        )
        for day in DAYS
        for person in cast.staff
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE houqin_notice SET read_at = created_at + interval '2 hours', version = version + 1"
            " WHERE id % 5 <> 0"
        )
    write(forget_old_notices, at=NOW, by=System("夜间清理"))
    channel = notices.channel(Way.WECOM)
    _laid(
        Message(
            channel=channel, state=MessageState.SENT, tries=1, created_at=_morning(day), sent_at=_morning(day)
        )
        for day in DAYS[-180:]
        for _ in range(5)
    )
    messages = _keys(Message.objects.all())
    _laid(
        Delivery(notice_id=pk, channel=channel, message_id=chance.choice(messages), not_before=NOW)
        for pk in _keys(Notice.objects.all())[::5]
    )


TRACES = (
    # A week of forms that were sent.
    """INSERT INTO houqin_idempotencykey (actor, key, content, service, answer, created_at)
    SELECT 'user:' || n % 200, md5(n::text), md5('c' || n), 'report_progress', '{"record": 1}', now()
    FROM generate_series(1, 28000) n""",
    # A month of jobs, and a login a day.
    """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts)
    SELECT 'default', 'houqin.forget_old_keys', 0, '{"timestamp": 0}', 'succeeded', 1
    FROM generate_series(1, 30000)""",
    """INSERT INTO axes_accesslog
    (user_agent, ip_address, username, http_accept, path_info, attempt_time, logout_time, session_hash)
    SELECT 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36', '10.0.0.8', 'T' || n % 200, 'text/html',
        '/login/', timestamptz '2026-08-31' - n / 200 * interval '1 day', NULL, ''
    FROM generate_series(1, 219000) n""",
)


def _traces() -> None:
    with connection.cursor() as cursor:
        for statement in TRACES:
            cursor.execute(statement)


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))
