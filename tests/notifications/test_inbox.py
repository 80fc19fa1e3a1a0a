"""The inbox: the badge, opening, reading all, one's wishes, and what is forgotten."""

from __future__ import annotations

import re
import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from houqin.actors import System
from houqin.errors import EditedMeanwhile, NotAllowed
from houqin.notifications import services
from houqin.notifications.models import Message, Notice, NoticePreference
from houqin.notifications.states import MessageState
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans import factories as plans
from tests.factories import acting, department, person, signed_in
from tests.notifications.factories import message, notice, waiting

pytestmark = pytest.mark.django_db


def badge(page: str) -> list[str]:
    """The numbers beside the bells of a page."""
    return re.findall(r'<span class="unread"><span class="unseen">未读</span>([^<]+)</span>', page)


def opened(client: Client, told: Notice) -> Any:
    return client.post(told.get_absolute_url(), {"_key": str(uuid.uuid4())})


def test_the_badge_counts_what_is_unread_and_says_99_plus_beyond_it() -> None:
    user = person()
    client = signed_in(user)
    assert badge(client.get("/").content.decode()) == []
    notice(user)
    notice(user, read_at=timezone.now())
    notice(person())
    assert badge(client.get("/").content.decode()) == ["1", "1"]
    for _ in range(120):
        notice(user)
    assert badge(client.get("/").content.decode()) == ["99+", "99+"]


def test_the_badge_costs_no_query_of_its_own() -> None:
    user = person()
    client = signed_in(user)
    client.get("/account/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/account/")
    asking = [query["sql"] for query in seen.captured_queries if "houqin_notice" in query["sql"]]
    assert [sql.lstrip().startswith("SELECT session_data") for sql in asking] == [True]


def test_opening_a_notice_marks_it_as_read_and_leads_to_what_it_is_about() -> None:
    user = person()
    item = plans.item(plans.running_plan(department()), owner=user)
    told = notice(user, item)
    response = opened(signed_in(user), told)
    assert (response.status_code, response["Location"]) == (303, item.get_absolute_url())
    told.refresh_from_db()
    assert told.read_at is not None


def test_reading_a_notice_twice_keeps_the_first_moment() -> None:
    user = person()
    told, at = notice(user), timezone.now()
    for moment in (at, at + timedelta(hours=1)):
        write(services.mark_read, notice=told, at=moment, by=acting(user))
    told.refresh_from_db()
    assert told.read_at == at


def test_what_is_not_to_be_seen_any_more_is_not_led_to() -> None:
    user = person()
    item = plans.item(plans.running_plan(department()), owner=user)
    told = notice(user, item)
    type(item).objects.filter(pk=item.pk).update(owner=None)
    client = signed_in(user)
    assert "这件事已经不在，或不再归您查看。" in client.get(told.get_absolute_url()).content.decode()
    assert opened(client, told)["Location"] == "/notices/"


def test_a_page_that_the_program_has_no_more_is_not_led_to() -> None:
    reader = person()
    told = notice(reader, route="people:page-of-old")
    page = signed_in(reader).get(told.get_absolute_url())
    assert (page.status_code, "这件事已经不在，或不再归您查看。" in page.content.decode()) == (200, True)


def test_another_persons_notice_is_as_absent_as_none() -> None:
    client = signed_in(person(Role.DIRECTOR))
    told = notice(person())
    assert (client.get(told.get_absolute_url()).status_code, opened(client, told).status_code) == (404, 404)
    with pytest.raises(NotAllowed):
        write(services.mark_read, notice=told, by=acting(person()))


def test_all_are_marked_as_read_at_once_but_what_comes_after_the_tap() -> None:
    user, at = person(), timezone.now()
    notice(user, created_at=at)
    newest = notice(user, created_at=at)
    late = notice(user, created_at=at + timedelta(seconds=1))
    others = notice(person(), created_at=at)
    write(services.mark_all_read, notice=newest, by=acting(user))
    unread = Notice.objects.filter(read_at=None).order_by("pk")
    assert list(unread) == [late, others]


def test_the_list_shows_the_unread_alone_when_asked() -> None:
    user = person()
    notice(user, title="新的")
    notice(user, title="旧的", read_at=timezone.now())
    page = signed_in(user).get("/notices/?unread=1").content.decode()
    assert ("新的" in page, "旧的" in page) == (True, False)


def test_an_empty_inbox_says_what_will_come() -> None:
    assert "还没有通知" in signed_in(person()).get("/notices/").content.decode()


def test_the_inbox_asks_as_much_for_thirty_notices_as_for_one() -> None:
    user = person()
    client, counts = signed_in(user), []
    for number in (1, 29):
        for _ in range(number):
            notice(user)
        client.get("/notices/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/notices/")
        counts.append(len(seen))
    assert (counts[0], counts[0] <= 8) == (counts[1], True)


# Wishes


def set_wish(user: User, version: int | None = 0, **more: Any) -> NoticePreference:
    usual = {"email": "a@school.cn", "quiet_from": time(22), "quiet_to": time(6), "off": []}
    return write(services.set_preference, version=version, by=acting(user), **usual | more)


def test_wishes_are_ones_own_and_kept() -> None:
    user = person()
    kept = set_wish(user, off=["approvals.late:mail"])
    assert (kept.user, kept.email, kept.off) == (user, "a@school.cn", ["approvals.late:mail"])


def test_wishes_that_were_changed_elsewhere_meanwhile_are_not_written_over() -> None:
    user = person()
    set_wish(user)
    set_wish(user, version=1)
    with pytest.raises(EditedMeanwhile):
        set_wish(user, version=1)


def test_what_is_left_unticked_on_the_page_is_switched_off() -> None:
    user = person()
    sent = {
        "_key": str(uuid.uuid4()), "_version": "0", "email": "", "quiet_from": "22:00", "quiet_to": "06:30",
        "mail": ["approvals.opened"], "group": ["approvals.opened"],
    }  # fmt: skip
    assert signed_in(user).post("/notices/preferences/", sent).status_code == 303
    off = NoticePreference.objects.get(user=user).off
    assert ("approvals.opened:mail" in off, "approvals.late:mail" in off) == (False, True)


def test_only_what_may_reach_the_reader_is_asked_and_the_rest_stays_as_it_was() -> None:
    user = person()
    set_wish(user, off=["people.reset_asked:mail"])
    client = signed_in(user)
    page = client.get("/notices/preferences/").content.decode()
    assert ("密码重置待确认" in page, "待我审批" in page) == (False, True)
    sent = {
        "_key": str(uuid.uuid4()), "_version": "1", "email": "", "quiet_from": "22:00", "quiet_to": "06:30",
        "mail": [], "group": [],
    }  # fmt: skip
    assert client.post("/notices/preferences/", sent).status_code == 303
    assert "people.reset_asked:mail" in NoticePreference.objects.get(user=user).off
    asked = signed_in(person(Role.SECURITY_ADMIN)).get("/notices/preferences/").content.decode()
    assert "密码重置待确认" in asked


# What is forgotten


def test_old_notices_go_and_with_them_messages_that_carry_none_any_more() -> None:
    at, user = timezone.now(), person()
    old = notice(user, created_at=at - timedelta(days=181))
    young = notice(user, created_at=at - timedelta(days=179))
    sent = message(state=MessageState.SENT, created_at=at - timedelta(days=181))
    waiting(old, sent.channel)
    assert write(services.forget_old_notices, at=at, by=System("夜间清理")) == 1
    assert (list(Notice.objects.all()), Message.objects.count()) == ([young], 0)


def test_nobody_but_the_house_forgets() -> None:
    with pytest.raises(NotAllowed):
        write(services.forget_old_notices, at=timezone.now(), by=acting(person(Role.SYSTEM_ADMIN)))
