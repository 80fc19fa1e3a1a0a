"""A staff list of many rows, read, checked and written, against the least that could do it."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from houqin.actors import Person
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.spreadsheets import services, working
from houqin.spreadsheets.models import ImportRun
from houqin.spreadsheets.opening import open_book
from houqin.writing import write
from tests.factories import person
from tests.spreadsheets import workbooks

MIB = 1024
COPY = """
COPY bare (staff_no, name, phone, department_id, search_key, public_id, password, version, created_at,
is_active, must_change_password, session_epoch) FROM STDIN
"""
ALIKE = ("!", 1, "2026-09-01", True, True, 1)


def main(number: str, wrong: str = "0") -> dict[str, Any]:
    """Seconds of the bare import and of ours, our queries, and how much the memory grew at its peak (MB)."""
    data = workbooks.everyone(int(number), int(wrong))
    by = Person(person(Role.SYSTEM_ADMIN, staff_no=f"BENCH{number}"))
    bare = _timed(lambda: _bare(data))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told: dict[str, Any] = {"bare": bare}
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        run = write(
            services.open_import, kind="staff", name="名册.xlsx", book=open_book("名册.xlsx", data), by=by
        )
        run = write(services.ask_check, run=run, tables=run.tables, mapping=run.mapping, by=by)
        working.check(run, by=by)
        told["check"] = time.perf_counter() - began
    told["check_queries"] = len(captured)
    run = ImportRun.objects.get(pk=run.pk)
    told["failed"] = run.failed
    if not run.failed:
        with CaptureQueriesContext(connection) as captured:
            told["write"] = _timed(lambda: _bring_in(run, by))
        told["write_queries"] = len(captured)
    told["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / MIB
    told["child"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MIB
    told["people"] = User.objects.count()
    return told


def _bring_in(run: ImportRun, by: Person) -> None:
    working.bring_in(write(services.start_import, run=run, by=by), by=by)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _bare(data: bytes) -> None:
    """Read with the fastest reader, look departments up in a dictionary, COPY into a table like theirs."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    departments = dict(Department.objects.values_list("name", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (LIKE houqin_user INCLUDING ALL)")
        with cursor.copy(COPY) as copy:
            for place, (number, name, phone, department) in enumerate(rows):
                whole = phone if len(phone) == 11 else None
                copy.write_row((number, name, whole, departments.get(department), name, f"P{place}", *ALIKE))
        cursor.execute("DROP TABLE bare")
