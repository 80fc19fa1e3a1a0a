"""Partners, their contacts, papers and accounts."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.partners.views import papers, partners, parts

app_name = "partners"

urlpatterns: list[URLPattern] = [
    path("", partners.PartnerList.as_view(), name="partner-list"),
    path("new/", partners.PartnerCreate.as_view(), name="create"),
    path("ending/", papers.EndingList.as_view(), name="ending"),
    path("papers/<str:public_id>/", papers.PaperDetail.as_view(), name="paper"),
    path("papers/<str:public_id>/edit/", papers.PaperEdit.as_view(), name="paper-edit"),
    path("papers/<str:public_id>/attach/", papers.PaperAttach.as_view(), name="paper-attach"),
    path("papers/<str:public_id>/withdraw/", papers.PaperWithdraw.as_view(), name="paper-withdraw"),
    path("contacts/<str:public_id>/edit/", parts.ContactEdit.as_view(), name="contact-edit"),
    path("<str:public_id>/", partners.PartnerDetail.as_view(), name="partner"),
    path("<str:public_id>/edit/", partners.PartnerEdit.as_view(), name="edit"),
    path("<str:public_id>/attach/", partners.PartnerAttach.as_view(), name="attach"),
    path("<str:public_id>/stop/", partners.PartnerStop.as_view(), name="stop"),
    path("<str:public_id>/resume/", partners.PartnerResume.as_view(), name="resume"),
    path("<str:public_id>/merge/", partners.PartnerMerge.as_view(), name="merge"),
    path("<str:public_id>/papers/new/", papers.PaperCreate.as_view(), name="paper-create"),
    path("<str:public_id>/contacts/new/", parts.ContactCreate.as_view(), name="contact-create"),
    path("<str:public_id>/account/", parts.AccountSet.as_view(), name="account"),
]
