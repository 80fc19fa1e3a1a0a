"""The form field for files: several at once, from the camera or the gallery, kept when the form comes back.

The script stores a file while the form is still being filled in, and the form carries its public id: a
ticked box, and taking the tick away takes the file out. Without the script the file comes with the form and
is stored by the form's own act; if the form has to come back, it is stored then and shown as a ticked box. So
a mistake elsewhere in the form loses no photo, and nothing needs a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from houqin.attachments.checking import CheckedFile
from houqin.attachments.kinds import ACCEPT
from houqin.attachments.limits import LARGEST_FILE, MOST_FILES
from houqin.attachments.models import Attachment
from houqin.foreign import MIB

PUBLIC_ID = re.compile(r"[0-9A-Za-z]{1,16}")
# The ends of the names of the two file inputs beside the field's own boxes.
NEW = ("-camera", "-chosen")
HELP = (
    f"照片、PDF、Word、Excel、PPT，每个 {LARGEST_FILE // MIB} MB 以内，最多 {MOST_FILES} 个。"
    "照片里的位置信息会自动去掉。"
)


# Gives the files to choose among; asked only when some are ticked, for most forms come without.
Offered = Callable[[], Any]


class FilesInput(forms.Widget):
    """Ticked boxes for the kept files, and two inputs for new ones."""

    template_name = "attachments/files_input.html"
    needs_multipart_form = True
    use_fieldset = True

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, accept: str = ACCEPT, takes_photos: bool = True
    ) -> None:
        super().__init__(attrs)
        self.accept, self.takes_photos = accept, takes_photos
        self.offered: Offered = Attachment.objects.none

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        ids = [str(getattr(each, "public_id", each)) for each in value or ()]
        context["widget"] |= {
            "kept": _among(self.offered, ids),
            "accept": self.accept,
            "takes_photos": self.takes_photos,
            "largest": LARGEST_FILE,
            "most": MOST_FILES,
            "inputs": [f"{name}{end}" for end in NEW],
        }
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        # Django's own renderer of widgets does not know the templates of the house.
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name) or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class OneFileInput(forms.FileInput):
    """The house's own button for one file of a form; its name stands beside once it is chosen."""

    template_name = "attachments/one_file_input.html"

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return render_to_string(template_name, context)


class FilesField(forms.Field):
    """The reader's files: cleaned to a list of the `Attachment`s that are ticked and of what came along.

    `offered` (gives those he may link), `fresh` (what came with the form) and `refusals` (why some of that
    cannot be kept) are set by the page, see `houqin.attachments.pages.TakesFiles`.
    """

    widget = FilesInput

    def __init__(self, *, label: str = "照片和文件", required: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", HELP)
        super().__init__(label=label, required=required, **kwargs)
        self.fresh: Sequence[CheckedFile] = ()
        self.refusals: Sequence[str] = ()
        self.offered: Offered = Attachment.objects.none

    def offer(self, files: Offered, fresh: Sequence[CheckedFile], refusals: Sequence[str]) -> None:
        """Let the reader choose among `files` beside the `fresh` ones; `refusals` are told at the field."""
        self.offered = self.widget.offered = files
        self.fresh, self.refusals = fresh, refusals

    def clean(self, value: Any) -> list[Attachment | CheckedFile]:
        if self.refusals:
            raise ValidationError(list(self.refusals))
        ids = [each for each in value or () if isinstance(each, str) and PUBLIC_ID.fullmatch(each)]
        if len(ids) + len(self.fresh) > MOST_FILES:
            raise ValidationError(f"一次最多附 {MOST_FILES} 个文件，请分几次上传。")
        found = _among(self.offered, ids)
        if len(found) < len(set(ids)):
            raise ValidationError("有的文件上传后放了太久，已经清理。请重新选择文件。")
        if self.required and not found and not self.fresh:
            raise ValidationError("请先选择文件，或拍一张照片。")
        return [*found, *self.fresh]


def _among(offered: Offered, ids: Sequence[str]) -> list[Attachment]:
    return list(offered().filter(public_id__in=ids).order_by("pk")) if ids else []


class AttachForm(forms.Form):
    """Files for a record, with a word about them."""

    attachments = FilesField(required=True)
    caption = forms.CharField(
        label="说明", max_length=100, required=False, help_text="可以不写，如“签字后的扫描件”。"
    )


class WithdrawForm(forms.Form):
    """Why a file is taken off."""

    reason = forms.CharField(
        label="撤下的原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="附件不会消失：名称、上传人和这条原因一直留在记录里。",
    )  # fmt: skip
