"""What the checks plug into the house: rights, numbers, settings, notices, navigation, to-dos, places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from houqin.actors import Actor
from houqin.checklists import notices, permissions, selectors
from houqin.checklists.demonstration import check_demo_school
from houqin.checklists.importing import ChecklistImport
from houqin.checklists.models import CheckAnswer, FindingRound
from houqin.checklists.services import may_add_photos
from houqin.checklists.services.opening import FINDING_SERIES
from houqin.checklists.services.runs import RUN_SERIES
from houqin.checklists.states import (
    ASSIGN,
    LATE_AFTER,
    MANAGE,
    PERFORM,
    READ_FINDINGS,
    READ_LISTS,
    READ_RUNS,
)
from houqin.checklists.subjects import CheckSubject
from houqin.people.models import User
from houqin.people.signals import demo_school_loaded
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.models import Place
from houqin.registry import (
    AttachmentParent,
    DoorAction,
    Navigation,
    Registry,
    Series,
    Setting,
)
from houqin.rules import Decision
from houqin.school_settings.kinds import Whole

GROUP = "检查"
LATE_HOURS = Setting(
    code=LATE_AFTER,
    label="检查后多久上报算补记",
    kind=Whole(),
    default=12,
    floor=1,
    ceiling=72,
    unit="小时",
    group=GROUP,
    source="学校自定",
    help="超过这个时间才上报的检查要写补记原因，记录上注明“补记”和实际上报时间。",
)
KEY_HOURS = Setting(
    code="checklists.key_hours",
    label="关键项（★）的整改时限",
    kind=Whole(),
    default=24,
    floor=1,
    ceiling=72,
    unit="小时",
    group=GROUP,
    source="《中小学幼儿园安全管理办法》第十七条：发现安全隐患及时处理；具体小时数学校自定",
    help="不分昼夜计算，节假日也算；检查表自己的时限更短时按短的。",
)


def declare(registry: Registry) -> None:
    """Plug everything into `registry`, and let the demonstration school be checked once it has rooms."""
    permissions.declare(registry)
    registry.add_series(Series(RUN_SERIES, "检查记录", "JC"))
    registry.add_series(Series(FINDING_SERIES, "整改单", "ZG"))
    registry.add_setting(LATE_HOURS)
    registry.add_setting(KEY_HOURS)
    registry.add_navigation(
        Navigation("去检查", "checks:start", PERFORM, GROUP, "clipboard-list", 30, on_phone=True),
        Navigation("检查记录", "checks:run-list", READ_RUNS, GROUP, "history", 31),
        Navigation("整改", "checks:finding-list", READ_FINDINGS, GROUP, "wrench", 32),
        Navigation("检查表", "checks:checklist-list", READ_LISTS, GROUP, "list-checks", 33),
    )
    for kind in notices.KINDS:
        registry.add_notice_kind(kind)
    registry.todos.append(selectors.todos_for)
    registry.figures.append(selectors.figures_for)
    registry.searches.append(selectors.search_for)
    registry.add_check_subject(PLACES)
    registry.add_import(ChecklistImport)
    registry.add_panel("houqin.place", selectors.checks_of_place)
    registry.add_attachment_parent(AttachmentParent(CheckAnswer, to_answer, MANAGE, "checks:answer-photos"))
    registry.add_attachment_parent(AttachmentParent(FindingRound, to_round, ASSIGN))
    registry.add_door_action(DoorAction("检查这里", "clipboard-list", check_here, PERFORM, order=40))
    demo_school_loaded.connect(check_demo_school, dispatch_uid="houqin.checklists.demo")


def check_here(place: Place) -> str:
    """Where the button of a door leads."""
    return f"{reverse('checks:start')}?subject={place.public_id}"


def to_answer(by: Actor, answer: Any) -> Decision:
    """The photos that were taken with the check, by whoever made it."""
    return may_add_photos(answer=answer, by=by)


def to_round(by: Actor, made: Any) -> Decision:
    """With the act itself: whoever put it right, or looked again, adds his photos."""
    if by.user is not None and by.user.pk in {made.rectified_by_id, made.rechecked_by_id}:
        return Decision.yes()
    return Decision.forbidden("只有整改人和复查人可以附照片。")


def rooms_to_check(user: User, kinds: Sequence[str]) -> Any:
    """The rooms in use that `user` sees, of the given kinds if there are any."""
    rooms = Place.objects.visible_to(user).filter(level=PlaceLevel.ROOM, retired_on=None)
    rooms = rooms.filter(kind__in=kinds) if kinds else rooms
    return rooms.defer("grams").order_by("walk_key", "pk")


def place_today(place: Place) -> Place | None:
    """The room that stands for `place` today: a merged one is its survivor, a closed one is none."""
    survivor = place.survivor
    return survivor if survivor.retired_on is None else None


PLACES = CheckSubject(
    kind="place",
    label="场所",
    model="houqin.Place",
    rows=rooms_to_check,
    kinds={str(kind): str(label) for kind, label in RoomKind.choices},
    kind_of=lambda place: place.kind,
    today=place_today,
    into="merged_into",
    keeper=lambda place: place.keeper,
    department=lambda place: place.department,
)
