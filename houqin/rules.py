"""`Decision`: what a pure rule answers, so that a refused button and a refused request give one reason."""

from __future__ import annotations

from dataclasses import dataclass

from houqin.errors import NotAllowed, RuleBroken


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is possible, and if not, why, in a Chinese sentence."""

    ok: bool
    reason: str = ""
    is_permission: bool = False

    def __bool__(self) -> bool:
        return self.ok

    @classmethod
    def yes(cls) -> Decision:
        return cls(ok=True)

    @classmethod
    def no(cls, reason: str) -> Decision:
        """Against a rule, whoever asks (409)."""
        return cls(ok=False, reason=reason)

    @classmethod
    def forbidden(cls, reason: str) -> Decision:
        """Not for this person (403)."""
        return cls(ok=False, reason=reason, is_permission=True)

    def require(self) -> None:
        """Raise `NotAllowed` or `RuleBroken` with the reason unless the decision is yes."""
        if self.ok:
            return
        raise (NotAllowed if self.is_permission else RuleBroken)(self.reason)
