"""Partners entered, changed, stopped, merged; papers, contacts, accounts; who is told of what ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from houqin.actors import System
from houqin.audit.selectors import timeline
from houqin.errors import EditedMeanwhile, NotAllowed, RuleBroken
from houqin.notifications.models import Notice
from houqin.notifications.services import tell
from houqin.partners import selectors, services
from houqin.partners.models import Partner, PartnerAccount, PartnerContact, Qualification
from houqin.partners.notices import ENDED, ENDING
from houqin.partners.signals import partner_merged
from houqin.partners.states import PartnerState
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.factories import acting, person
from tests.partners.factories import account, beside_another, code, contact, of, paper, partner, stopped

pytestmark = pytest.mark.django_db

DAY = date(2026, 9, 15)
NIGHT = System("通知")
NAME = "青溪县绿野农产品有限公司"


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR, name="陆文山")


def enter(by: User, **told: Any) -> Partner:
    """A partner entered through its service."""
    facts = {"name": NAME, "kinds": ["food"]} | told
    return write(services.create_partner, by=acting(by), **facts)


def facts_of(made: Partner, **told: Any) -> dict[str, Any]:
    """What changing a partner is called with: everything as it is, but for `told`."""
    names = ("name", "kinds", "contact", "phone", "address", "keeper", "note")
    facts = {name: getattr(made, name) for name in names} | {"credit_code": made.credit_code or ""}
    return facts | {"partner": made, "version": made.version} | told


def change(by: User, made: Partner, **told: Any) -> Partner:
    return write(services.update_partner, by=acting(by), **facts_of(made, **told))


def refusal(error: pytest.ExceptionInfo[Any]) -> tuple[str, str | None]:
    return error.value.message, error.value.field


# Entering and changing


def test_a_partner_is_entered_as_an_office_types_it(director: User) -> None:
    first = code()
    made = enter(
        director, name=f" {NAME} ", kinds=["supplier", "food"],
        credit_code=f"{first[:8]} {first[8:].lower()}", phone="0571-8000 1003 转 8", contact=" 柴  满仓 ",
    )  # fmt: skip
    assert (made.name, made.credit_code, made.phone, made.contact) == (
        NAME, first, "057180001003转8", "柴 满仓",
    )  # fmt: skip
    assert (made.kinds_label, made.core, made.keeper) == ("物资供应商、食材供应商", "绿野农产品", None)


def test_the_same_code_is_refused_by_naming_who_has_it(director: User) -> None:
    taken = code()
    stopped(name="丰源粮油", credit_code=taken)
    with pytest.raises(RuleBroken) as error:
        enter(director, credit_code=taken)
    assert refusal(error) == (
        "这个统一社会信用代码已登记在“丰源粮油”名下（已停止合作），请到它的页面修改，或核对代码。",
        "credit_code",
    )


def test_a_name_that_is_nearly_anothers_is_entered_only_by_saying_that_it_is_another(director: User) -> None:
    partner("绿野农产品公司")
    with pytest.raises(RuleBroken) as error:
        enter(director)
    sentence, field = refusal(error)
    assert (field, sentence.startswith("和已登记的“绿野农产品公司”名称相近。")) == ("is_another", True)
    assert enter(director, is_another=True).name == NAME


def test_the_very_same_name_is_never_entered_twice(director: User) -> None:
    partner(NAME)
    for is_another in (False, True):
        with pytest.raises(RuleBroken) as error:
            enter(director, is_another=is_another)
        assert refusal(error)[1] == "name"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "  "}, "name"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["pirate"]}, "kinds"),
        ({"credit_code": "123"}, "credit_code"),
        ({"phone": "问门卫"}, "phone"),
    ],
)
def test_what_a_partner_cannot_be_is_told_beside_its_field(
    director: User, told: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as error:
        enter(director, **told)
    assert refusal(error)[1] == field


def test_whoever_keeps_only_his_own_becomes_the_keeper_and_touches_no_other(director: User) -> None:
    manager = person(Role.CANTEEN_MANAGER)
    own, others = enter(manager), partner("老木匠门窗维修")
    assert own.keeper == manager
    assert change(manager, own, note="豆制品").note == "豆制品"
    with pytest.raises(NotAllowed):
        change(manager, others, note="豆制品")
    with pytest.raises(RuleBroken) as error:
        change(manager, own, version=None, keeper=director)
    assert refusal(error)[1] == "keeper"
    with pytest.raises(NotAllowed):
        enter(person(Role.STOREKEEPER), name="洁美保洁")


def test_somebody_who_keeps_no_partners_is_no_keeper_but_one_who_has_gone_stays(director: User) -> None:
    made = partner(keeper=person(Role.ASSET_MANAGER, is_active=False))
    assert change(director, made, note="改").keeper == made.keeper
    for nobody in (person(Role.TEACHER), person(Role.ASSET_MANAGER, is_active=False)):
        with pytest.raises(RuleBroken) as error:
            change(director, made, version=None, keeper=nobody)
        assert refusal(error)[1] == "keeper"


def test_the_second_of_two_who_change_a_partner_is_told(director: User) -> None:
    made = partner()
    change(director, made, note="一")
    with pytest.raises(EditedMeanwhile):
        change(director, made, note="二")


def test_the_history_says_the_kinds_in_words(director: User) -> None:
    made = change(director, partner(), kinds=["food", "supplier"])
    changes = timeline(made)[0].changes
    assert [(each.label, each.before, each.after) for each in changes] == [
        ("类别", "物资供应商", "物资供应商、食材供应商")
    ]


# Stopping


def test_a_partner_is_stopped_for_a_reason_and_taken_up_again(director: User) -> None:
    made = partner()
    with pytest.raises(RuleBroken, match="请先写明原因"):
        write(services.stop_partner, partner=made, reason=" ", on=DAY, by=acting(director))
    done = write(services.stop_partner, partner=made, reason="合同到期", on=DAY, by=acting(director))
    assert (done.state, done.retired_on, done.retire_reason) == (PartnerState.STOPPED, DAY, "合同到期")
    again = write(services.resume_partner, partner=done, by=acting(director))
    assert (again.state, again.retired_on, again.retire_reason) == (PartnerState.IN_USE, None, "")


# Merging


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """What an app above would hear of merging."""
    found: list[tuple[str, str]] = []

    def hear(sender: Any, partner: Partner, survivor: Partner, **kwargs: Any) -> None:
        found.append((partner.name, survivor.name))

    partner_merged.connect(hear)
    yield found
    partner_merged.disconnect(hear)


def merge(by: User, gone: Partner, survivor: Partner, reason: str = "登记了两次") -> Partner:
    return write(
        services.merge_partners, partner=gone, survivor=survivor, reason=reason, on=DAY, by=acting(by)
    )


def test_the_survivor_gets_what_it_lacks_and_the_papers_and_contacts(
    director: User, heard: list[tuple[str, str]]
) -> None:
    taken = code()
    survivor = partner("绿野农产品公司", phone="13800001001", address="城关")
    gone = partner(NAME, kinds=["food"], credit_code=taken, phone="13800001002", contact="柴满仓")
    both, only = paper(survivor, number="1"), paper(gone, number="2")
    double = paper(gone, number="1")
    friend, known = contact(gone, phone="13800001011"), contact(gone, phone="13800001012")
    contact(survivor, phone="13800001012")
    kept = merge(director, gone, survivor)
    assert (kept.credit_code, kept.phone, kept.contact, kept.address, kept.kinds) == (
        taken, "13800001001", "柴满仓", "城关", ["supplier", "food"],
    )  # fmt: skip
    assert set(kept.papers.all()) == {both, only}
    assert (double.partner, known.partner) == (gone, gone)
    assert PartnerContact.objects.get(pk=friend.pk).partner == kept
    gone.refresh_from_db()
    assert (gone.state, gone.merged_into, gone.retired_on, gone.retire_reason) == (
        PartnerState.STOPPED, kept, DAY, "登记了两次",
    )  # fmt: skip
    assert heard == [(NAME, "绿野农产品公司")]


def test_money_never_goes_over_by_merging(director: User) -> None:
    survivor, gone = partner(), partner()
    account(gone)
    merge(director, gone, survivor)
    assert PartnerAccount.objects.filter(closed_at=None).count() == 0
    assert [each.partner for each in PartnerAccount.objects.all()] == [gone]


def test_every_pointer_is_one_step_long(director: User) -> None:
    first, second, third = partner(), partner(), partner()
    merge(director, first, second)
    merge(director, second, third)
    assert set(third.merged.all()) == {first, second}
    assert Partner.objects.get(pk=first.pk).survivor == third


def test_what_is_not_one_firm_is_not_merged(director: User) -> None:
    coded, other, plain = partner(credit_code=code()), partner(credit_code=code()), partner()
    for gone, survivor, words in (
        (coded, other, "信用代码不同"),
        (plain, plain, "不能并入自己"),
        (plain, stopped(), "已停止合作"),
    ):
        with pytest.raises(RuleBroken, match=words):
            merge(director, gone, survivor)
    with pytest.raises(RuleBroken, match="写明合并的原因"):
        merge(director, plain, other, reason=" ")
    merge(director, plain, other)
    with pytest.raises(RuleBroken, match="已经并入别家"):
        merge(director, plain, coded)


def test_a_merged_partner_takes_nothing_and_never_comes_back(director: User) -> None:
    gone, survivor = partner(), partner()
    merge(director, gone, survivor)
    by = acting(director)
    for act in (
        lambda: change(director, gone, version=None, note="改"),
        lambda: write(services.resume_partner, partner=gone, by=by),
        lambda: write(services.add_paper, partner=gone, kind="business", by=by),
    ):
        with pytest.raises(RuleBroken, match="已并入另一家"):
            act()


def test_a_keeper_merges_his_own_and_nobody_elses() -> None:
    manager = person(Role.CANTEEN_MANAGER)
    with pytest.raises(NotAllowed):
        merge(manager, of(manager), partner())
    gone = beside_another(manager)
    survivor = Partner.objects.filter(keeper=manager).exclude(pk=gone.pk)[0]
    assert merge(manager, gone, survivor) == survivor


# Papers


def test_a_paper_is_entered_corrected_and_withdrawn(director: User) -> None:
    by, firm = acting(director), partner()
    made = write(services.add_paper, partner=firm, kind="food_trade", number=" JY 1 ", valid_until=DAY, by=by)
    assert (made.label, made.number, str(made)) == ("食品经营许可证", "JY 1", "食品经营许可证 JY 1")
    told = {"kind": "other", "title": "有机认证", "number": "", "valid_from": None, "valid_until": None}
    made = write(services.update_paper, paper=made, version=1, by=by, **told)
    assert str(made) == "有机认证"
    with pytest.raises(RuleBroken, match="写明作废的原因"):
        write(services.withdraw_paper, paper=made, reason="", on=DAY, by=by)
    made = write(services.withdraw_paper, paper=made, reason="登记错了", on=DAY, by=by)
    assert (made.withdrawn_on, selectors.paper_mark(made).word) == (DAY, "已作废")
    with pytest.raises(RuleBroken, match="已作废，不能再改"):
        write(services.update_paper, paper=made, version=None, by=by, **told)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "pirate"}, "kind"),
        ({"kind": "other"}, "title"),
        ({"kind": "business", "valid_from": DAY, "valid_until": DAY - timedelta(days=1)}, "valid_until"),
        ({"kind": "business", "number": "1"}, "number"),
    ],
)
def test_what_a_paper_cannot_be_is_told_beside_its_field(
    director: User, told: dict[str, Any], field: str
) -> None:
    firm = partner()
    paper(firm, number="1")
    with pytest.raises(RuleBroken) as error:
        write(services.add_paper, partner=firm, by=acting(director), **told)
    assert refusal(error)[1] == field


def test_a_renewed_paper_covers_the_old_one_and_only_of_its_kind() -> None:
    firm = partner()
    old, new = paper(firm, days=-3, number="1"), paper(firm, days=400, number="2")
    other = paper(firm, days=-3, kind="food_trade")
    paper(partner(), days=-3, withdrawn_on=DAY, withdrawn_reason="错")
    assert set(selectors.standing()) == {new, other}
    assert selectors.covered(firm.papers.all()) == {old.pk}


def test_a_paper_for_good_covers_one_with_a_last_day() -> None:
    firm = partner()
    old, new = paper(firm, days=5), paper(firm)
    assert (list(selectors.standing()), selectors.covered([old, new])) == ([new], {old.pk})


# Contacts


def test_a_contact_is_noted_once_and_crossed_out(director: User) -> None:
    by, firm = acting(director), partner()
    made = write(services.add_contact, partner=firm, name="柴小妹", phone="138-0000-1011", by=by)
    with pytest.raises(RuleBroken) as error:
        write(services.add_contact, partner=firm, name="柴大妹", phone="13800001011", by=by)
    assert refusal(error) == ("这个电话已经记在这家的联系人里。", "phone")
    told = {"name": "柴小妹", "duty": "开票", "phone": "13800001011", "on": DAY}
    made = write(services.update_contact, contact=made, version=1, has_left=True, by=by, **told)
    assert (made.duty, made.retired_on) == ("开票", DAY)
    with pytest.raises(RuleBroken, match="已不再联系"):
        write(services.update_contact, contact=made, version=None, by=by, **told)
    assert write(services.add_contact, partner=firm, name="柴大妹", phone="13800001011", by=by).pk


# Accounts


def set_account(by: User, firm: Partner, number: str = "1000 0000 0000 0017", **told: Any) -> Any:
    facts = {"payee": "绿野", "bank": "农信社", "account": number} | told
    return write(services.set_account, partner=firm, by=acting(by), **facts)


def test_a_new_account_closes_the_old_one_and_keeps_it(director: User) -> None:
    firm = partner()
    first = set_account(director, firm)
    again = set_account(director, firm)
    second = set_account(director, firm, "20000000")
    assert (first, PartnerAccount.objects.get(closed_at=None)) == (again, second)
    assert PartnerAccount.objects.filter(partner=firm).count() == 2


def test_of_two_who_say_where_money_goes_the_second_is_told(director: User) -> None:
    firm = partner()
    set_account(director, firm, version=1)
    with pytest.raises(EditedMeanwhile):
        set_account(director, firm, "20000000", version=1)


@pytest.mark.parametrize(
    "role", [Role.CASHIER, Role.ASSET_MANAGER, Role.CANTEEN_MANAGER, Role.DEPUTY_DIRECTOR]
)
def test_neither_who_pays_nor_who_buys_says_where_money_goes(role: Role) -> None:
    buyer = person(role)
    with pytest.raises(NotAllowed):
        set_account(buyer, of(buyer))


def test_an_account_is_read_whole_only_by_whoever_pays_or_answers_for_it(director: User) -> None:
    firm = partner()
    account(firm, account="6222021234567890043")
    shown = {
        role: getattr(selectors.account_shown(firm, person(role)), "number", None)
        for role in (Role.CLAIMS_CLERK, Role.CASHIER, Role.PRINCIPAL, Role.STOREKEEPER)
    }
    whole = "6222 0212 3456 7890 043"
    assert shown == {
        Role.CLAIMS_CLERK: whole, Role.CASHIER: whole,
        Role.PRINCIPAL: "**** 0043", Role.STOREKEEPER: "**** 0043",
    }  # fmt: skip


@pytest.mark.parametrize(("number", "firm"), [("123", partner), ("10000000", stopped)])
def test_no_account_is_set_that_is_none_or_for_a_stopped_partner(
    director: User, number: str, firm: Any
) -> None:
    with pytest.raises(RuleBroken):
        set_account(director, firm(), number)


# Who is told


def test_the_keeper_is_told_else_the_office_and_of_food_who_answers_for_it(director: User) -> None:
    keeper, gone = person(Role.ASSET_MANAGER), person(Role.ASSET_MANAGER, is_active=False)
    cook, safety = person(Role.CANTEEN_MANAGER), person(Role.FOOD_SAFETY_OFFICER)
    person(Role.FOOD_SAFETY_OFFICER, is_active=False)
    told = [
        selectors.responsible_for(each)
        for each in (of(keeper), of(gone), partner(), partner(kinds=["food"]), of(cook, kinds=["food"]))
    ]
    assert told == [[keeper], [director], [director], [director, cook, safety], [cook, safety]]


def announced(at: datetime) -> list[tuple[str, str]]:
    """What the night announces at `at`, told as the worker would."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    ProcrastinateJob.objects.all().delete()
    write(services.announce_ending_papers, at=at, by=NIGHT)
    for job in ProcrastinateJob.objects.order_by("pk"):
        args = job.args
        write(
            tell, kind=args["kind"], record=args["record"], mark=args["key"], but=args["but"],
            words=args["words"], at=at, by=NIGHT,
        )  # fmt: skip
    return list(Notice.objects.order_by("pk").values_list("kind", "title"))


def test_a_paper_is_announced_once_before_it_ends_and_once_when_it_has(director: User) -> None:
    # At noon an hour later is the same day, whenever the test runs.
    now = timezone.localtime().replace(hour=12, minute=0)
    firm = partner("丰源粮油")
    paper(firm, days=30)
    paper(firm, days=31, kind="food_trade")
    paper(stopped(), days=3)
    first = [(ENDING, "丰源粮油的营业执照快到期")]
    assert announced(now) == first
    assert announced(now + timedelta(hours=1)) == first
    second = [*first, (ENDING, "丰源粮油的食品经营许可证快到期")]
    assert announced(now + timedelta(days=30)) == second
    assert announced(now + timedelta(days=31)) == [*second, (ENDED, "丰源粮油的营业执照已过期")]
    assert announced(now + timedelta(days=32))[-1] == (ENDED, "丰源粮油的食品经营许可证已过期")


def test_what_was_renewed_before_the_notice_went_out_is_told_to_nobody(director: User) -> None:
    made = paper(days=3)
    assert [each.to for each in _drafts(made)] == [director]
    paper(made.partner, days=400)
    assert _drafts(made) == []


def _drafts(made: Qualification) -> list[Any]:
    from houqin.partners.notices import to_responsible

    return list(to_responsible(made, {}))


def test_no_person_may_do_what_the_night_does(director: User) -> None:
    with pytest.raises(NotAllowed):
        services.announce_ending_papers(at=datetime(2026, 9, 1, tzinfo=UTC), by=acting(director))
