"""A file is linked while the night removes what nobody linked: it stays, or the form is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from houqin.actors import System
from houqin.attachments import services
from houqin.attachments.models import Attachment, AttachmentLink
from houqin.errors import Gone
from houqin.writing import write
from tests.attachments.factories import stored
from tests.calendar_plans.factories import item, running_plan
from tests.concurrency.racing import in_thread
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = System("夜间清理")


def sweep() -> int:
    return write(services.forget_unlinked_files, at=timezone.now() + timedelta(days=2), by=NIGHT)


def test_a_file_that_is_being_linked_is_passed_over_by_the_night() -> None:
    worker = person(department=department())
    work, file = item(running_plan(), owner=worker), stored(worker)
    swept: list[int] = []

    def link_while_the_night_comes(*, by: Any) -> Any:
        link = services.attach_files(to=work, files=[file], by=by)
        with in_thread(lambda: swept.append(sweep())):
            pass
        return link

    write(link_while_the_night_comes, by=acting(worker))
    assert (swept, AttachmentLink.objects.count(), sweep()) == ([0], 1, 0)


def test_a_file_that_the_night_took_first_is_told_to_the_form() -> None:
    worker = person(department=department())
    work, file = item(running_plan(), owner=worker), stored(worker)
    assert (sweep(), Attachment.objects.count()) == (1, 0)
    with pytest.raises(Gone):
        write(services.attach_files, to=work, files=[file], by=acting(worker))
