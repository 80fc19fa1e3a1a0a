"""去检查: what can be checked where, and the page on which a check is made; a phone sends it by script."""

from __future__ import annotations

import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone

from houqin.attachments.checking import CheckedFile, check_files
from houqin.attachments.forms import NEW
from houqin.attachments.models import Attachment
from houqin.attachments.pages import TakesFiles
from houqin.attachments.selectors import links_of
from houqin.attachments.services import store_file
from houqin.checklists import selectors, services
from houqin.checklists.forms import PhotosForm
from houqin.checklists.models import CheckAnswer, Checklist, ChecklistEdition, CheckRun
from houqin.checklists.sheet import SheetForm, as_answered
from houqin.checklists.states import PERFORM, EditionState
from houqin.errors import HouqinError
from houqin.places.models import Place
from houqin.registry import registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import EntersForOthers, FormPage, Page
from houqin.web.pages.forms import INVALID, KEY, NO_KEY
from houqin.web.pages.page import PUBLIC_ID
from houqin.writing import write

NO_EDITION = "这份检查表现在没有使用中的版本，请先在检查表里启用一版。"


class Start(Page):
    """What can be checked, for the whole school or at the place that the address names."""

    perm = PERFORM
    model = Checklist
    title = "去检查"
    template_name = "checklists/start.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("subject", "")
        places = Place.objects.visible_to(self.user).filter(public_id=wanted, retired_on=None)
        place = places.first() if PUBLIC_ID.fullmatch(wanted) else None
        if place is None:
            found = list(selectors.checklists_in_use(self.user))
        else:
            found = selectors.checklists_for(self.user, "place", place.kind)
        ways = [(each, self.way_to(each, place), kinds_label(each)) for each in found]
        return self.answer(request, {"ways": ways, "place": place})

    def way_to(self, checklist: Checklist, place: Place | None) -> str:
        way = reverse("checks:perform", args=[checklist.public_id])
        return f"{way}?subject={place.public_id}" if place is not None else way


def kinds_label(checklist: Checklist) -> str:
    """For what a checklist is used: 教室、功能室, or 不限."""
    known = registry.check_subjects[checklist.subject_kind].kinds
    return "、".join(known.get(kind, kind) for kind in checklist.only_for) or "不限"


def is_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, which wants to be told and not to be shown."""
    return request.headers.get("Accept", "") == "application/json"


class SheetPage(EntersForOthers, FormPage, ABC):
    """A check as a form; sent by the page's script, it answers in JSON and takes the photos afterwards."""

    perm = PERFORM
    template_name = "checklists/perform.html"
    form_class = SheetForm
    service = services.sign_check
    submit_label = "签字上报"
    said = "检查已签字上报。"
    is_correction = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.fresh: dict[str, list[CheckedFile]] = {}
        self.refusals: dict[str, list[str]] = {}
        self.made: CheckRun | None = None

    @abstractmethod
    def checklist(self) -> Checklist:
        """Of what list this is a check."""

    def edition(self) -> ChecklistEdition | None:
        """The one in use, or the one that the phone still had when it was filled in."""
        sent = self.request.POST.get("edition", "")
        editions = ChecklistEdition.objects.visible_to(self.user).filter(checklist=self.checklist())
        if PUBLIC_ID.fullmatch(sent):
            found: ChecklistEdition | None = (
                editions.filter(public_id=sent).exclude(state=EditionState.DRAFT).first()
            )
            if found is not None:
                return found
        in_use: ChecklistEdition | None = editions.filter(state=EditionState.IN_USE).first()
        return in_use

    def possible(self) -> Decision:
        return Decision.yes() if self.edition() is not None else Decision.no(NO_EDITION)

    def form(self, data: Any = None) -> Any:
        form = super().form(data)
        for name, field in form.photo_fields().items():
            field.offer(self.own_files, self.fresh.get(name, ()), self.refusals.get(name, ()))
        return form

    def own_files(self) -> Any:
        """What the checker has stored himself and may still use."""
        return Attachment.objects.visible_to(self.user).filter(created_by=self.user)

    def failed_before(self) -> Mapping[int, Sequence[str]]:
        """What failed last time, which is looked at first."""
        return selectors.last_failures(self.checklist())

    def form_arguments(self) -> dict[str, Any]:
        checklist = self.checklist()
        subject = registry.check_subjects[checklist.subject_kind]
        return {
            "of": self.edition() or ChecklistEdition(checklist=checklist),
            "subjects": subject.rows(self.user, checklist.only_for),
            "failed_before": self.failed_before(),
            "is_correction": self.is_correction,
        }

    def typed(self) -> Any:
        data = super().typed()
        for name in {
            each.removesuffix(end) for each in self.request.FILES for end in NEW if each.endswith(end)
        }:
            uploads = [file for end in NEW for file in self.request.FILES.getlist(f"{name}{end}")]
            if uploads and name.startswith("photo-") and self.possible():
                self.fresh[name], self.refusals[name] = check_files(uploads)
        return data

    def arguments(self, form: Any) -> dict[str, Any]:
        said = form.cleaned_data
        return {
            "edition": self.edition(),
            "subject": said["subject"],
            "given": form.given(),
            "draft_id": uuid.UUID(self.key),
            **{name: said[name] for name in ("all_fine", "note", "performed_at", "late_reason")},
        }

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def success_url(self, answer: Any) -> str:
        self.made = answer
        return super().success_url(answer)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, **kwargs)
        if self.made is None or not is_script(request):
            return response
        answers = self.made.answers.filter(photos__gt=0).select_related("item")
        photos = {
            each.item.public_id: reverse("checks:answer-photos", args=[each.public_id]) for each in answers
        }
        return JsonResponse(
            {"url": self.made.get_absolute_url(), "number": self.made.number, "photos": photos}
        )

    def shown(self, form: Any, *, sentence: str = "", status: int = 0) -> HttpResponseBase:
        if form.is_bound and is_script(self.request):
            errors = {name: "".join(each) for name, each in form.errors.items()}
            return JsonResponse({"sentence": sentence, "errors": errors}, status=status or 422)
        self.keep(form)
        return super().shown(form, sentence=sentence, status=status)

    def keep(self, form: Any) -> None:
        """Store what came with a form that goes back, and tick it: no browser fills a file input again."""
        for name, files in self.fresh.items():
            ids = [write(store_file, file=file, by=actor(self.request)).public_id for file in files]
            form.data = form.data.copy()
            form.data.setlist(name, list(dict.fromkeys([*form.data.getlist(name), *ids])))

    def context(self) -> Mapping[str, Any]:
        checklist = self.checklist()
        found = self.failed_before()
        kinds = registry.check_subjects[checklist.subject_kind]
        keys = dict(kinds.rows(self.user, ()).filter(pk__in=list(found)).values_list("pk", "public_id"))
        again = {keys[key]: texts for key, texts in found.items() if key in keys}
        return {
            "checklist": checklist,
            "edition": self.edition(),
            "failed_before": json.dumps(again, ensure_ascii=False),
            "person": self.user.public_id,
        }


class Perform(SheetPage):
    """Check something by a checklist."""

    model = Checklist

    def checklist(self) -> Checklist:
        checklist: Checklist = self.record
        return checklist

    def page_title(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        return reverse("checks:start")

    def standing_at(self) -> str:
        return self.back_url()

    def initial(self) -> dict[str, Any]:
        edition = self.edition()
        return {
            "subject": self.request.GET.get("subject", ""),
            "edition": edition.public_id if edition is not None else "",
        }


class Correct(SheetPage):
    """A new check in the place of one that was wrong: it opens with the old one's answers and its edition.

    So only what is wrong is entered again, and what was not looked at is not made up from memory.
    """

    model = CheckRun
    title = "更正检查"
    is_correction = True
    said = "更正后的检查已签字上报。"

    def page_title(self) -> str:
        return f"{self.title}：{self.record}"

    def rows(self) -> Any:
        return super().rows().select_related("edition__checklist", "performed_by", "content_type")

    def checklist(self) -> Checklist:
        checklist: Checklist = self.record.edition.checklist
        return checklist

    def edition(self) -> ChecklistEdition:
        """The one that the old check was made by, whatever is in use by now."""
        edition: ChecklistEdition = self.record.edition
        return edition

    def failed_before(self) -> Mapping[int, Sequence[str]]:
        """Nothing: what failed is in the answers that are corrected."""
        return {}

    def possible(self) -> Decision:
        return services.may_correct(run=self.record, by=self.actor())

    def initial(self) -> dict[str, Any]:
        answers = selectors.answers_of(self.record)
        links = links_of([each for each in answers if each.photos])
        photos = {
            key: [link.attachment.public_id for link in found if link.withdrawn_at is None]
            for key, found in links.items()
        }
        subject = registry.check_subjects[self.checklist().subject_kind]
        return as_answered(answers, photos) | {
            "subject": getattr(subject.today(self.record.subject), "public_id", ""),
            "edition": self.edition().public_id,
            "note": self.record.note,
        }

    def arguments(self, form: Any) -> dict[str, Any]:
        correction = services.Correction(self.record, form.cleaned_data["replace_reason"])
        return super().arguments(form) | {"correction": correction}


class AnswerPhotos(TakesFiles):
    """The photos that were taken with a check and could not be sent with it."""

    perm = PERFORM
    model = CheckAnswer
    title = "补传照片"
    submit_label = "保存照片"
    said = "照片已补传。"
    form_class = PhotosForm
    service = services.add_photos
    record_name = "answer"

    def rows(self) -> Any:
        return super().rows().select_related("run__edition__checklist", "item")

    def possible(self) -> Decision:
        return services.may_add_photos(answer=self.record, by=self.actor())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The script sends photo after photo, so nothing is said about each on the next page."""
        if not is_script(request):
            return super().post(request, **kwargs)
        form = self.form(self.typed())
        try:
            self.key = str(uuid.UUID(request.POST.get(KEY, "")))
            if not form.is_valid():
                return JsonResponse({"errors": form.errors}, status=INVALID)
            self.save(form, None)
        except ValueError:
            return JsonResponse({"sentence": NO_KEY}, status=400)
        except HouqinError as refusal:
            return JsonResponse({"sentence": refusal.message}, status=refusal.status)
        return JsonResponse({"url": self.record.get_absolute_url()})
