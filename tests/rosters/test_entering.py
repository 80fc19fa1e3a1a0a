"""代录 of the duty log: the office writes for whoever is on the shift, and signs for nobody."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse

from houqin.audit.selectors import timeline
from houqin.people.models import User
from houqin.rosters.models import Duty, DutyLog, LogEntry, Matter
from tests.factories import signed_in
from tests.rosters import laid
from tests.rosters.factories import guard, office

pytestmark = pytest.mark.django_db


def form_of(duty: Duty) -> str:
    return reverse("rosters:log-write", args=[duty.public_id])


def sent(client: Any, address: str, **typed: Any) -> Any:
    return client.post(address, {"_key": str(uuid.uuid4()), "text": "东门巡查，正常", **typed})


def test_the_office_writes_the_log_for_whoever_is_on_duty() -> None:
    duty, typist = laid.duty_now(guard("甲")), office()
    client = signed_in(typist)
    assert "代录日志" in client.get(duty.get_absolute_url()).content.decode()
    answer = sent(client, form_of(duty), doer=duty.person_id, entry_source="paper")
    entry = LogEntry.objects.get()
    assert (answer.headers["Location"], entry.created_by) == (entry.log.get_absolute_url(), duty.person)
    [line] = timeline(entry)
    assert (line.who, line.note) == ("甲", f"{typist.name}代录，来源：纸质")


def test_who_is_on_duty_stands_in_the_form_and_nobody_else_can_be_chosen() -> None:
    duty, other = laid.duty_now(guard("甲")), guard("乙")
    client = signed_in(office())
    form = client.get(form_of(duty)).context["form"]
    on_it = User.objects.filter(pk__in=Duty.objects.filter(shift=duty.shift, day=duty.day).values("person"))
    assert (set(form.fields["doer"].queryset), form["doer"].value()) == (set(on_it), duty.person_id)
    for typed in ({"doer": other.pk, "entry_source": "paper"}, {"doer": duty.person_id}, {}):
        assert sent(client, form_of(duty), **typed).status_code == 422
    assert not DutyLog.objects.exists()


def test_who_is_on_the_shift_writes_for_himself_as_before() -> None:
    duty = laid.duty_now(guard())
    client = signed_in(duty.person)
    assert "doer" not in client.get(form_of(duty)).context["form"].fields
    sent(client, form_of(duty))
    assert LogEntry.objects.get().created_by == duty.person


def test_what_is_handed_over_is_written_for_him_too_and_the_signature_stays_his() -> None:
    log = laid.log(guard())
    client, by = signed_in(office()), log.created_by
    page = client.get(log.get_absolute_url()).content.decode()
    assert ("代录一条" in page, "代录交接事项" in page) == (True, True)
    assert by is not None
    sent(
        client, reverse("rosters:matter-create", args=[log.public_id]), doer=by.pk,
        entry_source="phone",
    )  # fmt: skip
    assert Matter.objects.get().created_by == by
    assert client.get(reverse("rosters:log-sign", args=[log.public_id])).status_code == 403


def test_before_its_shift_a_log_is_written_for_nobody() -> None:
    duty = laid.duty(guard())
    answer = signed_in(office()).get(form_of(duty))
    assert (answer.status_code, "还没有开始" in answer.content.decode()) == (409, True)
