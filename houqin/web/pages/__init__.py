"""The page patterns: a list, a record, a form, an edit form, an act. Apps only fill them in."""

from houqin.web.pages.acts import ActPage, BulkActPage
from houqin.web.pages.columns import Column, day_column, state_column
from houqin.web.pages.edits import EditPage
from houqin.web.pages.entering import EntersForOthers
from houqin.web.pages.filters import RETIRED, Choices, Flag, Period, Related
from houqin.web.pages.forms import FormPage
from houqin.web.pages.lists import ListPage, Way
from houqin.web.pages.objects import Linked, ObjectPage, Step, Thing
from houqin.web.pages.page import Page, SeeOther

__all__ = [
    "RETIRED",
    "ActPage",
    "BulkActPage",
    "Choices",
    "Column",
    "EditPage",
    "EntersForOthers",
    "Flag",
    "FormPage",
    "Linked",
    "ListPage",
    "ObjectPage",
    "Page",
    "Period",
    "Related",
    "SeeOther",
    "Step",
    "Thing",
    "Way",
    "day_column",
    "state_column",
]
