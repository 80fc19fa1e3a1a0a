"""A QR code as the path of a drawing, which a page can carry without a second request or a style."""

from __future__ import annotations

from typing import Any

import segno


def code_picture(text: str) -> dict[str, Any]:
    """The `code` of `text`: the path of a drawing in which each module is a unit, and its `size`."""
    modules = segno.make(text, error="m", micro=False).matrix
    dark = ((x, y) for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark)
    # Around it stay four modules white, as the standard wants.
    return {"code": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark), "size": len(modules) + 8}
