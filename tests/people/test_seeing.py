"""`seen_by`: the readers that the database keeps with a row, whoever writes what."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from calendar_plans.models import Item, ItemPartner
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.people.scopes import Scope, Visibility
from houqin.people.seeing import KeepSeenBy, SeenByField, TouchSeenBy
from houqin.web.pages import ListPage
from tests.calendar_plans.factories import item, running_plan
from tests.factories import department, person

pytestmark = pytest.mark.django_db


def readers(of: Item, *, departments: list[Department], owner: User | None = None) -> bool:
    """Whether exactly these are kept with the item."""
    kept = [f"department:{each.pk}" for each in departments] + ([f"assigned:{owner.pk}"] if owner else [])
    stored: list[str] = Item.objects.values_list("seen_by", flat=True).get(pk=of.pk)
    return sorted(kept) == stored


@pytest.fixture
def office() -> Department:
    return department("总务处")


@pytest.fixture
def work(office: Department) -> Item:
    return item(running_plan(office))


def test_a_new_item_is_seen_by_the_department_of_its_plan_and_by_its_owner(office: Department) -> None:
    owner = person()
    given, free = item(running_plan(office), owner=owner), item(running_plan(office))
    assert readers(given, departments=[office], owner=owner)
    assert readers(free, departments=[office])


def test_another_owner_sees_it_and_the_former_one_does_not(work: Item, office: Department) -> None:
    first, second = person(), person()
    for owner in (first, second, None):
        work.owner = owner
        work.save()
        assert readers(work, departments=[office], owner=owner)
    Item.objects.filter(pk=work.pk).update(owner=first)
    assert readers(work, departments=[office], owner=first)


def test_departments_that_help_come_and_go(work: Item, office: Department) -> None:
    helping, other = department("教务处"), department("德育处")
    partner = ItemPartner.objects.create(item=work, department=helping)
    assert readers(work, departments=[office, helping])
    ItemPartner.objects.filter(pk=partner.pk).update(department=other)
    assert readers(work, departments=[office, other])
    partner.delete()
    assert readers(work, departments=[office])


def test_the_plans_own_department_that_also_helped_stays(work: Item, office: Department) -> None:
    ItemPartner.objects.create(item=work, department=office).delete()
    assert readers(work, departments=[office])


def test_a_helper_that_moves_to_another_item_leaves_the_first(work: Item, office: Department) -> None:
    helping, second = department("教务处"), item(running_plan(office))
    partner = ItemPartner.objects.create(item=work, department=helping)
    ItemPartner.objects.filter(pk=partner.pk).update(item=second)
    assert readers(work, departments=[office])
    assert readers(second, departments=[office, helping])


def test_a_plan_that_changes_its_department_takes_its_items_along(work: Item, office: Department) -> None:
    other, untouched = department("教务处"), item(running_plan(office))
    work.plan.department = other
    work.plan.save()
    assert readers(work, departments=[other])
    assert readers(untouched, departments=[office])


def test_an_item_that_moves_to_another_plan_is_seen_there(work: Item) -> None:
    other = department("教务处")
    Item.objects.filter(pk=work.pk).update(plan=running_plan(other))
    assert readers(work, departments=[other])


def test_what_the_program_writes_into_it_is_overwritten(work: Item, office: Department) -> None:
    Item.objects.filter(pk=work.pk).update(seen_by=["department:1", "assigned:1"])
    assert readers(work, departments=[office])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calendar_plans_item SET seen_by = '{}'")
    assert readers(work, departments=[office])


def test_who_sees_an_item_is_no_part_of_its_history(work: Item) -> None:
    before = work.events.count()  # type: ignore[attr-defined]
    ItemPartner.objects.create(item=work, department=department())
    assert work.events.count() == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.REPAIR_WORKER, Role.DEPARTMENT_HEAD, Role.TEACHER])
def test_each_reader_sees_by_it_what_the_tables_say(role: Role, office: Department) -> None:
    other, reader = department("教务处"), person(role, department=office)
    everything = [
        item(running_plan(where), owner=owner) for where in (office, other) for owner in (None, reader)
    ]
    helped = item(running_plan(other))
    ItemPartner.objects.create(item=helped, department=office)
    scopes = reader.scopes(Item.VISIBILITY.permission)
    by_scope = {
        Scope.ALL: [*everything, helped],
        Scope.DEPARTMENT: [*everything[:2], helped],
        Scope.ASSIGNED: [everything[1], everything[3]],
    }
    expected = {each.pk for scope in scopes for each in by_scope[scope]}
    assert {each.pk for each in Item.objects.visible_to(reader)} == expected


def test_whoever_has_no_department_sees_none_by_it(office: Department) -> None:
    item(running_plan(office))
    head = person(Role.DEPARTMENT_HEAD)
    assert list(Item.objects.visible_to(head)) == []


def kept_models() -> list[type[Model]]:
    """Every model with readers that are kept in its own rows."""
    seen = {model: getattr(model, "VISIBILITY", None) for model in apps.get_models()}
    return [
        model
        for model, visibility in seen.items()
        if isinstance(visibility, Visibility) and visibility.kept and not visibility.through
    ]


def triggers_of(model: type[Model], kind: type[Any]) -> list[Any]:
    return [each for each in getattr(model._meta, "triggers", []) if isinstance(each, kind)]


def led_through(model: type[Model]) -> set[tuple[type[Model], str]]:
    """The other models that the paths lead through, each with the relation that names the reader there."""
    paths = [path.split(".") for paths in model.VISIBILITY.kept.values() for path in paths]  # type: ignore[attr-defined]
    return {(model._meta.get_field(path[0]).related_model, path[1]) for path in paths if path[1:]}  # type: ignore[misc]


@pytest.mark.parametrize("model", kept_models(), ids=lambda model: model.__name__)
def test_a_model_with_kept_readers_has_all_that_keeps_them(model: type[Any]) -> None:
    field = model._meta.get_field("seen_by")
    # In one index with the words: a search under a reader is answered by the index alone.
    indexed = [index.fields for index in model._meta.indexes if isinstance(index, GinIndex)]
    kept = [(scope, path) for scope, paths in model.VISIBILITY.kept.items() for path in paths]
    keeping = triggers_of(model, KeepSeenBy)
    assert (isinstance(field, SeenByField), ["grams", "seen_by"] in indexed) == (True, True)
    assert [each.paths for each in keeping] == [kept, kept]
    for far, column in led_through(model):
        touching = [
            each
            for each in triggers_of(far, TouchSeenBy)
            if far._meta.get_field(each.relation).related_model is model and each.column in {"", column}
        ]
        assert (far.__name__, len(touching)) == (far.__name__, 1)


def test_a_scope_whose_readers_nobody_can_keep_is_a_programming_mistake() -> None:
    with pytest.raises(ValueError, match="cannot be kept"):
        Visibility("calendar_plans.item:read", kept={Scope.MY_CLASS: ("owner",)})


def orders_of(page: type[ListPage]) -> set[tuple[str, ...]]:
    """The orders that the list offers, without their directions: an index is walked both ways."""
    offered = [tuple(page.order), *(column.order for column in page.columns)]
    return {tuple(name.removeprefix("-") for name in order) for order in offered if order}


def served(model: type[Model]) -> set[tuple[str, ...]]:
    """The orders in which an index of `model` tells its rows, with who sees them."""
    walked = [
        [name.removeprefix("-") for name in index.fields]
        for index in model._meta.indexes
        if "seen_by" in index.include
    ]
    return {tuple(fields[: end + 1]) for fields in walked for end in range(len(fields))}


def test_a_list_in_any_order_reads_no_row_that_its_reader_does_not_see() -> None:
    """An index tells the keys of the page, so whoever sees a part waits no longer than whoever sees all."""
    reverse("home")
    pages = [
        page
        for page in ListPage.__subclasses__()
        if any(isinstance(field, SeenByField) for field in page.model._meta.concrete_fields)
    ]
    missing = {(page.title, order) for page in pages for order in orders_of(page) - served(page.model)}
    assert ([page.title for page in pages], missing) == (["全部事项"], set())
