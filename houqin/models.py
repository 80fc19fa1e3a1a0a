"""The models of the ground floor, each in the room of its subject, under one app label."""

from houqin.attachments.models import Attachment, AttachmentLink
from houqin.ledger import ClosedPeriod
from houqin.numbering import NumberCounter
from houqin.people.guessing import LoginGuess
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.places.models import DoorCode, Place
from houqin.school import School
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term
from houqin.school_settings.models import SettingChange
from houqin.writing import IdempotencyKey

__all__ = [
    "Attachment",
    "AttachmentLink",
    "CalendarFeed",
    "ClosedPeriod",
    "Department",
    "DoorCode",
    "IdempotencyKey",
    "LoginGuess",
    "NumberCounter",
    "PasswordReset",
    "Place",
    "RoleHolding",
    "School",
    "SchoolClass",
    "SchoolYear",
    "SettingChange",
    "SpecialDay",
    "Term",
    "User",
]
