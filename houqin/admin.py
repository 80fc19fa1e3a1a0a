"""Where Django looks for the ground floor's part of the admin."""

from houqin.people import admin

__all__ = ["admin"]
