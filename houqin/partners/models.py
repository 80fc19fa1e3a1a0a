"""Outside firms and bodies (往来单位), whom to call there, their papers, and where their money goes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from houqin.audit.tracking import audited
from houqin.audit.wording import Wording
from houqin.partners.kinds import PaperKind, PartnerKind
from houqin.partners.names import core_of
from houqin.partners.states import PARTNER_TRANSITIONS, READ, READ_ACCOUNT, TONES, PartnerState
from houqin.people.scopes import Scope, Visibility
from houqin.records import Record
from houqin.routes import record_url
from houqin.search.columns import FoldedField, GramsField, SearchKeyMixin
from houqin.showing import said_day
from houqin.states import LegalState, Transitions


@audited(exclude=["folded", "grams"])
class Partner(SearchKeyMixin, Record):
    """A firm or body outside the school. Stopped with or merged into another, never deleted.

    A merged partner is out of use and points straight at its survivor; when that one is merged too, the
    pointer is moved on. `core` is what of the name tells which firm it is, written by `save()`.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ, {Scope.ASSIGNED: lambda user: Q(keeper=user.pk)})
    TRANSITIONS: ClassVar[Transitions] = PARTNER_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = {str(state): tone for state, tone in TONES.items()}
    SEARCH_KEY_SOURCE = "name"

    name = models.CharField("名称", max_length=60)
    core = models.CharField("字号", max_length=60, editable=False)
    kinds = ArrayField(models.CharField(max_length=12, choices=PartnerKind.choices), verbose_name="类别")
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True)
    contact = models.CharField("联系人", max_length=30, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.CharField("备注", max_length=300, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=PartnerState.choices, default=PartnerState.IN_USE, editable=False
    )
    retired_on = models.DateField("停止日期", null=True, blank=True)
    retire_reason = models.CharField("停止原因", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="已并入",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )
    grams = GramsField("name", "credit_code", "contact", "search_key")
    folded = FoldedField("name", "credit_code", "contact", "search_key")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "往来单位"
        ordering = ["search_key", "pk"]
        indexes = [
            GinIndex(fields=["grams"], name="partner_by_grams"),
            GinIndex(fields=["kinds"], name="partner_by_kind"),
            models.Index(fields=["core"], name="partner_by_core"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(merged_into=None), name="one_partner_per_name"
            ),
            models.UniqueConstraint(
                fields=["credit_code"], condition=Q(merged_into=None), name="one_partner_per_credit_code"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_partner_has_a_name"),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0, kinds__contained_by=PartnerKind.values),
                name="a_partner_is_of_known_kinds",
            ),
            models.CheckConstraint(
                condition=Q(credit_code=None) | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="a_credit_code_has_18_characters",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^[0-9]{5,13}(转[0-9]{1,6})?$"),
                name="a_partners_phone_is_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state=PartnerState.IN_USE, retired_on=None, retire_reason="", merged_into=None)
                | (Q(state=PartnerState.STOPPED, retired_on__isnull=False) & ~Q(retire_reason="")),
                name="stopped_on_a_day_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="merged_into_another_partner"
            ),
        ]
        triggers = [LegalState(PARTNER_TRANSITIONS)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("partners:partner", self.public_id)

    def particulars(self) -> list[str]:
        """What the school has of it, and its 统一社会信用代码."""
        return [part for part in (self.kinds_label, self.credit_code) if part]

    def set_search_key(self) -> None:
        """With the key the core of the name is computed: both follow from it."""
        super().set_search_key()
        self.core = core_of(self.name)

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "core"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def survivor(self) -> Partner:
        """The partner that stands for this one today: itself, or what it was merged into."""
        return self.merged_into or self

    @property
    def kinds_label(self) -> str:
        """Its kinds in words, in the order in which pages list them."""
        return "、".join(str(kind.label) for kind in PartnerKind if kind in self.kinds)


@audited()
class PartnerContact(Record):
    """Somebody else whom one may call there; crossed out when he left, never deleted."""

    HISTORY: ClassVar[Wording] = Wording(insert="添加", noun="联系人", many="{verb} {count} 人")

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ, {Scope.ASSIGNED: lambda user: Q(partner__keeper=user.pk)}
    )

    partner = models.ForeignKey(
        Partner, verbose_name="单位", on_delete=models.RESTRICT, related_name="contacts", editable=False
    )
    name = models.CharField("姓名", max_length=30)
    duty = models.CharField("负责什么", max_length=30, blank=True)
    phone = models.CharField("电话", max_length=20)
    retired_on = models.DateField("不再联系", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "联系人"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "phone"], condition=Q(retired_on=None), name="one_contact_per_phone"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_contact_has_a_name"),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^[0-9]{5,13}(转[0-9]{1,6})?$"), name="a_contacts_phone_is_a_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the partner."""
        return self.partner.get_absolute_url()

    def particulars(self) -> list[str]:
        return [part for part in (str(self.partner), self.duty, self.phone) if part]


@audited()
class Qualification(Record):
    """A licence or certificate (资质) of a partner, with its days; without a last day it holds for good.

    A renewed one is entered beside the old one and covers it; a wrong one is withdrawn with a reason.
    """

    HISTORY: ClassVar[Wording] = Wording(insert="登记", noun="证件", many="{verb} {count} 份")

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ, {Scope.ASSIGNED: lambda user: Q(partner__keeper=user.pk)}
    )

    partner = models.ForeignKey(
        Partner, verbose_name="单位", on_delete=models.RESTRICT, related_name="papers", editable=False
    )
    kind = models.CharField("证件", max_length=16, choices=PaperKind.choices)
    title = models.CharField("证件名称", max_length=40, blank=True)
    number = models.CharField("证号", max_length=40, blank=True)
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止", null=True, blank=True)
    withdrawn_on = models.DateField("作废日期", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "资质证件"
        ordering = ["valid_until", "pk"]
        indexes = [models.Index(fields=["valid_until"], name="paper_by_last_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind", "title", "number", "valid_until"],
                condition=Q(withdrawn_on=None),
                nulls_distinct=False,
                name="one_entry_per_paper",
            ),
            models.CheckConstraint(
                condition=(Q(kind=PaperKind.OTHER) & ~Q(title="")) | (~Q(kind=PaperKind.OTHER) & Q(title="")),
                name="only_another_paper_has_a_title",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="a_paper_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="a_paper_is_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.label, self.number) if part)

    def get_absolute_url(self) -> str:
        return record_url("partners:paper", self.public_id)

    def particulars(self) -> list[str]:
        if self.valid_until is None:
            return [str(self.partner)]
        return [str(self.partner), f"有效期至{said_day(self.valid_until, on=timezone.localdate())}"]

    @property
    def label(self) -> str:
        """What kind of paper it is, in words."""
        return self.title or self.get_kind_display()


@audited()
class PartnerAccount(Record):
    """Where a partner's money goes (收款账户). One open account a partner; a new one closes the old one.

    Apart from the partner, because fewer people may read it, in its history too.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(READ_ACCOUNT)

    partner = models.ForeignKey(
        Partner, verbose_name="单位", on_delete=models.RESTRICT, related_name="accounts"
    )
    payee = models.CharField("户名", max_length=60)
    bank = models.CharField("开户行", max_length=60)
    account = models.CharField("账号", max_length=30)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "收款账户"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(closed_at=None), name="one_open_account_per_partner"
            ),
            models.CheckConstraint(
                condition=Q(account__regex=r"^[0-9]{8,30}$"), name="an_account_has_8_to_30_figures"
            ),
            models.CheckConstraint(
                condition=~Q(payee="") & ~Q(bank=""), name="an_account_has_a_payee_and_a_bank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} 收款账户"

    def get_absolute_url(self) -> str:
        return self.partner.get_absolute_url()
