"""What an app needs for files on its pages: a form that takes them, and the page that adds them."""

from __future__ import annotations

from typing import Any

from houqin.attachments.checking import check_files
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

    Files that came with the form are stored first, each in a write of its own, and take part in the form from
    then on by their ids: the service gets a list of `Attachment`.
    """

    refusals: list[str]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refusals = []

    def typed(self) -> Any:
        data = super().typed()
        sent = self.request.FILES
        uploads = [file for end in NEW for file in sent.getlist(f"{FIELD}{end}")]
        if not uploads or not self.possible():
            return data
        checked, self.refusals = check_files(uploads)
        by = actor(self.request)
        stored = [write(store_file, file=file, by=by).public_id for file in checked]
        data = data.copy()
        # A tick that was there already stays one.
        data.setlist(FIELD, list(dict.fromkeys([*data.getlist(FIELD), *stored])))
        return data

    def form(self, data: Any = None) -> Any:
        form = super().form(data)
        own = Attachment.objects.visible_to(self.user).filter(created_by=self.user)
        form.fields[FIELD].offer(own, self.refusals)
        return form


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
