"""Checklists, checks and findings laid as rows for whoever walks over all pages: nobody tapped anything.

As the app role, by the way that the database allows: a draft is written, then put in use, then checked by.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from houqin.checklists.models import (
    CheckAnswer,
    Checklist,
    ChecklistEdition,
    ChecklistItem,
    CheckRun,
    Finding,
    FindingRound,
)
from houqin.people.models import User
from tests import factories
from tests.places import factories as places

_numbers = count(1)


def draft(**fields: Any) -> ChecklistEdition:
    """A list of one thing to look at and one photo that need not be."""
    checklist = Checklist.objects.create(name=f"检查表{next(_numbers)}", **fields)
    edition: ChecklistEdition = ChecklistEdition.objects.create(checklist=checklist, number=1)
    ChecklistItem.objects.create(edition=edition, position=10, text="门窗完好", points=10)
    ChecklistItem.objects.create(
        edition=edition, position=20, text="冷藏柜温度", kind="number", points=5, may_be_na=True
    )
    return edition


def in_use(**fields: Any) -> ChecklistEdition:
    edition = draft(**fields)
    edition.items.get(position=20).delete()
    edition.state, edition.used_from = "in_use", timezone.now()
    edition.save()
    return edition


def checkable() -> Checklist:
    """A checklist in use, and a room to check."""
    places.room()
    return in_use().checklist


def run(user: User, *, verdict: str = "good", photos: int = 0) -> CheckRun:
    """A check that `user` made in a room of his department."""
    edition = in_use()
    room = places.room(department=user.department)
    made: CheckRun = CheckRun.objects.create(
        number=f"JC-R-{next(_numbers)}", draft_id=uuid.uuid4(), edition=edition,
        content_type=ContentType.objects.get_for_model(room), object_id=room.pk, subject_label=str(room),
        department=user.department, performed_by=user, performed_at=timezone.now(), answered=1,
        grade="passing" if verdict == "good" else "failing", failed=verdict == "failed", created_by=user,
    )  # fmt: skip
    CheckAnswer.objects.create(
        run=made, item=edition.items.get(), verdict=verdict, origin="by_hand", photos=photos
    )
    return made


def waiting_answer(user: User) -> CheckAnswer:
    """An answer of his whose photo is still on the phone."""
    answer: CheckAnswer = run(user, photos=9).answers.get()
    return answer


def finding(user: User, **fields: Any) -> Finding:
    """A finding that `user` has to put right; somebody else looks at it again."""
    checker = factories.person()
    answer = run(checker, verdict="failed").answers.get()
    fields = {"owner": user, "rechecker": checker} | fields
    made: Finding = Finding.objects.create(
        number=f"ZG-R-{next(_numbers)}", run=answer.run, answer=answer,
        subject_label=answer.run.subject_label, title="玻璃坏了", department=user.department,
        found_by=checker, found_at=timezone.now(), due_at=timezone.now() + timedelta(days=1), **fields,
    )  # fmt: skip
    return made


def rectified(user: User) -> Finding:
    """A finding that somebody else put right and `user` looks at again."""
    owner = factories.person()
    made = finding(user, owner=owner, rechecker=user)
    FindingRound.objects.create(
        finding=made, round=1, rectified_by=owner, rectified_at=timezone.now(), measure="换了玻璃"
    )
    made.state = "rectified"
    made.save()
    return made
