"""What is typed about partners, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms

from houqin.attachments.forms import FilesField
from houqin.partners.kinds import PaperKind, PartnerKind
from houqin.partners.models import Partner, Qualification
from houqin.partners.selectors import possible_keepers
from houqin.people.choices import InUseField, KeepsWhatItHas
from houqin.people.models import User

# The browser's own suggestions are the reader's name and phone, not the firm's.
NOT_MINE = {"autocomplete": "off"}
PHONE_HELP = "手机号，或带区号的座机，如“0571-8000 1234 转 8”。"


class PartnerForm(KeepsWhatItHas):
    """A firm or body, and whom to call there. `may_choose`: whether the reader says who its 经办人 is."""

    name = forms.CharField(
        label="名称", max_length=60, widget=forms.TextInput(attrs=NOT_MINE), help_text="照营业执照写全称。"
    )
    kinds = forms.MultipleChoiceField(
        label="类别", choices=PartnerKind.choices, widget=forms.CheckboxSelectMultiple,
        help_text="可以选几个。", error_messages={"required": "请至少选一个类别。"},
    )  # fmt: skip
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=24, required=False, help_text="18 位，个人和农户没有的不填。"
    )
    contact = forms.CharField(label="联系人", max_length=30, required=False, help_text="平时找谁。")
    phone = forms.CharField(
        label="联系电话", max_length=30, required=False, widget=forms.TextInput(attrs=NOT_MINE),
        help_text=PHONE_HELP,
    )  # fmt: skip
    address = forms.CharField(label="地址", max_length=120, required=False)
    keeper = InUseField(
        User.objects.all(), label="经办人", required=False, empty_label="（总务处）",
        help_text="资质快到期时提醒他。",
    )  # fmt: skip
    note = forms.CharField(
        label="备注", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, may_choose: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_choose:
            del self.fields["keeper"]
            return
        keepers: Any = self.fields["keeper"]
        keepers.queryset = possible_keepers().filter(is_active=True)
        if self.initial.get("keeper"):
            keepers.keep(self.initial["keeper"])


class NewPartnerForm(PartnerForm):
    """The same for a new one, which may be like one that is there."""

    is_another = forms.BooleanField(label="不是同一家，仍要新增", required=False)


class StopForm(forms.Form):
    """Why, and from which day, the school works with a partner no more."""

    on = forms.DateField(label="停止日期", widget=forms.DateInput)
    reason = forms.CharField(
        label="停止原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如“合同到期不再续签”“资质过期未换证”“评价不合格”。",
    )  # fmt: skip


class MergeForm(forms.Form):
    """Which entry stands for this one from now on, and why; offered are those `of` a keeper, else all."""

    survivor = InUseField(Partner.objects.defer("grams"), label="并入哪一家", empty_label="请选择")
    reason = forms.CharField(label="原因", max_length=200, help_text="如“同一家登记了两次”“改了名称”。")

    def __init__(self, *args: Any, partner: Partner, of: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["survivor"]
        others = offered.queryset.exclude(pk=partner.pk)
        offered.queryset = others if of is None else others.filter(keeper=of)


class ContactForm(forms.Form):
    """Somebody else whom one may call."""

    name = forms.CharField(label="姓名", max_length=30, widget=forms.TextInput(attrs=NOT_MINE))
    duty = forms.CharField(
        label="负责什么", max_length=30, required=False, help_text="如“送货”“开票”“售后”。"
    )
    phone = forms.CharField(
        label="电话", max_length=30, widget=forms.TextInput(attrs=NOT_MINE), help_text=PHONE_HELP
    )


class EditContactForm(ContactForm):
    """The same for one who is there, and who may have left."""

    has_left = forms.BooleanField(label="已不再联系（保存后划去）", required=False)


class PaperForm(forms.Form):
    """A licence or certificate and its days."""

    kind = forms.ChoiceField(label="证件", choices=PaperKind.choices)
    title = forms.CharField(
        label="证件名称", max_length=40, required=False, help_text="选了“其他证件”的才填。",
        widget=forms.TextInput({"data-when": f"kind={PaperKind.OTHER}"}),
    )  # fmt: skip
    number = forms.CharField(label="证号", max_length=40, required=False)
    valid_from = forms.DateField(label="有效期起", widget=forms.DateInput, required=False)
    valid_until = forms.DateField(
        label="有效期止", widget=forms.DateInput, required=False, help_text="写“长期”的不填。"
    )


class NewPaperForm(PaperForm):
    """The same for a new one, with its scan."""

    attachments = FilesField(label="扫描件或照片")


class WithdrawPaperForm(forms.Form):
    """Why a paper counts no more."""

    reason = forms.CharField(
        label="作废原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如“登记错了”“被吊销”。换了新证的不用作废，登记新证就行。",
    )  # fmt: skip


class AccountForm(forms.Form):
    """Where a partner's money goes."""

    payee = forms.CharField(label="户名", max_length=60, help_text="和发票上的销售方一致。")
    bank = forms.CharField(label="开户行", max_length=60, help_text="写到支行。")
    account = forms.CharField(label="账号", max_length=40)


def facts_of(paper: Qualification) -> dict[str, Any]:
    """The form's values for a paper."""
    return {name: getattr(paper, name) for name in PaperForm.base_fields}
