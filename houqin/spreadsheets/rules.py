"""When an import can go on: pure decisions, no queries."""

from __future__ import annotations

from houqin.rules import Decision
from houqin.spreadsheets.states import ImportState


def can_start(state: str, *, failed: int, to_write: int) -> Decision:
    """All or nothing: a workbook with one wrong row is corrected first."""
    if state != ImportState.CHECKED:
        return Decision.no("请先检查，再导入。")
    if failed:
        return Decision.no(
            f"有 {failed:,} 行不对。请改好再上传；为了不漏不乱，要么全部导入，要么一行也不导入。"
        )
    if not to_write:
        return Decision.no("没有要写入的内容：这些行和现在的一模一样。")
    return Decision.yes()


def can_undo(state: str, *, is_kept: bool) -> Decision:
    """What was brought in can be taken back while it is still known what that was."""
    if state != ImportState.IMPORTED:
        return Decision.no("只有已导入的才能撤销。")
    if not is_kept:
        return Decision.no("导入超过 30 天，不能整批撤销了。请逐条修改。")
    return Decision.yes()
