"""The tree of places (校区 → 楼 → 层 → 房间) and the codes on their doors."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from houqin.audit.tracking import audited
from houqin.people.models import Department
from houqin.people.scopes import Visibility
from houqin.places.kinds import PlaceLevel, RoomKind
from houqin.places.walk import LONGEST
from houqin.records import Record
from houqin.search.columns import FoldedField, GramsField, SearchKeyMixin


@audited(exclude=["folded", "grams", "walk_key"])
class Place(SearchKeyMixin, Record):
    """A campus, building, floor or room. Retired or merged into another, never deleted.

    `full_name` («教学楼 301 音乐室») and `walk_key`, by which places are in order, are kept by the services:
    a change higher up writes them anew below.
    A merged room points straight at its survivor; when that one is merged too, the pointer is moved on.
    """

    VISIBILITY: ClassVar[Visibility] = Visibility("houqin.place:read")
    SEARCH_KEY_SOURCE = "full_name"

    parent = models.ForeignKey(
        "self", verbose_name="所在", on_delete=models.RESTRICT, null=True, blank=True, related_name="children"
    )
    level = models.CharField("级别", max_length=10, choices=PlaceLevel.choices, editable=False)
    kind = models.CharField("用途", max_length=12, choices=RoomKind.choices, blank=True)
    name = models.CharField("名称或房号", max_length=30)
    title = models.CharField("别名", max_length=30, blank=True, help_text="门上另有名字的才填，如“音乐室”。")
    floor_no = models.SmallIntegerField("楼层", null=True, blank=True, editable=False)
    full_name = models.CharField("全称", max_length=120, editable=False)
    order = models.PositiveSmallIntegerField("排序", default=50)
    walk_key = models.CharField("次序", max_length=LONGEST, default="", editable=False, db_index=True)
    department = models.ForeignKey(
        Department,
        verbose_name="责任部门",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="责任人",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
    )
    retired_on = models.DateField("停用日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name="已并入",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )
    merge_reason = models.CharField("合并原因", max_length=200, blank=True, editable=False)
    grams = GramsField("full_name", "search_key")
    folded = FoldedField("full_name", "search_key")

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "场所"
        ordering = ["walk_key", "pk"]
        indexes = [models.Index(fields=["parent", "order"], name="place_by_parent")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(retired_on=None),
                nulls_distinct=False,
                name="one_place_per_parent_and_name",
            ),
            models.CheckConstraint(
                condition=Q(level=PlaceLevel.CAMPUS, parent=None)
                | (~Q(level=PlaceLevel.CAMPUS) & Q(parent__isnull=False)),
                name="only_a_campus_lies_in_nothing",
            ),
            models.CheckConstraint(
                condition=(Q(level=PlaceLevel.ROOM) & ~Q(kind="")) | (~Q(level=PlaceLevel.ROOM) & Q(kind="")),
                name="a_room_has_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(level=PlaceLevel.FLOOR) | Q(floor_no=None), name="only_a_floor_has_a_number"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(retired_on__isnull=False) & ~Q(merged_into=F("id"))),
                name="what_was_merged_is_retired",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_place_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("places:place", args=[self.public_id])

    @property
    def survivor(self) -> Place:
        """The place that stands for this one today: itself, or what it was merged into."""
        return self.merged_into or self

    @property
    def is_room(self) -> bool:
        return self.level == PlaceLevel.ROOM


@audited()
class DoorCode(Record):
    """The code on a door; its public id is what the QR code carries. One open code a place, old ones kept."""

    VISIBILITY: ClassVar[Visibility] = Place.VISIBILITY

    place = models.ForeignKey(Place, verbose_name="场所", on_delete=models.RESTRICT, related_name="codes")
    closed_at = models.DateTimeField("更换时间", null=True, blank=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "门牌码"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(closed_at=None), name="one_open_code_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} 门牌"

    def get_absolute_url(self) -> str:
        return reverse("places:door", args=[self.public_id])
