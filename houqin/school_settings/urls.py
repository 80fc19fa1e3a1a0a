"""The settings, their history, and the switches of the modules."""

from django.urls import URLPattern, path

from houqin.school_settings import views

app_name = "settings"

urlpatterns: list[URLPattern] = [
    path("", views.SettingList.as_view(), name="setting-list"),
    path("modules/", views.Modules.as_view(), name="modules"),
    path("changes/<str:public_id>/withdraw/", views.ChangeWithdraw.as_view(), name="change-withdraw"),
    path("<str:code>/", views.SettingDetail.as_view(), name="setting"),
    path("<str:code>/change/", views.SettingEdit.as_view(), name="change"),
]
