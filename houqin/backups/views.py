"""The journal of backups: when, how large, proved or not, and why one failed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from houqin.backups.models import Backup
from houqin.backups.selectors import last_good, warning
from houqin.backups.states import READ, BackupState
from houqin.web.pages import Choices, Column, ListPage, state_column
from houqin.web.templatetags.houqin import clock


def said(row: Backup) -> str:
    """Why it failed, what was noticed, and whether the school was restored from it."""
    restored = f"{clock(row.restored_at)} 从这一份恢复。" if row.restored_at else ""
    return f"{restored}{row.said}"


class BackupList(ListPage):
    perm = READ
    model = Backup
    title = "备份"
    template_name = "backups/list.html"
    columns = (
        Column("begun_at", "时间", lambda row: clock(row.begun_at), sort="begun_at"),
        state_column(),
        Column("size", "大小", lambda row: filesizeformat(row.size) if row.size else "", sort="size"),
        Column("rows", "记录数", is_number=True, on_phone=False),
        Column("files", "照片和文件", is_number=True, on_phone=False),
        Column("name", "文件夹", on_phone=False),
        Column("said", "说明", said),
    )
    filters = (Choices("state", "状态", BackupState.choices),)
    empty_title = "还没有备份"
    empty_hint = "程序开着的话，每天凌晨 3:50 自动做一份；马上要一份，请系统管理员在装程序的电脑上做。"

    def context(self) -> dict[str, Any]:
        now = timezone.now()
        return {
            "last_good": last_good(at=now),
            "warning": warning(at=now),
            "may_install": self.user.has("houqin.module:switch"),
            "place_says": f"备份放在 {settings.BACKUPS_DIR}，启动前设 HOUQIN_BACKUPS 可以换地方。"
            "马上备份一份：make backup。恢复：先停止后勤（Ctrl-C），再运行：",
            "is_beside": is_beside_the_data(),
        }


def is_beside_the_data() -> bool:
    """Whether one broken disk would take the school and its backups; False where that cannot be told."""
    try:
        return settings.BACKUPS_DIR.stat().st_dev == settings.DATA_DIR.stat().st_dev
    except OSError:
        return False
