"""换班: somebody asks a colleague to take a duty of his, or to exchange it for one of the colleague's."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from houqin.audit.tracking import audited
from houqin.ledger import Kept, kept_trigger
from houqin.people.models import User
from houqin.people.scopes import Scope, Visibility
from houqin.rosters.models.guards import SWAP_TRIGGERS
from houqin.rosters.models.rosters import Duty, DutyKind
from houqin.rosters.states import OPEN_SWAPS, READ_SWAPS, SWAP_TRANSITIONS, TONES, SwapState
from houqin.routes import record_url
from houqin.states import LegalState, Transitions


@audited()
class Swap(Kept):
    """换班申请. Its state moves only through `houqin.states.move`.

    `other_duty` is what the asker takes over in return; without it the other only takes. What the duties were
    when it was asked stands in `duty_label` and `other_label`, because the duties change hands.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility(
        READ_SWAPS,
        {
            Scope.OWN: lambda user: Q(asker=user.pk),
            Scope.ASSIGNED: lambda user: Q(other=user.pk) | Q(kind__keeper=user.pk),
        },
    )
    TRANSITIONS: ClassVar[Transitions] = SWAP_TRANSITIONS
    STATE_TONES: ClassVar[dict[str, str]] = TONES

    kind = models.ForeignKey(DutyKind, verbose_name="值班种类", on_delete=models.RESTRICT, related_name="+")
    duty = models.ForeignKey(
        Duty, verbose_name="换出的班", on_delete=models.SET_NULL, null=True, related_name="swaps"
    )
    duty_label = models.CharField("换出的班（申请时）", max_length=120)
    other_duty = models.ForeignKey(
        Duty, verbose_name="换进的班", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    other_label = models.CharField("换进的班（申请时）", max_length=120, blank=True)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申请人", on_delete=models.RESTRICT, related_name="+"
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="对方", on_delete=models.RESTRICT, related_name="+"
    )
    reason = models.CharField("事由", max_length=200)
    asked_at = models.DateTimeField("申请时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.RESTRICT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    opinion = models.CharField("意见", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=SwapState.choices, default=SwapState.ASKED)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "换班"
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="swap_by_moment"),
            models.Index(fields=["state", "other"], name="swap_by_answerer"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("other")), name="nobody_swaps_with_himself"),
            models.CheckConstraint(
                condition=~Q(settled_by=F("asker")) & ~Q(settled_by=F("other")) | Q(settled_by=None),
                name="nobody_approves_his_own_swap",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_SWAPS, settled_at=None)
                | (~Q(state__in=OPEN_SWAPS) & Q(settled_at__isnull=False)),
                name="settled_swap_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["duty"], condition=Q(state__in=OPEN_SWAPS), name="one_open_swap_per_duty"
            ),
        ]
        triggers = [LegalState(SWAP_TRANSITIONS), *SWAP_TRIGGERS, kept_trigger()]

    def __str__(self) -> str:
        if self.is_exchange:
            return f"{self.asker.name}和{self.other.name}换班"
        return f"{self.asker.name}请{self.other.name}代班"

    def get_absolute_url(self) -> str:
        return record_url("rosters:swap", self.public_id)

    @property
    def is_exchange(self) -> bool:
        return bool(self.other_label)

    def taken(self) -> list[tuple[User, Duty]]:
        """Who takes which duty once it comes about; without those that are off the wall."""
        both = ((self.other, self.duty), (self.asker, self.other_duty))
        return [(person, duty) for person, duty in both if duty is not None]

    def comes_to(self, reader: User | None = None) -> str:
        """Who has which duty once it comes about, said to `reader` where that is one of the two:
        12月1日（周二）白班由您值，您的11月30日（周一）白班由关镇海值.
        """
        asker, other = (called(each, reader) for each in (self.asker, self.other))
        given = self.duty.words if self.duty is not None else self.duty_label
        if not self.is_exchange:
            return f"{asker}的{given}由{other}值"
        taken = self.other_duty.words if self.other_duty is not None else self.other_label
        first, second = f"{asker}的{given}由{other}值", f"{other}的{taken}由{asker}值"
        return f"{first}，{second}"


def called(person: User, reader: User | None) -> str:
    """What `reader` reads of `person`: 您, where that is himself."""
    return "您" if reader is not None and reader.pk == person.pk else person.name
