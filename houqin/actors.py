"""Who acts: a member of staff, a guest at a door code, or a job of the system.

代录 (entering for somebody): `Person.entered_by` is who typed it and `source` from what (纸质 / 电话 /
微信群); the act stays the person's own and never fills a second person's signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from houqin.people.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, from `address` (the client's IP), perhaps entered by a colleague."""

    user: User
    address: str = ""
    entered_by: User | None = None
    source: str = ""

    @property
    def key(self) -> str:
        """The namespace of this actor's idempotency keys: whoever holds the keyboard."""
        return f"user:{(self.entered_by or self.user).pk}"

    @property
    def label(self) -> str:
        return self.user.name

    def audit_context(self) -> dict[str, Any]:
        """What the audit stores beside every row that this actor changes."""
        context: dict[str, Any] = {"by": self.user.pk, "name": self.user.name, "address": self.address}
        if self.entered_by is not None:
            context |= {
                "entered_by": self.entered_by.pk,
                "entered_by_name": self.entered_by.name,
                "source": self.source,
            }
        return context


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without an account at a public page; `device` is the random mark that the page gave out."""

    device: str
    address: str = ""
    name: str = ""

    user: None = None

    @property
    def key(self) -> str:
        return f"guest:{self.device}"

    @property
    def label(self) -> str:
        return self.name or "访客"

    def audit_context(self) -> dict[str, Any]:
        return {"by": None, "name": self.label, "device": self.device, "address": self.address}


@dataclass(frozen=True, slots=True)
class System:
    """A job or command acting for nobody in particular; `job` is its name in Chinese or code."""

    job: str

    user: None = None

    @property
    def key(self) -> str:
        return f"system:{self.job}"

    @property
    def label(self) -> str:
        return f"系统（{self.job}）"

    def audit_context(self) -> dict[str, Any]:
        return {"by": None, "name": self.label, "job": self.job}


Actor = Person | Guest | System
