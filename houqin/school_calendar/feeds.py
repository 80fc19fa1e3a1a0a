"""The school calendar as an .ics file (RFC 5545) that phones and mail programs fetch again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from houqin.school_calendar.days import ONE_DAY
from houqin.school_calendar.selectors import Happening

# How far back and ahead a subscription reaches: this term and the whole next school year.
BEHIND, AHEAD = timedelta(days=183), timedelta(days=400)
ASK_AGAIN = timedelta(hours=6)


def calendar_file(
    happenings: Iterable[Happening], *, name: str, on: date, link: Callable[[str], str]
) -> bytes:
    """The file for the day `on`: the same for the same content all day long, so that it can be cached.

    `link` makes the full address of a path. Every happening takes whole days; the last day of the file's
    DTEND is the first that is free again.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//houqin//school calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(timezone.get_default_timezone()))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    stamp = datetime.combine(on, time(), timezone.get_default_timezone()).astimezone(UTC)
    for each in happenings:
        event = Event()
        event.add("uid", f"{each.key}@houqin")
        event.add("dtstamp", stamp)
        event.add("summary", each.title)
        event.add("dtstart", each.first_on)
        event.add("dtend", each.last_on + ONE_DAY)
        event.add("transp", "TRANSPARENT")
        if each.detail:
            event.add("description", each.detail)
        if each.url:
            event.add("url", link(each.url))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
