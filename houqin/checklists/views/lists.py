"""检查表: the list, its versions, the editor of a draft with its preview, put in use, copied, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from houqin.checklists import documents, selectors, services
from houqin.checklists.forms import (
    ChecklistForm,
    EditionForm,
    ItemForm,
    NewChecklistForm,
    ReasonForm,
    facts_of_item,
)
from houqin.checklists.models import Checklist, ChecklistEdition, ChecklistItem
from houqin.checklists.rules import can_use, can_write
from houqin.checklists.selectors import days_of
from houqin.checklists.sheet import SheetForm
from houqin.checklists.states import MANAGE, PERFORM, READ_LISTS, TONES, EditionState
from houqin.checklists.views.performing import kinds_label
from houqin.documents.printing import Document
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Thing,
    Way,
)
from houqin.web.pages.printing import PrintPage
from houqin.web.templatetags.houqin import badge, clock

FACTS = ("name", "only_for", "rectify_hours", "is_round_the_clock", "note")


def hours_label(checklist: Checklist) -> str:
    """The time limit of a rectification, in words."""
    if checklist.is_round_the_clock:
        return f"{checklist.rectify_hours} 小时（不分昼夜）"
    return f"{checklist.rectify_hours} 个工作小时（{days_of(checklist.rectify_hours)}）"


def state_label(checklist: Any) -> str:
    """The state of one of `selectors.with_state`, in words."""
    return EditionState(checklist.state).label


class ChecklistList(ListPage):
    """Every checklist, with what it is for."""

    perm = READ_LISTS
    model = Checklist
    title = "检查表"
    columns = (
        Column("name", "检查表", sort="name"),
        Column(
            "state", "状态", state_label, says_itself=True,
            draw=lambda row: badge(state_label(row), TONES[EditionState(row.state)]),
        ),
        Column("only_for", "用于", kinds_label),
        Column("rectify_hours", "整改时限", hours_label, on_phone=False),
        Column("note", "依据和说明", on_phone=False, is_rare=True),
    )  # fmt: skip
    filters = (Choices("state", "状态", EditionState.choices, as_chips=True),)
    order = ("name",)
    search_hint = "检查表名称"
    search_fields = ("name", "note")
    create = Way("新增检查表", "checks:checklist-create", MANAGE, icon="plus")
    empty_title = "还没有检查表"
    empty_hint = "可以从样表开始，也可以把手上的检查表用“导入表格”读进来。"
    reader_hint = "总务处建好检查表以后，会出现在这里。"

    def rows(self) -> Any:
        return selectors.with_state(super().rows())


class ChecklistDetail(ObjectPage):
    """What a checklist is for, and its versions."""

    perm = READ_LISTS
    model = Checklist

    def rows(self) -> Any:
        return selectors.with_state(super().rows())

    def trail(self) -> list[tuple[str, str]]:
        return [("检查表", reverse("checks:checklist-list"))]

    def back_url(self) -> str:
        return reverse("checks:checklist-list")

    def facts(self, checklist: Checklist) -> Sequence[tuple[str, Any]]:
        return [
            ("状态", state_label(checklist)),
            ("用于", kinds_label(checklist)),
            ("整改时限", hours_label(checklist)),
            ("依据和说明", checklist.note),
        ]

    def steps(self, checklist: Checklist, user: User) -> list[Step]:
        at, by = [checklist.public_id], actor(self.request)
        in_use = selectors.edition_in_use(checklist)
        steps = []
        if in_use is not None and user.has(PERFORM):
            steps.append(
                Step(
                    "用这份表检查",
                    reverse("checks:perform", args=at),
                    is_primary=True,
                    icon="clipboard-check",
                )
            )
        edit = reverse("checks:checklist-edit", args=at)
        return [*steps, Step("修改", edit, allowed(by, MANAGE), icon="pencil")]

    def linked(self, checklist: Checklist) -> list[Linked]:
        things = [
            Thing(f"第 {each.number} 版", each.get_absolute_url(), edition_note(each))
            for each in checklist.editions.order_by("-number")
        ]
        return [Linked("版本", things)]


def edition_note(edition: ChecklistEdition) -> str:
    """The state of a version, since when it is used, and why it was made."""
    since = f"{clock(edition.used_from)} 启用" if edition.used_from else ""
    return "　".join(each for each in (edition.get_state_display(), since, edition.reason) if each)


class ChecklistCreate(FormPage):
    """Add a checklist, empty or from a sample."""

    perm = MANAGE
    model = Checklist
    title = "新增检查表"
    form_class = NewChecklistForm
    service = services.create_checklist
    said = "检查表已新增，改好检查项后启用。"

    def arguments(self, form: NewChecklistForm) -> dict[str, Any]:
        return form.facts()

    def back_url(self) -> str:
        return reverse("checks:checklist-list")

    def success_url(self, answer: Checklist) -> str:
        return answer.get_absolute_url()


class ChecklistEdit(EditPage):
    """Change what a checklist is for; its items stand in its versions."""

    perm = MANAGE
    model = Checklist
    title = "修改检查表"
    form_class = ChecklistForm
    service = services.update_checklist
    record_name = "checklist"
    said = "检查表已修改。"

    def initial_of(self, checklist: Any) -> dict[str, Any]:
        return {name: getattr(checklist, name) for name in FACTS}


class EditionPage(Page):
    """What the pages of a version have in common."""

    model = ChecklistEdition
    record_name = "edition"

    def rows(self) -> Any:
        return super().rows().select_related("checklist")

    def standing_at(self) -> str:
        return reverse("checks:checklist-list")


class EditionDetail(EditionPage, ObjectPage):
    """A version with its items: the editor of a draft."""

    perm = READ_LISTS
    template_name = "checklists/edition.html"
    also = ((ChecklistItem, "edition"),)

    def trail(self) -> list[tuple[str, str]]:
        checklist = self.record.checklist
        return [("检查表", reverse("checks:checklist-list")), (str(checklist), checklist.get_absolute_url())]

    def back_url(self) -> str:
        address: str = self.record.checklist.get_absolute_url()
        return address

    def facts(self, edition: ChecklistEdition) -> Sequence[tuple[str, Any]]:
        lines = f"优秀 ≥ {edition.excellent_from}，良好 ≥ {edition.good_from}，合格 ≥ {edition.passing_from}"
        return [
            ("等级线", f"{lines}；★ 关键项不合格的定为不合格"),
            *([("修改原因", edition.reason)] if edition.reason else []),
            ("启用时间", edition.used_from and clock(edition.used_from)),
        ]

    def steps(self, edition: ChecklistEdition, user: User) -> list[Step]:
        at, by = [edition.public_id], actor(self.request)
        may, write = allowed(by, MANAGE), allowed(by, MANAGE) and can_write(edition)
        look = Step("预览", reverse("checks:edition-preview", args=at), icon="eye")
        if edition.state != EditionState.DRAFT:
            return [
                Step("改成新版", reverse("checks:edition-copy", args=at), may, is_primary=True, icon="copy"),
                look,
                Step("停用", reverse("checks:edition-retire", args=at),
                     may and can_move(edition, "retire", by), is_danger=True, icon="archive"),
            ]  # fmt: skip
        use = may and can_use(edition, edition.items.count())
        return [
            Step("启用", reverse("checks:edition-use", args=at), use, is_primary=True, icon="check"),
            Step("添加检查项", reverse("checks:item-create", args=at), write, icon="plus"),
            Step("改等级线", reverse("checks:edition-edit", args=at), write, icon="sliders-horizontal"),
            look,
        ]

    def print_url(self, edition: ChecklistEdition) -> str:
        return reverse("checks:edition-print", args=[edition.public_id])

    def context(self) -> Mapping[str, Any]:
        edition = self.record
        items = selectors.items_of(edition)
        return {
            "sections": selectors.sections(items, lambda item: item.section),
            "count": len(items),
            "points": sum(item.points for item in items),
            "may_write": allowed(actor(self.request), MANAGE) and can_write(edition),
        }


class EditionEdit(EditionPage, EditPage):
    """The scores from which a check has a grade."""

    perm = MANAGE
    title = "改等级线"
    form_class = EditionForm
    service = services.update_edition
    said = "已保存。"

    def possible(self) -> Decision:
        return can_write(self.record)


class EditionUse(EditionPage, ActPage):
    """Put a draft in use."""

    perm = MANAGE
    title = "启用检查表"
    submit_label = "启用"
    question = "启用后检查都按这一版，检查项不能再改；原来使用中的一版停用，已有的检查记录不变。"
    service = services.use_edition
    said = "已启用。"

    def possible(self) -> Decision:
        return can_use(self.record, self.record.items.count())


class EditionRetire(EditionPage, ActPage):
    """Take the version in use out of use."""

    perm = MANAGE
    title = "停用检查表"
    submit_label = "停用"
    is_danger = True
    question = "停用后不能再按这份检查表检查，已有的检查记录不变。"
    service = services.retire_edition
    said = "已停用。"

    def possible(self) -> Decision:
        return can_move(self.record, "retire", self.actor())


class EditionCopy(EditionPage, ActPage):
    """Begin a new version as a copy."""

    perm = MANAGE
    title = "把检查表改成新版"
    submit_label = "改成新版"
    question = "复制成一份新的草稿，改好后启用；现在使用的一版到那时才停用。"
    form_class = ReasonForm
    service = services.copy_edition
    said = "新版草稿已建好，改好后启用。"

    def success_url(self, answer: ChecklistEdition) -> str:
        return answer.get_absolute_url()


class EditionPreview(EditionPage):
    """How a check by this version looks, on a phone and at a desk; nothing can be sent from here."""

    perm = READ_LISTS
    template_name = "checklists/preview.html"
    record: ChecklistEdition

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        self.record = self.find(public_id)
        subject = registry.check_subjects[self.record.checklist.subject_kind]
        rows = subject.rows(self.user, self.record.checklist.only_for)
        form = SheetForm(of=self.record, subjects=rows, failed_before={})
        return self.answer(request, {"form": form, "edition": self.record, "is_preview": True})

    def page_title(self) -> str:
        return f"预览：{self.record}"

    def back_url(self) -> str:
        return self.record.get_absolute_url()


class EditionPrint(EditionPage, PrintPage):
    """The blank sheet for the clipboard."""

    perm = READ_LISTS

    def sheet(self, back_url: str) -> Document:
        return documents.blank_sheet(self.record, printed_by=self.user.name)


class ItemCreate(EditionPage, FormPage):
    """Add an item to a draft."""

    perm = MANAGE
    title = "添加检查项"
    form_class = ItemForm
    service = services.add_item
    said = "检查项已添加。"

    def initial(self) -> dict[str, Any]:
        last = self.record.items.order_by("-position").first()
        return {"section": last.section if last is not None else "", "points": 5}

    def possible(self) -> Decision:
        return can_write(self.record)

    def success_url(self, answer: ChecklistItem) -> str:
        return answer.get_absolute_url()


class ItemPage(Page):
    """What the pages of an item have in common."""

    perm = MANAGE
    model = ChecklistItem
    record_name = "item"

    def rows(self) -> Any:
        return super().rows().select_related("edition__checklist")

    def standing_at(self) -> str:
        return reverse("checks:checklist-list")

    def possible(self) -> Decision:
        return can_write(self.record.edition)  # type: ignore[attr-defined]


class ItemEdit(ItemPage, EditPage):
    """Change an item of a draft."""

    title = "修改检查项"
    form_class = ItemForm
    service = services.update_item
    said = "检查项已修改。"

    def initial_of(self, item: Any) -> dict[str, Any]:
        return facts_of_item(item)


class ItemRemove(ItemPage, ActPage):
    """Take an item out of a draft."""

    title = submit_label = "删除检查项"
    is_danger = True
    question = "从草稿里去掉这一项。"
    service = services.remove_item
    said = "检查项已删除。"

    def success_url(self, answer: ChecklistEdition) -> str:
        return answer.get_absolute_url()
