"""What the apps plug in: nothing twice, nothing that points nowhere, and the union of a person's roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from houqin.people.roles import IMPLIED, Role
from houqin.people.scopes import Scope
from houqin.places.models import DoorCode, Place
from houqin.registry import DoorAction, Module, Navigation, Panel, Registry, Series, registry

CODES = sorted(registry.permissions)


@pytest.fixture
def small() -> Registry:
    """A registry with two rights."""
    made = Registry()
    made.add_permission(
        "tests.thing:read", "看", {(Role.DIRECTOR, Role.GUARD): Scope.ALL, Role.STAFF: Scope.OWN}
    )
    made.add_permission("tests.thing:write", "写", {Role.DIRECTOR: {Scope.OWN, Scope.DEPARTMENT}})
    return made


def test_rights_are_the_union_over_a_persons_roles(small: Registry) -> None:
    assert small.rights_of([Role.STAFF, Role.GUARD]) == {
        "tests.thing:read": frozenset({Scope.OWN, Scope.ALL})
    }
    assert small.rights_of([Role.STAFF, Role.DIRECTOR]) == {
        "tests.thing:read": frozenset({Scope.OWN, Scope.ALL}),
        "tests.thing:write": frozenset({Scope.OWN, Scope.DEPARTMENT}),
    }


def test_rights_that_were_asked_for_grow_with_a_new_declaration(small: Registry) -> None:
    assert "tests.thing:late" not in small.rights_of([Role.GUARD])
    small.add_permission("tests.thing:late", "晚", {Role.GUARD: Scope.OWN})
    assert small.rights_of([Role.GUARD])["tests.thing:late"] == frozenset({Scope.OWN})


def test_no_role_no_rights(small: Registry) -> None:
    assert small.rights_of([]) == {}


@pytest.mark.parametrize(
    "declare",
    [
        lambda small: small.add_permission("tests.thing:read", "又看", {}),
        lambda small: [small.add_series(Series("s", "", "S")) for _ in range(2)],
        lambda small: [small.add_module(Module("canteen", "食堂", "检查")) for _ in range(2)],
    ],
)
def test_nothing_is_declared_twice(small: Registry, declare: Callable[[Registry], object]) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare(small)


def test_a_right_that_nobody_declared_is_a_programming_mistake(small: Registry) -> None:
    with pytest.raises(LookupError, match=r"tests\.thing:fly"):
        small.permission("tests.thing:fly")


def test_navigation_stands_in_its_order(small: Registry) -> None:
    small.add_navigation(
        *[Navigation(str(order), "home", "x", "组", "icon", order) for order in (30, 10, 20)]
    )
    assert [entry.label for entry in small.navigation] == ["10", "20", "30"]


@pytest.mark.parametrize("code", CODES)
def test_every_declared_right_has_a_code_of_the_house_a_label_and_a_holder(code: str) -> None:
    right = registry.permissions[code]
    assert right.label.strip()
    assert code.count(".") == code.count(":") == 1
    assert {scope for scopes in right.grants.values() for scope in scopes}


def test_every_series_has_a_prefix_of_its_own() -> None:
    assert len({series.prefix for series in registry.series.values()}) == len(registry.series)


def test_every_line_of_the_navigation_needs_a_declared_right() -> None:
    assert {entry.permission for entry in registry.navigation} <= set(CODES)


def test_the_three_administrators_decide_nothing_in_the_business() -> None:
    """等保: an administrator's roles reach the ground floor only."""
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        own = {code for code, scopes in registry.rights_of([role]).items() if scopes}
        assert {code for code in own if not code.startswith("houqin.")} == set(), role


def test_the_role_that_everybody_holds_is_the_only_implied_one() -> None:
    assert frozenset({Role.STAFF}) == IMPLIED


# Panels and doors


def test_a_panel_is_asked_for_the_records_of_its_model_only(small: Registry) -> None:
    seen: list[tuple[object, object]] = []

    def panel(user: object, record: object) -> Panel | None:
        seen.append((user, record))
        return Panel("计划里的工作", ()) if user == "director" else None

    small.add_panel("houqin.place", panel)
    place, code = Place(), DoorCode()
    shown = [small.panels_of(user, record) for user in ("director", "guest") for record in (place, code)]  # type: ignore[arg-type]
    assert shown == [[Panel("计划里的工作", ())], [], [], []]
    assert seen == [("director", place), ("guest", place)]


def test_the_buttons_of_a_door_stand_in_their_order(small: Registry) -> None:
    for label, order in (("盘点", 70), ("报修", 10), ("检查", 40)):
        small.add_door_action(DoorAction(label, "wrench", lambda place: "/", order=order))
    assert [each.label for each in small.door_actions] == ["报修", "检查", "盘点"]


def test_every_attachment_parent_points_at_a_right_and_a_page_that_exist() -> None:
    for parent in registry.attachment_parents.values():
        assert parent.manage in registry.permissions
        assert parent.url_name == "" or reverse(parent.url_name, args=["2222222222"]).endswith("/attach/")
