"""Putting the setting-up aside when the school is live."""

from __future__ import annotations

from datetime import datetime

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require
from houqin.school import School, current_school, known_school
from houqin.setting_up.states import FINISH


def finish_setup(*, at: datetime, by: Actor) -> School:
    """Note that the school is set up, so that the home page reminds nobody any more.

    Raises `NotAllowed`, `RuleBroken` before the school has a name, and when it was noted already.
    """
    require(by, FINISH)
    school = current_school()
    if school is None:
        raise RuleBroken("还没有填写学校名称。请先做第一步。")
    school = lock(school)
    if school.set_up_at is not None:
        raise RuleBroken("已经标记为设置完成。")
    school.set_up_at = at
    school.save(update_fields=["set_up_at"])
    known_school.forget()
    return school
