"""Out of the house: what each way says, when it is sent, what is tried again, and what is sent to nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from houqin.actors import System
from houqin.errors import NotAllowed, RuleBroken
from houqin.notifications import carrying, services
from houqin.notifications.models import Channel, Delivery, Message, Notice
from houqin.notifications.services.telling import tell
from houqin.notifications.states import MessageState
from houqin.notifications.ways import DELAYS, LEASE, MOST_TRIES, Quiet, Way
from houqin.notifications.wording import signature
from houqin.people.models import RoleHolding, User
from houqin.people.roles import Role
from houqin.school_settings.models import SettingChange
from houqin.writing import write
from tests.calendar_plans import factories as plans
from tests.factories import acting, department, person
from tests.notifications.factories import channel, list_hosts, message, notice, waiting, wish
from tests.notifications.servers import Server, answering, hang, in_turn, mail_server, serving
from tests.program import free_port

pytestmark = pytest.mark.django_db

JOB = System("通知")
SECRET = "秘密" * 8


@pytest.fixture
def server() -> Iterator[Server]:
    """A listed server inside that takes everything."""
    list_hosts("127.0.0.1")
    with serving(answering()) as listening:
        yield listening


def send(on: Channel) -> int:
    return carrying.send_waiting(Channel.objects.get(pk=on.pk), by=JOB)


def state_of(on: Channel) -> list[tuple[str, int, str]]:
    return list(Message.objects.filter(channel=on).order_by("pk").values_list("state", "tries", "said"))


def let_time_pass(on: Channel) -> None:
    """Whatever waits for a later moment waits no longer."""
    long_ago = timezone.now() - timedelta(days=1)
    Channel.objects.filter(pk=on.pk).update(resting_until=None)
    Message.objects.filter(channel=on).update(next_at=long_ago, tried_at=long_ago)


# What is said


def test_a_webhook_gets_what_was_told_signed_and_without_a_phone(server: Server) -> None:
    on, user = channel(address=server.address, secret=SECRET), person(name="周杰", phone="13800000001")
    told = notice(user, title="交给您：检修门窗", detail="09-05 前完成")
    waiting(told, on)
    assert send(on) == 1
    (asked,) = server.asked
    assert asked.json["notices"] == [
        {
            "kind": "people.role_granted", "title": "交给您：检修门窗", "detail": "09-05 前完成", "url": "",
            "to": ["周杰"],
        }
    ]  # fmt: skip
    stamp = asked.headers["x-houqin-timestamp"]
    assert asked.headers["x-houqin-signature"] == f"sha256={signature(SECRET, stamp, asked.body)}"
    assert asked.json["id"] == asked.headers["x-houqin-id"] == Message.objects.get().public_id
    assert state_of(on) == [("sent", 1, "对方已收下。")]


def test_a_group_of_wecom_gets_text_and_the_phones_of_whom_it_concerns(server: Server) -> None:
    on = channel(Way.WECOM, address=server.address)
    for number, name in enumerate(("周杰", "李娜")):
        user = person(name=name, phone=f"1380000000{number}")
        waiting(notice(user, key="same", title="请您审批：九月工作"), on)
    send(on)
    assert server.asked[0].json == {
        "msgtype": "text",
        "text": {
            "content": "【后勤】请您审批：九月工作\n→ 周杰、李娜",
            "mentioned_mobile_list": ["13800000000", "13800000001"],
        },
    }


def test_dingtalk_is_signed_as_dingtalk_wants_it(server: Server) -> None:
    on = channel(Way.DINGTALK, address=f"{server.address}?access_token=abc", secret="SEC123")
    waiting(notice(person(name="周杰")), on)
    send(on)
    query = parse_qs(urlsplit(server.asked[0].path).query)
    (stamp,) = query["timestamp"]
    wanted = hmac.new(b"SEC123", f"{stamp}\nSEC123".encode(), hashlib.sha256).digest()
    assert (query["access_token"], query["sign"]) == (["abc"], [base64.b64encode(wanted).decode()])
    assert server.asked[0].json["at"] == {"atMobiles": [], "isAtAll": False}


def test_many_notices_become_one_message_that_counts_what_does_not_fit(server: Server) -> None:
    on = channel(Way.WECOM, address=server.address)
    for number in range(50):
        waiting(notice(person(name=f"教师{number:02}"), title=f"{number:02}号房间的门窗请尽快检修"), on)
    assert send(on) == 1
    text = server.asked[0].json["text"]["content"]
    assert text.startswith("【后勤】50 条新通知\n1. 00号房间的门窗请尽快检修（教师00）\n2. ")
    assert (len(text.encode()) <= 2_000, text.splitlines()[-1]) == (
        True, f"……另有 {50 - len(text.splitlines()) + 2} 条，请打开后勤系统看。",
    )  # fmt: skip


def test_a_single_long_notice_is_cut_between_two_characters(server: Server) -> None:
    on = channel(Way.WECOM, address=server.address)
    waiting(notice(person(), title="检" * 200, detail="修" * 300), on)
    wanted = "【后勤】" + "检" * 200 + "\n" + "修" * 300
    send(on)
    assert server.asked[0].json["text"]["content"].startswith(wanted)


def test_a_message_leads_to_the_page_when_the_school_has_an_address(server: Server) -> None:
    SettingChange.objects.create(
        code="notifications.site_address", value="https://hq.school.cn", reason="测试",
        valid_from=timezone.localdate(),
    )  # fmt: skip
    user = person()
    item = plans.item(plans.running_plan(department()), owner=user)
    on = channel(address=server.address)
    waiting(notice(user, item), on)
    send(on)
    assert server.asked[0].json["notices"][0]["url"] == f"https://hq.school.cn{item.get_absolute_url()}"


# Who gets nothing


def test_what_was_read_meanwhile_is_not_sent(server: Server) -> None:
    on = channel(address=server.address)
    told = notice(person())
    delivery = waiting(told, on)
    Notice.objects.filter(pk=told.pk).update(read_at=timezone.now())
    assert (send(on), server.asked) == (0, [])
    delivery.refresh_from_db()
    assert delivery.dropped == "本人已经看过"


def test_whoever_was_disabled_meanwhile_gets_nothing(server: Server) -> None:
    on, user = channel(address=server.address), person()
    delivery = waiting(notice(user), on)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert send(on) == 0
    delivery.refresh_from_db()
    assert delivery.dropped == "账号已停用"


def test_whoever_lost_sight_of_it_meanwhile_gets_nothing(server: Server) -> None:
    on, user = channel(address=server.address), person()
    item = plans.item(plans.running_plan(department()), owner=user)
    delivery = waiting(notice(user, item), on)
    type(item).objects.filter(pk=item.pk).update(owner=person())
    assert send(on) == 0
    delivery.refresh_from_db()
    assert delivery.dropped == "本人已看不到这件事"


def test_of_a_message_that_waits_for_another_try_only_what_is_still_wanted_is_sent(server: Server) -> None:
    on = channel(address=server.address)
    first, second = notice(person(name="周杰")), notice(person(name="李娜"))
    held = message(on)
    for each in (first, second):
        Delivery.objects.create(notice=each, channel=on, message=held, not_before=timezone.now())
    Notice.objects.filter(pk=first.pk).update(read_at=timezone.now())
    assert send(on) == 1
    assert [each["to"] for each in server.asked[0].json["notices"]] == [["李娜"]]


def test_a_message_of_which_nothing_is_left_is_dropped_and_not_sent(server: Server) -> None:
    on = channel(address=server.address)
    told = notice(person())
    Delivery.objects.create(notice=told, channel=on, message=message(on), not_before=timezone.now())
    Notice.objects.filter(pk=told.pk).update(read_at=timezone.now())
    send(on)
    assert (server.asked, state_of(on)[0][0]) == ([], "dropped")


def test_a_kind_that_somebody_does_not_want_in_the_group_is_not_put_there(server: Server) -> None:
    on, user = channel(address=server.address), person()
    wish(user, off=["people.role_granted:group"])
    holding = RoleHolding.objects.create(user=user, role=Role.GUARD)
    _tell(holding)
    assert (Notice.objects.count(), Delivery.objects.filter(channel=on).count()) == (1, 0)


def _tell(holding: RoleHolding, at: datetime | None = None) -> None:
    write(
        tell,
        kind="people.role_granted",
        record=holding.pk,
        mark="k",
        words={},
        at=at or timezone.now(),
        by=JOB,
    )


def test_in_quiet_hours_a_message_waits_for_their_end(server: Server) -> None:
    channel(address=server.address)
    holding = RoleHolding.objects.create(user=person(), role=Role.GUARD)
    shanghai = ZoneInfo("Asia/Shanghai")
    _tell(holding, datetime(2026, 9, 1, 23, 0, tzinfo=shanghai))
    assert Delivery.objects.get().not_before == datetime(2026, 9, 2, 6, 30, tzinfo=shanghai)


@pytest.mark.parametrize(
    ("begins", "ends", "now", "after"),
    [
        ((22, 0), (6, 30), (23, 0), (2, 6, 30)), ((22, 0), (6, 30), (5, 0), (1, 6, 30)),
        ((22, 0), (6, 30), (6, 30), (1, 6, 30)), ((12, 0), (14, 0), (13, 0), (1, 14, 0)),
        ((0, 0), (0, 0), (3, 0), (1, 3, 0)), ((12, 0), (14, 0), (11, 59), (1, 11, 59)),
    ],
)  # fmt: skip
@pytest.mark.dates
def test_quiet_hours_are_the_schools_hours(begins: Any, ends: Any, now: Any, after: Any) -> None:
    shanghai, quiet = ZoneInfo("Asia/Shanghai"), Quiet(time(*begins), time(*ends))
    wanted = datetime(2026, 9, *after, tzinfo=shanghai)
    assert quiet.after(datetime(2026, 9, 1, *now, tzinfo=shanghai)) == wanted


# When it goes wrong


def test_what_failed_is_tried_again_with_longer_and_longer_pauses_and_then_given_up() -> None:
    list_hosts("127.0.0.1")
    with serving(answering(500)) as server:
        on = channel(address=server.address)
        waiting(notice(person()), on)
        pauses = []
        for _ in range(MOST_TRIES + 2):
            send(on)
            held = Message.objects.get()
            if held.state == MessageState.WAITING:
                pauses.append(round((held.next_at - timezone.now()).total_seconds() / 60))
            let_time_pass(on)
    assert pauses == [delay.total_seconds() // 60 for delay in DELAYS]
    assert (len(server.asked), state_of(on)) == (
        MOST_TRIES,
        [("failed", MOST_TRIES, "对方的系统出错（500）。")],
    )


def test_a_failure_that_passes_ends_in_one_message() -> None:
    list_hosts("127.0.0.1")
    with serving(in_turn(answering(503), answering())) as server:
        on = channel(address=server.address)
        waiting(notice(person()), on)
        assert send(on) == 0
        let_time_pass(on)
        assert (send(on), send(on)) == (1, 0)
    assert [each.json["id"] for each in server.asked] == [Message.objects.get().public_id] * 2
    assert (state_of(on), Channel.objects.get(pk=on.pk).trouble) == ([("sent", 2, "对方已收下。")], "")


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        (answering(404), "对方拒收（404），请核对地址和密钥。"),
        (
            answering(302, b"", "Location: http://10.0.0.1/"),
            "对方要求转到别的地址（302），没有跟过去。请填最终的地址。",
        ),
    ],
    ids=["404", "redirect"],
)  # fmt: skip
def test_what_another_try_would_not_mend_fails_at_once(manner: Any, said: str) -> None:
    list_hosts("127.0.0.1")
    with serving(manner) as server:
        on = channel(address=server.address)
        waiting(notice(person()), on)
        send(on)
    assert state_of(on) == [("failed", 1, said)]


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "failed"),
        (b'{"errcode": 45009, "errmsg": "api freq out of limit"}', "waiting"),
        (b"<html>", "waiting"),
    ],
)
def test_a_robot_that_says_no_in_an_answer_that_looks_well_has_not_taken_it(body: bytes, state: str) -> None:
    list_hosts("127.0.0.1")
    with serving(answering(200, body)) as server:
        on = channel(Way.WECOM, address=server.address)
        waiting(notice(person()), on)
        send(on)
    assert state_of(on)[0][0] == state


def test_a_server_that_hangs_holds_up_no_other_channel_and_no_row(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("houqin.notifications.carrying.SECONDS_A_TRY", 0.5)
    with serving(hang) as stuck:
        bad, good = channel(address=stuck.address), channel(address=server.address)
        for on in (bad, good):
            for _ in range(3):
                waiting(notice(person()), on)
        assert (send(bad), send(good)) == (0, 1)
    assert len(stuck.asked) == 1
    resting = Channel.objects.get(pk=bad.pk)
    assert (state_of(bad), resting.trouble) == (
        [("waiting", 1, "对方太慢，10 秒里没有答完。")], "对方太慢，10 秒里没有答完。",
    )  # fmt: skip
    assert (resting.resting_until is not None, send(bad)) == (True, 0)


def test_a_server_that_is_down_is_said_to_the_administrator() -> None:
    list_hosts("127.0.0.1")
    on = channel(address=f"http://127.0.0.1:{free_port()}/")
    waiting(notice(person()), on)
    send(on)
    assert state_of(on) == [("waiting", 1, "连不上“127.0.0.1”：对方没有开机，或网络不通。")]


def test_a_server_that_is_listed_no_more_gets_nothing(server: Server) -> None:
    on = channel(address=server.address)
    waiting(notice(person()), on)
    SettingChange.objects.create(
        code="notifications.internal_hosts", value="无", valid_from=timezone.localdate(), reason="测试"
    )
    send(on)
    assert (server.asked, state_of(on)[0][0]) == ([], "failed")


def test_more_than_the_other_side_takes_in_a_minute_waits(server: Server) -> None:
    on = channel(Way.WECOM, address=server.address)
    for _ in range(20):
        message(on, MessageState.SENT, tries=1, tried_at=timezone.now())
    waiting(notice(person()), on)
    assert (send(on), carrying.channels_with_work(timezone.now())) == (0, [on.pk])
    let_time_pass(on)
    assert send(on) == 1


def test_whoever_took_a_message_and_died_is_followed_by_another_and_told_nothing(server: Server) -> None:
    on = channel(address=server.address)
    waiting(notice(person()), on)
    at = timezone.now()
    dead = write(services.take_message, channel=on, at=at, by=JOB)
    assert write(services.take_message, channel=on, at=at + LEASE - timedelta(seconds=1), by=JOB) is None
    again = write(services.take_message, channel=on, at=at + LEASE, by=JOB)
    assert (again.pk, again.tries) == (dead.pk, 2)
    write(services.note_sent, message=dead, mark=1, at=at, by=JOB)
    assert Message.objects.get().state == MessageState.SENDING
    write(services.note_sent, message=again, mark=2, at=at, by=JOB)
    assert Message.objects.get().state == MessageState.SENT


def test_an_administrator_has_a_failed_message_tried_again(server: Server) -> None:
    on = channel(address=server.address)
    failed = message(on, MessageState.FAILED, tries=MOST_TRIES)
    Delivery.objects.create(notice=notice(person()), channel=on, message=failed, not_before=timezone.now())
    admin = acting(person(Role.SYSTEM_ADMIN))
    write(services.retry_message, message=failed, at=timezone.now(), by=admin)
    assert (send(on), state_of(on)) == (1, [("sent", 1, "对方已收下。")])
    with pytest.raises(RuleBroken):
        write(services.retry_message, message=failed, at=timezone.now(), by=admin)


def test_nobody_but_an_administrator_has_anything_tried_again() -> None:
    failed = message(state=MessageState.FAILED)
    with pytest.raises(NotAllowed):
        write(services.retry_message, message=failed, at=timezone.now(), by=acting(person(Role.DIRECTOR)))


# Mail


def mail_channel(server: Server) -> Channel:
    return channel(
        Way.MAIL, host="127.0.0.1", port=server.port, security="none", sender="hq@school.cn", secret=""
    )


def reader(name: str = "周杰") -> User:
    user = person(name=name)
    wish(user, email=f"t{user.pk}@school.cn")
    return user


def test_a_letter_goes_to_each_person_with_all_that_waits_for_him() -> None:
    list_hosts("127.0.0.1")
    with mail_server() as server:
        on, first, second = mail_channel(server), reader(), reader("李娜")
        for user in (first, second, first):
            waiting(notice(user, title=f"给{user.name}的通知"), on)
        assert send(on) == 2
    letters = [message_from_bytes(each.body, policy=policy.default) for each in server.asked]
    assert [(letter["To"], letter["Subject"], letter.get_content().split("\r\n")) for letter in letters] == [
        (
            first.notice_preference.email,
            "【后勤】2 条新通知",
            ["【后勤】2 条新通知", "1. 给周杰的通知", "2. 给周杰的通知", ""],
        ),
        (second.notice_preference.email, "【后勤】给李娜的通知", ["【后勤】给李娜的通知", ""]),
    ]


@pytest.mark.parametrize(
    ("reply", "state", "said"),
    [
        (("RCPT", "550 no such user"), "failed", "对方的邮件服务器不收这个邮箱的信，请收件人核对邮箱。"),
        (("DATA", "451 try later"), "waiting", "“127.0.0.1”没有收下（451）。"),
        (("DATA", "554 spam"), "failed", "“127.0.0.1”没有收下（554）。"),
    ],
)
def test_what_a_mail_server_answers_is_said(reply: tuple[str, str], state: str, said: str) -> None:
    list_hosts("127.0.0.1")
    with mail_server(reply) as server:
        on = mail_channel(server)
        waiting(notice(reader()), on)
        send(on)
    assert state_of(on) == [(state, 1, said)]


@pytest.mark.parametrize("greeting", ["silent", "dripping"])
def test_a_mail_server_that_says_nothing_costs_no_more_than_the_time_of_a_try(
    monkeypatch: pytest.MonkeyPatch, greeting: str
) -> None:
    """Of one that drips no single wait is long: only the end of the whole try ends it."""
    monkeypatch.setattr("houqin.notifications.carrying.SECONDS_A_TRY", 0.5)
    list_hosts("127.0.0.1")
    with mail_server(greeting=greeting) as server:
        on = mail_channel(server)
        waiting(notice(reader()), on)
        send(on)
    assert state_of(on) == [("waiting", 1, "对方太慢，10 秒里没有答完。")]


def test_a_mail_server_inside_that_is_not_listed_gets_nothing() -> None:
    list_hosts("127.0.0.1")
    with mail_server() as server:
        on = mail_channel(server)
        SettingChange.objects.create(
            code="notifications.internal_hosts", value="无", valid_from=timezone.localdate(), reason="测试"
        )
        waiting(notice(reader()), on)
        send(on)
    assert (server.asked, state_of(on)[0][0]) == ([], "failed")
