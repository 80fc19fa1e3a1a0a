"""换班: the list, one of them with what is next for its reader, asking, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

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
from houqin.web.templatetags.houqin import clock, unbroken


def taken_label(swap: Swap) -> str:
    """The shift that is taken in exchange, if any."""
    return swap.other_label or "（代班）"


class SwapList(ListPage):
    """Every swap that the reader may see."""

    perm = READ_SWAPS
    model = Swap
    title = "换班"
    columns = (
        Column("duty_label", "换出的班", sort="duty_label", draw=lambda swap: unbroken(swap.duty_label)),
        Column(
            "other_label",
            "换进的班",
            taken_label,
            sort="other_label",
            draw=lambda swap: unbroken(taken_label(swap)),
        ),
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
        named = ("asker", "other", "kind__keeper", "settled_by", "duty__shift", "other_duty__shift")
        return super().rows().select_related(*named)


class SwapDetail(SwapPage, ObjectPage):
    """What is asked, where it stands, and the next step of its reader."""

    perm = READ_SWAPS

    def trail(self) -> list[tuple[str, str]]:
        return [("换班", reverse("rosters:swap-list"))]

    def back_url(self) -> str:
        return reverse("rosters:swap-list")

    def facts(self, swap: Swap) -> Sequence[tuple[str, Any]]:
        settled = [("批准人", swap.settled_by)] if swap.settled_by else []
        is_open = swap.state in OPEN_SWAPS
        warning = selectors.long_watches(swap.taken(), reader=self.user) if is_open else ""
        return [
            *([("换班以后", f"{swap.comes_to(self.user)}。{warning}")] if is_open else []),
            ("申请人", swap.asker),
            ("换出的班", _of_day(swap.duty, swap.duty_label)),
            ("对方", swap.other),
            ("换进的班", _of_day(swap.other_duty, swap.other_label) or "不换，请对方代班"),
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
        return f"换班：{self.record.heading}"

    def said_of(self, answer: Swap) -> str:
        return f"{self.said}{selectors.long_watches(answer.taken(), reader=self.user)}"

    def form_arguments(self) -> dict[str, Any]:
        now = timezone.now()
        return {
            "colleagues": selectors.colleagues_of(self.record),
            "duties": selectors.duties_to_swap_for(self.record, now),
        }

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}


def _of_day(duty: Duty | None, label: str) -> str:
    """A duty as a fact, its hours in one line; as it was called when it is no longer on the wall."""
    if duty is None:
        return label
    return format_html('{}　<span class="whole">{}</span>', duty.words, duty.hours)


def _approver(swap: Swap) -> str:
    """Who approves it: whoever draws up, the office where that is one of the two (申请≠审批)."""
    keeper = swap.kind.keeper
    return "总务处" if keeper.pk in {swap.asker_id, swap.other_id} else f"排班人{keeper.name}"


class SwapAct(SwapPage, ActPage):
    """What the acts on a swap have in common; each happens now."""

    perm = ASK

    def clock(self) -> dict[str, Any]:
        return {"at": timezone.now()}

    def possible(self) -> Decision:
        return allowed(self.actor(), ASK, self.record) and can_answer(self.record, self.user)

    def warning(self) -> str:
        """Who comes to be on duty for a day and a night on end: for who decides to know, not refused."""
        return selectors.long_watches(self.record.taken(), reader=self.user)


class SwapAgree(SwapAct):
    """I agree."""

    title = submit_label = "同意换班"
    service = services.agree_to_swap

    def asked(self) -> str:
        then = f"同意以后，{self.record.comes_to(self.user)}。{self.warning()}"
        if services.waits_for_approval(timezone.now()):
            return f"{then}{_approver(self.record)}批准后才生效，批准以前各值各的班。"
        return f"{then}同意后马上生效，不用再批准。"

    def said_of(self, answer: Swap) -> str:
        if answer.state == SwapState.AGREED:
            return f"已同意，等{_approver(answer)}批准。"
        return f"已换好：{answer.comes_to(self.user)}。"


class SwapRefuse(SwapAct):
    """I do not agree."""

    title = submit_label = "不同意换班"
    form_class = AnswerForm
    service = services.refuse_swap
    said = "已答复对方。"

    def asked(self) -> str:
        return f"{self.record.asker.name}想请您换班：{self.record.comes_to(self.user)}。不同意，班不变。"


class SwapWithdraw(SwapAct):
    """I take it back."""

    title = submit_label = "撤回换班"
    is_danger = True
    service = services.withdraw_swap
    said = "已撤回。"

    def asked(self) -> str:
        return f"申请的是：{self.record.comes_to(self.user)}。撤回以后不换了，各值各的班。"

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
    service = services.approve_swap
    said = "已批准，值班表已改。"

    def asked(self) -> str:
        then = f"批准以后，{self.record.comes_to(self.user)}。{self.warning()}"
        return f"{then}值班表马上改，双方都会收到通知。"


class SwapDeny(SwapSettle):
    """Not approved."""

    title = submit_label = "不批准换班"
    form_class = DenyForm
    service = services.deny_swap
    said = "已答复双方。"

    def asked(self) -> str:
        return f"申请的是：{self.record.comes_to(self.user)}。不批准，班不变，双方都会收到通知。"
