"""换班: the list, one of them with what is next for its reader, asking, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from houqin.people.access import allowed
from houqin.people.models import User
from houqin.rosters import selectors, services
from houqin.rosters.forms import AnswerForm, DenyForm, SwapForm
from houqin.rosters.models import Duty, Swap
from houqin.rosters.rules import can_answer, can_withdraw
from houqin.rosters.states import ASK, OPEN_SWAPS, READ_SWAPS, SETTLE, SwapState
from houqin.rules import Decision
from houqin.web.access import actor
from houqin.web.pages import (
    ActPage,
    Choices,
    Column,
    Flag,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Page,
    Period,
    Step,
    Thing,
    state_column,
)
from houqin.web.templatetags.houqin import clock


class SwapList(ListPage):
    """Every swap that the reader may see."""

    perm = READ_SWAPS
    model = Swap
    title = "换班"
    columns = (
        Column("duty_label", "换出的班", sort="duty_label"),
        Column("other_label", "换进的班", lambda swap: swap.other_label or "（代班）", sort="other_label"),
        Column("asker", "申请人", "asker.name", sort="asker__search_key"),
        Column("other", "对方", "other.name", sort="other__search_key"),
        state_column(),
        Column("asked_at", "申请时间", sort="asked_at", on_phone=False),
        Column("reason", "事由", on_phone=False),
    )
    filters = (
        Flag("mine", "我申请的", lambda user, _today: Q(asker=user.pk)),
        Flag("answer", "等我答复的", lambda user, _today: Q(other=user.pk, state=SwapState.ASKED)),
        Flag("open", "没有办结的", lambda _user, _today: Q(state__in=OPEN_SWAPS)),
        Choices("state", "状态", SwapState.choices),
        Period("on", "申请时间", field="asked_at", is_moment=True),
    )
    order = ("-asked_at",)
    search_hint = "班次、姓名"
    search_fields = ("duty_label", "other_label", "asker__name", "other__name")
    empty_title = "没有换班"
    empty_hint = "要换班，点开“我的值班”里的那一班，再点“换班”。"

    def rows(self) -> Any:
        return super().rows().select_related("asker", "other")


class SwapPage(Page):
    """What the pages of a swap have in common."""

    model = Swap
    record_name = "swap"

    def rows(self) -> Any:
        return super().rows().select_related("asker", "other", "kind__keeper", "settled_by")


class SwapDetail(SwapPage, ObjectPage):
    """What is asked, where it stands, and the next step of its reader."""

    perm = READ_SWAPS

    def trail(self) -> list[tuple[str, str]]:
        return [("换班", reverse("rosters:swap-list"))]

    def back_url(self) -> str:
        return reverse("rosters:swap-list")

    def facts(self, swap: Swap) -> Sequence[tuple[str, Any]]:
        settled = [("批准人", swap.settled_by)] if swap.settled_by else []
        return [
            ("申请人", swap.asker),
            ("换出的班", swap.duty_label),
            ("对方", swap.other),
            ("换进的班", swap.other_label or "不换，请对方代班"),
            ("事由", swap.reason),
            ("申请时间", clock(swap.asked_at)),
            ("答复时间", clock(swap.answered_at)),
            *settled,
            *([("意见", swap.opinion)] if swap.opinion else []),
        ]

    def steps(self, swap: Swap, user: User) -> list[Step]:
        by, at = actor(self.request), [swap.public_id]
        answer = allowed(by, ASK, swap) and can_answer(swap, user)
        settle = services.may_settle(swap=swap, by=by)
        back = allowed(by, ASK, swap) and can_withdraw(swap, user)
        return [
            Step("同意", reverse("rosters:swap-agree", args=at), answer, is_primary=True, icon="check"),
            Step("不同意", reverse("rosters:swap-refuse", args=at), answer, icon="x"),
            Step("批准", reverse("rosters:swap-approve", args=at), settle, is_primary=True, icon="stamp"),
            Step("不批准", reverse("rosters:swap-deny", args=at), settle, icon="corner-up-left"),
            Step("撤回", reverse("rosters:swap-withdraw", args=at), back, is_danger=True, icon="undo-2"),
        ]

    def linked(self, swap: Swap) -> list[Linked]:
        keys = [key for key in (swap.duty_id, swap.other_duty_id) if key is not None]
        seen = Duty.objects.visible_to(self.user).filter(pk__in=keys)
        things = [
            Thing(str(each), each.get_absolute_url())
            for each in seen.select_related("shift", "person", "roster__kind").order_by("begins_at", "pk")
        ]
        return [Linked("这两班现在", things, "您看不到这些班，或已从值班表里去掉。")]


class SwapAsk(FormPage):
    """Ask a colleague to take one of my duties, or to exchange it."""

    perm = ASK
    model = Duty
    record_name = "duty"
    title = "换班"
    submit_label = "发给对方"
    form_class = SwapForm
    service = services.ask_swap
    said = "已发给对方，等他答复。"

    def rows(self) -> Any:
        return super().rows().select_related("roster__kind", "shift", "person")

    def standing_at(self) -> str:
        return reverse("rosters:my")

    def possible(self) -> Decision:
        return services.may_ask(duty=self.record, at=timezone.now(), by=self.actor())

    def page_title(self) -> str:
        return f"换班：{self.record.day} {self.record.shift}（{self.record.hours}）"

    def form_arguments(self) -> dict[str, Any]:
        now = timezone.now()
        return {
            "colleagues": selectors.colleagues_of(self.record),
            "duties": selectors.duties_to_swap_for(self.record, now),
        }

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


class SwapAct(SwapPage, ActPage):
    """What the acts on a swap have in common; each happens now."""

    perm = ASK

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def possible(self) -> Decision:
        return allowed(self.actor(), ASK, self.record) and can_answer(self.record, self.user)


class SwapAgree(SwapAct):
    """I agree."""

    title = submit_label = "同意换班"
    service = services.agree_to_swap
    said = "已同意。"
    question = "同意以后，这一班就由您来值（要排班人批准的，批准后生效）。"


class SwapRefuse(SwapAct):
    """I do not agree."""

    title = submit_label = "不同意换班"
    form_class = AnswerForm
    service = services.refuse_swap
    said = "已答复对方。"


class SwapWithdraw(SwapAct):
    """I take it back."""

    title = submit_label = "撤回换班"
    is_danger = True
    question = "撤回后，这一班还是您值。"
    service = services.withdraw_swap
    said = "已撤回。"

    def possible(self) -> Decision:
        return allowed(self.actor(), ASK, self.record) and can_withdraw(self.record, self.user)


class SwapSettle(SwapAct):
    """What both answers of whoever draws up have in common."""

    perm = SETTLE

    def possible(self) -> Decision:
        return services.may_settle(swap=self.record, by=self.actor())


class SwapApprove(SwapSettle):
    """Approved: the duties change hands."""

    title = submit_label = "批准换班"
    question = "批准后值班表马上改，双方都会收到通知。"
    service = services.approve_swap
    said = "已批准，值班表已改。"


class SwapDeny(SwapSettle):
    """Not approved."""

    title = submit_label = "不批准换班"
    form_class = DenyForm
    service = services.deny_swap
    said = "已答复双方。"
