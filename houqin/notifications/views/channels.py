from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from houqin.notifications import selectors, services
from houqin.notifications.forms import ChannelForm, channel_initial, outgoing
from houqin.notifications.models import Channel, Message
from houqin.notifications.states import MANAGE, READ_CHANNEL
from houqin.notifications.ways import Way
from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import ActPage, Column, FormPage, Linked, ListPage, ObjectPage, Step, Thing
from houqin.web.pages.page import ABSENT
from houqin.web.templatetags.houqin import badge, clock

# What is added, where the way alone would sound as if a letter were written.
CREATED = {Way.MAIL: "邮件渠道"}
RETIRED = "这个渠道已经停用。"


def _standing(channel: Channel) -> str:
    if channel.retired_on is not None:
        return "已停用"
    usual = channel.trouble or ("正常" if channel.has_sent else "还没试过")  # type: ignore[attr-defined]
    return f"请重新填写{channel.to_enter}" if channel.to_enter else usual


def _drawn(channel: Channel) -> str:
    if channel.retired_on is not None:
        return badge("已停用", "neutral")
    if channel.to_enter:
        return badge("要重新填写", "bad")
    if channel.trouble:
        return badge("有故障", "bad")
    has_sent = channel.has_sent  # type: ignore[attr-defined]
    return badge("正常", "good") if has_sent else badge("还没试过", "neutral")


class ChannelList(ListPage):
    perm = READ_CHANNEL
    model = Channel
    title = "通知渠道"
    template_name = "notifications/channels.html"
    columns = (
        Column("name", "名称", sort="name"),
        Column("way", "方式", sort="way"),
        Column("host", "服务器", sort="host", on_phone=False),
        Column("standing", "状况", _standing, draw=_drawn),
    )
    empty_title = "还没有通知渠道"
    empty_hint = "站内通知已经能用。接上邮箱或工作群以后，不登录也能收到。"

    def with_columns(self, rows: Any) -> Any:
        return super().with_columns(rows).annotate(has_sent=selectors.has_sent())

    def context(self) -> Mapping[str, Any]:
        may = self.user.has(MANAGE)
        if not may:
            return {"ways": []}
        return {
            "ways": [
                (CREATED.get(way, way.label), reverse("notices:channel-create", args=[way])) for way in Way
            ]
        }


class ChannelDetail(ObjectPage):
    perm = READ_CHANNEL
    model = Channel
    template_name = "notifications/channel.html"

    def rows(self) -> QuerySet[Channel]:
        return super().rows().annotate(has_sent=selectors.has_sent())  # type: ignore[no-any-return]

    def trail(self) -> list[tuple[str, str]]:
        return [("通知渠道", reverse("notices:channel-list"))]

    def back_url(self) -> str:
        return reverse("notices:channel-list")

    def facts(self, channel: Channel) -> Sequence[tuple[str, Any]]:
        counts = selectors.channel_counts(channel)
        facts: list[tuple[str, Any]] = [
            ("方式", channel.get_way_display()),
            ("服务器", f"{channel.host}:{channel.port}" if channel.port else channel.host),
            ("加密", channel.get_security_display()),
            ("账号", channel.username),
            ("发件人", channel.sender),
            ("发哪些通知", selectors.kind_words(channel.kinds) or "没有勾选任何一类"),
            ("已发出", f"{counts['sent']} 条"),
            ("没有发出", f"{counts['failed']} 条"),
            ("等着发", f"{counts['gathering'] + counts['waiting'] + counts['sending']} 条"),
        ]
        if channel.resting_until is not None and channel.resting_until > timezone.now():
            facts.append(("下次再试", clock(channel.resting_until)))
        if channel.retired_on is not None:
            facts.append(("停用日期", channel.retired_on))
        return [(label, value) for label, value in facts if value != ""]

    def steps(self, channel: Channel, user: User) -> list[Step]:
        possible = allowed(actor(self.request), MANAGE, channel) and in_use(channel)
        at = [channel.public_id]
        return [
            Step("发一条测试消息", reverse("notices:channel-test", args=at), possible, is_primary=True,
                 is_post=True, icon="send"),
            Step("修改", reverse("notices:channel-edit", args=at), possible, icon="pencil"),
            Step("停用", reverse("notices:channel-retire", args=at), possible, is_danger=True,
                 icon="archive"),
        ]  # fmt: skip

    def linked(self, channel: Channel) -> Sequence[Linked]:
        last = Message.objects.visible_to(self.user).filter(channel=channel)[:5]
        things = [
            Thing(f"{clock(each.created_at)} {each.get_state_display()}", each.get_absolute_url(), each.said)
            for each in last
        ]
        return [Linked("最近发送", things, "还没有发过。")]


def in_use(channel: Channel) -> Decision:
    return Decision.no(RETIRED) if channel.retired_on is not None else Decision.yes()


class ChannelFormPage(FormPage):
    """What making and changing a channel have in common."""

    perm = MANAGE
    model = Channel
    form_class = ChannelForm

    def arguments(self, form: Any) -> dict[str, Any]:
        return {"facts": form.facts()}


class ChannelCreate(ChannelFormPage):
    service = services.create_channel
    said = "渠道已保存。请发一条测试消息试试。"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.way: str = kwargs["way"]

    def chosen(self) -> Way:
        if self.way not in Way.values:
            raise Http404(ABSENT)
        return Way(self.way)

    def page_title(self) -> str:
        return f"新增{CREATED.get(self.chosen(), self.chosen().label)}"

    def form_arguments(self) -> dict[str, Any]:
        return {"way": self.chosen()}

    def initial(self) -> dict[str, Any]:
        to_one = self.chosen() == Way.MAIL
        kinds = [kind.code for kind in outgoing() if to_one or not kind.is_private]
        return {"kinds": kinds, "port": 465}

    def arguments(self, form: Any) -> dict[str, Any]:
        return {**super().arguments(form), "way": str(self.chosen())}

    def back_url(self) -> str:
        return reverse("notices:channel-list")


class ChannelEdit(ChannelFormPage):
    service = services.update_channel
    record_name = "channel"
    is_versioned = True
    said = "渠道已保存。请发一条测试消息试试。"

    def page_title(self) -> str:
        return f"修改：{self.record.name}"

    def form_arguments(self) -> dict[str, Any]:
        return {"way": self.record.way, "channel": self.record}

    def initial(self) -> dict[str, Any]:
        return channel_initial(self.record)

    def possible(self) -> Decision:
        return in_use(self.record)


class ChannelTest(ActPage):
    perm = MANAGE
    model = Channel
    title = submit_label = "发一条测试消息"
    question = "测试消息马上发出；下一页会写明对方有没有收下。"
    service = services.ask_for_test
    record_name = "channel"
    said = "测试消息已排队。"

    def possible(self) -> Decision:
        return in_use(self.record)


class ChannelRetire(ActPage):
    perm = MANAGE
    model = Channel
    title = "停用通知渠道"
    submit_label = "停用"
    question = "停用后不再从这里发，保存的地址和密码一并删除；发送记录留着备查。"
    is_danger = True
    service = services.retire_channel
    record_name = "channel"
    said = "渠道已停用。"

    def clock(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def possible(self) -> Decision:
        return in_use(self.record)
