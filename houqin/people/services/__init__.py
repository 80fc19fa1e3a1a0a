"""Every write on people, passwords, roles, departments and classes; a room each."""

from houqin.people.services.accounts import (
    create_person,
    disable_person,
    enable_person,
    held_roles,
    update_person,
)
from houqin.people.services.acting import appoint_deputy, end_acting
from houqin.people.services.holdings import end_role, grant_role, grant_roles
from houqin.people.services.organisation import (
    create_class,
    create_department,
    retire_class,
    retire_department,
    update_class,
    update_department,
)
from houqin.people.services.passwords import (
    confirm_reset,
    give_first_passwords,
    request_reset,
    reset_password,
    reset_passwords,
    set_own_password,
    withdraw_reset,
)
from houqin.people.services.two_step import (
    lift_two_step,
    pass_two_step,
    renew_recovery_codes,
    turn_off_two_step,
    turn_on_two_step,
)

__all__ = [
    "appoint_deputy",
    "confirm_reset",
    "create_class",
    "create_department",
    "create_person",
    "disable_person",
    "enable_person",
    "end_acting",
    "end_role",
    "give_first_passwords",
    "grant_role",
    "grant_roles",
    "held_roles",
    "lift_two_step",
    "pass_two_step",
    "renew_recovery_codes",
    "request_reset",
    "reset_password",
    "reset_passwords",
    "retire_class",
    "retire_department",
    "set_own_password",
    "turn_off_two_step",
    "turn_on_two_step",
    "update_class",
    "update_department",
    "update_person",
    "withdraw_reset",
]
