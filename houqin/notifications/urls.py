"""The inbox, one's wishes, the channels and what went out on them."""

from django.urls import URLPattern, path

from houqin.notifications.views import channels, inbox, messages

app_name = "notices"

urlpatterns: list[URLPattern] = [
    path("", inbox.Inbox.as_view(), name="inbox"),
    path("preferences/", inbox.Preferences.as_view(), name="preferences"),
    path("channels/", channels.ChannelList.as_view(), name="channel-list"),
    path("channels/new/<slug:way>/", channels.ChannelCreate.as_view(), name="channel-create"),
    path("channels/<str:public_id>/", channels.ChannelDetail.as_view(), name="channel"),
    path("channels/<str:public_id>/edit/", channels.ChannelEdit.as_view(), name="channel-edit"),
    path("channels/<str:public_id>/test/", channels.ChannelTest.as_view(), name="channel-test"),
    path("channels/<str:public_id>/retire/", channels.ChannelRetire.as_view(), name="channel-retire"),
    path("messages/", messages.MessageList.as_view(), name="message-list"),
    path("messages/<str:public_id>/", messages.MessageDetail.as_view(), name="message"),
    path("messages/<str:public_id>/retry/", messages.MessageRetry.as_view(), name="message-retry"),
    path("<str:public_id>/read-all/", inbox.ReadAll.as_view(), name="read-all"),
    path("<str:public_id>/", inbox.OpenNotice.as_view(), name="notice"),
]
