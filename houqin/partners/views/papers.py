"""Papers (资质): those that end, and each on its page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from houqin.attachments.pages import AttachPage, TakesFiles
from houqin.partners import selectors, services
from houqin.partners.forms import NewPaperForm, PaperForm, WithdrawPaperForm, facts_of
from houqin.partners.kinds import PaperKind
from houqin.partners.models import Partner, Qualification
from houqin.partners.rules import can_be_changed, can_write, due_from
from houqin.partners.states import MANAGE, READ
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    Flag,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Step,
)
from houqin.web.templatetags.houqin import badge


def partner_link(partner: Partner) -> str:
    return format_html('<a href="{}">{}</a>', partner.get_absolute_url(), partner.name)


def paper_badge(paper: Qualification) -> str:
    return badge(*selectors.paper_mark(paper))


class EndingList(ListPage):
    """The papers that have expired or end within the school's number of days, the first to end on top."""

    perm = READ
    model = Qualification
    title = "资质到期"
    columns = (
        Column("partner", "单位", "partner.name", sort="partner__search_key"),
        Column("kind", "证件", lambda paper: paper.label, sort="kind"),
        Column("number", "证号", on_phone=False),
        Column("valid_until", "有效期止", sort="valid_until"),
        Column("mark", "状态", lambda paper: selectors.paper_mark(paper).word, draw=paper_badge),
        Column("keeper", "经办人", "partner.keeper.name", sort="partner__keeper__search_key"),
        Column("phone", "联系电话", "partner.phone"),
    )
    filters = (
        Choices("kind", "证件", PaperKind.choices),
        Flag("expired", "已过期", lambda _user, today: Q(valid_until__lt=today)),
        Flag("mine", "我经办的", lambda user, _today: Q(partner__keeper=user.pk)),
    )
    order = ("valid_until",)
    search_hint = "单位名称、证号"
    search_fields = ("partner__name", "number", "title")
    empty_title = "没有过期或快到期的资质"
    empty_hint = "提前多少天列出来，在“学校 → 设置 → 资质到期前多少天提醒”里改。"
    reader_hint = "合作单位的营业执照、许可证快到期时，会列在这里。"

    def rows(self) -> Any:
        today = timezone.localdate()
        due = selectors.ending(due_from(today, selectors.remind_days(today)))
        return super().rows().filter(pk__in=due.values("pk")).select_related("partner__keeper")


class PaperPage(Page):
    """What the pages of one paper have in common."""

    model = Qualification
    record_name: ClassVar[str] = "paper"

    record: Any

    def rows(self) -> Any:
        return super().rows().select_related("partner__keeper")

    def trail(self) -> list[tuple[str, str]]:
        partner = self.record.partner
        return [("往来单位", reverse("partners:partner-list")), (partner.name, partner.get_absolute_url())]


class PaperDetail(PaperPage, ObjectPage):
    """One paper with its scan."""

    perm = READ

    def back_url(self) -> str:
        address: str = self.record.partner.get_absolute_url()
        return address

    def facts(self, paper: Qualification) -> list[tuple[str, Any]]:
        is_old = paper.pk in selectors.covered(paper.partner.papers.all())
        facts: list[tuple[str, Any]] = [
            ("单位", partner_link(paper.partner)),
            ("证件", paper.label),
            ("证号", paper.number),
            ("有效期起", paper.valid_from),
            ("有效期止", paper.valid_until or "长期"),
            ("状态", badge("已换新证", "neutral") if is_old else paper_badge(paper)),
        ]
        if paper.withdrawn_on is not None:
            facts += [("作废日期", paper.withdrawn_on), ("作废原因", paper.withdrawn_reason)]
        return facts

    def steps(self, paper: Qualification, user: User) -> list[Step]:
        if not user.has(MANAGE):
            return []
        at = [paper.public_id]
        may = allowed(actor(self.request), MANAGE, paper)
        write = may and can_write(paper)
        renew = f"{reverse('partners:paper-create', args=[paper.partner.public_id])}?kind={paper.kind}"
        return [
            Step(
                "登记新证", renew, may and can_be_changed(paper.partner), is_primary=True, icon="badge-check"
            ),
            Step("修改", reverse("partners:paper-edit", args=at), write, icon="pencil"),
            Step("作废", reverse("partners:paper-withdraw", args=at), write, is_danger=True, icon="ban"),
        ]


class PaperCreate(TakesFiles, FormPage):
    """Enter a paper with its scan."""

    perm = MANAGE
    model = Partner
    title = "登记证件"
    lead = "换了新证的也在这里登记，旧的不用改。"
    form_class = NewPaperForm
    service = services.add_paper
    record_name = "partner"
    said = "证件已登记。"

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("kind", "")
        return {"kind": wanted if wanted in PaperKind.values else PaperKind.BUSINESS}

    def trail(self) -> list[tuple[str, str]]:
        return [(self.record.name, self.record.get_absolute_url())]

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_be_changed(self.record)

    def success_url(self, answer: Any) -> str:
        address: str = self.record.get_absolute_url()
        return address


class PaperEdit(PaperPage, EditPage):
    """Correct a paper."""

    perm = MANAGE
    title = "修改证件"
    form_class = PaperForm
    service = services.update_paper

    def initial_of(self, paper: Any) -> dict[str, Any]:
        return facts_of(paper)

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_write(self.record)


class PaperWithdraw(PaperPage, ActPage):
    """Strike a paper."""

    perm = MANAGE
    title = "作废证件"
    submit_label = "作废"
    question = "作废的证件不再提醒，也不算数，记录和扫描件都还在。"
    is_danger = True
    form_class = WithdrawPaperForm
    service = services.withdraw_paper
    said = "证件已作废。"

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_write(self.record)


class PaperAttach(PaperPage, AttachPage):
    """The scan of a paper, or a better one."""

    perm = MANAGE
    record_name = "record"
