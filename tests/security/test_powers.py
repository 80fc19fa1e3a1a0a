"""C3: the three administrators run the house and read nothing of its business.

What the roles themselves open is looked at; as members of staff they see what is their own, as all do.
"""

from __future__ import annotations

import pytest
from django.apps import apps

from houqin.people.roles import ADMINISTRATORS, Role
from houqin.registry import registry

ACCOUNTS = frozenset({"User", "RoleHolding", "PasswordReset"})
CHANNELS = frozenset({"Channel", "Message", "SettingChange"})
ROUTES = frozenset({"Route", "RouteEdition", "EditionDepartment", "RouteStep", "RouteSeat"})
# Reviewed: accounts, settings, how the house is run; no request, check, finding, plan, duty or partner.
# Who keeps the meeting bodies sees what they met about.
READ = {
    Role.SYSTEM_ADMIN: ACCOUNTS | CHANNELS | ROUTES
    | {"Backup", "MeetingBody", "Meeting", "Attendance", "ImportRun", "YearTurn", "TurnLine"},
    Role.SECURITY_ADMIN: ACCOUNTS | CHANNELS | {"ActingFor"},
    Role.AUDIT_ADMIN: ACCOUNTS | CHANNELS | ROUTES | {"Backup"},
}  # fmt: skip


def read_by(role: Role) -> set[str]:
    """The models whose rows the role opens, be they others' or one's own."""
    rights = registry.rights_of([role])
    visible = [(model, getattr(model, "VISIBILITY", None)) for model in apps.get_models()]
    return {model.__name__ for model, seen in visible if seen is not None and seen.permission in rights}


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_c3_an_administrator_reads_no_business(role: Role) -> None:
    assert read_by(role) == READ[role]


def test_c3_control_whoever_does_business_reads_it() -> None:
    business = {"ApprovalRequest", "CheckRun", "Finding", "Partner", "Roster", "Plan"}
    assert business <= read_by(Role.DIRECTOR)
    assert [role for role in READ if business & read_by(role)] == []


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_c3_an_administrator_decides_and_keeps_nothing(role: Role) -> None:
    """Of approvals he keeps the routes and the bodies; no right of his is about what the school does."""
    rooms = {code.partition(":")[0].partition(".")[2] for code in registry.rights_of([role])}
    assert (
        rooms & {"approval", "meeting", "check", "finding", "partner", "partner_account", "roster"} == set()
    )
