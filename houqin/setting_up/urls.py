"""Setting up, and the page that a phone opens to tell whether it can."""

from django.urls import URLPattern, path

from houqin.setting_up.views import Finish, Phone, PhoneOpened, Steps

app_name = "setup"

urlpatterns: list[URLPattern] = [
    path("setup/", Steps.as_view(), name="steps"),
    path("setup/finish/", Finish.as_view(), name="finish"),
    path("setup/phone/", Phone.as_view(), name="phone"),
    path("phone/", PhoneOpened.as_view(), name="phone-opened"),
]
