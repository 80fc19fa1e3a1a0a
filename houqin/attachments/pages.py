"""What an app needs for files on its pages: a form that takes them, and the page that adds them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase

from houqin.attachments.checking import CheckedFile, check_files
from houqin.attachments.forms import NEW, AttachForm
from houqin.attachments.models import Attachment
from houqin.attachments.services import attach_to_record, store_file
from houqin.registry import registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import FormPage
from houqin.writing import write

FIELD = "attachments"


class TakesFiles(FormPage):
    """A form with a `FilesField` named `attachments`; stands before the pattern: `(TakesFiles, ActPage)`.

    The service gets the ticked `Attachment`s and the `CheckedFile`s that came along, and stores the latter in
    its own transaction (`attach_files` does): of two taps only one stores. A form that comes back keeps them.
    """

    fresh: list[CheckedFile]
    refusals: list[str]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.fresh, self.refusals = [], []

    def typed(self) -> Any:
        data = super().typed()
        sent = self.request.FILES
        uploads = [file for end in NEW for file in sent.getlist(f"{FIELD}{end}")]
        if uploads and self.possible():
            self.fresh, self.refusals = check_files(uploads)
        return data

    def form(self, data: Any = None) -> Any:
        form = super().form(data)
        form.fields[FIELD].offer(self.own_files, self.fresh, self.refusals)
        return form

    def own_files(self) -> Any:
        """What the reader has stored himself and may still use."""
        return Attachment.objects.visible_to(self.user).filter(created_by=self.user)

    def shown(self, form: Any, *, sentence: str = "", status: int = 0) -> HttpResponseBase:
        if self.fresh:
            self.keep(form)
        return super().shown(form, sentence=sentence, status=status)

    def keep(self, form: Any) -> None:
        """Store what came with a form that goes back, and tick it: no browser fills a file input again."""
        by = actor(self.request)
        ids = [write(store_file, file=file, by=by).public_id for file in self.fresh]
        form.data = form.data.copy()
        # A tick that was there already stays one.
        form.data.setlist(FIELD, list(dict.fromkeys([*form.data.getlist(FIELD), *ids])))


class AttachPage(TakesFiles):
    """Add files to a record; an app gives `perm` and `model`, and its route the record's public id."""

    title = "添加附件"
    submit_label = "保存附件"
    said = "附件已保存。"
    form_class = AttachForm
    service = attach_to_record
    record_name = "record"

    def possible(self) -> Decision:
        parent = registry.attachment_parents[self.model._meta.label_lower]
        return parent.attach(actor(self.request), self.record)
