"""Places and doors. The door's address is short, because it stands in a QR code and may be typed."""

from __future__ import annotations

from django.urls import URLPattern, path

from houqin.places.views import doors, rooms

app_name = "places"

urlpatterns: list[URLPattern] = [
    path("d/<str:public_id>", doors.Door.as_view(), name="door"),
    path("places/", rooms.PlaceList.as_view(), name="place-list"),
    path("places/floors/", rooms.Floors.as_view(), name="floors"),
    path("places/new/", rooms.PlaceCreate.as_view(), name="create"),
    path("places/generate/", rooms.Generate.as_view(), name="generate"),
    path("places/labels/", doors.Labels.as_view(), name="labels"),
    path("places/classes/<str:public_id>/", rooms.ClassRoom.as_view(), name="class-room"),
    path("places/<str:public_id>/", rooms.PlaceDetail.as_view(), name="place"),
    path("places/<str:public_id>/edit/", rooms.PlaceEdit.as_view(), name="edit"),
    path("places/<str:public_id>/attach/", rooms.PlaceAttach.as_view(), name="attach"),
    path("places/<str:public_id>/retire/", rooms.PlaceRetire.as_view(), name="retire"),
    path("places/<str:public_id>/merge/", rooms.PlaceMerge.as_view(), name="merge"),
    path("places/<str:public_id>/door/", rooms.DoorRotate.as_view(), name="rotate"),
]
