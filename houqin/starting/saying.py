"""What the start says to the person at the terminal: short plain lines."""

from __future__ import annotations

import contextlib
import sys


def say(line: str = "") -> None:
    """Write one line at once, whatever the terminal's encoding."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    # The terminal may be gone: closing its window is a way to stop the program, not to break it.
    with contextlib.suppress(OSError):
        stream.write(f"{line}\n".encode(encoding, "replace").decode(encoding))
        stream.flush()
