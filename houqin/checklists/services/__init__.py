"""Everything that changes a checklist, signs a check, or moves a finding on."""

from houqin.checklists.services.findings import (
    assign_finding,
    close_finding,
    latest_round,
    may_recheck,
    may_rectify,
    rectify,
    send_back,
)
from houqin.checklists.services.lists import (
    add_item,
    copy_edition,
    create_checklist,
    remove_item,
    retire_edition,
    update_checklist,
    update_edition,
    update_item,
    use_edition,
)
from houqin.checklists.services.opening import next_limit
from houqin.checklists.services.runs import (
    Correction,
    add_photos,
    may_add_photos,
    may_correct,
    sign_check,
)

__all__ = [
    "Correction",
    "add_item",
    "add_photos",
    "assign_finding",
    "close_finding",
    "copy_edition",
    "create_checklist",
    "latest_round",
    "may_add_photos",
    "may_correct",
    "may_recheck",
    "may_rectify",
    "next_limit",
    "rectify",
    "remove_item",
    "retire_edition",
    "send_back",
    "sign_check",
    "update_checklist",
    "update_edition",
    "update_item",
    "use_edition",
]
