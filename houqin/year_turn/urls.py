"""学年结转: prepared, rehearsed, carried out, taken back; its papers."""

from django.urls import URLPattern, path

from houqin.year_turn import views

app_name = "turns"

urlpatterns: list[URLPattern] = [
    path("", views.TurnList.as_view(), name="turn-list"),
    path("new/", views.TurnCreate.as_view(), name="turn-create"),
    path("<str:public_id>/", views.TurnDetail.as_view(), name="turn"),
    path("<str:public_id>/plan/", views.TurnPlan.as_view(), name="plan"),
    path("<str:public_id>/reread/", views.TurnReread.as_view(), name="reread"),
    path("<str:public_id>/carry-out/", views.TurnCarryOut.as_view(), name="carry-out"),
    path("<str:public_id>/undo/", views.TurnUndo.as_view(), name="undo"),
    path("<str:public_id>/drop/", views.TurnDrop.as_view(), name="drop"),
    path("<str:public_id>/print/", views.TurnPrint.as_view(), name="print"),
    path("<str:public_id>/handover/", views.TurnHandover.as_view(), name="handover"),
]
