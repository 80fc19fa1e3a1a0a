"""What is written into the program's log: who took personal data out, and never the data itself (C4).

Whoever reads a log looks for a fault, and has no business with a colleague's phone.
"""

from __future__ import annotations

import logging
import re

logger = logging.getLogger(__name__)

# What the database says beside its sentence: the row that was refused, `Key (phone)=(138…)`, or the statement
# with its values. A text in it may have lines of its own, so all goes until the next error of the trace.
ABOUT_THE_ROW = re.compile(
    r"\n(?:DETAIL|CONTEXT|HINT|LINE \d+):.*?(?=\n\n(?:The above exception|During handling of)|\Z)", re.DOTALL
)


class ImpersonalLines(logging.Formatter):
    """Leaves out of messages and traces what the database tells about the row."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        return ABOUT_THE_ROW.sub("", super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        return ABOUT_THE_ROW.sub("", super().formatException(ei))  # type: ignore[arg-type]


def note_export(*, by: str, page: str, kind: str, narrowed_by: list[str]) -> None:
    """Note that `by` (工号) took the list `page` along; filters by name only, a word may be a phone."""
    logger.info(
        "export: %s took %s as %s, narrowed by %s", by, page, kind, ",".join(narrowed_by) or "nothing"
    )


def note_whole(*, by: str, what: str, of: str) -> None:
    """Note that `by` (工号) was shown `what` of the record `of` (public id), which lists half hide."""
    logger.info("whole: %s was shown %s of %s", by, what, of)
