"""`FormPage`: the one pattern of every form. What was typed is never lost, and nothing acts twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase

from houqin.actors import Actor
from houqin.errors import EditedMeanwhile, HouqinError, Repeated
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages.page import Page, SeeOther, address_of
from houqin.writing import answer_of, write

KEY, VERSION = "_key", "_version"
INVALID = 422

NO_KEY = "这张表单缺少提交凭据，没有保存。填好的内容都在，请再点一次按钮。"
NO_VERSION = "不知道您是在哪一版上修改的，没有保存。下面是现在的内容，请重新修改。"
ONCE_MORE = "如果确实还要再交一份，请再点一次按钮。"


class FormPage(Page):
    """A form whose POST calls one service once, through the write boundary, and leads to what it made.

    With `<public_id>` in the address, `self.record` is the visible record that the form is about; it is
    passed to the service under the name `record_name`. Answers: 303 done, 422 form errors, 409 a rule,
    403 not allowed, 503 busy, 400 without key; the page comes back with everything typed.
    """

    template_name: ClassVar[str] = "pages/form.html"

    form_class: ClassVar[type[forms.BaseForm]]
    service: ClassVar[Callable[..., Any]]
    record_name: ClassVar[str] = ""
    submit_label: ClassVar[str] = "保存"
    said: ClassVar[str] = "已保存。"
    lead: ClassVar[str] = ""
    is_versioned: ClassVar[bool] = False

    record: Any = None

    @property
    def names_record(self) -> bool:
        """Whether the address names the record, so that the page must: nobody acts on the wrong one."""
        return self.record is not None and "public_id" in self.kwargs

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.key = str(uuid.uuid4())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "public_id" in kwargs:
            try:
                self.record = self.find(kwargs["public_id"])
            except Http404:
                # The first of two taps may have removed the record; the second gets the same answer.
                key = request.POST.get(KEY, "")
                answer = answer_of(key, by=self.actor()) if _is_key(key) else None
                if answer is None:
                    raise
                return SeeOther(self.success_url(answer))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.shown(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not _is_key(request.POST.get(KEY, "")):
            return self.shown(self.form(request.POST), sentence=NO_KEY, status=400)
        self.key = request.POST[KEY]
        expected = _version(request.POST.get(VERSION, ""))
        if self.is_versioned and expected is None:
            return self.shown(self.form(), sentence=NO_VERSION, status=400)
        form = self.form(self.typed())
        if not form.is_valid():
            return self.shown(form, status=INVALID)
        try:
            answer = self.save(form, expected)
        except EditedMeanwhile as error:
            return self.edited_meanwhile(form, error)
        except HouqinError as error:
            return self.refused(form, error)
        messages.success(request, self.said_of(answer))
        return SeeOther(self.success_url(answer))

    # ── what a subclass may say differently ──

    def possible(self) -> Decision:
        """Whether there is any sense in filling this in now; the service asks the same rule again."""
        return Decision.yes()

    def initial(self) -> dict[str, Any]:
        """The first values of an empty form."""
        return {}

    def form_arguments(self) -> dict[str, Any]:
        """More keyword arguments for the form."""
        return {}

    def arguments(self, form: Any) -> dict[str, Any]:
        """What the service is called with, beside the record, its version and `by`."""
        return dict(form.cleaned_data)

    def clock(self) -> dict[str, Any]:
        """What the service is told of the time; apart, because a second tap may come after midnight."""
        return {}

    def success_url(self, answer: Any) -> str:
        """The page of what was made, else of what the form is about."""
        return address_of(answer) or address_of(self.record) or self.back_url()

    def said_of(self, answer: Any) -> str:
        """The sentence of success, where it depends on what came of it."""
        return self.said

    def actor(self) -> Actor:
        """Who sends the form: the reader."""
        return actor(self.request)

    def doer(self, form: Any) -> Actor:
        """Who acts by it: the same, unless the form was filled in for somebody."""
        return self.actor()

    def back_url(self) -> str:
        return address_of(self.record) or super().back_url()

    # ── how it goes ──

    def typed(self) -> Any:
        """What was sent; the merge view puts its choices in here."""
        return self.request.POST

    def form(self, data: Any = None) -> Any:
        """The form: empty, or bound to what was typed."""
        files = self.request.FILES if data is not None else None
        return self.form_class(data, files, initial=self.initial(), **self.form_arguments())

    def about(self, expected: int | None) -> dict[str, Any]:
        """The record and, when editing, the version that the reader saw."""
        found: dict[str, Any] = {self.record_name: self.record} if self.record_name else {}
        return found | ({"version": expected} if self.is_versioned else {})

    def version_read(self) -> int:
        """The version that the page shows; 0 before there is a record, so that who saves first is known."""
        return self.record.version if self.record is not None else 0

    def save(self, form: Any, expected: int | None) -> Any:
        """Call the service, once for this key."""
        # Read from the class: from the instance, Python would pass the page as the first argument.
        service = type(self).service
        said = self.about(expected) | self.arguments(form)
        return write(service, key=self.key, by=self.doer(form), clock=self.clock(), **said)

    def refused(self, form: Any, error: HouqinError) -> HttpResponseBase:
        """The form again with the service's sentence, beside the field that it names."""
        sentence = error.message
        if isinstance(error, Repeated):
            # The old key has had its effect; with a fresh one sending again is a decision.
            self.key = str(uuid.uuid4())
            sentence = f"{sentence}{ONCE_MORE}"
        if error.field in form.fields:
            form.add_error(error.field, sentence)
            sentence = ""
        return self.shown(form, sentence=sentence, status=error.status)

    def edited_meanwhile(self, form: Any, error: EditedMeanwhile) -> HttpResponseBase:
        """Only edit pages have a version to compare; elsewhere the sentence says to look again."""
        return self.refused(form, error)

    def shown(self, form: Any, *, sentence: str = "", status: int = 0) -> HttpResponseBase:
        """The page with `form`, and above it the `sentence` that says why it came back."""
        decision = self.possible()
        context = {
            "form": form,
            "record": self.record,
            "key": self.key,
            "version": self.version_read() if self.is_versioned else None,
            "decision": decision,
            "sentence": sentence,
            "draft": f"{self.user.public_id}:{self.request.path}",
            "is_kept": form.is_bound,
        }
        # Somebody who may not do this is told so, whatever else is wrong with what he sent.
        refused = _status(decision) if decision.is_permission else 0
        return self.answer(self.request, context, status=refused or status or _status(decision))


def _is_key(raw: str) -> bool:
    try:
        return str(uuid.UUID(raw)) == raw
    except ValueError:
        return False


def _version(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def _status(decision: Decision) -> int:
    """A page that cannot be used now answers as its POST would."""
    if decision:
        return 200
    return 403 if decision.is_permission else 409
