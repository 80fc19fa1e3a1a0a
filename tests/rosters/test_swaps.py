"""换班: asked, answered, approved, withdrawn; what is not possible any more is a sentence."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.models import User
from houqin.registry import registry
from houqin.rosters import notices, selectors, services
from houqin.rosters.models import Duty, Swap
from houqin.school_settings.models import SettingChange
from houqin.writing import write
from tests.factories import acting, person, sign_in, signed_in
from tests.rosters.factories import NOW, TUESDAY, guard, kind, office, published, put, roster
from tests.rosters.laid import moment

pytestmark = pytest.mark.django_db

WEDNESDAY = TUESDAY + timedelta(days=1)


def on_the_wall(keeper: User | None = None) -> tuple[Duty, Duty]:
    """Two guards of one published roster: one has Tuesday's day shift, the other Wednesday's."""
    made = roster(kind(keeper=keeper))
    one = put(made, guard("甲"))
    other = put(made, guard("乙"), WEDNESDAY)
    published(made)
    return Duty.objects.get(pk=one.pk), Duty.objects.get(pk=other.pk)


def asked(duty: Duty, other: User | None = None, other_duty: Duty | None = None) -> Swap:
    return write(
        services.ask_swap, duty=duty, other=other, other_duty=other_duty, reason="家里有事", at=NOW,
        by=acting(duty.person),
    )  # fmt: skip


def agree(swap: Swap, at: datetime = NOW) -> Swap:
    return write(services.agree_to_swap, swap=swap, at=at, by=acting(swap.other))


def approve(swap: Swap, by: User | None = None) -> Swap:
    return write(services.approve_swap, swap=swap, at=NOW, by=acting(by or swap.kind.keeper))


def people_of(*duties: Duty) -> list[str]:
    return [Duty.objects.get(pk=each.pk).person.name for each in duties]


def refusal(service: Any, **arguments: Any) -> str:
    with pytest.raises(RuleBroken) as refused:
        write(service, **arguments)
    return refused.value.message


def without_approval() -> None:
    SettingChange.objects.create(
        code="rosters.swaps_need_approval", value="no", valid_from=TUESDAY - timedelta(days=9), reason="例会"
    )


def test_an_exchange_changes_hands_when_it_is_approved() -> None:
    one, other = on_the_wall()
    swap = agree(asked(one, other_duty=other))
    assert (swap.state, people_of(one, other)) == ("agreed", ["甲", "乙"])
    swap = approve(swap)
    assert (swap.state, people_of(one, other), swap.settled_by) == ("done", ["乙", "甲"], swap.kind.keeper)


def test_a_colleague_takes_a_duty_over_without_giving_one() -> None:
    one, other = on_the_wall()
    approve(agree(asked(one, other=other.person)))
    assert people_of(one, other) == ["乙", "乙"]


def test_where_the_school_wants_no_approval_the_answer_is_enough() -> None:
    without_approval()
    one, other = on_the_wall()
    assert (agree(asked(one, other_duty=other)).state, people_of(one, other)) == ("done", ["乙", "甲"])


def test_two_whose_shifts_overlap_can_exchange_all_the_same() -> None:
    """Between the two writes either would be in two places; the constraint looks at the end of both."""
    made = roster(kind(("前半夜", time(18), time(2)), ("后半夜", time(0), time(8))))
    one, other = put(made, guard("甲"), shift="前半夜"), put(made, guard("乙"), WEDNESDAY, "后半夜")
    published(made)
    assert one.begins_at < other.begins_at < one.ends_at
    early, later = Duty.objects.get(pk=one.pk), Duty.objects.get(pk=other.pk)
    approve(agree(asked(early, other_duty=later)))
    assert people_of(early, later) == ["乙", "甲"]


def test_nobody_is_asked_who_is_on_duty_then() -> None:
    one, other = on_the_wall()
    made = roster(kind(("接车", time(7), time(9)), name="校车"))
    put(made, other.person, TUESDAY, "接车")
    said = refusal(
        services.ask_swap, duty=one, other=other.person, reason="有事", at=NOW, by=acting(one.person)
    )
    assert said == "乙那段时间已经排了 9月15日（周二）校车 接车（07:00–09:00），换不了。"


def test_whoever_decides_reads_who_comes_to_be_on_duty_for_a_day_and_a_night_on_end() -> None:
    made = roster()
    one, other = put(made, guard("甲"), TUESDAY, "夜班"), put(made, guard("乙"), TUESDAY, "白班")
    free = put(made, guard("丙"), WEDNESDAY + timedelta(days=2))
    published(made)
    swap = asked(one, other=other.person)
    shifts = "9月15日（周二）白班（06:00–18:00）、9月15日（周二）夜班（18:00–次日06:00）。"
    warned = selectors.long_watches(swap.taken())
    assert warned == f"请注意：乙要连着值班 24 小时：{shifts}"
    assert selectors.long_watches([(free.person, one)]) == ""
    page = signed_in(other.person).get(reverse("rosters:swap-agree", args=[swap.public_id])).content.decode()
    assert "请注意：您要连着值班 24 小时：" in page
    approve(agree(swap))
    assert people_of(one, other) == ["乙", "乙"]


def test_what_has_begun_is_not_swapped() -> None:
    one, other = on_the_wall()
    said = refusal(
        services.ask_swap,
        duty=one,
        other=other.person,
        reason="有事",
        at=one.begins_at,
        by=acting(one.person),
    )
    assert said == "9月15日（周二）白班 已经开始或过去，不能再换。"


def test_a_swap_that_waited_too_long_is_not_possible_any_more() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    said = refusal(services.agree_to_swap, swap=swap, at=moment(TUESDAY, time(7)), by=acting(swap.other))
    assert (said, people_of(one, other)) == ("9月15日（周二）白班 已经开始或过去，不能再换。", ["甲", "乙"])


def test_a_duty_that_the_keeper_gave_to_somebody_else_ends_its_swap() -> None:
    one, other = on_the_wall()
    swap = agree(asked(one, other_duty=other))
    write(services.change_duty, duty=one, version=one.version, person=guard("丙"), by=acting(office()))
    swap.refresh_from_db()
    assert (swap.state, people_of(one, other)) == ("lapsed", ["丙", "乙"])
    assert refusal(services.approve_swap, swap=swap, at=NOW, by=acting(swap.kind.keeper)) == (
        "这份换班申请已失效，现在不用批准。"
    )


def test_a_duty_that_was_taken_off_the_wall_ends_its_swap() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    write(services.remove_duty, duty=other, by=acting(office()))
    swap.refresh_from_db()
    assert (swap.state, swap.other_duty, swap.other_label[:9]) == ("lapsed", None, "9月16日（周三）")


def test_of_two_wishes_for_one_duty_the_second_lapses_when_the_first_is_done() -> None:
    one, other = on_the_wall()
    rival = put(one.roster, guard("丙"), TUESDAY + timedelta(days=2))
    first, second = asked(one, other_duty=other), asked(Duty.objects.get(pk=rival.pk), other_duty=other)
    approve(agree(first))
    second.refresh_from_db()
    assert (second.state, people_of(one, other, rival)) == ("lapsed", ["乙", "甲", "丙"])


def test_a_duty_has_one_open_swap() -> None:
    one, other = on_the_wall()
    asked(one, other_duty=other)
    said = refusal(
        services.ask_swap, duty=one, other=other.person, reason="有事", at=NOW, by=acting(one.person)
    )
    assert said == "这一班已经在申请换班，请先撤回那一份。"


def test_only_whoever_was_asked_answers_himself() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    typed_by_another = acting(other.person, entered_by=office(), source="电话")
    for by in (acting(one.person), acting(office()), typed_by_another):
        with pytest.raises(NotAllowed):
            write(services.agree_to_swap, swap=swap, at=NOW, by=by)
    assert agree(swap).state == "agreed"


def test_nobody_approves_his_own_swap() -> None:
    keeper = guard("队长")
    made = roster(kind(keeper=keeper))
    one, other = put(made, keeper), put(made, guard("乙"), WEDNESDAY)
    published(made)
    swap = agree(asked(Duty.objects.get(pk=one.pk), other_duty=Duty.objects.get(pk=other.pk)))
    with pytest.raises(NotAllowed):
        approve(swap)
    settlers = [draft.to for draft in registry.notice_kind(notices.SWAP_TO_SETTLE).drafts(swap, {})]
    assert keeper not in settlers
    assert approve(swap, settlers[0]).state == "done"


def test_a_refusal_says_why_and_nothing_changes() -> None:
    one, other = on_the_wall()
    swap = agree(asked(one, other_duty=other))
    by = acting(swap.kind.keeper)
    assert refusal(services.deny_swap, swap=swap, opinion=" ", at=NOW, by=by) == "请写明为什么不批准。"
    swap = write(services.deny_swap, swap=swap, opinion="那天有检查", at=NOW, by=by)
    assert (swap.state, swap.opinion, people_of(one, other)) == ("denied", "那天有检查", ["甲", "乙"])


def test_whoever_asked_takes_it_back_until_it_is_settled() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    with pytest.raises(NotAllowed):
        write(services.withdraw_swap, swap=swap, at=NOW, by=acting(other.person))
    swap = write(services.withdraw_swap, swap=swap, at=NOW, by=acting(one.person))
    assert swap.state == "withdrawn"
    assert refusal(services.withdraw_swap, swap=swap, at=NOW, by=acting(one.person)) == (
        "这份换班申请已撤回，不能撤回。"
    )


def test_everybody_concerned_is_told() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)

    def told(kind: str) -> list[User]:
        return [draft.to for draft in registry.notice_kind(kind).drafts(swap, {})]

    assert told(notices.SWAP_ASKED) == [other.person]
    swap = agree(swap)
    assert (told(notices.SWAP_ASKED), told(notices.SWAP_TO_SETTLE)) == ([], [swap.kind.keeper])
    swap = approve(swap)
    assert told(notices.SWAP_SETTLED) == [one.person, other.person, swap.kind.keeper]


def test_each_is_told_both_duties_to_his_face() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    assert [swap.comes_to(each) for each in (one.person, other.person, swap.kind.keeper)] == [
        "您的9月15日（周二）白班由乙值，乙的9月16日（周三）白班由您值",
        "甲的9月15日（周二）白班由您值，您的9月16日（周三）白班由甲值",
        "甲的9月15日（周二）白班由乙值，乙的9月16日（周三）白班由甲值",
    ]
    taken = asked(other, other=one.person)
    assert (taken.comes_to(one.person), str(taken)) == ("乙的9月16日（周三）白班由您值", "乙请甲代班")


def test_the_page_of_agreeing_says_who_must_approve_if_anybody() -> None:
    one, other = on_the_wall()
    swap = asked(one, other_duty=other)
    client = signed_in(other.person)
    address = f"{swap.get_absolute_url()}agree/"
    both = "同意以后，甲的9月15日（周二）白班由您值，您的9月16日（周三）白班由甲值。"
    with time_machine.travel(NOW, tick=False):
        sign_in(client, other.person)
        keeper = swap.kind.keeper.name
        asks = f"{both}排班人{keeper}批准后才生效，批准以前各值各的班。"
        assert asks in client.get(address).content.decode()
        without_approval()
        assert f"{both}同意后马上生效，不用再批准。" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "change", ["asker_id = other_id", "duty_label = 'x'", "reason = 'x'", "settled_at = now()"]
)
def test_the_database_keeps_what_was_asked(change: str) -> None:
    one, other = on_the_wall()
    asked(one, other_duty=other)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE houqin_swap SET {change}")


def test_nobody_asks_for_the_duty_of_somebody_else() -> None:
    one, other = on_the_wall()
    with pytest.raises(NotAllowed):
        write(
            services.ask_swap, duty=one, other=other.person, reason="有事", at=NOW, by=acting(person())
        )  # fmt: skip
