"""What happens when somebody scans a door, and the sheets of labels for the doors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from houqin.documents.availability import available
from houqin.documents.printing import print_sheet
from houqin.documents.responses import document_response
from houqin.errors import HouqinError
from houqin.orders.views import offered
from houqin.places import selectors
from houqin.places.documents import MOST_LABELS, DoorLabels
from houqin.places.kinds import PlaceLevel
from houqin.places.models import DoorCode, Place
from houqin.places.views.rooms import MANAGE, place_facts
from houqin.registry import DoorAction, registry
from houqin.school import school_name
from houqin.web.pages import Page
from houqin.web.pages.page import PUBLIC_ID


@method_decorator(never_cache, name="dispatch")
class Door(View):
    """The page behind a door's QR code: for everybody the name and what the apps offer, for staff more.

    A code that we never gave is the same 404 whatever it looks like; a code that was replaced says so.
    """

    public = True
    model = DoorCode
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        door = selectors.door_behind(public_id) if PUBLIC_ID.fullmatch(public_id) else None
        if door is None:
            return render(request, "places/door_unknown.html", {"school": school_name()}, status=404)
        if door.is_replaced:
            return render(request, "places/door_replaced.html", {"school": school_name()}, status=410)
        actions = [each for each in registry.door_actions if is_offered(each, request.user)]
        context = {
            "place": door.place,
            "school": school_name(),
            "actions": [(each, each.url_for(door.place)) for each in actions],
            "login_url": f"{reverse('people:login')}?next={request.path}",
        }
        if not request.user.is_authenticated:
            return render(request, "places/door_public.html", context)
        context |= {"facts": place_facts(door.place), "panels": registry.panels_of(request.user, door.place)}
        return render(request, "places/door.html", context)


def is_offered(action: DoorAction, user: Any) -> bool:
    """Whether the button is for this person; one without a permission is for everybody who scans."""
    if action.permission is None:
        return True
    return bool(user.is_authenticated and user.has(action.permission))


class Labels(Page):
    """The labels of chosen rooms (`?chosen=`), of all rooms in a place (`?under=`), or the choice of one."""

    perm = MANAGE
    model = Place
    title = "打印门牌"
    template_name = "places/labels.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        paper = DoorLabels(self.user, self.wanted())
        if not paper.rooms:
            return self.choice()
        if len(paper.rooms) > MOST_LABELS:
            return self.choice(f"一次最多打印 {MOST_LABELS:,} 个门牌，请一栋楼、一栋楼地打印。", status=409)
        try:
            sheets = paper.sheets()
            if not sheets:
                return self.choice("这些房间都没有门牌码。请先在房间的页面换一个门牌码。", status=409)
            if paper.is_long():
                return offered(request, paper)
            return document_response(request, print_sheet(sheets[0]).pdf, f"{paper.title()}.pdf")
        except HouqinError as refusal:
            return self.choice(refusal.message, status=refusal.status)

    def wanted(self) -> dict[str, Any]:
        """What the address asks for, as the labels know it."""
        given = self.request.GET
        chosen = [each for each in given.getlist("chosen")[: MOST_LABELS + 1] if PUBLIC_ID.fullmatch(each)]
        under = given.get("under", "")
        asked = {"chosen": chosen} if chosen else {"under": under if PUBLIC_ID.fullmatch(under) else ""}
        return {**asked, "site": self.request.build_absolute_uri("/").rstrip("/")}

    def choice(self, sentence: str = "", status: int = 200) -> HttpResponse:
        """The page that lists the buildings, with what went wrong above."""
        context = {"choices": self.choices(), "sentence": sentence, "print_is_possible": available()}
        return self.answer(self.request, context, status=status)

    def choices(self) -> list[tuple[str, int, str]]:
        """What can be printed at once: its name, how many labels, and what the address asks for.

        Buildings and the open air of a campus add up to the campus.
        """
        found = []
        for house in selectors.buildings(self.user):
            rooms = selectors.rooms_below(house)
            name, under = house.full_name, {"under": house.public_id}
            if house.level == PlaceLevel.CAMPUS:
                outside = list(rooms.filter(parent=house).values_list("public_id", flat=True))
                chosen = urlencode({"chosen": outside}, doseq=True)
                found.append((f"{house.name}室外", len(outside), chosen))
                name = f"{name}（全部）"
            found.append((name, rooms.count(), urlencode(under)))
        return found

    def back_url(self) -> str:
        return reverse("places:floors")
