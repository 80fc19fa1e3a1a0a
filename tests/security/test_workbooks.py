"""U3 and U5: what is read in is read wholly or not at all, and nothing that leaves is a formula."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client

from houqin.errors import RuleBroken
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.spreadsheets.cells import STARTERS, as_written
from houqin.spreadsheets.models import ImportRun
from houqin.web.pages import ListPage
from tests import factories
from tests.attachments.test_checking import CONTENTS
from tests.checklists import laid as checks
from tests.partners.factories import partner
from tests.places import factories as places
from tests.security.walking import Route, body_of, client_of, every_route, holder_of
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, imported, opened, problems

pytestmark = pytest.mark.django_db

SENTENCES = {"“名册.xl", "没有找到表格", "请选择哪一列"}
HOSTILE = [
    f"{starter}cmd|' /C calc'!A0{place}" for place, starter in enumerate(STARTERS) if starter not in "\t\r\n"
]
LISTS = [
    route for route in every_route() if isinstance(route.page, type) and issubclass(route.page, ListPage)
]


@pytest.fixture
def hostile_rows() -> None:
    """Every text that a list shows, beginning like a formula."""
    for place, text in enumerate(HOSTILE):
        department = factories.department(text[:40])
        user = factories.person(Role.TEACHER, name=text[:30], staff_no=f"={place}", department=department)
        room = places.room(name=text[:30])
        factories.school_class(7, place + 1, name=text[:30], head_teacher=user, room=room)
        partner(name=text[:30], note=text)
        edition = checks.draft()
        edition.items.update(guidance=text[:30])


@pytest.mark.usefixtures("hostile_rows")
@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_u5_no_export_of_a_list_carries_a_formula(route: Route) -> None:
    client = client_of(holder_of(route.needs))
    address = route.address()
    workbook = openpyxl.load_workbook(io.BytesIO(body_of(client.get(f"{address}?export=xlsx"))))
    assert formulas(workbook) == []
    text = body_of(client.get(f"{address}?export=csv")).decode("utf-8-sig")
    assert [
        cell
        for line in csv.reader(io.StringIO(text, newline=""))
        for cell in line
        if cell[:1] in set(STARTERS)
    ] == []


@pytest.mark.usefixtures("hostile_rows")
@pytest.mark.parametrize("kind", sorted(registry.imports))
def test_u5_what_an_import_gives_out_carries_no_formula_and_comes_in_again_alike(kind: str) -> None:
    office = factories.person(
        next(role for role in (Role.SYSTEM_ADMIN, Role.DIRECTOR) if may_import(role, kind))
    )
    data = body_of(factories.signed_in(office).get(f"/imports/template/{kind}/?rows=1"))
    assert formulas(openpyxl.load_workbook(io.BytesIO(data))) == []
    run = checked(office, kind, data)
    assert problems(run) == []
    assert (run.new, run.changed, run.same) == (0, 0, run.rows)


def may_import(role: Role, kind: str) -> bool:
    return registry.imports[kind].perm in registry.rights_of([role])


def formulas(workbook: Any) -> list[str]:
    return [
        cell.coordinate
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_u5_a_text_that_looks_like_a_formula_is_read_from_csv_as_it_was_written() -> None:
    assert [as_written(f"'{text}") for text in HOSTILE] == HOSTILE


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """A staff list with bytes changed, cut out and doubled, in the file and inside its parts."""
    chance = random.Random(seed)  # noqa: S311 - the same mutants every time
    whole = workbooks.merged_heads()
    parts = zipfile.ZipFile(io.BytesIO(whole)).namelist()
    for _ in range(count):
        if chance.random() < 0.5:
            yield mutated(whole, chance)
        else:
            yield workbooks.rewritten(whole, chance.choice(parts), lambda content: mutated(content, chance))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case _:
                changed[at:at] = changed[max(0, at - chance.randint(1, 40)) : at]
        if not changed:
            return b"x"
    return bytes(changed)


def try_all(admin: User, count: int, seed: int) -> tuple[int, int]:
    """How many mutants were read and how many refused; anything else fails."""
    read = refused = 0
    for data in mutants(count, seed):
        before = User.objects.count()
        try:
            run = checked(admin, "staff", data)
        except RuleBroken as refusal:
            refused += 1
            words = refusal.message[:6]
            assert words in SENTENCES
            assert User.objects.count() == before
            continue
        assert (run.state, run.rows >= run.failed, User.objects.count()) == ("checked", True, before)
        read += 1
    return read, refused


@pytest.mark.parametrize("seed", range(10))
def test_u3_five_hundred_mutated_workbooks_are_read_or_refused_in_words(seed: int) -> None:
    read, refused = try_all(factories.person(Role.SYSTEM_ADMIN), 50, seed=seed)
    assert (read + refused, read > 0, refused > 0) == (50, True, True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_u3_ten_thousand_mutated_workbooks_are_read_or_refused_in_words(seed: int) -> None:
    assert sum(try_all(factories.person(Role.SYSTEM_ADMIN), 500, seed=100 + seed)) == 500


@pytest.mark.long
def test_u3_three_hundred_files_of_other_content_are_refused_in_words() -> None:
    """Everything that no office attaches, under the names of tables, and tables torn at every tenth."""
    admin = factories.person(Role.SYSTEM_ADMIN)
    whole = workbooks.merged_heads()
    torn = [whole[: len(whole) * tenth // 10] for tenth in range(1, 10)]
    names = ("名册.xlsx", "名册.xls", "名册.et", "名册.csv", "../../名册.xlsx", "名册\u202exslx.exe", "")
    tried = [(name, data) for name in names for data in (*CONTENTS.values(), *torn)]
    for name, data in tried:
        with pytest.raises(RuleBroken) as refusal:
            opened(admin, "staff", data, name)
        assert refusal.value.message.endswith("。"), refusal.value.message
    assert (len(tried) >= 300, ImportRun.objects.count(), User.objects.count()) == (True, 0, 1)


def test_u3_an_import_that_the_database_refuses_half_way_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody takes the last 工号 after the second check: the database has the last word."""
    from houqin.spreadsheets import working
    from houqin.spreadsheets.examining import examine as examine_in_earnest

    admin = factories.person(Role.SYSTEM_ADMIN)

    def examine(*args: Any, **kwargs: Any) -> Any:
        found = examine_in_earnest(*args, **kwargs)
        if len(checks) == 1:
            factories.person(staff_no="A2")
        checks.append(1)
        return found

    checks: list[int] = []
    monkeypatch.setattr(working, "examine", examine)
    run = imported(admin, "staff", workbooks.staff(("A1", "王芳", "", "新处"), ("A2", "李强", "", "")))
    assert (run.state, run.said) == ("checked", "这个工号已经有人使用，请核对。")
    assert User.objects.filter(staff_no="A1").exists() is False
    assert factories.department("新处").name == "新处"


def test_u3_hostile_cells_run_no_script_on_the_pages_of_an_import() -> None:
    admin = factories.person(Role.SYSTEM_ADMIN)
    client: Client = factories.signed_in(admin)
    payload = "<script>alert(1)</script>"
    rows = [("工号", "姓名", payload), (payload, f"{payload}2", f"{payload}3")]
    run = checked(admin, "staff", workbooks.sheets(**{"<b>甲": rows, "乙": [rows[0]]}))
    for address in (run.get_absolute_url(), f"{run.get_absolute_url()}columns/"):
        body = client.get(address).content.decode()
        assert (payload in body, "&lt;script&gt;" in body) == (False, True)
