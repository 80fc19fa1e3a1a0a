"""The ground floor's jobs: those of the night, each calling one service, those of an import and of notices.

procrastinate reads its times of day as UTC: 19 is three in the morning at a Chinese school.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

from houqin import nightly
from houqin.actors import Actor, Person, System
from houqin.approvals import services as approvals
from houqin.attachments import services as attachments
from houqin.notifications import carrying
from houqin.notifications import services as notices
from houqin.notifications.announcing import QUEUE, TELL
from houqin.notifications.models import Channel
from houqin.notifications.services.telling import SEND, call_sender
from houqin.orders import services as orders
from houqin.orders import working as printing
from houqin.orders.models import PrintOrder
from houqin.partners import services as partners
from houqin.people.models import User
from houqin.spreadsheets import services as imports
from houqin.spreadsheets import working
from houqin.spreadsheets.models import ImportRun
from houqin.writing import write

CLEANING = System("夜间清理")
CHECKING = System("夜间核对")
TELLING = System("通知")
PRINTING = System("打印")
JOBS_KEPT_HOURS = 30 * 24


@app.periodic(cron="5 19 * * *")
@app.task(name="houqin.forget_old_keys")
def forget_old_keys(timestamp: int) -> int:
    """The keys of forms that were sent long ago."""
    return write(nightly.forget_old_keys, at=timezone.now(), by=CLEANING)


@app.periodic(cron="10 19 * * *")
@app.task(name="houqin.forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> int:
    """The sessions of people who have gone home."""
    return write(nightly.forget_ended_sessions, at=timezone.now(), by=CLEANING)


@app.periodic(cron="15 19 * * *")
@app.task(name="houqin.forget_old_guesses")
def forget_old_guesses(timestamp: int) -> int:
    """Passwords that were tried in vain yesterday."""
    return write(nightly.forget_old_guesses, at=timezone.now(), by=CLEANING)


@app.periodic(cron="17 19 * * *")
@app.task(name="houqin.forget_old_logins")
def forget_old_logins(timestamp: int) -> int:
    """Who logged in half a year ago, from where."""
    return write(nightly.forget_old_logins, at=timezone.now(), by=CLEANING)


@app.periodic(cron="20 19 * * *")
@app.task(name="houqin.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int) -> None:
    """The queue's own record of jobs that ended, well or badly, a month ago."""
    await builtin_tasks.remove_old_jobs(
        context, max_hours=JOBS_KEPT_HOURS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )


@app.periodic(cron="30 19 * * *")
@app.task(name="houqin.check_search_keys")
def check_search_keys(timestamp: int) -> dict[str, int]:
    """That every pinyin key is that of its text; the answer, in the worker's log, must be empty."""
    return write(nightly.check_search_keys, by=CHECKING)


@app.periodic(cron="35 19 * * *")
@app.task(name="houqin.forget_unlinked_files")
def forget_unlinked_files(timestamp: int) -> int:
    """Photos that were uploaded beside a form which was never sent."""
    return write(attachments.forget_unlinked_files, at=timezone.now(), by=CLEANING)


@app.periodic(cron="40 19 * * *")
@app.task(name="houqin.tidy_files")
def tidy_files(timestamp: int) -> dict[str, int]:
    """What a crash left behind on the disk; `lost`, in the worker's log, must be 0."""
    return write(attachments.tidy_files, by=CLEANING)


@app.periodic(cron="45 19 * * *")
@app.task(name="houqin.forget_old_imports")
def forget_old_imports(timestamp: int) -> int:
    """The cells of workbooks that were handed in a month ago."""
    return write(imports.forget_old_imports, at=timezone.now(), by=CLEANING)


@app.periodic(cron="50 19 * * *")
@app.task(name="houqin.forget_old_notices")
def forget_old_notices(timestamp: int) -> int:
    """What people were told half a year ago."""
    return write(notices.forget_old_notices, at=timezone.now(), by=CLEANING)


@app.periodic(cron="0 19 * * *")
@app.task(name="houqin.forget_old_documents")
def forget_old_documents(timestamp: int) -> int:
    """Long documents that were printed a week ago."""
    return write(orders.forget_old_documents, at=timezone.now(), by=CLEANING)


@app.task(name=orders.MAKE, queue=orders.QUEUE)
def make_document(order: str) -> None:
    """A long document, for the person who ordered it."""
    printing.make(PrintOrder.objects.get(public_id=order), by=PRINTING)


@app.periodic(cron="* * * * *")
@app.task(
    name="houqin.resume_documents",
    queue=orders.QUEUE,
    queueing_lock="houqin.resume_documents",
    pass_context=True,
)
async def resume_documents(context: JobContext, timestamp: int) -> None:
    """Documents whose worker died while it made them."""
    for job in await context.app.job_manager.get_stalled_jobs(queue=orders.QUEUE):
        await context.app.job_manager.retry_job(job)


# A crash between the announcement and the last notice leaves a job to be done again; it tells nobody twice.
@app.task(name=TELL, queue=QUEUE, retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def tell(kind: str, record: int, key: str, but: list[int], words: dict[str, Any]) -> int:
    """An announcement, told to everybody whom it concerns."""
    at = timezone.now()
    return write(notices.tell, kind=kind, record=record, mark=key, but=but, words=words, at=at, by=TELLING)


@app.task(name=SEND, queue=QUEUE)
def send_messages(channel: int) -> int:
    """What is due on a channel, out of the house."""
    found = Channel.objects.filter(pk=channel).first()
    return carrying.send_waiting(found, by=TELLING) if found is not None else 0


@app.periodic(cron="* * * * *")
@app.task(name="houqin.send_due", queue=QUEUE, queueing_lock="houqin.send_due", pass_context=True)
async def send_due(context: JobContext, timestamp: int) -> None:
    """What waited for its time, and jobs of this queue whose worker died."""
    for job in await context.app.job_manager.get_stalled_jobs(queue=QUEUE):
        await context.app.job_manager.retry_job(job)
    for channel in await sync_to_async(carrying.channels_with_work)(timezone.now()):
        await sync_to_async(call_sender)(channel)


@app.periodic(cron="*/30 * * * *")
@app.task(name="houqin.announce_late_steps", queue=QUEUE)
def announce_late_steps(timestamp: int) -> int:
    """Steps of approvals whose time has run out."""
    return write(approvals.announce_late_steps, at=timezone.now(), by=TELLING)


@app.periodic(cron="55 19 * * *")
@app.task(name="houqin.announce_ending_papers", queue=QUEUE)
def announce_ending_papers(timestamp: int) -> int:
    """Licences of partners that end soon, or ended yesterday."""
    return write(partners.announce_ending_papers, at=timezone.now(), by=TELLING)


@app.task(name="houqin.check_import")
def check_import(run: str, user: int | None) -> None:
    """The dry run of an import, for the person who asked for it."""
    working.check(ImportRun.objects.get(public_id=run), by=_asker(user))


@app.task(name="houqin.bring_import_in")
def bring_import_in(run: str, user: int | None) -> None:
    """An import that was checked, written."""
    working.bring_in(ImportRun.objects.get(public_id=run), by=_asker(user))


@app.task(name="houqin.take_import_back")
def take_import_back(run: str, user: int | None, leave_used: bool = False) -> None:
    """An import taken back."""
    working.take_back(ImportRun.objects.get(public_id=run), leave_used=leave_used, by=_asker(user))


def _asker(user: int | None) -> Actor:
    """Who asked for a job: it acts with his rights, as they are when it runs."""
    return Person(User.objects.get(pk=user)) if user is not None else System("导入")
