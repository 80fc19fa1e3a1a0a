"""Everything that changes kinds of duty, rosters, who is on duty, swaps, and logs.

Locks are taken in the order kind, roster, swap, duty, log, matter.
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
from houqin.rosters.services.logs import (
    close_matter,
    may_add,
    may_add_for_somebody,
    may_fill_in,
    may_take_over,
    may_write,
    names_on,
    raise_matter,
    serves_on,
    sign_log,
    strike_entry,
    take_over,
    write_entry,
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
from houqin.rosters.services.swaps import (
    agree_to_swap,
    approve_swap,
    ask_swap,
    deny_swap,
    may_ask,
    may_settle,
    refuse_swap,
    withdraw_swap,
)

__all__ = [
    "add_duty",
    "add_shift",
    "agree_to_swap",
    "approve_swap",
    "ask_swap",
    "change_duty",
    "close_matter",
    "create_kind",
    "create_roster",
    "deny_swap",
    "digest_of",
    "draw_up",
    "duty_label",
    "may_add",
    "may_add_for_somebody",
    "may_ask",
    "may_fill_in",
    "may_settle",
    "may_take_over",
    "may_write",
    "names_on",
    "proposed",
    "publish_roster",
    "raise_matter",
    "refuse_swap",
    "remove_duty",
    "remove_roster",
    "retire_kind",
    "retire_shift",
    "serves_on",
    "sign_log",
    "strike_entry",
    "take_over",
    "update_kind",
    "update_roster",
    "update_shift",
    "withdraw_swap",
    "write_entry",
]
