"""The bureau's forms: listed, handed in, taken out of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from houqin.attachments.pages import TakesFiles
from houqin.office_forms import services
from houqin.office_forms.forms import OfficeFormForm
from houqin.office_forms.models import OfficeForm
from houqin.office_forms.placeholders import LINE
from houqin.office_forms.rules import can_retire
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.registry import FillablePaper, registry
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import RETIRED, ActPage, Column, FormPage, ListPage, ObjectPage, Step, Way

READ, MANAGE = "houqin.office_form:read", "houqin.office_form:manage"


def names_of(paper: FillablePaper) -> list[tuple[str, str]]:
    """What may stand in braces on a form for `paper`, with a word about each."""
    columns = [(f"{LINE}{name}", f"{about}（逐行）") for name, about in paper.columns.items()]
    return [*paper.names.items(), *columns]


class OfficeFormList(ListPage):
    """Every form, those out of use as well."""

    perm = READ
    model = OfficeForm
    title = "上级表样"
    columns = (
        Column("name", "表名", sort="name"),
        Column("paper", "用于", lambda form: form.paper_label, sort="paper"),
        Column("issuer", "印发单位", sort="issuer", on_phone=False),
        Column("kind", "格式", lambda form: form.get_kind_display(), sort="kind", on_phone=False),
        Column("retired_on", "状态", lambda form: "已停用" if form.retired_on else "在用", sort="retired_on"),
    )
    filters = (RETIRED,)
    order = ("name",)
    search_fields = ("name", "issuer")
    search_hint = "表名、印发单位"
    create = Way("新增表样", "office_forms:form-create", MANAGE, icon="plus")
    empty_title = "还没有上级表样"
    empty_hint = "教育局发的 Word 或 Excel 表，写上占位符传进来，以后系统替您填。"
    reader_hint = "总务处传进来的表样会列在这里。"


class OfficeFormDetail(ObjectPage):
    """One form: what it is for, what stands on it, the file."""

    perm = READ
    model = OfficeForm

    def trail(self) -> list[tuple[str, str]]:
        return [("上级表样", reverse("office_forms:form-list"))]

    def back_url(self) -> str:
        return reverse("office_forms:form-list")

    def facts(self, form: OfficeForm) -> list[tuple[str, Any]]:
        found = "、".join(f"{{{{{name}}}}}" for name in form.placeholders)
        facts: list[tuple[str, Any]] = [
            ("用于", form.paper_label),
            ("格式", form.get_kind_display()),
            ("表上的占位符", found),
        ]
        if form.issuer:
            facts.insert(1, ("印发单位", form.issuer))
        if form.retired_on is not None:
            facts.append(("停用日期", form.retired_on))
        return facts

    def steps(self, form: OfficeForm, user: User) -> list[Step]:
        possible = allowed(actor(self.request), MANAGE, form) and retirable(form)
        url = reverse("office_forms:form-retire", args=[form.public_id])
        return [Step("停用", url, possible, is_danger=True, icon="archive")]


def retirable(form: OfficeForm) -> Decision:
    return can_retire(is_retired=form.retired_on is not None)


class OfficeFormCreate(TakesFiles, FormPage):
    """Hand a form in; the names that may stand on it are listed below."""

    perm = MANAGE
    model = OfficeForm
    title = "新增表样"
    lead = "用 Word 或 Excel 打开上级发的表，在要填的地方写占位符，如 {{部门}}，再传到这里。"
    template_name = "office_forms/form.html"
    form_class = OfficeFormForm
    service = services.add_form
    said = "表样已收下，相应的页面上就能按它填写了。"

    def context(self) -> Mapping[str, Any]:
        papers = registry.fillable_papers.values()
        return {"papers": [(paper.label, names_of(paper)) for paper in papers]}

    def back_url(self) -> str:
        return reverse("office_forms:form-list")


class OfficeFormRetire(ActPage):
    """Take a form out of use."""

    perm = MANAGE
    model = OfficeForm
    title = "停用表样"
    submit_label = "停用"
    question = "停用后不能再按它填写；已经下载的不受影响，表样本身留着备查。"
    is_danger = True
    service = services.retire_form
    record_name = "form"
    said = "表样已停用。"

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return retirable(self.record)
