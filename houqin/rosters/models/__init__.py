"""Kinds and shifts are reference data; a roster is drawn up from them; swaps and logs follow."""

from houqin.rosters.models.logs import DutyLog, Handover, LogEntry, Matter
from houqin.rosters.models.rosters import Duty, DutyKind, Roster, Shift, hours_label, kinds_of
from houqin.rosters.models.swaps import Swap

__all__ = [
    "Duty",
    "DutyKind",
    "DutyLog",
    "Handover",
    "LogEntry",
    "Matter",
    "Roster",
    "Shift",
    "Swap",
    "hours_label",
    "kinds_of",
]
