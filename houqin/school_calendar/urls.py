"""The school calendar: a month for everybody, its terms and special days, and subscriptions."""

from django.urls import URLPattern, path

from houqin.school_calendar import views

app_name = "calendar"

urlpatterns: list[URLPattern] = [
    path("", views.MonthView.as_view(), name="month"),
    path("terms/", views.TermList.as_view(), name="term-list"),
    path("terms/new/", views.YearCreate.as_view(), name="year-create"),
    path("terms/<str:public_id>/edit/", views.TermEdit.as_view(), name="term-edit"),
    path("days/", views.SpecialDayList.as_view(), name="day-list"),
    path("days/new/", views.SpecialDayCreate.as_view(), name="day-create"),
    path("days/<str:public_id>/edit/", views.SpecialDayEdit.as_view(), name="day-edit"),
    path("days/<str:public_id>/remove/", views.SpecialDayRemove.as_view(), name="day-remove"),
    path("subscribe/", views.Feeds.as_view(), name="feeds"),
    path("subscribe/new/", views.FeedOpen.as_view(), name="feed-open"),
    path("subscribe/<str:public_id>/stop/", views.FeedClose.as_view(), name="feed-close"),
    path("feed/<str:token>.ics", views.FeedFile.as_view(), name="feed"),
]
