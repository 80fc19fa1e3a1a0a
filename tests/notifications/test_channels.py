"""Channels: who keeps them, where they may lead, and that nobody gets their keys out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.notifications import services
from houqin.notifications.models import Channel, Delivery
from houqin.notifications.selectors import failures
from houqin.notifications.services import ChannelFacts
from houqin.notifications.services.telling import SEND
from houqin.notifications.states import MessageState
from houqin.notifications.ways import Way
from houqin.people.roles import Role
from houqin.sealing import seal, unseal
from houqin.writing import write
from tests.factories import acting, person, signed_in
from tests.notifications.factories import channel, list_hosts, message, notice, waiting, wish
from tests.notifications.working import queued

pytestmark = pytest.mark.django_db

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-key-of-the-group"


def admin() -> Any:
    return acting(person(Role.SYSTEM_ADMIN))


def create(way: Way = Way.WECOM, **facts: Any) -> Channel:
    facts = {"name": "总务处群", "address": WECOM} | facts
    return write(services.create_channel, way=way, facts=ChannelFacts(**facts), by=admin())


def test_address_and_secret_are_kept_sealed_and_can_be_opened_again() -> None:
    made = create(Way.DINGTALK, address="https://oapi.dingtalk.com/robot/send?access_token=t", secret="SEC9")
    assert ("access_token" in made.sealed_address, "SEC9" in made.sealed_secret) == (False, False)
    assert unseal(made.sealed_secret) == "SEC9"
    assert unseal(made.sealed_address) == "https://oapi.dingtalk.com/robot/send?access_token=t"


def test_what_was_sealed_with_another_key_is_refused_with_a_sentence(settings: Any, tmp_path: Any) -> None:
    sealed = seal("x")
    settings.DATA_DIR = tmp_path
    with pytest.raises(RuleBroken) as refused:
        unseal(sealed)
    assert refused.value.message.startswith("密钥文件换过或丢了")


def test_neither_key_reaches_the_audit_or_a_page() -> None:
    made = create(Way.WEBHOOK, address="https://hooks.example.com/geheim", secret="sehr-geheim")
    event = made.events.model
    assert {"sealed_address", "sealed_secret"} & {field.name for field in event._meta.get_fields()} == set()
    client = signed_in(person(Role.SYSTEM_ADMIN))
    for path in ("", "edit/"):
        page = client.get(f"{made.get_absolute_url()}{path}").content.decode()
        assert (page.count("geheim"), page.count(made.sealed_address)) == (0, 0)


def test_only_a_system_administrator_makes_channels() -> None:
    facts = ChannelFacts(name="群", address=WECOM)
    with pytest.raises(NotAllowed):
        write(services.create_channel, way=Way.WECOM, facts=facts, by=acting(person(Role.DIRECTOR)))


@pytest.mark.parametrize(
    ("way", "facts", "field"),
    [
        (Way.WECOM, {"address": ""}, "address"),
        (Way.WECOM, {"address": "https://evil.example.com/cgi-bin/webhook/send?key=a"}, "address"),
        (Way.WECOM, {"address": "https://qyapi.weixin.qq.com.evil.example.com/"}, "address"),
        (Way.WEBHOOK, {"address": "https://10.0.0.1/x", "secret": "s"}, "address"),
        (Way.WEBHOOK, {"address": "https://hooks.example.com/"}, "secret"),
        (Way.MAIL, {"host": "localhost", "port": 25, "security": "ssl", "sender": "a@b.cn"}, "host"),
        (Way.MAIL, {"host": "smtp.qq.com", "port": 25, "security": "none", "sender": "a@b.cn"}, "security"),
    ],
)
def test_a_channel_leads_only_where_it_may(way: Way, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        create(way, **facts)
    assert refused.value.field == field


def test_two_channels_of_one_name_and_two_mail_servers_are_refused() -> None:
    server = {"host": "smtp.qq.com", "port": 465, "security": "ssl", "sender": "a@b.cn"}
    create()
    create(Way.MAIL, name="邮箱", **server)
    for way, facts in ((Way.WECOM, {}), (Way.MAIL, {"name": "另一个邮箱", **server})):
        with pytest.raises(RuleBroken):
            create(way, **facts)


def test_a_changed_server_does_not_get_the_stored_secret() -> None:
    """Whoever may change a channel must not be able to have its password sent to a server of his own."""
    made = create(Way.WEBHOOK, address="https://hooks.example.com/a", secret="old")
    moved = ChannelFacts(name=made.name, address="https://other.example.com/a")
    with pytest.raises(RuleBroken) as refused:
        write(services.update_channel, channel=made, version=1, facts=moved, by=admin())
    assert refused.value.field == "secret"


def test_empty_keys_leave_what_is_stored() -> None:
    made = create()
    facts = ChannelFacts(name="新名称", kinds=("approvals.opened",))
    write(services.update_channel, channel=made, version=1, facts=facts, by=admin())
    made.refresh_from_db()
    assert (made.name, made.kinds, unseal(made.sealed_address)) == ("新名称", ["approvals.opened"], WECOM)


def test_of_two_who_change_a_channel_the_second_is_told() -> None:
    made = create()
    write(services.update_channel, channel=made, version=1, facts=ChannelFacts(name="甲"), by=admin())
    with pytest.raises(EditedMeanwhile):
        write(services.update_channel, channel=made, version=1, facts=ChannelFacts(name="乙"), by=admin())


def test_a_retired_channel_has_no_keys_and_nothing_waits_for_it() -> None:
    made = create()
    delivery = waiting(notice(person()), made)
    write(services.retire_channel, channel=made, on=timezone.localdate(), by=admin())
    made.refresh_from_db()
    delivery.refresh_from_db()
    assert (made.sealed_address, made.sealed_secret, delivery.dropped) == ("", "", "渠道已停用")
    for act in (
        lambda: write(services.ask_for_test, channel=made, by=admin()),
        lambda: write(services.retire_channel, channel=made, on=timezone.localdate(), by=admin()),
    ):
        with pytest.raises(RuleBroken):
            act()


def test_a_test_message_is_queued_and_carries_no_notice() -> None:
    made = create()
    asked = write(services.ask_for_test, channel=made, by=admin())
    assert (asked.is_test, asked.state, Delivery.objects.count()) == (True, MessageState.WAITING, 0)
    assert [job.args for job in queued(SEND)] == [{"channel": made.pk}]


def test_a_test_by_mail_needs_somebody_to_write_to() -> None:
    by, made = admin(), channel(Way.MAIL)
    with pytest.raises(RuleBroken):
        write(services.ask_for_test, channel=made, by=by)
    wish(by.user, email="a@school.cn")
    assert write(services.ask_for_test, channel=made, by=by).recipient == by.user


def test_what_did_not_go_out_stands_on_the_administrators_home_and_on_nobody_elses() -> None:
    made = create()
    for _ in range(3):
        message(made, MessageState.FAILED)
    message(made, MessageState.SENT)
    for role, wanted in (
        (Role.SYSTEM_ADMIN, ["“总务处群”有 3 条消息没有发出"]), (Role.AUDIT_ADMIN, []), (Role.DIRECTOR, []),
    ):  # fmt: skip
        assert [todo.title for todo in failures(person(role), timezone.localdate())] == wanted


@pytest.fixture
def another_key(settings: Any, tmp_path: Path) -> Callable[[], None]:
    """What a restoring on a new machine does: everything is there but the secrets of the data folder."""

    def move() -> None:
        settings.DATA_DIR = tmp_path / "new machine"
        settings.DATA_DIR.mkdir()

    return move


def test_with_another_key_the_administrator_is_told_everywhere_what_to_enter_again(
    another_key: Callable[[], None],
) -> None:
    made, user = create(), person(Role.SYSTEM_ADMIN)
    client, on = signed_in(user), timezone.localdate()
    before = [*failures(user, on)], "要重新填写" in client.get("/notices/channels/").content.decode()
    another_key()
    asked = f"请重新填写“总务处群”的{made.to_enter}"
    assert (before, [todo.title for todo in failures(user, on)]) == (([], False), [asked])
    told = {
        "/": asked, "/notices/channels/": "要重新填写", made.get_absolute_url(): "重新填一遍",
        f"{made.get_absolute_url()}edit/": "原来存的打不开",
    }  # fmt: skip
    assert [page for page, words in told.items() if words not in client.get(page).content.decode()] == []


def test_with_another_key_nothing_may_be_left_empty_and_once_entered_all_is_well(
    another_key: Callable[[], None],
) -> None:
    made = create()
    another_key()
    with pytest.raises(RuleBroken, match="原来存的打不开，请重新填写。"):
        write(services.update_channel, channel=made, version=1, facts=ChannelFacts(name="甲"), by=admin())
    facts = ChannelFacts(name="甲", address=WECOM)
    made = write(services.update_channel, channel=made, version=1, facts=facts, by=admin())
    assert (made.to_enter, [*failures(person(Role.SYSTEM_ADMIN), timezone.localdate())]) == ("", [])


def test_an_administrator_sees_to_whom_a_message_went_and_not_what_it_said() -> None:
    made = create()
    held, told = message(made), notice(person(name="周杰"), title="请您审批：采购灯管", detail="王芳提交")
    Delivery.objects.create(notice=told, channel=made, message=held, not_before=timezone.now())
    page = signed_in(person(Role.SYSTEM_ADMIN)).get(held.get_absolute_url()).content.decode()
    assert ("授予岗位 → 周杰" in page, "采购灯管" in page, "王芳" in page) == (True, False, False)


def test_the_listed_servers_are_changed_by_the_security_administrator_alone() -> None:
    address, client = "/settings/notifications.internal_hosts/change/", signed_in(person(Role.SECURITY_ADMIN))
    assert client.get(address).status_code == 200
    assert signed_in(person(Role.DIRECTOR)).get(address).status_code == 403
    list_hosts("oa.local")
    assert "oa.local" in client.get("/settings/notifications.internal_hosts/").content.decode()
