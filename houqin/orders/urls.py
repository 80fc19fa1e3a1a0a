"""我的文件: the documents that somebody ordered."""

from django.urls import URLPattern, path

from houqin.orders import views

app_name = "orders"

urlpatterns: list[URLPattern] = [
    path("", views.OrderList.as_view(), name="order-list"),
    path("new/", views.PlaceOrder.as_view(), name="place"),
    path("<str:public_id>/", views.Order.as_view(), name="order"),
    path("<str:public_id>/pdf/", views.Pdf.as_view(), name="pdf"),
    path("<str:public_id>/again/", views.Again.as_view(), name="again"),
]
