"""Who may withdraw a file from a record: a pure decision, no queries."""

from __future__ import annotations

from houqin.rules import Decision


def can_withdraw(*, is_own: bool, is_withdrawn: bool, may_manage: Decision) -> Decision:
    """One's own file, or any with the right to the record; once."""
    if is_withdrawn:
        return Decision.no("这个附件已经撤下。")
    if is_own or may_manage:
        return Decision.yes()
    return Decision.forbidden("只能撤下自己上传的附件。别人上传的，请联系上传人或总务主任。")
