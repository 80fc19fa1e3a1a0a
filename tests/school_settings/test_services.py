"""Settings: read as of a day, never below their floor, and nothing of their history is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from houqin.errors import HouqinError, NotAllowed, RuleBroken
from houqin.notifications.models import Delivery, Notice
from houqin.people.roles import Role
from houqin.registry import Registry, registry
from houqin.remembering import remembering
from houqin.school_settings.models import SettingChange
from houqin.school_settings.modules import in_use, is_on
from houqin.school_settings.reading import setting
from houqin.school_settings.selectors import history_of, line_of, settings_out_of_bounds
from houqin.school_settings.services import change_setting, switch_modules, withdraw_change
from houqin.writing import write
from tests.factories import acting, person
from tests.notifications import factories as channels
from tests.notifications.working import tell_all
from tests.school_settings.conftest import SAMPLE_GRAMS

pytestmark = pytest.mark.django_db

GRAMS = SAMPLE_GRAMS.code
TODAY = date(2026, 11, 26)
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def director() -> Any:
    return acting(person(Role.DIRECTOR, name="陆文山"))


def change(value: str, by: Any, **fields: Any) -> SettingChange:
    fields = {"code": GRAMS, "valid_from": TODAY, "reason": "例会商定", "on": TODAY} | fields
    return write(change_setting, value=value, by=by, **fields)


def test_before_any_change_the_default_is_in_force() -> None:
    assert setting(GRAMS, on=TODAY) == 125


def test_a_value_is_in_force_from_its_day_on_and_not_before(director: Any) -> None:
    change("150", director, valid_from=NEW_YEAR)
    days = (TODAY, date(2026, 12, 31), NEW_YEAR, date(2030, 1, 1))
    assert [setting(GRAMS, on=day) for day in days] == [125, 125, 150, 150]


def test_what_was_in_force_on_a_past_day_stays_readable(director: Any) -> None:
    for day, grams in ((TODAY, "150"), (NEW_YEAR, "200"), (date(2027, 9, 1), "130")):
        change(grams, director, valid_from=day, on=day)
    days = (date(2026, 11, 25), TODAY, NEW_YEAR, date(2027, 8, 31), date(2027, 9, 1))
    assert [setting(GRAMS, on=day) for day in days] == [125, 150, 200, 200, 130]


def test_of_two_changes_for_one_day_the_later_entered_counts(director: Any) -> None:
    change("150", director)
    change("140", director)
    assert setting(GRAMS, on=TODAY) == 140
    assert [(past.value, past.standing) for past in history_of(GRAMS, on=TODAY)] == [
        ("140 克", "现行"),
        ("150 克", "已更正"),
    ]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("124", "“留样克数”不能低于 125 克。出处：《餐饮服务食品安全操作规范》。"),
        ("501", "“留样克数”不能高于 500 克。出处：《餐饮服务食品安全操作规范》。"),
        ("很多", "请填写整数，例如 3。"),
        ("125", "11月26日（周四）起本来就是 125 克，不用改。"),
    ],
)
def test_a_value_that_may_not_be_is_refused_beside_its_field(
    director: Any, value: str, sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        change(value, director)
    assert (refusal.value.message, refusal.value.field) == (sentence, "value")


def test_the_past_cannot_be_changed(director: Any) -> None:
    with pytest.raises(RuleBroken, match="不能早于今天"):
        change("150", director, valid_from=date(2026, 11, 25))


def test_a_change_needs_a_reason(director: Any) -> None:
    with pytest.raises(RuleBroken, match="请写明为什么改"):
        change("150", director, reason="  ")


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.PRINCIPAL, Role.DEPUTY_DIRECTOR, Role.TEACHER])
def test_nobody_else_changes_a_setting_of_the_business(role: Role) -> None:
    with pytest.raises(NotAllowed):
        change("150", acting(person(role)))


def test_the_second_of_two_people_is_told_that_the_first_changed_it(director: Any) -> None:
    change("150", director, seen="")
    with pytest.raises(RuleBroken, match="陆文山已经改过这项设置"):
        change("160", acting(person(Role.DIRECTOR)), seen="")
    assert setting(GRAMS, on=TODAY) == 150


def test_a_change_that_is_not_in_force_yet_can_be_withdrawn(director: Any) -> None:
    coming = change("150", director, valid_from=NEW_YEAR)
    taken_back = write(withdraw_change, change=coming, on=TODAY, by=director)
    assert taken_back.reason == "取消原定2027年1月1日的变更"
    assert (setting(GRAMS, on=NEW_YEAR), line_of(GRAMS, on=TODAY).coming) == (125, ())
    assert [past.standing for past in history_of(GRAMS, on=TODAY)] == ["已取消", "已更正"]


def test_a_change_in_force_is_not_withdrawn_and_none_is_twice(director: Any) -> None:
    now, coming = change("150", director), change("200", director, valid_from=NEW_YEAR)
    with pytest.raises(RuleBroken, match="已经生效"):
        write(withdraw_change, change=now, on=TODAY, by=director)
    write(withdraw_change, change=coming, on=TODAY, by=director)
    with pytest.raises(RuleBroken, match="已经取消了"):
        write(withdraw_change, change=coming, on=TODAY, by=director)


def test_what_is_coming_is_told_with_its_day(director: Any) -> None:
    change("150", director, valid_from=NEW_YEAR)
    assert [(each.value, each.valid_from) for each in line_of(GRAMS, on=TODAY).coming] == [
        ("150 克", NEW_YEAR)
    ]


def test_history_cannot_be_edited_in_the_program() -> None:
    row = SettingChange.objects.create(code=GRAMS, value="150", valid_from=TODAY, reason="例会")
    row.value = "1"
    with pytest.raises(RuleBroken, match="不能修改"):
        row.save()
    with pytest.raises(ProgrammingError, match="permission denied"):
        SettingChange.objects.filter(pk=row.pk).update(value="1")


def test_a_text_that_the_kind_does_not_understand_any_more_reads_as_the_default(caplog: Any) -> None:
    SettingChange.objects.create(code=GRAMS, value="一两", valid_from=TODAY, reason="旧版本")
    assert (setting(GRAMS, on=TODAY), "no value of its kind" in caplog.text) == (125, True)


def test_a_value_below_a_floor_that_rose_stays_and_is_reported() -> None:
    """What was decided under it must stay explainable; whoever may change it finds it on the home page."""
    SettingChange.objects.create(code=GRAMS, value="100", valid_from=TODAY, reason="旧规定")
    told = [todo.detail for todo in settings_out_of_bounds(person(Role.DIRECTOR), TODAY)]
    assert (setting(GRAMS, on=TODAY), told) == (
        100,
        ["“留样克数”不能低于 125 克。出处：《餐饮服务食品安全操作规范》。"],
    )
    assert list(settings_out_of_bounds(person(Role.TEACHER), TODAY)) == []


def test_a_request_reads_all_settings_in_one_query() -> None:
    with remembering(), CaptureQueriesContext(connection) as queries:
        for code in registry.settings:
            setting(code, on=TODAY)
            setting(code, on=NEW_YEAR)
    assert len(queries) == 1


def test_a_request_that_changes_a_setting_sees_the_new_value_and_another_never_an_old_one(
    director: Any,
) -> None:
    with remembering():
        assert setting(GRAMS, on=TODAY) == 125
        change("150", director)
        assert setting(GRAMS, on=TODAY) == 150
    with remembering():
        assert setting(GRAMS, on=TODAY) == 150


def test_a_change_that_is_rolled_back_is_not_remembered(director: Any) -> None:
    def change_and_fail(*, by: Any) -> None:
        change_setting(code=GRAMS, value="150", valid_from=TODAY, reason="试", on=TODAY, by=by)
        assert setting(GRAMS, on=TODAY) == 150
        raise HouqinError("后面的一步没有办成。")

    with remembering():
        with pytest.raises(HouqinError):
            write(change_and_fail, by=director)
        assert setting(GRAMS, on=TODAY) == 125


def test_no_setting_is_declared_twice_or_with_a_default_beyond_its_bounds() -> None:
    small = Registry()
    small.add_setting(SAMPLE_GRAMS)
    with pytest.raises(ValueError, match="declared twice"):
        small.add_setting(SAMPLE_GRAMS)


def test_a_setting_that_nobody_declared_is_a_programming_mistake() -> None:
    with pytest.raises(LookupError, match=r"canteen\.soup"):
        setting("canteen.soup", on=TODAY)


def test_every_setting_names_its_source_and_a_right() -> None:
    assert [each.code for each in registry.settings.values() if not each.source] == []
    assert {each.permission for each in registry.settings.values()} <= set(registry.permissions)


# Modules


def test_a_module_is_switched_off_and_on_with_a_reason() -> None:
    admin = acting(person(Role.SYSTEM_ADMIN))
    plans = registry.modules["calendar_plans"]
    write(switch_modules, apps=[], reason="先不用", on=TODAY, by=admin)
    assert is_on(plans, on=TODAY) is False
    write(switch_modules, apps=["calendar_plans"], reason="开学启用", on=TODAY, by=admin)
    assert is_on(plans, on=TODAY) is True


def test_switching_nothing_says_so() -> None:
    admin = acting(person(Role.SYSTEM_ADMIN))
    with pytest.raises(RuleBroken, match="没有改动"):
        write(switch_modules, apps=["calendar_plans"], reason="试", on=TODAY, by=admin)


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.SECURITY_ADMIN, Role.TEACHER])
def test_only_the_system_administrator_switches_modules(role: Role) -> None:
    with pytest.raises(NotAllowed):
        write(switch_modules, apps=[], reason="试", on=TODAY, by=acting(person(role)))


def test_what_a_switched_off_module_plugged_in_is_left_out() -> None:
    before = in_use(registry.todos, on=TODAY)
    write(switch_modules, apps=[], reason="先不用", on=TODAY, by=acting(person(Role.SYSTEM_ADMIN)))
    after = in_use(registry.todos, on=TODAY)
    assert {each.__module__ for each in before} - {each.__module__ for each in after} == {
        "calendar_plans.selectors"
    }


def test_whoever_else_may_change_settings_is_told_what_was_changed_in_the_inbox_alone(director: Any) -> None:
    channels.channel()
    for role, name in ((Role.DIRECTOR, "周文"), (Role.SECURITY_ADMIN, "王芳"), (Role.TEACHER, "李娜")):
        person(role, name=name)
    change("150", director)
    change("200", director, valid_from=NEW_YEAR)
    tell_all()
    titles = [f"陆文山修改了设置“留样克数”：{each}" for each in ("125 克 → 150 克", "150 克 → 200 克")]
    assert sorted(Notice.objects.values_list("recipient__name", "title")) == [
        ("周文", titles[0]), ("周文", titles[1]), ("王芳", titles[0]), ("王芳", titles[1]),
    ]  # fmt: skip
    assert Notice.objects.order_by("pk").first().detail == "2026年11月26日起。原因：例会商定"  # type: ignore[union-attr]
    assert not Delivery.objects.exists()


def test_a_refused_change_is_told_to_nobody(director: Any) -> None:
    person(Role.SECURITY_ADMIN)
    with pytest.raises(RuleBroken):
        change("1", director)
    assert (tell_all(), Notice.objects.count()) == (0, 0)
