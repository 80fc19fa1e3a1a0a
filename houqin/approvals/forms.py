"""What is typed about approvals: opinions, minutes, meeting bodies, routes and trying them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from houqin.approvals.models import ApprovalStep, Meeting, MeetingBody, RouteEdition
from houqin.approvals.selectors import StandingLine
from houqin.approvals.services import Conditions, SeatDraft, StepDraft
from houqin.approvals.states import Budget, Mode, SeatKind
from houqin.people.choices import InUseField, KeepsWhatItHas, SeveralInUse, marked
from houqin.people.models import Department, RoleHolding, User
from houqin.people.roles import ADMINISTRATORS, GRANTABLE, Role
from houqin.registry import registry
from houqin.web.templatetags.houqin import money

MOST_STEPS = 8
SEATS_A_STEP = 3
MOST_MEETINGS = 50
SEAT = re.compile(r"step[0-9]+-seat[0-9]+")
LARGEST = Decimal("999999999999.99")
ASKED = "用到这个环节就必填。"
# The fields about money, which a plan does not have.
MONEY = ("over", "up_to", "budget")
ROLES = [(str(role), role.label) for role in GRANTABLE]


class OpinionForm(forms.Form):
    """Agreeing, with words and with what is struck out."""

    comment = forms.CharField(
        label="意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, lines: Sequence[StandingLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if lines:
            choices = [(each.key, f"{each.label}　{money(each.amount)} 元") for each in lines]
            strike = forms.MultipleChoiceField(
                label="核减", choices=choices, required=False, widget=forms.CheckboxSelectMultiple,
                help_text="勾上的行不同意支出，金额相应减少；审批环节不变。",
            )  # fmt: skip
            # Shown is what still stands; a second tap says again what the first one struck.
            left = {each.key for each in lines if not each.struck_by}
            strike.widget.choices = [choice for choice in choices if choice[0] in left]
            self.fields["strike"] = strike


class ReasonForm(forms.Form):
    """A no, with its reason."""

    comment = forms.CharField(label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SendBackForm(ReasonForm):
    """Where the request goes back to, and why."""

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.TypedChoiceField(label="退回给", choices=places, coerce=int, initial=0)
        self.order_fields(["to", "comment"])


class ColleagueForm(forms.Form):
    """To whom a seat is handed on, or whose signature is wanted too."""

    to = InUseField(label="同事", queryset=User.objects.none(), empty_label="请选择")
    comment = forms.CharField(label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, step: ApprovalStep, me: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = _colleagues(step, me)  # type: ignore[attr-defined]


def _colleagues(step: ApprovalStep, me: User) -> Any:
    """Whom `me` may name at `step`: colleagues in service, not the applicant, no administrator.

    Who signs here already is left to the service: after the first of two taps the colleague whom it named
    does, and the second tap has to say the same.
    """
    administrators = RoleHolding.objects.filter(role__in=ADMINISTRATORS, ended_at=None).values("user")
    barred = Q(pk__in=[me.pk, step.request.applicant_id]) | Q(pk__in=administrators)
    return User.objects.active().exclude(barred).order_by("search_key", "pk")


class MeetingOpinionForm(forms.Form):
    """Which meeting carried the request."""

    meeting = forms.ModelChoiceField(
        label="会议纪要", queryset=Meeting.objects.none(), empty_label="请选择",
        help_text="没有这次会议的纪要时，先在议事会议里登记。",
    )  # fmt: skip
    comment = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, body: MeetingBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A choice is looked up by its key, which a sliced queryset refuses.
        newest = body.meetings.order_by("-held_on", "-pk").values("pk")[:MOST_MEETINGS]
        meetings = Meeting.objects.filter(pk__in=newest).order_by("-held_on", "-pk")
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]

    def clean_meeting(self) -> Meeting:
        meeting: Meeting = self.cleaned_data["meeting"]
        return meeting


class WithdrawForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.CharField(label="撤回原因", max_length=300, required=False)


class BodyForm(KeepsWhatItHas):
    """A meeting body."""

    name = forms.CharField(label="会议名称", max_length=40, help_text="例如“校长办公会”“党组织会议”。")
    quorum = forms.IntegerField(
        label="到会人数不少于（%）",
        min_value=1,
        max_value=100,
        initial=67,
        help_text="达到这个比例才能议事。",
    )
    members = SeveralInUse(label="成员", queryset=User.objects.order_by("search_key", "pk"))


class MinutesForm(forms.Form):
    """The minutes of one sitting."""

    number = forms.CharField(label="纪要号", max_length=40, help_text="例如“〔2026〕12号”。")
    held_on = forms.DateField(label="开会日期", widget=forms.DateInput)
    # A member whose account was closed since may have been there.
    attendees = SeveralInUse(label="到会人员", queryset=User.objects.none())
    votes_for = forms.IntegerField(label="同意票", min_value=0, max_value=999)
    votes_against = forms.IntegerField(label="反对票", min_value=0, max_value=999, initial=0)
    abstentions = forms.IntegerField(label="弃权票", min_value=0, max_value=999, initial=0)
    minutes = forms.CharField(label="会议纪要", max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, body: MeetingBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendees"].queryset = body.members.order_by("search_key", "pk")  # type: ignore[attr-defined]


class RetireForm(forms.Form):
    """From which day a route is out of use."""

    on = forms.DateField(label="停用日期", widget=forms.DateInput)


def _kinds() -> list[tuple[str, str]]:
    return [(subject.kind, subject.label) for subject in registry.approval_subjects.values()]


def _asks_for_money(subject_kind: str) -> bool:
    """Whether what is approved is about money: this kind of thing, or any at all where none is named yet."""
    subjects = registry.approval_subjects
    asked = [subjects[subject_kind]] if subject_kind in subjects else subjects.values()
    return any(subject.has_amount for subject in asked)


def _signers(kept: Collection[str]) -> list[tuple[str, str]]:
    """Everybody and everything that can be named to sign, and what the codes `kept` name already.

    Each stands under a code of its kind; what went out of use is marked.
    """
    named = [code.partition(":")[2] for code in kept]
    bodies = MeetingBody.objects.filter(Q(retired_on=None) | Q(public_id__in=named))
    people = User.objects.filter(Q(is_active=True) | Q(public_id__in=named)).order_by("search_key", "pk")
    return [
        ("", "—"),
        (SeatKind.HEAD, "申请部门负责人"),
        *((f"role:{code}", label) for code, label in ROLES),
        *((f"meeting:{each.public_id}", f"会议：{marked(each)}") for each in bodies),
        *((f"person:{each.public_id}", f"指定：{marked(each)}") for each in people),
    ]


class ConditionsForm(KeepsWhatItHas):
    """What a route applies to; shared by the editor and the try-out."""

    over = forms.DecimalField(
        label="金额大于（元）", min_value=0, max_value=LARGEST, decimal_places=2, required=False
    )
    up_to = forms.DecimalField(
        label="金额不超过（元）", min_value=0, max_value=LARGEST, decimal_places=2, required=False
    )
    departments = SeveralInUse(
        label="只限申请部门",
        queryset=Department.objects.all(),
        required=False,
        help_text="不选就是所有部门。",
    )
    budget = forms.ChoiceField(label="预算", choices=Budget.choices, required=False)


class RouteForm(ConditionsForm):
    """A route: its name, when it applies, and up to eight steps of up to three signers."""

    name = forms.CharField(label="流程名称", max_length=40)
    kind = forms.ChoiceField(label="适用事项")
    order = forms.IntegerField(
        label="顺序",
        min_value=0,
        max_value=999,
        initial=50,
        help_text="同一事项从小到大比对，用第一条符合的。",
    )
    field_order = ("name", "kind", "order", "over", "up_to", "departments", "budget")

    def __init__(self, *args: Any, subject_kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        if not _asks_for_money(subject_kind):
            for name in MONEY:
                del self.fields[name]
        kept = [str(value) for name, value in self.initial.items() if SEAT.fullmatch(name) and value]
        signers = _signers(kept)
        for place in range(1, MOST_STEPS + 1):
            self._add_step(place, signers)
        if subject_kind:
            del self.fields["kind"]
            self.fields["reason"] = forms.CharField(label="修改原因", max_length=200)

    def _add_step(self, place: int, signers: Sequence[tuple[str, str]]) -> None:
        prefix = f"step{place}"
        self.fields[f"{prefix}-label"] = forms.CharField(
            label="环节名称", max_length=40, required=False, help_text=ASKED
        )
        for seat in range(1, SEATS_A_STEP + 1):
            label = "审批人" if seat == 1 else f"审批人 {seat}"
            self.fields[f"{prefix}-seat{seat}"] = forms.ChoiceField(
                label=label, choices=signers, required=False, help_text=ASKED if seat == 1 else ""
            )
        self.fields[f"{prefix}-mode"] = forms.ChoiceField(
            label="多人审批方式", choices=Mode.choices, initial=Mode.ANY, required=False
        )
        self.fields[f"{prefix}-stand_in"] = forms.ChoiceField(
            label="申请人就是审批人时，改由", choices=[("", "—"), *ROLES], required=False
        )
        self.fields[f"{prefix}-hours"] = forms.IntegerField(
            label="时限（工作小时）", min_value=1, max_value=400, initial=16, required=False
        )
        self.fields[f"{prefix}-copy"] = forms.ChoiceField(
            label="完成后抄送", choices=[("", "—"), *ROLES], required=False
        )

    @property
    def head(self) -> list[Any]:
        """The fields above the steps."""
        return [self[name] for name in self.fields if name != "reason" and not name.startswith("step")]

    @property
    def foot(self) -> list[Any]:
        """The fields below the steps."""
        return [self["reason"]] if "reason" in self.fields else []

    @property
    def rows(self) -> list[tuple[int, bool, list[Any]]]:
        """The steps: number, whether the row has something in it, its fields."""
        found = []
        for place in range(1, MOST_STEPS + 1):
            fields = [self[name] for name in self.fields if name.startswith(f"step{place}-")]
            found.append((place, bool(fields[0].value() or fields[1].value()), fields))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in range(1, MOST_STEPS + 1):
            named = any(cleaned.get(f"step{place}-seat{seat}") for seat in range(1, SEATS_A_STEP + 1))
            label = cleaned.get(f"step{place}-label")
            if named and not label:
                self.add_error(f"step{place}-label", "请写这个环节的名称。")
            if label and not named:
                self.add_error(f"step{place}-seat1", "请选这个环节的审批人。")
        return cleaned

    def steps(self) -> list[StepDraft]:
        """The steps that were filled in, in their order."""
        return [
            self._step(f"step{place}")
            for place in range(1, MOST_STEPS + 1)
            if self.cleaned_data.get(f"step{place}-label")
        ]

    def _step(self, prefix: str) -> StepDraft:
        given = self.cleaned_data
        codes = [given[f"{prefix}-seat{seat}"] for seat in range(1, SEATS_A_STEP + 1)]
        stand_in = given[f"{prefix}-stand_in"]
        copy = given[f"{prefix}-copy"]
        return StepDraft(
            label=given[f"{prefix}-label"],
            seats=[_seat(code, stand_in) for code in dict.fromkeys(codes) if code],
            mode=given[f"{prefix}-mode"] or Mode.ANY,
            hours=given[f"{prefix}-hours"] or 16,
            copies=[copy] if copy else [],
        )

    def conditions(self) -> Conditions:
        """When the route applies."""
        given = self.cleaned_data
        return Conditions(
            over=given.get("over"),
            up_to=given.get("up_to"),
            departments=list(given["departments"]),
            budget=given.get("budget", ""),
        )


def _seat(code: str, stand_in: str) -> SeatDraft:
    kind, _, what = code.partition(":")
    if kind == "role":
        return SeatDraft(SeatKind.ROLE, role=Role(what), stand_in=stand_in)
    if kind == SeatKind.MEETING:
        return SeatDraft(SeatKind.MEETING, body=MeetingBody.objects.get(public_id=what))
    if kind == SeatKind.PERSON:
        return SeatDraft(SeatKind.PERSON, person=User.objects.get(public_id=what), stand_in=stand_in)
    return SeatDraft(SeatKind.HEAD, stand_in=stand_in)


def initial_steps(edition: RouteEdition) -> dict[str, Any]:
    """The values of the editor's steps for an edition."""
    found: dict[str, Any] = {}
    for place, step in enumerate(edition.steps.prefetch_related("seats__person", "seats__body"), 1):
        prefix, seats = f"step{place}", list(step.seats.all())
        found |= {f"{prefix}-label": step.label, f"{prefix}-mode": step.mode, f"{prefix}-hours": step.hours}
        found[f"{prefix}-copy"] = step.copies[0] if step.copies else ""
        found[f"{prefix}-stand_in"] = next((seat.stand_in for seat in seats if seat.stand_in), "")
        for number, seat in enumerate(seats[:SEATS_A_STEP], 1):
            found[f"{prefix}-seat{number}"] = _code(seat)
    return found


def _code(seat: Any) -> str:
    what = {
        SeatKind.ROLE: seat.role,
        SeatKind.PERSON: seat.person.public_id if seat.person else "",
        SeatKind.MEETING: seat.body.public_id if seat.body else "",
        SeatKind.HEAD: "",
    }[SeatKind(seat.kind)]
    return f"{seat.kind}:{what}" if what else str(seat.kind)


class TryForm(forms.Form):
    """Who asks for what: the try-out of the routes."""

    kind = forms.ChoiceField(label="事项")
    amount = forms.DecimalField(
        label="金额（元）", min_value=Decimal("0.01"), max_value=LARGEST, decimal_places=2, required=False
    )
    applicant = InUseField(label="申请人", queryset=User.objects.active(), empty_label="请选择")
    budget = forms.ChoiceField(label="预算", choices=Budget.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        if not _asks_for_money(""):
            del self.fields["amount"], self.fields["budget"]
