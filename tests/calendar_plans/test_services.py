"""What people do with plans and items, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendar_plans.models import CarryOver, Item, Measure, Plan, ProgressNote, Reading
from calendar_plans.periods import Period
from calendar_plans.proposals import ProposedGoal, ProposedItem, ProposedMeasure, ProposedPlan
from calendar_plans.services import items as items_services
from calendar_plans.services import plans as plans_services
from calendar_plans.services import readings as readings_services
from calendar_plans.services.items import Assignment, ItemFacts
from calendar_plans.states import ItemState, PlanState
from houqin.actors import Person, System
from houqin.errors import EditedMeanwhile, Gone, NotAllowed, RuleBroken
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans.factories import category, item, plan, running_plan
from tests.factories import acting, department, person

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER, JANUARY = date(2026, 8, 1), date(2026, 9, 1), date(2027, 1, 1)
TODAY = date(2026, 9, 10)
TERM = Period("term", AUGUST, JANUARY)


@pytest.fixture
def director() -> Person:
    return acting(person(Role.DIRECTOR))


@pytest.fixture
def worker() -> Person:
    return acting(person(Role.REPAIR_WORKER))


def proposal(*items: ProposedItem, measures: tuple[ProposedMeasure, ...] = ()) -> ProposedPlan:
    return ProposedPlan("秋季计划", TERM, "勤俭办学", (ProposedGoal("账实相符", "100%"),), measures, items)


# ── plans ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_proposal_becomes_a_draft_with_months_goals_and_items(director: Person) -> None:
    made = write(
        plans_services.create_plan,
        by=director,
        department=department(),
        proposal=proposal(ProposedItem("检修水电", SEPTEMBER, SEPTEMBER, 3)),
    )
    assert made.state == PlanState.DRAFT
    assert made.number is None
    assert list(made.months.values_list("month", flat=True)) == TERM.months
    assert list(made.goals.values_list("text", "target")) == [("账实相符", "100%")]
    assert list(made.items.values_list("content", "source_no", "original_month")) == [
        ("检修水电", 3, SEPTEMBER)
    ]


def test_a_combined_heading_is_one_item_in_two_months(director: Person) -> None:
    made = write(
        plans_services.create_plan,
        by=director,
        department=department(),
        proposal=proposal(ProposedItem("中考后勤保障", AUGUST, SEPTEMBER)),
    )
    assert list(made.items.values_list("month", "through")) == [(AUGUST, SEPTEMBER)]


def test_measures_keep_their_tree(director: Person) -> None:
    lines = (
        ProposedMeasure(0, "1", "校产", ""),
        ProposedMeasure(1, "(1)", "", "登记"),
        ProposedMeasure(1, "(2)", "", "盘点"),
        ProposedMeasure(0, "2", "水电", ""),
    )
    made = write(
        plans_services.create_plan, by=director, department=department(), proposal=proposal(measures=lines)
    )
    tree = list(Measure.objects.filter(plan=made).values_list("number", "depth"))
    assert tree == [("1", 0), ("(1)", 1), ("(2)", 1), ("2", 0)]


def test_an_item_outside_the_period_refuses_the_whole_plan(director: Person) -> None:
    outside = ProposedItem("检修", date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(RuleBroken, match="月份要在计划期内"):
        write(plans_services.create_plan, by=director, department=department(), proposal=proposal(outside))
    assert Plan.objects.count() == 0


def test_a_teacher_may_not_draw_up_a_plan() -> None:
    with pytest.raises(NotAllowed, match="拟定和读入计划"):
        write(
            plans_services.create_plan,
            by=acting(person(Role.TEACHER)),
            department=department(),
            proposal=proposal(),
        )


def test_starting_a_plan_gives_it_the_next_number_of_the_year(director: Person) -> None:
    first, second = plan(), plan()
    item(first)
    item(second)
    write(plans_services.start_plan, by=director, plan=first, on=TODAY)
    write(plans_services.start_plan, by=director, plan=second, on=TODAY)
    numbers = list(Plan.objects.order_by("pk").values_list("number", "state"))
    assert numbers == [("JH-2026-001", "running"), ("JH-2026-002", "running")]


def test_a_plan_without_items_is_not_started(director: Person) -> None:
    with pytest.raises(RuleBroken, match="还没有事项"):
        write(plans_services.start_plan, by=director, plan=plan(), on=TODAY)


def test_a_deputy_may_write_a_plan_but_not_start_it() -> None:
    draft = plan()
    item(draft)
    with pytest.raises(NotAllowed):
        write(plans_services.start_plan, by=acting(person(Role.DEPUTY_DIRECTOR)), plan=draft, on=TODAY)


def test_a_plan_with_an_open_item_is_not_closed(director: Person) -> None:
    running = running_plan()
    item(running)
    with pytest.raises(RuleBroken, match="还有 1 条事项没有结果"):
        write(plans_services.close_plan, by=director, plan=running)


def test_a_closed_plan_refuses_new_items(director: Person) -> None:
    closed = running_plan(state=PlanState.CLOSED)
    with pytest.raises(RuleBroken, match="计划已结束"):
        write(items_services.create_item, by=director, plan=closed, facts=ItemFacts(AUGUST, AUGUST, "检修"))


def test_shortening_a_plan_refuses_to_lose_items(director: Person) -> None:
    made = plan()
    item(made, month=JANUARY)
    with pytest.raises(RuleBroken, match="1 条事项会落到计划期外"):
        write(
            plans_services.update_plan,
            by=director,
            plan=made,
            version=made.version,
            proposal=ProposedPlan(made.title, Period("term", AUGUST, date(2026, 12, 1))),
        )


def test_moving_a_plans_period_adds_and_drops_empty_months(director: Person) -> None:
    made = plan()
    write(
        plans_services.update_plan,
        by=director,
        plan=made,
        version=made.version,
        proposal=ProposedPlan(
            "新标题",
            Period("term", SEPTEMBER, date(2027, 2, 1)),
            goals=(ProposedGoal("一"), ProposedGoal("二")),
            measures=(ProposedMeasure(0, "1", "校产", ""), ProposedMeasure(1, "", "", "登记")),
        ),
    )
    made.refresh_from_db()
    assert (made.title, made.months.first().month, made.months.last().month) == (
        "新标题",
        SEPTEMBER,
        date(2027, 2, 1),
    )
    assert list(made.goals.values_list("position", "text")) == [(1, "一"), (2, "二")]
    assert list(made.measures.values_list("heading", "text", "depth")) == [("校产", "", 0), ("", "登记", 1)]


def test_a_fourth_line_of_focus_is_refused(director: Person) -> None:
    month = plan().months.first()
    with pytest.raises(RuleBroken, match="最多三行"):
        write(plans_services.set_focus, by=director, month=month, version=1, focus="一\n二\n三\n四")


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_editing_one_item_the_second_is_told(director: Person) -> None:
    made = item()
    facts = ItemFacts(made.month, made.through, "先改的")
    write(items_services.update_item, by=director, item=made, version=1, facts=facts)
    with pytest.raises(EditedMeanwhile):
        write(items_services.update_item, by=director, item=made, version=1, facts=facts)


def test_partners_are_set_exactly(director: Person) -> None:
    made, kept, dropped, added = item(), department("德育处"), department("保卫处"), department("教务处")
    for partners in ((kept, dropped), (kept, added)):
        version = Item.objects.get(pk=made.pk).version
        facts = ItemFacts(made.month, made.through, made.content, partners=partners)
        write(items_services.update_item, by=director, item=made, version=version, facts=facts)
    assert set(made.partners.values_list("name", flat=True)) == {"德育处", "教务处"}


def test_a_months_items_are_assigned_all_or_none(director: Person) -> None:
    running = running_plan()
    one, two, worker = item(running), item(running), person(Role.REPAIR_WORKER)
    impossible = date(2027, 6, 1)
    with pytest.raises(RuleBroken, match="完成时限"):
        write(
            items_services.assign_items,
            by=director,
            plan=running,
            assignments=(
                Assignment(one, 1, worker, date(2026, 8, 20), None),
                Assignment(two, 1, worker, impossible, None),
            ),
        )
    assert list(running.items.values_list("owner", flat=True)) == [None, None]


def test_an_assignment_over_somebodys_newer_edit_is_refused_by_name(director: Person) -> None:
    made = item(content="疏通下水")
    made.save()
    with pytest.raises(RuleBroken, match="“疏通下水”刚才被别人改过"):
        write(
            items_services.assign_items,
            by=director,
            plan=made.plan,
            assignments=(Assignment(made, 1, director.user, None, None),),
        )


@pytest.mark.parametrize("count", [1, 30])
def test_arranging_a_month_asks_no_more_for_thirty_lines_that_stay(director: Person, count: int) -> None:
    running, kind = running_plan(), category()
    lines = tuple(
        Assignment(item(running, owner=director.user, category=kind), 1, director.user, None, kind)
        for _ in range(count)
    )
    with CaptureQueriesContext(connection) as queries:
        write(items_services.assign_items, by=director, plan=running, assignments=lines)
    assert len([query for query in queries if "SELECT" in query["sql"] and "FROM" in query["sql"]]) == 3


def test_an_item_is_not_given_to_a_closed_account_but_stays_with_its_owner(director: Person) -> None:
    gone = person(is_active=False)
    made, kept = item(), item(owner=gone)
    with pytest.raises(RuleBroken, match="账号已停用"):
        write(
            items_services.assign_items,
            by=director,
            plan=made.plan,
            assignments=(Assignment(made, 1, gone, None, None),),
        )
    facts = ItemFacts(kept.month, kept.through, "检修桌椅", owner=gone)
    write(items_services.update_item, by=director, item=kept, version=1, facts=facts)
    assert list(Item.objects.order_by("pk").values_list("owner", flat=True)) == [None, gone.pk]


def test_an_item_that_is_gone_is_not_assigned(director: Person) -> None:
    draft = plan()
    kept, removed = item(draft), item(draft)
    lines = tuple(Assignment(each, 1, director.user, None, None) for each in (kept, removed))
    Item.objects.filter(pk=removed.pk).delete()
    with pytest.raises(Gone):
        write(items_services.assign_items, by=director, plan=draft, assignments=lines)
    assert Item.objects.get().owner is None


def test_the_owner_reports_progress_and_finishes(worker: Person) -> None:
    made = item(owner=worker.user)
    write(items_services.report_progress, by=worker, item=made, text="换了三扇", on=TODAY)
    write(items_services.finish_item, by=worker, item=made, text="全部换好", on=TODAY)
    made.refresh_from_db()
    assert (made.state, made.outcome, made.settled_on) == (ItemState.DONE, "全部换好", TODAY)
    notes = list(ProgressNote.objects.order_by("pk").values_list("act", "text"))
    assert notes == [("report", "换了三扇"), ("finish", "全部换好")]


def test_nobody_reports_on_anothers_item(worker: Person) -> None:
    with pytest.raises(NotAllowed, match="只限与您有关的记录"):
        write(items_services.report_progress, by=worker, item=item(), text="换了三扇", on=TODAY)


def test_nothing_is_reported_on_a_draft(director: Person) -> None:
    with pytest.raises(RuleBroken, match="还没有启用"):
        write(items_services.finish_item, by=director, item=item(plan()), text="", on=TODAY)


def test_not_done_needs_a_reason_for_the_service_and_for_the_database(director: Person) -> None:
    made = item()
    with pytest.raises(RuleBroken, match="先写明原因，再报未完成"):
        write(items_services.fail_item, by=director, item=made, reason="  ", on=TODAY)
    with pytest.raises(IntegrityError, match="not_done_needs_a_reason"), transaction.atomic():
        Item.objects.filter(pk=made.pk).update(state=ItemState.NOT_DONE, settled_on=TODAY)


def test_a_result_is_not_reported_twice(director: Person) -> None:
    made = item(state=ItemState.DONE)
    with pytest.raises(RuleBroken, match="“已完成”状态下不能报完成"):
        write(items_services.finish_item, by=director, item=made, text="", on=TODAY)


def test_carrying_over_keeps_the_first_month_the_count_and_the_reasons(director: Person) -> None:
    made = item(due_on=date(2026, 8, 20))
    october = date(2026, 10, 1)
    write(items_services.carry_over, by=director, item=made, to_month=SEPTEMBER, reason="等材料", on=TODAY)
    write(items_services.carry_over, by=director, item=made, to_month=october, reason="雨季", on=TODAY)
    made.refresh_from_db()
    assert (made.month, made.through, made.original_month) == (october, october, AUGUST)
    assert (made.times_carried, made.due_on, made.state) == (2, None, ItemState.PLANNED)
    carried = list(CarryOver.objects.values_list("from_month", "to_month", "reason"))
    assert carried == [(AUGUST, SEPTEMBER, "等材料"), (SEPTEMBER, october, "雨季")]


@pytest.mark.parametrize(
    ("to_month", "sentence"), [(AUGUST, "只能顺延到"), (date(2027, 2, 1), "不在计划期内")]
)
def test_carrying_over_goes_forward_and_stays_in_the_plan(
    director: Person, to_month: date, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        write(items_services.carry_over, by=director, item=item(), to_month=to_month, reason="等", on=TODAY)


def test_an_item_is_removed_from_a_draft_only(director: Person) -> None:
    draft_item, running_item = item(plan()), item()
    write(items_services.remove_item, by=director, item=draft_item)
    with pytest.raises(RuleBroken, match="计划已启用"):
        write(items_services.remove_item, by=director, item=running_item)
    assert list(Item.objects.values_list("pk", flat=True)) == [running_item.pk]


def test_reopening_takes_the_result_back(director: Person) -> None:
    made = item(state=ItemState.DONE)
    write(items_services.reopen_item, by=director, item=made, reason="又坏了", on=TODAY)
    made.refresh_from_db()
    assert (made.state, made.outcome, made.settled_on) == (ItemState.IN_PROGRESS, "", None)


# ── readings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reading_is_saved_as_a_plan_that_keeps_its_source(director: Person) -> None:
    reading = write(readings_services.hand_in_text, by=director, text="计划原文", file_name="计划.txt")
    made = write(
        readings_services.save_reading,
        by=director,
        reading=reading,
        index=1,
        department=department(),
        proposal=proposal(ProposedItem("检修", SEPTEMBER, SEPTEMBER)),
    )
    assert (made.source.reading.text, made.source.index, made.items.count()) == ("计划原文", 1, 1)


def test_a_reading_is_not_saved_a_second_time(director: Person) -> None:
    reading = write(readings_services.hand_in_text, by=director, text="两份计划", file_name="")
    facts = {"reading": reading, "department": department()}
    facts["proposal"] = proposal(ProposedItem("检修", SEPTEMBER, SEPTEMBER))
    write(readings_services.save_reading, by=director, index=1, **facts)
    with pytest.raises(RuleBroken, match="已经存为计划"):
        write(readings_services.save_reading, by=director, index=1, **facts)
    write(readings_services.save_reading, by=director, index=2, **facts)
    assert list(reading.uses.order_by("index").values_list("index", flat=True)) == [1, 2]


def test_a_removed_draft_leaves_nothing_but_its_source(director: Person) -> None:
    reading = write(readings_services.hand_in_text, by=director, text="读错的计划", file_name="")
    facts = {"reading": reading, "index": 1, "department": department()}
    facts["proposal"] = proposal(ProposedItem("检修", SEPTEMBER, SEPTEMBER))
    draft = write(readings_services.save_reading, by=director, **facts)
    assert write(plans_services.remove_plan, by=director, plan=draft) == facts["department"]
    assert (Plan.objects.count(), Item.objects.count(), reading.uses.count()) == (0, 0, 0)
    assert write(readings_services.save_reading, by=director, **facts).source.reading == reading


def test_a_plan_that_was_in_force_is_not_removed(director: Person) -> None:
    running = item().plan
    with pytest.raises(RuleBroken, match="不能删除"):
        write(plans_services.remove_plan, by=director, plan=running)


def test_a_reading_without_anything_kept_is_not_saved(director: Person) -> None:
    reading = write(readings_services.hand_in_text, by=director, text="闲话", file_name="")
    with pytest.raises(RuleBroken, match="没有可以保存"):
        write(
            readings_services.save_reading,
            by=director,
            reading=reading,
            index=1,
            department=department(),
            proposal=proposal(),
        )
    assert Plan.objects.count() == 0


def test_a_reading_of_which_no_plan_was_made_is_forgotten_after_a_month(director: Person) -> None:
    kept = {}
    for name, used in (("used", True), ("unused", False)):
        kept[name] = write(readings_services.hand_in_text, by=director, text=name, file_name="")
        if used:
            facts = {"index": 1, "department": department()}
            facts["proposal"] = proposal(ProposedItem("检修", SEPTEMBER, SEPTEMBER))
            write(readings_services.save_reading, by=director, reading=kept[name], **facts)
    forget, night = readings_services.forget_unused_readings, System("夜间清理")
    after_a_month = kept["unused"].created_at + timedelta(days=30)
    assert write(forget, by=night, at=after_a_month) == 0
    assert write(forget, by=night, at=after_a_month + timedelta(seconds=1)) == 1
    assert list(Reading.objects.all()) == [kept["used"]]


def test_no_person_may_forget_readings(director: Person) -> None:
    with pytest.raises(NotAllowed):
        write(readings_services.forget_unused_readings, by=director, at=timezone.now())


def test_the_database_refuses_a_state_that_the_table_does_not_know() -> None:
    made = item()
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"Invalid transition|legal_state"):
        cursor.execute("UPDATE calendar_plans_plan SET state = 'draft' WHERE id = %s", [made.plan_id])
