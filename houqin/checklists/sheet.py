"""The form of a check: one tap for everything that is fine, and exceptions item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from houqin.attachments.forms import PUBLIC_ID, FilesField, FilesInput
from houqin.checklists.models import CheckAnswer, ChecklistEdition, ChecklistItem
from houqin.checklists.rules import MOST_PHOTOS, Given, field_of
from houqin.checklists.selectors import Section, items_of, sections
from houqin.checklists.states import LATE_AFTER, ItemKind, Origin, Verdict
from houqin.school_calendar.forms import MomentField
from houqin.school_settings.reading import setting

GOOD_OR_NOT: list[tuple[str, str]] = [(Verdict.GOOD, "合格"), (Verdict.FAILED, "不合格")]
NOT_APPLICABLE: tuple[str, str] = (Verdict.NA, "不适用")
AGAIN = "上次不合格，先看这些"


class PhotosInput(FilesInput):
    """As the files of every form, but kept on the phone by the check's own script until there is network."""

    template_name = "checklists/photos_input.html"

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, context)


class PhotosField(FilesField):
    """The photos of one answer."""

    widget = PhotosInput


@dataclass(frozen=True, slots=True)
class Row:
    """One item on the page, with its inputs."""

    item: ChecklistItem
    answer: BoundField
    na: BoundField | None
    note: BoundField
    photos: BoundField | None
    later: BoundField | None
    failed_before: bool

    @property
    def is_wrong(self) -> bool:
        bound = [self.answer, self.na, self.note, self.photos]
        return any(each.errors for each in bound if each is not None)


class SheetForm(forms.Form):
    """A check by one edition, of one of `subjects`."""

    edition = forms.CharField(widget=forms.HiddenInput, max_length=16)
    subject: Any = forms.ModelChoiceField(
        label="检查哪里", queryset=None, empty_label="请选择", to_field_name="public_id"
    )
    all_fine = forms.BooleanField(label="全部合格", required=False)
    note = forms.CharField(label="备注", max_length=300, required=False)
    performed_at = MomentField(
        label="检查时间", required=False, help_text="现在检查的不用填；补记时填实际检查的时间。"
    )
    late_reason = forms.CharField(label="补记原因", max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        of: ChecklistEdition,
        subjects: Any,
        failed_before: Mapping[int, Sequence[str]],
        is_correction: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = subjects  # type: ignore[attr-defined]
        self.items = items_of(of)
        self.failed_before = failed_before
        hours = setting(LATE_AFTER, on=timezone.localdate())
        self.fields["late_reason"].help_text = f"检查后超过 {hours} 小时才上报的必填；其他的不用填。"
        if is_correction:
            self.fields["replace_reason"] = forms.CharField(
                label="原来的检查哪里不对",
                max_length=200,
                help_text="下面是原来填的，只改不对的地方。原来的记录不会消失，注明已由这一份更正。",
            )
            self.fields["performed_at"].help_text = "不填就是原来的检查时间。"
            self.fields["late_reason"].help_text = "改了检查时间、按新时间已算补记的必填；其他的不用填。"
        for item in self.items:
            self._add(item)

    def _add(self, item: ChecklistItem) -> None:
        name, key = field_of(item), item.public_id
        self.fields[name] = _answer_field(item)
        if item.may_be_na and item.kind not in {ItemKind.YES_NO}:
            self.fields[f"na-{key}"] = forms.BooleanField(label="不适用", required=False)
        self.fields[f"note-{key}"] = forms.CharField(label="问题", max_length=200, required=False)
        if item.kind != ItemKind.TEXT:
            self.fields[f"photo-{key}"] = PhotosField(label="照片", help_text="")
            self.fields[f"later-{key}"] = forms.IntegerField(
                min_value=0, max_value=MOST_PHOTOS, required=False, widget=forms.HiddenInput
            )

    def photo_fields(self) -> dict[str, PhotosField]:
        """The fields for photos by their names."""
        return {name: field for name, field in self.fields.items() if isinstance(field, PhotosField)}

    @property
    def sections(self) -> list[Section]:
        """The rows by section; what failed in the subject's last check stands first."""
        again = set(self.failed_before.get(self._subject_key() or 0, ()))
        rows = [self._row(item, is_again=item.text in again) for item in self.items]
        first = [row for row in rows if row.failed_before]
        others = sections([row for row in rows if not row.failed_before], lambda row: row.item.section)
        return [Section(AGAIN, first), *others] if first else others

    @property
    def head(self) -> list[BoundField]:
        """What stands over the items."""
        return [self[name] for name in ("subject", "replace_reason") if name in self.fields]

    @property
    def foot(self) -> list[BoundField]:
        """What stands under the items, folded away: notes, late entries, entering for others."""
        names = ("note", "performed_at", "late_reason", "doer", "entry_source")
        return [self[name] for name in names if name in self.fields]

    @property
    def foot_is_wrong(self) -> bool:
        return any(bound.errors for bound in self.foot)

    def given(self) -> list[Given]:
        """What was entered, item by item; what was not touched is left out."""
        found = [self._given(item) for item in self.items]
        return [each for each in found if each is not None]

    def _subject_key(self) -> int | None:
        value = str(self["subject"].value() or "")
        if not PUBLIC_ID.fullmatch(value):
            return None
        rows: Any = self.fields["subject"].queryset  # type: ignore[attr-defined]
        key: int | None = rows.filter(public_id=value).values_list("pk", flat=True).first()
        return key

    def _row(self, item: ChecklistItem, *, is_again: bool) -> Row:
        key = item.public_id
        bound = {part: self._bound(f"{part}-{key}") for part in ("na", "photo", "later")}
        return Row(
            item,
            self[field_of(item)],
            bound["na"],
            self[f"note-{key}"],
            bound["photo"],
            bound["later"],
            is_again,
        )

    def _bound(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    def _given(self, item: ChecklistItem) -> Given | None:
        said, key = self.cleaned_data, item.public_id
        value = said.get(field_of(item))
        photos, later = said.get(f"photo-{key}") or [], said.get(f"later-{key}") or 0
        note = said.get(f"note-{key}", "").strip()
        is_na = bool(said.get(f"na-{key}")) or value == Verdict.NA
        if value in {None, ""} and not (note or photos or later or is_na):
            return None
        if is_na:
            return Given(item, verdict=Verdict.NA, note=note)
        more: dict[str, Any] = {"note": note, "photos": tuple(photos), "later": later}
        if item.kind == ItemKind.YES_NO:
            return Given(item, verdict=value or "", **more)
        if item.kind == ItemKind.NUMBER:
            return Given(item, number=value if isinstance(value, Decimal) else None, **more)
        return Given(item, text=value if isinstance(value, str) else "", **more)


def as_answered(answers: Iterable[CheckAnswer], photos: Mapping[int, Sequence[Any]]) -> dict[str, Any]:
    """The form's values for what was `answered`, with the `photos` by an answer's key: nothing else is known.

    What came by the one tap for all comes by it again, so that a correction invents no look of its own.
    """
    found: dict[str, Any] = {}
    for answer in answers:
        item = answer.item
        key, name = item.public_id, field_of(item)
        found[f"note-{key}"], found[f"photo-{key}"] = answer.note, list(photos.get(answer.pk, ()))
        if answer.origin == Origin.ALL_FINE:
            found["all_fine"] = True
        elif item.kind == ItemKind.YES_NO:
            found[name] = answer.verdict
        elif answer.verdict == Verdict.NA:
            found[f"na-{key}"] = True
        elif item.kind == ItemKind.NUMBER:
            found[name] = format(answer.number.normalize(), "f") if answer.number is not None else ""
        elif item.kind != ItemKind.PHOTO:
            found[name] = answer.text
    return found


def _answer_field(item: ChecklistItem) -> forms.Field:
    """The input for the answer itself; none is required here: what is missing is the rule's word."""
    label = str(item)
    if item.kind == ItemKind.YES_NO:
        choices = [*GOOD_OR_NOT, *([NOT_APPLICABLE] if item.may_be_na else [])]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    if item.kind == ItemKind.CHOICE:
        choices = [(each, each) for each in item.choices]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    if item.kind == ItemKind.NUMBER:
        return forms.DecimalField(
            label=label, max_digits=10, decimal_places=2, required=False,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        )  # fmt: skip
    if item.kind == ItemKind.TEXT:
        return forms.CharField(
            label=label, max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
        )
    # A photo is its own answer; the input for it stands beside.
    return forms.CharField(label=label, required=False, max_length=1, widget=forms.HiddenInput)
