from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from houqin.notifications import selectors, services
from houqin.notifications.forms import PreferenceForm, initial_of
from houqin.notifications.models import Notice, NoticePreference
from houqin.notifications.seeing import address_of
from houqin.notifications.states import OWN
from houqin.registry import registry
from houqin.web.pages import ActPage, Column, Flag, FormPage, ListPage
from houqin.web.templatetags.houqin import badge, clock, unbroken

# One form for the whole list: each line is a button of it, so that opening a notice can mark it as read.
OPENER = '<button class="line-opener" form="open-notice" formaction="{}" name="_key" value="{}">{}{}</button>'


def _title(notice: Notice) -> str:
    new = badge("未读", "info") if notice.read_at is None else ""
    return format_html(OPENER, notice.get_absolute_url(), uuid.uuid4(), new, notice.title)


class Inbox(ListPage):
    """What the reader was told, the newest first."""

    perm = OWN
    model = Notice
    title = "通知"
    template_name = "notifications/inbox.html"
    columns = (
        Column("title", "内容", draw=_title),
        Column("detail", "说明", says_itself=True, draw=lambda notice: unbroken(notice.detail)),
        Column("kind", "类别", lambda notice: notice.kind_label, says_itself=True, is_whole=True),
        Column(
            "created_at",
            "时间",
            lambda notice: clock(notice.created_at),
            sort="created_at",
            says_itself=True,
            is_whole=True,
        ),
    )
    filters = (Flag("unread", "未读", lambda _user, _today: selectors.unread()),)
    order = ("-created_at",)
    search_hint = "内容、说明"
    search_fields = ("title", "detail")
    empty_title = "还没有通知"
    empty_hint = "有事要您办，或您提交的事有了结果，会在这里告诉您。"

    def row_url(self, row: Notice) -> str:
        """None: the line itself is the button."""
        return ""

    def context(self) -> dict[str, Any]:
        newest = self.rows().order_by("-created_at", "-pk").first() if self.user.unread else None
        if newest is None:
            return {}
        return {
            "read_all_url": reverse("notices:read-all", args=[newest.public_id]),
            "read_all_key": uuid.uuid4(),
        }


class OpenNotice(ActPage):
    """A notice on its own page; its button marks it as read and leads to what it is about."""

    perm = OWN
    model = Notice
    title = "通知"
    template_name = "notifications/notice.html"
    service = services.mark_read
    record_name = "notice"
    back_label = "返回"
    # Being read is nothing to be told of.
    said = ""

    def rows(self) -> QuerySet[Notice]:
        return super().rows().select_related("recipient", "content_type")  # type: ignore[no-any-return]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        kind = registry.notice_kinds.get(self.record.kind)
        act = kind.act if kind is not None else "去看看"
        return act if self.leads_to else "知道了"

    @property
    def leads_to(self) -> str:
        return address_of(self.record)

    def success_url(self, answer: Any) -> str:
        return self.leads_to or reverse("notices:inbox")

    def back_url(self) -> str:
        return reverse("notices:inbox")


class ReadAll(ActPage):
    """Everything up to the notice that stood on top of the list; what came in since stays unread."""

    perm = OWN
    model = Notice
    title = submit_label = "全部标为已读"
    question = "到这一条为止的通知都标为已读，一条也不删。"
    service = services.mark_all_read
    record_name = "notice"
    said = "已全部标为已读。"

    def success_url(self, answer: Any) -> str:
        return reverse("notices:inbox")

    def back_url(self) -> str:
        return reverse("notices:inbox")


class Preferences(FormPage):
    perm = OWN
    model = NoticePreference
    title = "通知设置"
    lead = "站内通知总是有的。下面选：哪些还用邮件或在工作群里告诉您，什么时候不打扰。"
    form_class = PreferenceForm
    template_name = "notifications/preferences.html"
    service = services.set_preference
    is_versioned = True
    said = "通知设置已保存。"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.wish: NoticePreference | None = None

    def own(self) -> NoticePreference:
        if self.wish is None:
            self.wish = selectors.preference_of(self.user)
        return self.wish

    def version_read(self) -> int:
        wish = self.own()
        return wish.version if wish.pk else 0

    def form_arguments(self) -> dict[str, Any]:
        return {"kinds": selectors.kinds_for(self.user), "was_off": self.own().off}

    def initial(self) -> dict[str, Any]:
        return initial_of(self.own())

    def arguments(self, form: Any) -> dict[str, Any]:
        given = form.cleaned_data
        names = ("email", "quiet_from", "quiet_to")
        return {**{name: given[name] for name in names}, "off": form.off()}

    def success_url(self, answer: Any) -> str:
        return reverse("notices:preferences")

    def back_url(self) -> str:
        return reverse("notices:inbox")
