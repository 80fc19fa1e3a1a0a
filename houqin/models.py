"""The models of the ground floor, each in the room of its subject, under one app label."""

from houqin.approvals.models import (
    ApprovalCopy,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
    Attendance,
    BodyMember,
    EditionDepartment,
    Meeting,
    MeetingBody,
    Route,
    RouteEdition,
    RouteSeat,
    RouteStep,
    SeatHolder,
    StruckLine,
)
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.backups.models import Backup
from houqin.checklists.models import (
    CheckAnswer,
    Checklist,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
    FindingRound,
)
from houqin.ledger import ClosedPeriod
from houqin.notifications.models import Channel, Delivery, Message, Notice, NoticePreference
from houqin.numbering import NumberCounter
from houqin.office_forms.models import OfficeForm
from houqin.orders.models import PrintOrder
from houqin.partners.models import Partner, PartnerAccount, PartnerContact, Qualification
from houqin.people.acting import ActingFor
from houqin.people.guessing import LoginGuess
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.two_step import TwoStep
from houqin.places.models import DoorCode, Place
from houqin.rosters.models import (
    Duty,
    DutyKind,
    DutyLog,
    Handover,
    LogEntry,
    Matter,
    Roster,
    Shift,
    Swap,
)
from houqin.school import School
from houqin.school_calendar.models import CalendarFeed, SchoolYear, SpecialDay, Term
from houqin.school_settings.models import SettingChange
from houqin.spreadsheets.models import ImportedFile, ImportMapping, ImportRun
from houqin.writing import IdempotencyKey
from houqin.year_turn.models import TurnLine, YearTurn

__all__ = [
    "ActingFor",
    "ApprovalCopy",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalSeat",
    "ApprovalStep",
    "Attachment",
    "AttachmentLink",
    "Attendance",
    "Backup",
    "BodyMember",
    "CalendarFeed",
    "Channel",
    "CheckAnswer",
    "CheckRun",
    "Checklist",
    "ChecklistEdition",
    "ChecklistItem",
    "ClosedPeriod",
    "Delivery",
    "Department",
    "DoorCode",
    "Duty",
    "DutyKind",
    "DutyLog",
    "EditionDepartment",
    "Finding",
    "FindingRound",
    "Handover",
    "IdempotencyKey",
    "ImportMapping",
    "ImportRun",
    "ImportedFile",
    "LogEntry",
    "LoginGuess",
    "Matter",
    "Meeting",
    "MeetingBody",
    "Message",
    "Notice",
    "NoticePreference",
    "NumberCounter",
    "OfficeForm",
    "Partner",
    "PartnerAccount",
    "PartnerContact",
    "PasswordReset",
    "Place",
    "PrintOrder",
    "Qualification",
    "RoleHolding",
    "Roster",
    "Route",
    "RouteEdition",
    "RouteSeat",
    "RouteStep",
    "School",
    "SchoolClass",
    "SchoolYear",
    "SeatHolder",
    "SettingChange",
    "Shift",
    "SpecialDay",
    "StruckLine",
    "Swap",
    "Term",
    "TurnLine",
    "TwoStep",
    "User",
    "YearTurn",
]
