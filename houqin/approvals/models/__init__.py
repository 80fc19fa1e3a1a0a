"""Routes are reference data, requests are what runs along them, meetings decide where a route says so."""

from houqin.approvals.models.meetings import Attendance, BodyMember, Meeting, MeetingBody
from houqin.approvals.models.requests import (
    ApprovalCopy,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalSeat,
    ApprovalStep,
    SeatHolder,
    StruckLine,
)
from houqin.approvals.models.routes import EditionDepartment, Route, RouteEdition, RouteSeat, RouteStep

__all__ = [
    "ApprovalCopy",
    "ApprovalDecision",
    "ApprovalRequest",
    "ApprovalSeat",
    "ApprovalStep",
    "Attendance",
    "BodyMember",
    "EditionDepartment",
    "Meeting",
    "MeetingBody",
    "Route",
    "RouteEdition",
    "RouteSeat",
    "RouteStep",
    "SeatHolder",
    "StruckLine",
]
