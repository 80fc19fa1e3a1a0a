from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from calendar_plans.forms import ReadForm
from calendar_plans.models import Plan, Reading
from calendar_plans.reading import PlanDraft, leaves, problems, read_plans
from calendar_plans.reading import Reading as Understanding
from calendar_plans.review import ReviewForm, source_id
from calendar_plans.services import readings as services
from houqin.web.pages import FormPage
from houqin.web.pages.page import ABSENT

WRITE = "calendar_plans.plan:write"


class ReadingCreate(FormPage):
    perm = WRITE
    title = "读入计划"
    submit_label = "读入"
    form_class = ReadForm
    service = services.hand_in_text
    said = "已读入，请核对。"
    template_name = "calendar_plans/reading_create.html"

    def arguments(self, form: ReadForm) -> dict[str, Any]:
        return {"text": form.source, "file_name": form.file_name}

    def success_url(self, answer: Reading) -> str:
        return answer.get_absolute_url()

    def back_url(self) -> str:
        return reverse("plans:plan-list")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the source as the page shows it."""

    id: str
    text: str
    kind: str
    why: str = ""


def pieces(understanding: Understanding, draft: PlanDraft) -> list[Piece]:
    """The source of `draft`, cut where its leaves begin, so that each row can light up its own."""
    left_out = {left.span.start: left.why for left in draft.left_out}
    headings = {heading.span.start for heading in draft.headings}
    headings |= {section.lead.start for section in draft.sections}
    found = []
    for leaf in leaves(understanding):
        if not draft.span.start <= leaf.start < draft.span.end:
            continue
        why = left_out.get(leaf.start, "")
        kind = "left-out" if leaf.start in left_out else "heading" if leaf.start in headings else ""
        found.append(Piece(source_id(leaf.start), understanding.text[leaf.start : leaf.end], kind, why))
    return found


class ReadingReview(FormPage):
    perm = WRITE
    model = Reading
    title = "核对读入的计划"
    form_class = ReviewForm
    service = services.save_reading
    record_name = "reading"
    said = "计划已保存为草稿，启用以前都可以修改。"
    template_name = "calendar_plans/reading_review.html"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.index: int = kwargs.get("index", 1)

    @property
    def understanding(self) -> Understanding:
        if not hasattr(self, "_understanding"):
            self._understanding = read_plans(self.record.text)
        return self._understanding

    @property
    def draft(self) -> PlanDraft:
        plans = self.understanding.plans
        if not 1 <= self.index <= len(plans):
            raise Http404(ABSENT)
        return plans[self.index - 1]

    def form_arguments(self) -> dict[str, Any]:
        return {"draft": self.draft, "on": timezone.localdate(), "home": self.user.department}

    def initial(self) -> dict[str, Any]:
        return ReviewForm.initial_of(self.draft, timezone.localdate(), self.user.department)

    def arguments(self, form: ReviewForm) -> dict[str, Any]:
        return {"index": self.index, "department": form.cleaned_data["department"], "proposal": form.proposal}

    def back_url(self) -> str:
        return reverse("plans:reading-create")

    def context(self) -> Mapping[str, Any]:
        at = [self.record.public_id]
        plans = self.understanding.plans
        return {
            "reading": self.record,
            "items": sum(len(section.items) for section in self.draft.sections),
            "left_out": len(self.draft.left_out),
            "pieces": pieces(self.understanding, self.draft),
            "saved_as": Plan.objects.visible_to(self.user)
            .filter(source__reading=self.record, source__index=self.index)
            .first(),
            "hints": problems(self.understanding) if len(plans) == 1 else [],
            "choices": [
                {
                    "label": plan.title[:20] or f"第 {place} 份",
                    "url": reverse("plans:reading-plan", args=[*at, place]),
                    "is_current": place == self.index,
                }
                for place, plan in enumerate(plans, 1)
            ],
        }
