"""What can go wrong with a backup: each with the sentence for the person at the terminal."""

from __future__ import annotations


class BackupFailed(RuntimeError):
    """No backup was made, or none was restored; the message says why and what to do. Nothing was changed."""


class Damaged(BackupFailed):
    """A backup is not what was once put there: cut, altered, or something is missing."""
