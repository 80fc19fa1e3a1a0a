"""Everything that changes a request, a route or a meeting body."""

from houqin.approvals.services.deciding import agree, ask_too, refuse, send_back, transfer
from houqin.approvals.services.lateness import announce_late_steps
from houqin.approvals.services.meetings import create_body, hold_meeting, update_body
from houqin.approvals.services.routes import (
    Conditions,
    SeatDraft,
    StepDraft,
    create_route,
    retire_route,
    rewrite_route,
)
from houqin.approvals.services.submitting import (
    content_changed,
    lock_request_of,
    open_request_of,
    remind,
    requests_about,
    submit,
    withdraw,
)

__all__ = [
    "Conditions",
    "SeatDraft",
    "StepDraft",
    "agree",
    "announce_late_steps",
    "ask_too",
    "content_changed",
    "create_body",
    "create_route",
    "hold_meeting",
    "lock_request_of",
    "open_request_of",
    "refuse",
    "remind",
    "requests_about",
    "retire_route",
    "rewrite_route",
    "send_back",
    "submit",
    "transfer",
    "update_body",
    "withdraw",
]
