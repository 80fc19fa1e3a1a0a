"""Requests and decisions, routes, meeting bodies."""

from django.urls import URLPattern, path

from houqin.approvals.views import bodies, requests, routes

app_name = "approvals"

urlpatterns: list[URLPattern] = [
    path("", requests.RequestList.as_view(), name="request-list"),
    path("routes/", routes.RouteList.as_view(), name="route-list"),
    path("routes/new/", routes.RouteCreate.as_view(), name="route-create"),
    path("routes/try/", routes.RouteTry.as_view(), name="route-try"),
    path("routes/<slug:public_id>/", routes.RouteDetail.as_view(), name="route-detail"),
    path("routes/<slug:public_id>/edit/", routes.RouteEdit.as_view(), name="route-edit"),
    path("routes/<slug:public_id>/retire/", routes.RouteRetire.as_view(), name="route-retire"),
    path("bodies/", bodies.BodyList.as_view(), name="body-list"),
    path("bodies/new/", bodies.BodyCreate.as_view(), name="body-create"),
    path("bodies/<slug:public_id>/", bodies.BodyDetail.as_view(), name="body-detail"),
    path("bodies/<slug:public_id>/edit/", bodies.BodyEdit.as_view(), name="body-edit"),
    path("bodies/<slug:public_id>/minutes/", bodies.MeetingCreate.as_view(), name="meeting-create"),
    path("steps/<slug:public_id>/agree/", requests.StepAgree.as_view(), name="step-agree"),
    path("steps/<slug:public_id>/opinion/", requests.StepOpinion.as_view(), name="step-opinion"),
    path("steps/<slug:public_id>/meeting/", requests.StepMeeting.as_view(), name="step-meeting"),
    path("steps/<slug:public_id>/send-back/", requests.StepSendBack.as_view(), name="step-send-back"),
    path("steps/<slug:public_id>/refuse/", requests.StepRefuse.as_view(), name="step-refuse"),
    path("steps/<slug:public_id>/transfer/", requests.StepTransfer.as_view(), name="step-transfer"),
    path("steps/<slug:public_id>/ask-too/", requests.StepAskToo.as_view(), name="step-ask-too"),
    path("<slug:public_id>/", requests.RequestDetail.as_view(), name="request-detail"),
    path("<slug:public_id>/withdraw/", requests.RequestWithdraw.as_view(), name="request-withdraw"),
    path("<slug:public_id>/remind/", requests.RequestRemind.as_view(), name="request-remind"),
]
