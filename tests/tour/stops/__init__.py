"""What is looked at besides everybody's round: a module per app, each with `STOPS`.

A new app adds its module here and to `EVERY_APP`, and nothing else.
"""

from tests.tour.stops import (
    approvals,
    attachments,
    calendar_plans,
    checklists,
    house,
    notifications,
    office_forms,
    orders,
    partners,
    places,
    rosters,
    spreadsheets,
    year_turn,
)
from tests.tour.stops.stop import Stop

EVERY_APP = (
    house,
    places,
    orders,
    partners,
    attachments,
    calendar_plans,
    approvals,
    office_forms,
    spreadsheets,
    notifications,
    checklists,
    rosters,
    year_turn,
)


def stops_of(role: str, *, is_phone: bool) -> list[Stop]:
    """The stops of `role` in a window of this kind, in the order of the apps."""
    return [
        stop
        for app in EVERY_APP
        for stop in app.STOPS
        if stop.role == role and (stop.only_phone is None or stop.only_phone == is_phone)
    ]
