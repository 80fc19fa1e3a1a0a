"""What belongs to a partner: whom else to call, and where its money goes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from houqin.partners import services
from houqin.partners.forms import AccountForm, ContactForm, EditContactForm
from houqin.partners.models import Partner, PartnerAccount, PartnerContact
from houqin.partners.rules import can_be_changed, can_be_used
from houqin.partners.states import MANAGE, SET_ACCOUNT
from houqin.people.access import allowed
from houqin.rules import Decision
from houqin.web.pages import EditPage, FormPage


class ContactCreate(FormPage):
    """Note somebody else whom one may call."""

    perm = MANAGE
    model = Partner
    title = "添加联系人"
    form_class = ContactForm
    service = services.add_contact
    record_name = "partner"
    said = "联系人已添加。"

    def trail(self) -> list[tuple[str, str]]:
        return [(self.record.name, self.record.get_absolute_url())]

    def possible(self) -> Decision:
        return allowed(self.actor(), MANAGE, self.record) and can_be_changed(self.record)


class ContactEdit(EditPage):
    """Change a contact, or cross him out."""

    perm = MANAGE
    model = PartnerContact
    title = "修改联系人"
    form_class = EditContactForm
    service = services.update_contact
    record_name = "contact"

    def rows(self) -> Any:
        return super().rows().select_related("partner")

    def trail(self) -> list[tuple[str, str]]:
        return [(self.record.partner.name, self.record.partner.get_absolute_url())]

    def initial_of(self, contact: Any) -> dict[str, Any]:
        return {"name": contact.name, "duty": contact.duty, "phone": contact.phone, "has_left": False}

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        if self.record.retired_on is not None:
            return Decision.no("这位联系人已不再联系。请另外添加。")
        return allowed(self.actor(), MANAGE, self.record) and can_be_changed(self.record.partner)


class AccountSet(FormPage):
    """Say where a partner's money goes from now on."""

    perm = SET_ACCOUNT
    model = Partner
    title = "登记收款账户"
    lead = "照开户许可证、合同或发票登记，保存前请打登记的电话向对方核实。原来的账户会停用并留档。"
    form_class = AccountForm
    service = services.set_account
    record_name = "partner"
    is_versioned = True
    said = "收款账户已登记。"

    def initial(self) -> dict[str, Any]:
        accounts = PartnerAccount.objects.visible_to(self.user)
        now = accounts.filter(partner=self.record, closed_at=None).first()
        if now is None:
            return {"payee": self.record.name}
        return {"payee": now.payee, "bank": now.bank, "account": now.account}

    def trail(self) -> list[tuple[str, str]]:
        return [(self.record.name, self.record.get_absolute_url())]

    def possible(self) -> Decision:
        return can_be_used(self.record)
