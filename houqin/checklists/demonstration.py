"""The demonstration school's 开学检查: three lists in use, rooms checked, findings at every stage."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from houqin.actors import Actor, Person
from houqin.checklists.models import ChecklistEdition, ChecklistItem, CheckRun, Finding
from houqin.checklists.rules import Given
from houqin.checklists.samples import SAMPLES
from houqin.checklists.services import (
    assign_finding,
    close_finding,
    create_checklist,
    rectify,
    sign_check,
    use_edition,
)
from houqin.checklists.states import ItemKind, Verdict
from houqin.people.models import User
from houqin.people.signals import last_noon
from houqin.places.models import Place

CHECKER, DIRECTOR, WORKER = "闻细察", "陆文山", "石大勇"
VALUES = {"lx": Decimal(320), "具": Decimal(2), "℃": Decimal(4)}
# What is wrong where: (room, text of the item, what the checker wrote).
WRONG = (
    ("教学楼 101", "灯管全亮，吊扇、风扇牢固", "东侧第二排一根灯管不亮"),
    ("教学楼 102", "课桌椅够数、稳固、无突出钉子", "缺 2 张课椅"),
    ("教学楼 203", "插座、开关无破损，电线无裸露", "讲台下插座面板破裂，露出铜线"),
    ("综合楼 201 科学实验室", "台面、水槽、地面干净", "水槽有积垢"),
)
FINE = ("教学楼 103", "教学楼 201", "综合楼 202 计算机室", "食堂")


def check_demo_school(sender: Any, by: Actor, on: date, **kwargs: Any) -> None:
    """Answers `demo_school_loaded`: the lists are in use, and the rooms were checked the day before `on`."""
    now = last_noon(on)
    editions = [_in_use(code, now - timedelta(days=7), by) for code in SAMPLES]
    checker = Person(User.objects.get(name=CHECKER))
    then = now - timedelta(days=1)
    for place in FINE:
        _check(editions, place, {}, then, checker)
    for place, text, note in WRONG:
        _check(editions, place, {text: note}, then, checker)
    _go_on(now, checker)


def _in_use(code: str, at: datetime, by: Actor) -> ChecklistEdition:
    sample = SAMPLES[code]
    checklist = create_checklist(
        name=sample.name, only_for=sample.kinds, note=sample.note, items=sample.items,
        is_round_the_clock=sample.is_round_the_clock, rectify_hours=sample.rectify_hours, by=by,
    )  # fmt: skip
    return use_edition(edition=checklist.editions.get(), at=at, by=by)


def _check(
    editions: list[ChecklistEdition], name: str, wrong: dict[str, str], at: datetime, by: Person
) -> CheckRun:
    place = Place.objects.get(full_name=name)
    edition = next(each for each in editions if place.kind in each.checklist.only_for)
    given = [
        each for item in edition.items.all() if (each := _said(item, wrong.get(item.text, ""))) is not None
    ]
    return sign_check(
        edition=edition, subject=place, given=given, all_fine=True, performed_at=at, draft_id=uuid.uuid4(),
        at=at, by=by,
    )  # fmt: skip


def _said(item: ChecklistItem, note: str) -> Given | None:
    """What the checker entered: what is wrong, and every value that is never filled in for him."""
    if item.kind == ItemKind.CHOICE:
        return Given(item, text=item.choices[-1] if note else item.choices[0], note=note)
    if note:
        return Given(item, verdict=Verdict.FAILED, note=note)
    if item.kind == ItemKind.NUMBER:
        value = Decimal(-18) if item.least is None else VALUES[item.unit]
        return Given(item, number=value)
    if item.kind != ItemKind.YES_NO:
        return Given(item, verdict=Verdict.NA)
    return None


def _go_on(now: datetime, checker: Person) -> None:
    """One is closed, one waits for the re-check, one is overdue, one waits to be arranged."""
    director, worker = (User.objects.get(name=name) for name in (DIRECTOR, WORKER))
    office, hand = Person(director), Person(worker)
    first, second, third, *_ = Finding.objects.order_by("pk")
    for found, hours in ((first, 48), (second, 48), (third, 1)):
        assign_finding(
            finding=found, owner=worker, rechecker=checker.user,
            due_at=found.found_at + timedelta(hours=hours), demand="修好后拍照上报", by=office,
        )  # fmt: skip
    rectify(finding=first, measure="换了一根灯管，已通电试过", at=now - timedelta(hours=20), by=hand)
    close_finding(finding=first, opinion="已亮", at=now - timedelta(hours=19), by=checker)
    rectify(finding=second, measure="从库房补了 2 张课椅", at=now - timedelta(hours=2), by=hand)
