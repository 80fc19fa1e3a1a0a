"""Kinds and shifts are reference data; a roster is drawn up from them, and its duties are who comes when."""

from houqin.rosters.models.rosters import Duty, DutyKind, Roster, Shift, hours_label, kinds_of

__all__ = ["Duty", "DutyKind", "Roster", "Shift", "hours_label", "kinds_of"]
