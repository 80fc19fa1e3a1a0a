"""The workbook of a checklist: one row an item; a list that is not there yet is made as a draft."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from django.db.models import Max

from houqin.actors import Actor
from houqin.checklists.forms import ItemForm
from houqin.checklists.models import Checklist, ChecklistEdition, ChecklistItem
from houqin.checklists.services.lists import ITEM_SENTENCES, LIST_SENTENCES, fill_checklist, fill_item
from houqin.checklists.states import MANAGE, EditionState, ItemKind
from houqin.errors import RuleBroken
from houqin.saving import insert_all_or_refuse
from houqin.spreadsheets.imports import Import, InColumn, Lookup, Values, one_of
from houqin.spreadsheets.words import plain

STEP = 10
YES = {"是", "有", "对", "可", "可以", "y", "yes", "1", "★", "☆", "※", "*", "√", "关键", "关键项"}
NO = {"否", "无", "不", "n", "no", "0", "×", "—", "-", "一般", "一般项"}
ALSO_CALLED = {
    "是否": ItemKind.YES_NO, "判断": ItemKind.YES_NO, "合格不合格": ItemKind.YES_NO,
    "合格/不合格": ItemKind.YES_NO, "数字": ItemKind.NUMBER, "数量": ItemKind.NUMBER,
    "温度": ItemKind.NUMBER, "单选": ItemKind.CHOICE, "选择": ItemKind.CHOICE, "填空": ItemKind.TEXT,
    "拍照": ItemKind.PHOTO, "图片": ItemKind.PHOTO,
}  # fmt: skip
READ_KIND = one_of("填写方式", ItemKind.choices, ALSO_CALLED)
MANY_DRAFTS = "“{name}”已经启用，不能直接改。请先在检查表里“改成新版”，再导入。"


def yes_or_no(text: str) -> bool:
    """是, ★, √ → yes; 否, ×, 一般项 → no. `RuleBroken` for anything else."""
    word = plain(text)
    if word in {plain(each) for each in YES}:
        return True
    if word in {plain(each) for each in NO}:
        return False
    raise RuleBroken(f"“{text}”看不出是还是否，请写“是”或“否”。")


def shown_yes(value: bool) -> str:
    """How an export writes it."""
    return "是" if value else "否"


class Drafts(Lookup):
    """The draft of a checklist by its name; a list that nobody has is made, with its first draft."""

    what = "检查表"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        self.known = {plain(name) for name in Checklist.objects.values_list("name", flat=True)}
        for edition in ChecklistEdition.objects.filter(state=EditionState.DRAFT).select_related("checklist"):
            self.put(edition.checklist.name, edition)

    def missing(self, text: str) -> ChecklistEdition:
        """A new checklist; one that is in use takes no items."""
        if plain(text) in self.known:
            raise RuleBroken(MANY_DRAFTS.format(name=text), field="edition")
        checklist = Checklist()
        fill_checklist(
            checklist, name=text, subject_kind="place", only_for=(), is_round_the_clock=False,
            rectify_hours=22, note="",
        )  # fmt: skip
        edition = ChecklistEdition(checklist=checklist, number=1)
        self.put(text, edition)
        self.made.append(edition)
        return edition

    def beside(self) -> list[str]:
        names = [edition.checklist.name for edition in self.made]
        return [f"新增检查表（草稿）：{'、'.join(names)}"] if names else []

    def save(self) -> None:
        for edition in self.made:
            edition.checklist.set_maker(self.by)
            edition.set_maker(self.by)
        insert_all_or_refuse([edition.checklist for edition in self.made], LIST_SENTENCES)
        insert_all_or_refuse(self.made, {})


class ChecklistImport(Import):
    """检查表: the items of one or several checklists, known by the list and their text."""

    kind = "checklists"
    label = "检查表"
    unit = "项"
    perm = MANAGE
    model = ChecklistItem
    form_class = ItemForm
    columns = (
        InColumn(
            "edition", "检查表", ("表名", "检查表名称", "名称"), Drafts, is_required=True, from_sheet=True,
            shown=lambda item: item.edition.checklist.name, example="教室安全检查",
        ),
        InColumn(
            "section", "分组", ("类别", "检查项目", "项目", "检查类别", "大项"), blank="", example="用电"
        ),
        InColumn(
            "text", "检查内容", ("内容", "检查要点", "检查项", "检查标准", "要求"), example="插座、开关无破损"
        ),
        InColumn(
            "kind", "填写方式", ("类型", "方式", "结果类型"), READ_KIND,
            blank=ItemKind.YES_NO, is_required=False, shown=lambda item: item.get_kind_display(),
        ),
        InColumn("points", "分值", ("分数", "满分", "标准分", "应得分"), example="5"),
        InColumn(
            "is_key", "关键项", ("★", "是否关键项", "关键"), yes_or_no, blank=False,
            shown=lambda item: shown_yes(item.is_key),
        ),
        InColumn(
            "may_be_na", "可不适用", ("可缺项", "合理缺项", "是否可不适用"), yes_or_no, blank=False,
            shown=lambda item: shown_yes(item.may_be_na),
        ),
        InColumn("guidance", "检查方法和标准", ("方法", "检查方法", "说明", "备注", "评分标准"), blank=""),
        InColumn("unit", "单位", ("计量单位",), blank=""),
        InColumn("least", "不低于", ("下限", "最小值", "最低")),
        InColumn("most", "不高于", ("上限", "最大值", "最高")),
        InColumn("choices", "选项", ("可选项",), blank=[], shown=lambda item: "、".join(item.choices)),
        InColumn(
            "passing", "合格的选项", ("合格选项",), blank=[], shown=lambda item: "、".join(item.passing)
        ),
    )  # fmt: skip
    key = ("edition", "text")
    key_label = "检查内容"
    sentences = ITEM_SENTENCES
    list_url_name = "checks:checklist-list"
    hint = "一行一项；没有“检查表”这一列时，按工作表的名字分表。导入的是草稿，看过预览再启用。"

    def __init__(self, by: Actor) -> None:
        super().__init__(by)
        self.last: dict[Any, int] = {}

    def rows(self) -> Any:
        return super().rows().filter(edition__state=EditionState.DRAFT)

    def key_of(self, values: Values) -> Hashable | None:
        """The name of the list and the text: a draft that is still to be made has no key of its own."""
        edition, text = values.get("edition"), values.get("text")
        return (edition.checklist.name, text) if edition is not None and text else None

    def records(self, keys: Iterable[Any]) -> dict[Hashable, Any]:
        names = {name for name, _ in keys}
        rows = self.rows().filter(edition__checklist__name__in=names).select_related("edition__checklist")
        return {(item.edition.checklist.name, item.text): item for item in rows}

    def fill(self, record: Any, values: Values) -> None:
        edition = values.pop("edition")
        if record.pk is None:
            record.edition = edition
        fill_item(record, position=self._position(record, edition), **values)

    def withdraw(self, records: Sequence[Any]) -> None:
        """Nobody checks by a draft: its items go as they came; those that were put in use meanwhile stay."""
        for record in records:
            if record.edition.state == EditionState.DRAFT:
                record.delete()

    def _position(self, record: Any, edition: ChecklistEdition) -> int:
        if record.pk is not None:
            return int(record.position)
        key = edition.pk or id(edition)
        if key not in self.last:
            last = edition.items.aggregate(last=Max("position"))["last"] if edition.pk else 0
            self.last[key] = last or 0
        self.last[key] += STEP
        return self.last[key]
