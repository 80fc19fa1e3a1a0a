"""Partners in a list and one by one; entered, changed, stopped with, merged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from houqin.attachments.pages import AttachPage
from houqin.log_lines import note_whole
from houqin.partners import selectors, services
from houqin.partners.forms import MergeForm, NewPartnerForm, PartnerForm, StopForm
from houqin.partners.kinds import PartnerKind
from houqin.partners.models import Partner, PartnerAccount, PartnerContact, Qualification
from houqin.partners.names import grouped_account, normal_code
from houqin.partners.rules import can_be_changed, can_be_used, can_resume, due_from
from houqin.partners.states import MANAGE, READ, READ_ACCOUNT, SET_ACCOUNT, PartnerState
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rules import Decision
from houqin.showing import said_day
from houqin.states import can_move
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    EditPage,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Step,
    Thing,
    Way,
)
from houqin.web.pages.paging import light
from houqin.web.templatetags.houqin import badge, clock, one_line

EDITED = ("name", "kinds", "credit_code", "contact", "phone", "address", "note")


def kinds_label(kinds: Collection[str]) -> str:
    return "、".join(str(kind.label) for kind in PartnerKind if kind in kinds)


def papers_word(has_papers: bool, soonest: date | None) -> str:
    return selectors.partner_mark(has_papers, soonest).word


def papers_badge(partner: Any) -> str:
    return badge(*selectors.partner_mark(partner.has_papers, partner.soonest))


def ending(user: User, today: date) -> Q:
    until = due_from(today, selectors.remind_days(today))
    return Q(pk__in=selectors.ending(until, since=today).values("partner"))


class PartnerList(ListPage):
    """Every partner that was not merged into another, for search, filters and export."""

    perm = READ
    model = Partner
    title = "往来单位"
    columns = (
        Column("name", "名称", sort="search_key"),
        Column("kinds", "类别", kinds_label, of=("kinds",)),
        Column("papers", "资质", papers_word, of=("has_papers", "soonest"), draw=papers_badge),
        Column("contact", "联系人"),
        Column("phone", "联系电话"),
        Column(
            "credit_code",
            "统一社会信用代码",
            draw=lambda partner: one_line(partner.credit_code or "—"),
            on_phone=False,
        ),
        Column("keeper", "经办人", "keeper.name", sort="keeper__search_key", on_phone=False),
        Column(
            "state",
            "状态",
            sort="state",
            draw=lambda partner: badge(
                partner.get_state_display(), "good" if partner.state == PartnerState.IN_USE else "neutral"
            ),
        ),
    )
    filters = (
        Choices("state", "状态", PartnerState.choices, as_chips=True),
        Choices("kind", "类别", PartnerKind.choices, field="kinds", is_many=True),
        Flag("expired", "资质过期", lambda _user, today: Q(
            pk__in=selectors.standing().filter(valid_until__lt=today).values("partner"))),
        Flag("ending", "资质快到期", ending),
        Flag("unpapered", "没有登记资质", lambda _user, _today: ~Q(
            pk__in=selectors.standing().values("partner"))),
        Flag("mine", "我经办的", lambda user, _today: Q(keeper=user.pk)),
    )  # fmt: skip
    search_hint = "名称、信用代码、联系人"
    create = Way("新增往来单位", "partners:create", MANAGE, icon="plus")
    empty_title = "还没有往来单位"
    empty_hint = "一家一家新增，或把手上的供应商名录用“导入表格”读进来。"
    reader_hint = "总务处登记供应商、维修和服务单位以后，会列在这里。"

    def rows(self) -> Any:
        return super().rows().filter(merged_into=None).select_related("keeper")

    def with_columns(self, rows: Any) -> Any:
        return selectors.with_soonest(light(rows))


class PartnerPage(Page):
    """What the pages of one partner have in common."""

    model = Partner
    record_name: ClassVar[str] = "partner"

    def rows(self) -> Any:
        return super().rows().select_related("keeper", "merged_into")

    def trail(self) -> list[tuple[str, str]]:
        return [("往来单位", reverse("partners:partner-list"))]


class PartnerDetail(PartnerPage, ObjectPage):
    """One partner: the facts, its papers, whom to call, what happened to it."""

    perm = READ
    template_name = "partners/partner.html"
    also = ((Qualification, "partner"), (PartnerContact, "partner"))

    def rows(self) -> Any:
        return selectors.with_soonest(super().rows())

    def back_url(self) -> str:
        return reverse("partners:partner-list")

    def facts(self, partner: Any) -> list[tuple[str, Any]]:
        return [
            ("类别", partner.kinds_label),
            ("资质", papers_badge(partner)),
            ("统一社会信用代码", one_line(partner.credit_code) if partner.credit_code else "未登记"),
            ("联系人", partner.contact or "未登记"),
            ("联系电话", phone_link(partner.phone) or "未登记"),
            ("地址", partner.address or "未登记"),
            ("收款账户", account_text(partner, self.user)),
            ("经办人", partner.keeper or "总务处"),
            *([("备注", partner.note)] if partner.note else []),
            *stopped_facts(partner),
        ]

    def steps(self, partner: Partner, user: User) -> list[Step]:
        at, by = [partner.public_id], actor(self.request)
        pay = Step(
            "登记收款账户", reverse("partners:account", args=at),
            allowed(by, SET_ACCOUNT) and can_be_used(partner), is_primary=True, icon="landmark",
        )  # fmt: skip
        if not user.has(MANAGE):
            return [pay] if user.has(SET_ACCOUNT) else []
        may = allowed(by, MANAGE, partner)
        change = may and can_be_changed(partner)
        resume = can_move(partner, "resume", by) and can_resume(partner)
        return [
            Step("恢复合作", reverse("partners:resume", args=at), resume, is_primary=True, icon="play"),
            Step("登记证件", reverse("partners:paper-create", args=at), change, is_primary=True,
                 icon="badge-check"),
            Step("修改", reverse("partners:edit", args=at), change, icon="pencil"),
            Step("添加联系人", reverse("partners:contact-create", args=at), change, icon="user-plus"),
            *([pay] if user.has(SET_ACCOUNT) else []),
            Step("并入另一家", reverse("partners:merge", args=at), change, icon="merge"),
            Step("停止合作", reverse("partners:stop", args=at), can_move(partner, "stop", by),
                 is_danger=True, icon="archive"),
        ]  # fmt: skip

    def linked(self, partner: Partner) -> list[Linked]:
        may = bool(allowed(actor(self.request), MANAGE, partner))
        groups = [
            Linked("资质证件", papers_of(partner), "还没有登记证件。"),
            Linked("其他联系人", contacts_of(partner, may=may), "没有其他联系人。"),
        ]
        merged = [Thing(each.name, each.get_absolute_url()) for each in partner.merged.defer("grams")]
        if merged:
            groups.append(Linked("并进来的单位", merged))
        if may and partner.merged_into_id is None:
            others = selectors.alike(partner.name, but=partner)
            if others:
                things = [Thing(each.name, each.get_absolute_url(), each.kinds_label) for each in others]
                groups.append(Linked("名称相近的单位（同一家的请合并）", things))
        accounts = former_accounts(partner, self.user)
        if accounts:
            groups.append(Linked("用过的收款账户", accounts))
        return groups

    def warning(self) -> str:
        """What is wrong with the partner's papers, for the top of its page."""
        today = timezone.localdate()
        if self.record.state != PartnerState.IN_USE or self.record.soonest is None:
            return ""
        late = selectors.standing().filter(partner=self.record, valid_until__lt=today)
        names = "、".join(dict.fromkeys(each.label for each in late.order_by("valid_until", "pk")))
        return f"{names}已过期。换了新证的请登记新证，没换的不宜继续合作。" if names else ""


def phone_link(phone: str) -> Any:
    """A phone that calls when it is tapped; the extension is for the ear."""
    return format_html('<a href="tel:{}">{}</a>', phone.partition("转")[0], phone) if phone else ""


def account_text(partner: Partner, user: User) -> str:
    """The account as far as this reader may see it."""
    account = selectors.account_shown(partner, user)
    if account is not None and account.is_whole:
        note_whole(by=user.staff_no, what="account", of=partner.public_id)
    return f"{account.payee}，{account.bank}，{account.number}" if account is not None else "未登记"


def stopped_facts(partner: Partner) -> list[tuple[str, Any]]:
    if partner.merged_into is not None:
        link = format_html(
            '<a href="{}">{}</a>', partner.merged_into.get_absolute_url(), partner.merged_into.name
        )
        return [("已并入", link), ("合并原因", partner.retire_reason), ("停止日期", partner.retired_on)]
    if partner.retired_on is not None:
        return [("停止日期", partner.retired_on), ("停止原因", partner.retire_reason)]
    return []


def papers_of(partner: Partner) -> list[Thing]:
    """Every paper, those that count first; a covered or withdrawn one says so."""
    papers = list(partner.papers.all())
    old = selectors.covered(papers)
    papers.sort(key=lambda each: (each.pk in old or each.withdrawn_on is not None, each.kind))
    return [
        Thing(str(each), each.get_absolute_url(), paper_note(each, is_old=each.pk in old)) for each in papers
    ]


def paper_note(paper: Qualification, *, is_old: bool) -> str:
    word = "已换新证" if is_old else selectors.paper_mark(paper).word
    on = timezone.localdate()
    until = f"有效期至{said_day(paper.valid_until, on=on)}" if paper.valid_until else ""
    return "　".join(part for part in (until, word) if part)


def contacts_of(partner: Partner, *, may: bool) -> list[Thing]:
    """Whom else one may call; for whoever keeps the partner with the way to change them."""
    return [
        Thing(
            each.name,
            reverse("partners:contact-edit", args=[each.public_id]) if may else "",
            "　".join(part for part in (each.phone, each.duty) if part),
        )
        for each in partner.contacts.filter(retired_on=None).order_by("pk")
    ]


def former_accounts(partner: Partner, user: User) -> list[Thing]:
    """The accounts before the present one, for whoever may read accounts."""
    if not user.has(READ_ACCOUNT):
        return []
    closed = PartnerAccount.objects.visible_to(user).filter(partner=partner, closed_at__isnull=False)
    return [
        Thing(
            f"{each.payee}，{each.bank}，{grouped_account(each.account)}", "", f"{clock(each.closed_at)} 停用"
        )
        for each in closed.order_by("-pk")
    ]


class PartnerForms(FormPage):
    """What entering and changing have in common."""

    model = Partner

    def form_arguments(self) -> dict[str, Any]:
        return {"may_choose": selectors.keeps_all(self.actor())}

    def arguments(self, form: Any) -> dict[str, Any]:
        kept = {"keeper": self.record.keeper} if self.record is not None else {}
        return kept | super().arguments(form)


class PartnerCreate(PartnerForms):
    """Enter a partner; one whose name is like another's is asked about first."""

    perm = MANAGE
    title = "新增往来单位"
    form_class = NewPartnerForm
    service = services.create_partner
    said = "往来单位已新增，接着登记它的证件。"
    template_name = "partners/form.html"

    likely: tuple[Partner, ...] = ()

    def form(self, data: Any = None) -> Any:
        """The box 不是同一家 is there only when there is another one."""
        form = super().form(data)
        if data is not None:
            name = " ".join(data.get("name", "").split())[:60]
            holder = selectors.holder_of_code(normal_code(data.get("credit_code", "")))
            others = selectors.alike(name) if name else []
            self.likely = tuple(dict.fromkeys([*([holder] if holder else []), *others]))
            if others:
                return form
        del form.fields["is_another"]
        return form

    def arguments(self, form: Any) -> dict[str, Any]:
        # A second tap finds what the first has made, and gets the box; it says the same all the same.
        return {"is_another": False} | super().arguments(form)

    def back_url(self) -> str:
        return reverse("partners:partner-list")


class PartnerEdit(PartnerPage, PartnerForms, EditPage):
    """Change what is known of a partner."""

    perm = MANAGE
    title = "修改往来单位"
    form_class = PartnerForm
    service = services.update_partner
    said = "已保存。"

    def initial_of(self, partner: Partner) -> dict[str, Any]:
        found: dict[str, Any] = {name: getattr(partner, name) for name in EDITED}
        return found | {"credit_code": partner.credit_code or "", "keeper": partner.keeper_id}

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_be_changed(self.record)


class PartnerStop(PartnerPage, ActPage):
    """Stop working with a partner."""

    perm = MANAGE
    title = submit_label = "停止合作"
    question = "停止以后不能再选它，已有的记录不变，以后可以恢复。"
    is_danger = True
    form_class = StopForm
    service = services.stop_partner
    said = "已停止合作。"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return can_move(self.record, "stop", self.actor())


class PartnerResume(PartnerPage, ActPage):
    """Work with a partner again."""

    perm = MANAGE
    title = submit_label = "恢复合作"
    question = "恢复以后又可以选它。请先看看它的证件是不是还有效。"
    service = services.resume_partner
    said = "已恢复合作。"

    def possible(self) -> Decision:
        return can_move(self.record, "resume", self.actor()) and can_resume(self.record)


class PartnerMerge(PartnerPage, ActPage):
    """Let another entry stand for this one."""

    perm = MANAGE
    title = "并入另一家"
    submit_label = "合并"
    question = (
        "用在同一家登记了两次的时候。证件、联系人和类别都转到另一家，这一家停用，旧链接转过去；"
        "收款账户不转，由报账员重新核对登记。合并不能撤回。"
    )
    is_danger = True
    form_class = MergeForm
    service = services.merge_partners
    said = "已合并。"

    def form_arguments(self) -> dict[str, Any]:
        return {"partner": self.record, "of": None if selectors.keeps_all(self.actor()) else self.user}

    def initial(self) -> dict[str, Any]:
        """The one whose name is the most alike; the form offers it only if it may be chosen."""
        likely = selectors.alike(self.record.name, but=self.record)
        return {"survivor": likely[0].pk} if likely else {}

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_be_changed(self.record)


class PartnerAttach(PartnerPage, AttachPage):
    """Contracts, quotations and letters of a partner."""

    perm = MANAGE
    record_name = "record"
