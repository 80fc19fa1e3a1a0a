"""Handing in a text as a plan, and saving what was understood after somebody corrected it."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_plans.models import Plan, Reading, ReadingUse
from calendar_plans.proposals import ProposedPlan
from calendar_plans.services.plans import WRITE, create_plan
from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock
from houqin.people.access import require, require_job
from houqin.people.models import Department

UNUSED_KEPT_FOR = timedelta(days=30)


def hand_in_text(*, text: str, file_name: str, by: Actor) -> Reading:
    """Keep a text that is to be read as a plan; nothing becomes a plan by this. Raises `NotAllowed`."""
    require(by, WRITE)
    if not text.strip():
        raise RuleBroken("没有读到文字。请粘贴计划正文，或换一个文件。", field="text")
    reading = Reading(text=text, file_name=file_name)
    reading.set_maker(by)
    reading.save()
    return reading


def save_reading(
    *, reading: Reading, index: int, department: Department, proposal: ProposedPlan, by: Actor
) -> Plan:
    """Make a draft plan of the corrected proposal; the source text stays linked to it.

    Raises `NotAllowed` and `RuleBroken` as `create_plan` does, for a proposal without items and measures, and
    for one of which a plan was made before: who goes back and saves again means that plan, not a second one.
    """
    require(by, WRITE, reading)
    reading = lock(reading)
    if not proposal.items and not proposal.measures:
        raise RuleBroken("没有可以保存的事项和措施。请至少保留一条。")
    before = ReadingUse.objects.filter(reading=reading, index=index).select_related("plan").first()
    if before is not None:
        raise RuleBroken(
            f"这份原文已经存为计划“{before.plan.title}”，没有再存一份。要改内容，请到那份计划里修改。"
        )
    plan = create_plan(department=department, proposal=proposal, by=by)
    use = ReadingUse(reading=reading, plan=plan, index=index)
    use.set_maker(by)
    use.save()
    return plan


def forget_unused_readings(*, by: Actor, at: datetime) -> int:
    """Delete the texts of which no plan was made within `UNUSED_KEPT_FOR`; how many. Raises `NotAllowed`.

    A text that is being saved at this moment is passed over; one that was saved a moment ago is seen by the
    second question, which is asked when the rows are locked.
    """
    require_job(by)
    unused = Reading.objects.filter(uses=None)
    old = Reading.objects.filter(created_at__lt=at - UNUSED_KEPT_FOR)
    locked = [row.pk for row in old.order_by("pk").select_for_update(skip_locked=True)]
    deleted: int = unused.filter(pk__in=locked).delete()[1].get(Reading._meta.label, 0)
    return deleted
