"""Plans, months, items, and reading a plan."""

from django.urls import path

from calendar_plans.views import items, months, plans, readings

app_name = "plans"

urlpatterns = [
    path("", plans.PlanList.as_view(), name="plan-list"),
    path("new/", plans.PlanCreate.as_view(), name="plan-create"),
    path("read/", readings.ReadingCreate.as_view(), name="reading-create"),
    path("readings/<slug:public_id>/", readings.ReadingReview.as_view(), name="reading-review"),
    path("readings/<slug:public_id>/<int:index>/", readings.ReadingReview.as_view(), name="reading-plan"),
    path("this-month/", months.ThisMonth.as_view(), name="this-month"),
    path("months/<slug:public_id>/", months.MonthDetail.as_view(), name="month-detail"),
    path("months/<slug:public_id>/assign/", months.MonthAssign.as_view(), name="month-assign"),
    path("months/<slug:public_id>/focus/", months.MonthFocus.as_view(), name="month-focus"),
    path("months/<slug:public_id>/submit/", months.MonthSubmit.as_view(), name="month-submit"),
    path("months/<slug:public_id>/print/", months.MonthPrint.as_view(), name="month-print"),
    path("months/<slug:public_id>/form/", months.MonthForm.as_view(), name="month-form"),
    path("mine/", items.MyItems.as_view(), name="my-items"),
    path("items/", items.ItemList.as_view(), name="item-list"),
    path("items/<slug:public_id>/", items.ItemDetail.as_view(), name="item-detail"),
    path("items/<slug:public_id>/edit/", items.ItemEdit.as_view(), name="item-edit"),
    path("items/<slug:public_id>/report/", items.ItemReport.as_view(), name="item-report"),
    path("items/<slug:public_id>/finish/", items.ItemFinish.as_view(), name="item-finish"),
    path("items/<slug:public_id>/fail/", items.ItemFail.as_view(), name="item-fail"),
    path("items/<slug:public_id>/reopen/", items.ItemReopen.as_view(), name="item-reopen"),
    path("items/<slug:public_id>/carry/", items.ItemCarry.as_view(), name="item-carry"),
    path("items/<slug:public_id>/attach/", items.ItemAttach.as_view(), name="item-attach"),
    path("items/<slug:public_id>/remove/", items.ItemRemove.as_view(), name="item-remove"),
    path("<slug:public_id>/", plans.PlanDetail.as_view(), name="plan-detail"),
    path("<slug:public_id>/matrix/", plans.PlanMatrix.as_view(), name="plan-matrix"),
    path("<slug:public_id>/edit/", plans.PlanEdit.as_view(), name="plan-edit"),
    path("<slug:public_id>/attach/", plans.PlanAttach.as_view(), name="plan-attach"),
    path("<slug:public_id>/start/", plans.PlanStart.as_view(), name="plan-start"),
    path("<slug:public_id>/close/", plans.PlanClose.as_view(), name="plan-close"),
    path("<slug:public_id>/remove/", plans.PlanRemove.as_view(), name="plan-remove"),
    path("<slug:public_id>/reopen/", plans.PlanReopen.as_view(), name="plan-reopen"),
    path("<slug:public_id>/items/new/", items.ItemCreate.as_view(), name="item-create"),
]
