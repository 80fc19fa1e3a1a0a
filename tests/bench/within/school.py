"""Fill the demonstration school with many plan items, by COPY.

The seed is fixed, so that two runs measure the same rows. Run again with a higher number it adds the rest.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice

from django.db import connection, connections, models, transaction

from calendar_plans.models import Category, Item, ItemPartner, Plan, PlanMonth
from calendar_plans.periods import PeriodKind, after
from calendar_plans.states import ItemState, PlanState
from houqin.people.models import Department, User
from houqin.search.columns import SearchKeyMixin
from houqin.search.pinyin import pinyin_key
from tests.bench.within.words import COMMON, RARE

SEED = 20261122
ITEMS_OF_A_PLAN = 400
ROWS_AT_ONCE = 5_000
PLACES = ("教学楼", "综合楼", "食堂", "学生宿舍", "操场", "图书馆", "实验室", "门卫室", "配电房", "水泵房")
THINGS = ("灯具", "门窗", "课桌椅", "饮水机", "消防器材", "电路", "水管", "空调", "投影设备", "监控")
ACTS = ("维修", "更换", COMMON, "清洗", "盘点", "保养", "采购", "登记", "验收", "整理")
MONTHS = tuple(date(year, month, 1) for year in range(2017, 2027) for month in range(1, 13))


def main(number: str) -> dict[str, int]:
    """Bring the number of items to `number`."""
    wanted = int(number)
    chance = random.Random(SEED + wanted)  # noqa: S311 - the same rows every time, no secret
    missing = wanted - Item.objects.count()
    plans = _plans(max(1, missing // ITEMS_OF_A_PLAN), chance)
    items = iter(_items(plans, missing, chance))
    while batch := list(islice(items, ROWS_AT_ONCE)):
        copy_in(batch)
    _partners(chance)
    # What autovacuum would have done within the minute; only the owner may.
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"items": Item.objects.count()}


def _plans(number: int, chance: random.Random) -> list[Plan]:
    departments = list(Department.objects.order_by("pk"))
    first, made = Plan.objects.count(), []
    for place in range(first, first + number):
        month = chance.choice(MONTHS)
        made.append(
            Plan(
                number=f"GC-{place:05}",
                title=f"{month.year}年度后勤工作计划第{place}号",
                kind=PeriodKind.YEAR,
                first_month=month,
                last_month=after(month, 11),
                department=departments[place % len(departments)],
                state=PlanState.RUNNING,
            )
        )
    copy_in(made)
    plans = list(Plan.objects.filter(number__in=[plan.number for plan in made]).order_by("pk"))
    copy_in(PlanMonth(plan=plan, month=month) for plan in plans for month in plan.period.months)
    return plans


def _partners(chance: random.Random) -> None:
    """Every twentieth new item has a department that helps."""
    departments = list(Department.objects.order_by("pk"))
    alone = Item.objects.filter(partnerships=None).order_by("pk").values_list("pk", flat=True)
    copy_in(ItemPartner(item_id=pk, department=chance.choice(departments)) for pk in alone[::20])


def _items(plans: Sequence[Plan], number: int, chance: random.Random) -> Iterable[Item]:
    people, kinds = list(User.objects.order_by("pk")), list(Category.objects.order_by("pk"))
    for place in range(number):
        plan = plans[place % len(plans)]
        month = after(plan.first_month, chance.randrange(12))
        state = chance.choice(ItemState.values)
        is_settled = state in {ItemState.DONE, ItemState.NOT_DONE}
        yield Item(
            plan=plan, month=month, through=month, original_month=month, position=place // len(plans) + 1,
            category=chance.choice(kinds), owner=chance.choice(people), content=_content(place, chance),
            requirement="按规定做好记录", due_on=month + timedelta(days=chance.randrange(27)), state=state,
            outcome="已办" if is_settled else "", settled_on=month if is_settled else None,
        )  # fmt: skip


def _content(place: int, chance: random.Random) -> str:
    rare = RARE if place % 10_000 == 7 else ""
    return f"{chance.choice(PLACES)}{chance.choice(THINGS)}{chance.choice(ACTS)}{rare}（{place:06}号单）"


def copy_in(records: Iterable[models.Model]) -> None:
    """Write new records of one model by COPY, with the same values that saving them would write."""
    rows = list(records)
    fields = [f for f in rows[0]._meta.concrete_fields if not (f.generated or f.primary_key)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f"COPY {rows[0]._meta.db_table} ({columns}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            if isinstance(row, SearchKeyMixin):
                row.search_key = pinyin_key(getattr(row, row.SEARCH_KEY_SOURCE))
            copy.write_row([f.get_db_prep_save(f.pre_save(row, add=True), connection) for f in fields])
