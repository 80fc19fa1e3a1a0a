"""A turn from the draft to the deed, and back on the same day."""

from houqin.year_turn.services.carrying import carry_out_turn
from houqin.year_turn.services.drafting import draft_turn, drop_turn, reread_turn
from houqin.year_turn.services.planning import LinePlan, plan_turn
from houqin.year_turn.services.undoing import undo_turn

__all__ = [
    "LinePlan",
    "carry_out_turn",
    "draft_turn",
    "drop_turn",
    "plan_turn",
    "reread_turn",
    "undo_turn",
]
