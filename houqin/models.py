"""The models of the ground floor, each in the room of its subject, under one app label."""

from houqin.ledger import ClosedPeriod
from houqin.numbering import NumberCounter
from houqin.people.guessing import LoginGuess
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.school import School
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term
from houqin.school_settings.models import SettingChange
from houqin.writing import IdempotencyKey

__all__ = [
    "CalendarFeed",
    "ClosedPeriod",
    "Department",
    "IdempotencyKey",
    "LoginGuess",
    "NumberCounter",
    "PasswordReset",
    "RoleHolding",
    "School",
    "SchoolClass",
    "SchoolYear",
    "SettingChange",
    "SpecialDay",
    "Term",
    "User",
]
