"""The named refusals every app speaks: each carries one Chinese sentence that is fit for the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from houqin.records import Record


class HouqinError(Exception):
    """A refusal with a sentence for the person in front of the screen; `status` is its HTTP answer."""

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class RuleBroken(HouqinError):
    """What was asked is against a rule of the office, whoever asks."""

    status = 409


class NotAllowed(HouqinError):
    """This person may not do this; the sentence says why."""

    status = 403


class Repeated(HouqinError):
    """An idempotency key came back with another content: the form was changed after it was sent."""

    status = 409


class Busy(HouqinError):
    """The database could not give the lock in time, several times over; nothing was written."""

    status = 503


class Gone(HouqinError):
    """Somebody removed the record after this page was opened; nothing was written."""

    status = 409

    def __init__(self) -> None:
        super().__init__("这条记录刚才被别人删除了，这次没有保存。请回到列表核对。")


class EditedMeanwhile(HouqinError):
    """Somebody saved the same record after this form was opened; the page shows who changed what."""

    status = 409

    def __init__(self, record: Record, *, expected: int) -> None:
        super().__init__("您打开这一页之后，别人已经改过它。请对照后再保存。")
        self.record = record
        self.expected = expected
