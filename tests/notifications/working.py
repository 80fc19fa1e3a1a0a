"""The jobs of notices done here and now, as the worker does them, without waiting for its time."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.notifications.announcing import QUEUE, TELL
from houqin.notifications.services.telling import SEND


def queued(name: str) -> list[ProcrastinateJob]:
    """The jobs `name` that wait, in their order."""
    return list(
        ProcrastinateJob.objects.filter(queue_name=QUEUE, task_name=name, status="todo").order_by("pk")
    )


def tell_all() -> int:
    """Do every announcement that waits; answers how many people were told."""
    return sum(_done(job) for job in queued(TELL))


def send_all() -> int:
    """Send on every channel that was called for, each once; answers how many messages went out."""
    jobs = {job.args["channel"]: job for job in queued(SEND)}
    ProcrastinateJob.objects.filter(pk__in=[each.pk for each in queued(SEND)]).exclude(
        pk__in=[job.pk for job in jobs.values()]
    )._raw_delete("default")
    return sum(_done(job) for job in jobs.values())


def _done(job: ProcrastinateJob) -> int:
    # Its trigger would refuse a status that skips the worker's own steps.
    ProcrastinateJob.objects.filter(pk=job.pk)._raw_delete("default")
    return int(app.tasks[job.task_name].func(**job.args))
