"""Places in a list, floor by floor, one by one; made, changed, merged, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from houqin.attachments.pages import AttachPage
from houqin.errors import RuleBroken
from houqin.people.models import SchoolClass, User
from houqin.places import selectors, services
from houqin.places.forms import ClassRoomForm, GenerateForm, MergeForm, PlaceForm, RetirePlaceForm
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.links import place_link
from houqin.places.models import Place
from houqin.places.rules import can_be_chosen, can_have_code, can_retire, proposed_rooms
from houqin.rules import Decision
from houqin.web.pages import (
    RETIRED,
    ActPage,
    Choices,
    Column,
    EditPage,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Thing,
    Way,
)
from houqin.web.pages.page import PUBLIC_ID
from houqin.web.templatetags.houqin import in_use_mark

READ, MANAGE = "houqin.place:read", "houqin.place:manage"


def state_word(place: Place) -> str:
    if place.merged_into_id is not None:
        return "已并入"
    return "在用" if place.retired_on is None else "已停用"


class PlaceList(ListPage):
    """Every place, for search, filters and export."""

    perm = READ
    model = Place
    title = "场所"
    columns = (
        Column("full_name", "场所", sort="walk_key"),
        Column("level", "级别", sort="level", on_phone=False),
        Column("kind", "用途", lambda place: place.get_kind_display(), sort="kind"),
        Column("sitting", "班级", lambda place: "、".join(str(each) for each in place.sitting)),
        Column("department", "责任部门", "department.name", sort="department__search_key", on_phone=False),
        Column("keeper", "责任人", "keeper.name", sort="keeper__search_key"),
        Column(
            "retired_on",
            "状态",
            state_word,
            sort="retired_on",
            draw=lambda place: in_use_mark(state_word(place), is_in_use=place.retired_on is None),
        ),
    )
    filters = (
        Choices("level", "级别", PlaceLevel.choices, as_chips=True),
        Choices("kind", "用途", RoomKind.choices),
        Flag("mine", "我负责的", lambda user, _today: Q(keeper=user.pk)),
        RETIRED,
    )
    order = ("walk_key",)
    search_hint = "房号、名称、拼音首字母"
    create = Way("批量建房间", "places:generate", MANAGE, icon="building-2")
    bulk = (Way("打印门牌", "places:labels", MANAGE, icon="qr-code"),)
    empty_title = "还没有场所"
    empty_hint = "从“批量建房间”开始：教学楼几层、每层几间，一次建好。"
    reader_hint = "总务处登记楼和房间以后，会列在这里。"

    def rows(self) -> Any:
        return selectors.with_classes(super().rows().select_related("department", "keeper"))


class Floors(Page):
    """A house as one sees it: floors from the top down, the rooms side by side."""

    perm = READ
    model = Place
    title = "楼层房间"
    template_name = "places/floors.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        houses = selectors.buildings(self.user)
        wanted = request.GET.get("building", "")
        chosen = next((house for house in houses if house.public_id == wanted), houses[0] if houses else None)
        context = {
            "houses": houses,
            "chosen": chosen,
            "floors": selectors.floors_of(chosen, self.user) if chosen is not None else [],
            "can_manage": self.user.has(MANAGE),
        }
        return self.answer(request, context)


class PlacePage(Page):
    """What the pages of one place have in common."""

    model = Place

    def rows(self) -> Any:
        related = ("parent__parent__parent", "department", "keeper", "merged_into")
        return super().rows().select_related(*related)

    def standing_at(self) -> str:
        return reverse("places:floors")


class PlaceDetail(PlacePage, ObjectPage):
    """One place: the facts, what lies in it, what is planned there."""

    perm = READ
    template_name = "places/place.html"

    def trail(self) -> list[tuple[str, str]]:
        above = self.record.parent
        found: list[tuple[str, str]] = []
        while above is not None:
            found.insert(0, (above.name, above.get_absolute_url()))
            above = above.parent
        return [("场所", reverse("places:place-list")), *found]

    def back_url(self) -> str:
        return reverse("places:floors")

    def facts(self, place: Place) -> list[tuple[str, Any]]:
        above = [name for name, _ in self.trail()[1:]]
        return [*([("在哪里", " › ".join(above))] if above else []), *place_facts(place)]

    def context(self) -> Mapping[str, Any]:
        return {"state_word": state_word(self.record) if self.record.retired_on is not None else ""}

    def steps(self, place: Place, user: User) -> list[Step]:
        if not user.has(MANAGE) or place.retired_on is not None:
            return []
        at = [place.public_id]
        steps = [Step("修改", reverse("places:edit", args=at), is_primary=True, icon="pencil")]
        if place.is_room:
            print_url = f"{reverse('places:labels')}?chosen={place.public_id}"
            steps += [
                Step("打印门牌", print_url, icon="qr-code"),
                Step("更换门牌码", reverse("places:rotate", args=at), icon="refresh-cw"),
                Step("并入另一间", reverse("places:merge", args=at), icon="merge"),
            ]
        else:
            print_url = f"{reverse('places:labels')}?under={place.public_id}"
            steps += [
                Step("在里面新增", f"{reverse('places:create')}?parent={place.public_id}", icon="plus"),
                Step("打印里面的门牌", print_url, icon="qr-code"),
            ]
        steps.append(
            Step("停用", reverse("places:retire", args=at), retirable(place), is_danger=True, icon="archive")
        )
        return steps

    def linked(self, place: Place) -> list[Linked]:
        groups = []
        if not place.is_room:
            inside = place.children.filter(retired_on=None).order_by("order", "name", "pk")
            things = [Thing(each.name, each.get_absolute_url(), each.title) for each in inside]
            groups.append(Linked("里面有", things, empty="里面还没有登记。"))
        merged = [Thing(each.full_name, each.get_absolute_url()) for each in place.merged.all()]
        return [*groups, *([Linked("并进来的房间", merged)] if merged else [])]


def place_facts(place: Place) -> list[tuple[str, Any]]:
    """What is to be known of a place, on its page and at its door."""
    sitting = place.classes.filter(retired_on=None)
    facts: list[tuple[str, Any]] = [
        ("级别", place.get_level_display()),
        ("责任部门", place.department or "未定"),
        ("责任人", place.keeper or "未定"),
    ]
    if place.is_room:
        facts[0] = ("用途", place.get_kind_display())
        facts.insert(1, ("班级", class_links(sitting) or "没有班级"))
        code = place.codes.filter(closed_at=None).first()
        if code is not None and place.retired_on is None:
            link = format_html('<a href="{}">{}</a>', code.get_absolute_url(), code.public_id)
            facts.append(("门牌码", link))
    if place.merged_into is not None:
        facts.append(("已并入", place_link(place.merged_into)))
        facts.append(("合并原因", place.merge_reason))
    if place.retired_on is not None:
        facts.append(("停用日期", place.retired_on))
    return facts


def class_links(classes: Any) -> Any:
    """The class that sits in a room, with who leads it; nothing for none."""
    for each in classes.select_related("head_teacher"):
        teacher = f"（班主任 {each.head_teacher.name}）" if each.head_teacher else ""
        return format_html('<a href="{}">{}</a>{}', each.get_absolute_url(), each.name, teacher)
    return ""


def retirable(place: Place) -> Decision:
    children = place.children.filter(retired_on=None).count()
    classes = list(place.classes.filter(retired_on=None).values_list("name", flat=True))
    return can_retire(place, children=children, classes=classes)


class PlaceCreate(FormPage):
    """One place by hand; many at once are made by the generator."""

    perm = MANAGE
    model = Place
    title = "新增场所"
    form_class = PlaceForm
    service = services.create_place
    said = "场所已新增。"

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("parent", "")
        parent = self.rows().filter(public_id=wanted).first() if PUBLIC_ID.fullmatch(wanted) else None
        level = PlaceLevel.ROOM if parent is not None else PlaceLevel.CAMPUS
        if parent is not None and parent.level == PlaceLevel.CAMPUS:
            level = PlaceLevel.BUILDING
        return {"parent": parent, "level": level, "order": 50}

    def back_url(self) -> str:
        return reverse("places:place-list")


class PlaceEdit(PlacePage, EditPage):
    """Rename a place, or change who answers for it."""

    perm = MANAGE
    title = "修改场所"
    form_class = PlaceForm
    service = services.update_place
    record_name = "place"
    said = "已保存。改了名称的，里面各处的全称也一起改了。"

    def form_arguments(self) -> dict[str, Any]:
        return {"place": self.record}

    def initial_of(self, place: Place) -> dict[str, Any]:
        names = ("name", "title", "kind", "order")
        found: dict[str, Any] = {name: getattr(place, name) for name in names}
        return found | {"department": place.department_id, "keeper": place.keeper_id}

    def possible(self) -> Decision:
        return can_be_chosen(self.record)


class PlaceRetire(PlacePage, ActPage):
    """Take a place out of use."""

    perm = MANAGE
    title = "停用场所"
    submit_label = "停用"
    question = "停用后不能再选它，历史记录不变，门牌扫出来会说明已停用。"
    is_danger = True
    form_class = RetirePlaceForm
    service = services.retire_place
    record_name = "place"
    said = "场所已停用。"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return retirable(self.record)


class PlaceMerge(PlacePage, ActPage):
    """Let another room stand for this one."""

    perm = MANAGE
    title = "并入另一间"
    submit_label = "合并"
    question = "合并后这一间停用：它的门牌、链接和计划里的工作都转到另一间，班级跟着过去。合并不能撤回。"
    is_danger = True
    form_class = MergeForm
    service = services.merge_rooms
    record_name = "place"
    said = "已合并。"

    def form_arguments(self) -> dict[str, Any]:
        return {"place": self.record}

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return can_have_code(self.record)


class DoorRotate(PlacePage, ActPage):
    """Give a door a new code."""

    perm = MANAGE
    title = submit_label = "更换门牌码"
    question = "更换后，门上现在的二维码立即作废，扫它会提示“门牌已更换”。请随即打印并贴上新的门牌。"
    service = services.rotate_door_code
    record_name = "place"
    said = "门牌码已更换，请打印新门牌。"

    def possible(self) -> Decision:
        return can_have_code(self.record)

    def success_url(self, answer: Any) -> str:
        return self.record.get_absolute_url()  # type: ignore[no-any-return]


class Generate(FormPage):
    """A building at once. The button 预览 shows what would be made and saves nothing."""

    perm = MANAGE
    model = Place
    title = "批量建房间"
    lead = "先点“预览”看房号对不对，再保存。已有的房间不会重复，也不会改动。"
    form_class = GenerateForm
    service = services.generate_rooms
    said = "楼层和房间已建好，每间的门牌码也有了。"
    template_name = "places/generate.html"

    preview: Any = None

    def initial(self) -> dict[str, Any]:
        campus = self.rows().filter(level=PlaceLevel.CAMPUS, retired_on=None).first()
        return {"campus": campus, "first": 1, "last": 5, "per_floor": 8, "numbering": "hundreds"}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "preview" not in request.POST:
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        typed = form.cleaned_data
        numbers = {
            name: typed[name] for name in ("first", "last", "per_floor", "numbering", "letter", "skipped")
        }
        try:
            drafts = proposed_rooms(**numbers)
        except RuleBroken as refusal:
            return self.refused(form, refusal)
        missing = selectors.missing_rooms(typed["campus"], typed["building"], drafts)
        self.preview = {
            "floors": list(reversed(drafts)),
            "count": sum(len(each.rooms) for each in missing),
            "there_already": sum(len(each.rooms) for each in drafts)
            - sum(len(each.rooms) for each in missing),
        }
        return self.shown(form)

    def context(self) -> Mapping[str, Any]:
        return {"preview": self.preview}

    def back_url(self) -> str:
        return reverse("places:floors")

    def standing_at(self) -> str:
        return self.back_url()

    def success_url(self, answer: Place) -> str:
        return f"{reverse('places:floors')}?building={answer.public_id}"


class PlaceAttach(PlacePage, AttachPage):
    """Photos and drawings of a place."""

    perm = MANAGE


class ClassRoom(EditPage):
    """Where a class sits this year."""

    perm = "houqin.class:manage"
    model = SchoolClass
    title = "安排教室"
    form_class = ClassRoomForm
    service = services.seat_class
    record_name = "school_class"
    said = "教室已安排。"

    def form_arguments(self) -> dict[str, Any]:
        return {"school_class": self.record}

    def initial_of(self, school_class: SchoolClass) -> dict[str, Any]:
        return {"room": school_class.room_id}

    def possible(self) -> Decision:
        if self.record.retired_on is not None:
            return Decision.no("这个班级已经停用。")
        return Decision.yes()
