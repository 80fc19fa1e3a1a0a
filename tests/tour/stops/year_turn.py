"""学年结转: prepared, planned in one table, rehearsed; carried out and taken back on the same day."""

from __future__ import annotations

from houqin.people.roles import Role
from tests.tour.guide import Guide
from tests.tour.stops.stop import Stop


def turn_the_year(guide: Guide) -> None:
    """总务主任: an empty list, the draft, the table, the rehearsal, the deed, the way back, both papers.

    Into the next school year, so that classes move up, the last grade leaves and a first one is made.
    """
    page = guide.page
    guide.visit("/turns/", "turns-1-list")
    guide.visit("/turns/new/", "turns-2-new")
    page.locator("main button.primary").click()
    page.wait_for_url("**/turns/*/")
    guide.look("turns-3-rehearsed")
    guide.look_in_the_dark("turns-3-dark")
    turn = page.url
    guide.visit(f"{turn}plan/", "turns-4-table")
    # The new first class gets the 班主任 of one that leaves.
    page.locator("select[name$='-head']").first.select_option(label="单晓东 QX035")
    page.locator("main button.primary").click()
    page.wait_for_url(turn)
    guide.take_pdf(f"{turn}print/", "turns-5-sheet")
    guide.take_pdf(f"{turn}handover/", "turns-6-handover")
    for way in ("reread", "drop", "carry-out"):
        guide.visit(f"{turn}{way}/", f"turns-7-{way}")
    page.locator("main button.primary").click()
    page.wait_for_url(turn)
    guide.look("turns-8-done")
    guide.visit(f"{turn}undo/", "turns-9-undo")
    page.locator("main button.danger").click()
    page.wait_for_url(turn)
    guide.look("turns-10-undone")


STOPS = (Stop(Role.DIRECTOR, turn_the_year),)
