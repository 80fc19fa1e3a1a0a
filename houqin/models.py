"""The models of the ground floor, each in the room of its subject; one app label, so they may not move later."""

from houqin.ledger import ClosedPeriod
from houqin.numbering import NumberCounter
from houqin.people.models import Department, RoleHolding, SchoolClass, User
from houqin.writing import IdempotencyKey

__all__ = [
    "ClosedPeriod",
    "Department",
    "IdempotencyKey",
    "NumberCounter",
    "RoleHolding",
    "SchoolClass",
    "User",
]
