"""`EditPage`: a form that changes a record, and the merge view when somebody else changed it meanwhile."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms.models import model_to_dict
from django.http import HttpResponseBase

from houqin.audit.selectors import as_of, changes_since
from houqin.errors import EditedMeanwhile
from houqin.web.pages.forms import FormPage
from houqin.web.pages.merging import PREFIX, hidden, settled, three_way


class EditPage(FormPage):
    """A form that carries the version that was read; the service refuses to write over a newer one."""

    merge_template: ClassVar[str] = "pages/merge.html"
    is_versioned: ClassVar[bool] = True

    def initial(self) -> dict[str, Any]:
        return self.initial_of(self.record) if self.record is not None else {}

    def initial_of(self, record: Any) -> dict[str, Any]:
        """The form's values for `record`, which is as it stands now or as it once stood."""
        return model_to_dict(record, fields=list(self.form_class.base_fields))  # type: ignore[attr-defined]

    def typed(self) -> Any:
        return settled(self.request.POST, self.form_class.base_fields)  # type: ignore[attr-defined]

    def edited_meanwhile(self, form: Any, error: EditedMeanwhile) -> HttpResponseBase:
        """409: what it was, what it is now and by whom, what was typed; to be chosen field by field.

        The page carries the new version and the same key: saving it is a first effect, and when yet another
        change came between, this page comes again.
        """
        if (type(error.record), error.record.pk) != (type(self.record), self.record.pk):
            return self.refused(form, error)
        opened = as_of(self.record, error.expected)
        self.record = error.record
        current = self.form_class(initial=self.initial(), prefix=PREFIX, **self.form_arguments())
        then = self.initial_of(opened) if opened is not None else None
        differences = three_way(form, current, then, changes_since(self.record, error.expected))
        context = {
            "record": self.record,
            "key": self.key,
            "version": self.record.version,
            "sentence": error.message,
            "differences": differences,
            "typed": [hidden(bound) for bound in form],
            "draft": f"{self.user.public_id}:{self.request.path}",
        }
        return self.answer(self.request, context, status=error.status, template=self.merge_template)
