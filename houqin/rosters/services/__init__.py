"""Everything that changes kinds of duty, rosters, and who is on duty.

Locks are taken in the order kind, roster, duty.
"""

from houqin.rosters.services.duties import add_duty, change_duty, duty_label, remove_duty
from houqin.rosters.services.kinds import (
    add_shift,
    create_kind,
    retire_kind,
    retire_shift,
    update_kind,
    update_shift,
)
from houqin.rosters.services.rosters import (
    create_roster,
    digest_of,
    draw_up,
    proposed,
    publish_roster,
    remove_roster,
    update_roster,
)

__all__ = [
    "add_duty",
    "add_shift",
    "change_duty",
    "create_kind",
    "create_roster",
    "digest_of",
    "draw_up",
    "duty_label",
    "proposed",
    "publish_roster",
    "remove_duty",
    "remove_roster",
    "retire_kind",
    "retire_shift",
    "update_kind",
    "update_roster",
    "update_shift",
]
