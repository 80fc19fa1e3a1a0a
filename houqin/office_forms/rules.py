"""Whether a form fits its paper, and whether it can be taken out of use."""

from __future__ import annotations

from collections.abc import Iterable

from houqin.office_forms.placeholders import LINE
from houqin.registry import FillablePaper
from houqin.rules import Decision


def allowed_names(paper: FillablePaper) -> list[str]:
    """Everything that may stand in braces on a form for `paper`."""
    return [*paper.names, *(f"{LINE}{column}" for column in paper.columns)]


def fits(paper: FillablePaper, placeholders: Iterable[str]) -> Decision:
    """A form has placeholders, and only those that its paper can fill: an unknown one would stay empty."""
    found = list(placeholders)
    if not found:
        return Decision.no("这份表里没有占位符，填不进内容。请在要填的地方写上“{{名称}}”再上传。")
    strange = [name for name in found if name not in allowed_names(paper)]
    if strange:
        listed = "、".join(f"{{{{{name}}}}}" for name in strange[:5])
        more = f"等 {len(strange)} 个" if len(strange) > 5 else ""
        return Decision.no(f"不认识的占位符：{listed}{more}。请对照下面的清单改过再上传。")
    return Decision.yes()


def can_retire(*, is_retired: bool) -> Decision:
    """A form is taken out of use once."""
    return Decision.no("这份表样已经停用。") if is_retired else Decision.yes()
