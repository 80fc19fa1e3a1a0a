"""我的文件: the list, the page with the bar, the file itself, ordering it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from houqin.documents.responses import document_response
from houqin.errors import NotAllowed, RuleBroken
from houqin.orders import services, storage
from houqin.orders.forms import STALE, PaperForm, sealed, unsealed
from houqin.orders.models import PrintOrder
from houqin.orders.papers import OrderedPaper
from houqin.orders.rules import can_open, can_order_again
from houqin.orders.states import KEPT_DAYS, USE, OrderState
from houqin.people.models import User
from houqin.registry import registry
from houqin.rules import Decision
from houqin.school_settings.reading import setting
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    FormPage,
    ListPage,
    ObjectPage,
    Page,
    Step,
    state_column,
)
from houqin.web.templatetags.houqin import clock

LIST = ("我的文件", "orders:order-list")


def kept_until(order: PrintOrder) -> str:
    """Until when the file can be opened; nothing where there is none."""
    return clock(order.expires_at) if order.state == OrderState.READY else ""


class OrderList(ListPage):
    perm = USE
    model = PrintOrder
    title = "我的文件"
    columns = (
        Column("title", "文件"),
        state_column(),
        Column("pages", "页数", is_number=True),
        Column("created_at", "打印时间", lambda order: clock(order.created_at), sort="created_at"),
        Column("expires_at", "保留到", kept_until, on_phone=False),
        Column("said", "说明"),
    )
    filters = (Choices("state", "状态", OrderState.choices),)
    empty_title = "还没有文件"
    empty_hint = "超过 10 页的文件在后台制作，做好以后放在这里；短的点“打印”直接打开。"


class OrderPage(Page):
    """What the pages of one order have in common."""

    perm = USE
    model = PrintOrder
    record: Any

    def rows(self) -> Any:
        return super().rows().select_related("created_by")

    def trail(self) -> list[tuple[str, str]]:
        return [(LIST[0], reverse(LIST[1]))]


class Order(OrderPage, ObjectPage):
    template_name = "orders/order.html"

    def get(self, request: HttpRequest, public_id: str, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, public_id, **kwargs)
        if request.headers.get("HX-Request") == "true" and not self.record.is_busy:
            # The page that waits for the end of the job is drawn anew, whole.
            response = HttpResponse(headers={"HX-Refresh": "true"})
        return response

    def back_url(self) -> str:
        return reverse(LIST[1])

    def facts(self, record: PrintOrder) -> Sequence[tuple[str, Any]]:
        about = "约 " if record.state != OrderState.READY else ""
        facts: list[tuple[str, Any]] = [("页数", f"{about}{record.pages:,} 页")]
        if record.state == OrderState.READY:
            facts += [("大小", filesizeformat(record.size)), ("保留到", clock(record.expires_at))]
        return [*facts, ("打印时间", clock(record.created_at))]

    def steps(self, record: PrintOrder, user: User) -> Sequence[Step]:
        at = [record.public_id]
        if record.state == OrderState.READY:
            pdf = reverse("orders:pdf", args=at)
            return [
                Step("打开 PDF", pdf, is_primary=True, icon="printer"),
                Step("保存到电脑", f"{pdf}?download", icon="download"),
            ]
        if record.is_busy or record.kind not in registry.ordered_papers:
            return []
        again = reverse("orders:again", args=at)
        return [Step("重新做", again, is_primary=True, is_post=True, icon="refresh-cw")]

    def context(self) -> dict[str, Any]:
        now = timezone.now()
        return {
            "is_silent": self.record.is_silent(now),
            "kept_days": setting(KEPT_DAYS, on=timezone.localdate(now)),
        }


class Pdf(OrderPage):
    """The file, to whoever ordered it, if he might order it now."""

    template_name = "pages/no_print.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        self.record = self.find(public_id)
        try:
            can_open(self.record.state).require()
            services.paper_of(self.record, self.user).possible().require()
            pdf = storage.read(self.record.public_id)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from None
        except RuleBroken as refusal:
            return self.answer(request, {"reason": refusal.message}, status=refusal.status)
        except FileNotFoundError:
            reason = "这份文件已经不在服务器上。请回到原来的页面，重新打印一次。"
            return self.answer(request, {"reason": reason}, status=410)
        return document_response(request, pdf, f"{self.record.title}.pdf")

    def page_title(self) -> str:
        return "现在不能打开"

    def back_url(self) -> str:
        address: str = self.record.get_absolute_url()
        return address


class PlaceOrder(FormPage):
    """Reached from the pages that print; its address alone offers nothing."""

    perm = USE
    model = PrintOrder
    title = "打印长文件"
    submit_label = "开始制作"
    template_name = "orders/place.html"
    form_class = PaperForm
    service = services.order_asked
    said = "正在制作，可以离开这一页，做好以后通知您。"
    offer = ""

    def initial(self) -> dict[str, Any]:
        return {"paper": self.offer or self.request.GET.get("paper", "")}

    def paper(self) -> OrderedPaper | None:
        """What is offered; nothing where the address is not one of ours."""
        text = self.request.POST.get("paper", "") or self.initial()["paper"]
        found = unsealed(text)
        if found is None or found["kind"] not in registry.ordered_papers:
            return None
        return registry.ordered_papers[found["kind"]](self.user, found["asked"])

    def possible(self) -> Decision:
        paper = self.paper()
        return paper.possible() if paper is not None else Decision.no(STALE)

    def context(self) -> dict[str, Any]:
        paper = self.paper() if self.possible() else None
        return {"name": paper.title(), "pages": paper.pages()} if paper is not None else {}

    def back_url(self) -> str:
        return reverse(LIST[1])


def offered(request: HttpRequest, paper: OrderedPaper) -> HttpResponseBase:
    """The page that says how long `paper` is, with the button that orders it: no GET writes anything."""
    page = PlaceOrder()
    page.setup(request)
    page.offer = sealed(paper)
    return page.shown(page.form())


class Again(OrderPage, ActPage):
    title = "重新做这份文件"
    submit_label = "重新做"
    question = "按现在的内容重新做一份，做好以后通知您。"
    service = services.order_again
    record_name = "order"
    said = "正在制作，可以离开这一页，做好以后通知您。"

    def possible(self) -> Decision:
        return can_order_again(self.record.state)
