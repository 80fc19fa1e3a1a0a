"""Every write of an import: opened, checked, brought in, taken back; a room each."""

from houqin.spreadsheets.services.checking import ask_check, halt, note_progress, report, restart_import
from houqin.spreadsheets.services.importing import finish_import, refuse, start_import
from houqin.spreadsheets.services.opening import drop_import, forget_old_imports, open_import
from houqin.spreadsheets.services.undoing import ask_undo, keep, reverse_import

__all__ = [
    "ask_check",
    "ask_undo",
    "drop_import",
    "finish_import",
    "forget_old_imports",
    "halt",
    "keep",
    "note_progress",
    "open_import",
    "refuse",
    "report",
    "restart_import",
    "reverse_import",
    "start_import",
]
