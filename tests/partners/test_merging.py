"""What names a partner follows it into the one that it is merged with: rows, files, what comes later."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Model

from houqin.attachments.models import AttachmentLink
from houqin.attachments.services import withdraw_file
from houqin.partners import services
from houqin.partners.models import Partner, Qualification
from houqin.partners.signals import partner_merged
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.attachments import factories as files
from tests.factories import acting, person
from tests.partners.factories import paper, partner

pytestmark = pytest.mark.django_db

# The house's own rows, which `merge_partners` brings over or leaves on purpose.
BROUGHT = {
    "houqin.Partner.merged_into": "every pointer is turned to the survivor",
    "houqin.PartnerContact.partner": "brought, but for a phone that the survivor has",
    "houqin.Qualification.partner": "brought, but for a paper that the survivor has",
    "houqin.PartnerAccount.partner": "closed and left: whom the school pays is said anew",
}
# What points at a record of any kind, and why a merged partner is none of its business.
ANYTHING = {
    "houqin.ApprovalRequest.subject": "no partner is signed off",
    "houqin.CheckRun.subject": "no partner is checked",
    "houqin.Notice.about": "leads to the page of the merged one, which leads on",
}


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR)


def merge(by: User, gone: Partner, survivor: Partner) -> Partner:
    return write(
        services.merge_partners, partner=gone, survivor=survivor, reason="登记了两次", on=date(2026, 9, 1),
        by=acting(by),
    )  # fmt: skip


def files_of(record: Model) -> list[str]:
    """The names of what is attached to the record."""
    links = AttachmentLink.objects.filter(parent_model=record._meta.label_lower, parent_id=record.pk)
    return list(links.filter(withdrawn_at=None).order_by("pk").values_list("attachment__name", flat=True))


def test_every_row_that_names_a_partner_follows_or_its_app_answers_the_signal() -> None:
    """A new column that names a partner is brought by the service, or its app connects `partner_merged`."""
    naming = {
        f"{field.model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Partner and getattr(field, "db_constraint", False)
    }
    above = {each for each in naming if not each.startswith("houqin.")}
    assert naming - above == set(BROUGHT)
    assert (not above) or partner_merged.has_listeners()


def test_what_points_at_any_record_is_known_too() -> None:
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    }
    assert pointing == set(ANYTHING)


def test_contracts_and_quotations_are_the_survivors_too(director: User) -> None:
    gone, survivor = partner(), partner()
    shared = files.linked(gone, director, files.checked(name="报价.pdf"))
    wrong = files.linked(gone, director, files.checked(files.pdf() + b"\n", name="错的.pdf"))
    write(withdraw_file, link=wrong, reason="传错了", by=acting(director))
    merge(director, gone, survivor)
    assert (files_of(gone), files_of(survivor)) == (["报价.pdf"], ["报价.pdf"])
    assert AttachmentLink.objects.get(parent_id=survivor.pk).attachment == shared.attachment


def test_the_scan_of_a_paper_that_both_had_is_shared(director: User) -> None:
    gone, survivor = partner(), partner()
    kept, double = paper(survivor, number="1"), paper(gone, number="1")
    files.linked(double, director, files.checked(name="执照.pdf"))
    merge(director, gone, survivor)
    assert Qualification.objects.get(pk=double.pk).partner == gone
    assert (files_of(kept), files_of(double)) == (["执照.pdf"], ["执照.pdf"])
