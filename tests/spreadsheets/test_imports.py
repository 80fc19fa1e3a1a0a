"""An import through its pages: from the file to the result, and every way it may end."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.errors import RuleBroken
from houqin.people.importing import StaffImport
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.registry import registry
from houqin.spreadsheets import services, working
from houqin.spreadsheets.models import ImportedFile, ImportMapping, ImportRun
from houqin.spreadsheets.opening import open_book
from houqin.spreadsheets.services import forget_old_imports
from houqin.spreadsheets.services.undoing import uses_of
from houqin.writing import write
from tests import factories
from tests.spreadsheets import factories as imports
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, fresh, imported, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return factories.person(Role.SYSTEM_ADMIN, staff_no="XT001")


@pytest.fixture
def client(admin: User) -> Client:
    return factories.signed_in(admin)


def send(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, {"_key": str(uuid.uuid4()), **data})


def hand_in(client: Client, data: bytes, kind: str = "staff", name: str = "名册.xlsx") -> Any:
    return send(client, "/imports/new/", kind=kind, file=SimpleUploadedFile(name, data))


def latest() -> ImportRun:
    return ImportRun.objects.latest("pk")


def test_from_the_file_to_the_result_through_the_pages(client: Client, admin: User) -> None:
    answer = hand_in(client, workbooks.titled())
    run = latest()
    assert (answer.status_code, answer["Location"]) == (303, f"/imports/{run.public_id}/columns/")
    page = client.get(answer["Location"])
    assert page.context["form"].initial["staff_no"] == "工 号"
    mapping = {
        "tables": ["1"],
        "staff_no": "工 号",
        "name": "姓名",
        "phone": "联系 电话",
        "department": "所在部门",
    }
    answer = send(client, f"/imports/{run.public_id}/columns/", _version=run.version, **mapping)
    assert (answer.status_code, fresh(run).state) == (303, "checking")
    assert "正在检查" in client.get(run.get_absolute_url()).content.decode()
    working.check(fresh(run), by=factories.acting(admin))
    assert "3 行都没有问题" in client.get(run.get_absolute_url()).content.decode()
    send(client, f"/imports/{run.public_id}/start/")
    working.bring_in(fresh(run), by=factories.acting(admin))
    assert (fresh(run).state, User.objects.filter(staff_no__startswith="ZW").count()) == ("imported", 2)
    send(client, f"/imports/{run.public_id}/undo/")
    working.take_back(fresh(run), leave_used=False, by=factories.acting(admin))
    assert "已全部撤销" in client.get(run.get_absolute_url()).content.decode()


def test_what_was_left_out_stays_out_next_time_and_what_is_newly_known_is_offered(
    client: Client, admin: User
) -> None:
    hand_in(client, workbooks.titled())
    run = latest()
    assert set(run.mapping) >= {"staff_no", "name", "phone", "department"}
    chosen = {"tables": "1", "staff_no": "工 号", "name": "姓名", "department": "所在部门", "phone": ""}
    send(client, f"/imports/{run.public_id}/columns/", _version=run.version, **chosen)
    hand_in(client, workbooks.titled())
    assert ("phone" in latest().mapping, latest().mapping["department"]) == (False, "所在部门")
    memory = ImportMapping.objects.get(kind="staff")
    # An earlier program did not have the column, and asked nobody about it.
    memory.mapping.pop("phone")
    memory.save()
    hand_in(client, workbooks.titled())
    assert latest().mapping["phone"] == "联系 电话"


def test_each_step_leaves_a_job_for_the_worker_that_names_who_asked(client: Client, admin: User) -> None:
    run = imports.run(admin)
    send(client, f"/imports/{run.public_id}/columns/", _version=1, tables="1", name="班级")
    job = ProcrastinateJob.objects.latest("id")
    assert (job.task_name, job.args) == ("houqin.check_import", {"run": run.public_id, "user": admin.pk})


def test_the_page_that_waits_is_drawn_anew_when_the_job_is_done(client: Client, admin: User) -> None:
    busy, done = imports.stuck(admin), imports.ready(admin)
    answers = [client.get(run.get_absolute_url(), headers={"HX-Request": "true"}) for run in (busy, done)]
    assert [answer.get("HX-Refresh") for answer in answers] == [None, "true"]


def test_errors_stand_on_the_page_with_sheet_row_and_column(client: Client, admin: User) -> None:
    run = checked(admin, "staff", workbooks.sheets(甲=[("工号", "姓名")], 乙=[("工号", "姓名"), ("A1", "")]))
    problems = client.get(run.get_absolute_url()).context["found"].problems
    assert problems == [["乙", 2, "姓名", "", "请填写姓名。"]]


def test_of_three_thousand_errors_the_page_shows_a_hundred_and_the_commonest(
    client: Client, admin: User
) -> None:
    run = checked(admin, "staff", workbooks.everyone(3_200, wrong=3_000))
    answer = client.get(run.get_absolute_url())
    found = answer.context["found"]
    assert (run.rows, run.failed, found.count, len(found.problems), len(found.first)) == (
        3_200, 3_000, 3_000, 100, 10,
    )  # fmt: skip
    assert found.commonest == [("手机号应是 1 开头的 11 位数字。", 3_000)]
    assert len(answer.content) < 100_000


@pytest.mark.long
def test_fifty_thousand_rows_with_three_thousand_errors_are_told_all_at_once_and_none_is_written(
    client: Client, admin: User
) -> None:
    run = checked(admin, "staff", workbooks.everyone(50_000, wrong=3_000))
    counts = (run.state, run.rows, run.new, run.failed, len(run.content.told()["problems"]))
    assert counts == ("checked", 50_000, 47_000, 3_000, 3_000)
    with pytest.raises(RuleBroken, match="有 3,000 行不对"):
        write(services.start_import, run=run, by=factories.acting(admin))
    assert User.objects.count() == 1
    data = b"".join(client.get(f"/imports/{run.public_id}/failed/").streaming_content)
    assert [sheet.rows for sheet in open_book("不对的行.xlsx", data).sheets] == [1 + 3_000]


def test_the_workbook_of_the_failed_rows_says_what_is_wrong_and_is_read_in_again(
    client: Client, admin: User
) -> None:
    rows = (("A1", "好的", "", ""), ("A2", "", "1380", ""), ("A3", "=1+1", "1380", "教务处"))
    run = checked(admin, "staff", workbooks.staff(*rows))
    data = b"".join(client.get(f"/imports/{run.public_id}/failed/").streaming_content)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    wrong = "手机号：手机号应是 1 开头的 11 位数字。"
    assert list(sheet.iter_rows(values_only=True)) == [
        ("工号", "姓名", "手机号", "部门", "工作表", "行号", "错在哪里"),
        ("A2", None, "1380", None, "名册", "3", "姓名：请填写姓名。"),
        ("A3", "=1+1", "1380", "教务处", "名册", "4", wrong),
    ]
    fixed = workbooks.replaced(workbooks.replaced(data, "1380", "13800138000"), wrong, "")
    assert checked(admin, "staff", fixed).failed == 1


def test_failed_rows_of_sheets_with_different_words_stand_under_one_heading(
    client: Client, admin: User
) -> None:
    data = workbooks.two_hands("1380")
    run = checked(admin, "staff", data)
    data = b"".join(client.get(f"/imports/{run.public_id}/failed/").streaming_content)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    assert list(sheet.iter_rows(values_only=True)) == [
        ("职工号", "姓 名", "手机号码", "工种", "工作表", "行号", "错在哪里"),
        ("WP001", "李强", "1380", "保安", "外聘", "2", "联系电话：手机号应是 1 开头的 11 位数字。"),
    ]


def test_failed_rows_of_two_tables_side_by_side_each_say_their_own(client: Client, admin: User) -> None:
    heading = ("工号", "姓名", "手机号")
    both = ("A1", "王芳", "1380", "", "A2", "", "13800138000")
    again = ("A1", "王芳", "", "", "A1", "李强", "")
    run = checked(admin, "staff", workbooks.sheets(名册=[(*heading, "", *heading), both, again]))
    data = b"".join(client.get(f"/imports/{run.public_id}/failed/").streaming_content)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [(row[0], row[1], row[4], row[5]) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ("A1", "王芳", "2", "手机号：手机号应是 1 开头的 11 位数字。"),
        ("A2", None, "2", "姓名：请填写姓名。"),
        ("A1", "王芳", "3", "工号：和第 2 行是同一个工号，请删去重复的一行。"),
        ("A1", "李强", "3", "工号：和A–C 列第 2 行是同一个工号，请删去重复的一行。"),
    ]


def test_the_page_names_the_columns_that_nothing_is_read_from(client: Client, admin: User) -> None:
    run = opened(admin, "staff", workbooks.two_hands())
    answer = client.get(f"/imports/{run.public_id}/columns/")
    assert answer.context["unused"] == ["工种"]


def test_a_run_without_errors_has_no_workbook_of_them(client: Client, admin: User) -> None:
    assert client.get(f"/imports/{imports.ready(admin).public_id}/failed/").status_code == 404


def test_what_cannot_be_read_is_told_beside_the_file(client: Client) -> None:
    answer = hand_in(client, b"%PDF-1.7")
    assert (answer.status_code, answer.context["form"].errors["file"]) == (
        422, ["“名册.xlsx”是 PDF，读不出表格。请上传原来的表格文件。"],
    )  # fmt: skip
    answer = hand_in(client, workbooks.sheets(甲=[("只有一格",)]))
    assert answer.context["form"].errors["file"] == [
        "没有找到表格：应有一行写着“工号、姓名、手机号”这样的标题，下面是内容。可以下载模板，把内容粘贴进去。"
    ]


def test_the_template_has_the_headings_and_one_example(client: Client) -> None:
    data = b"".join(client.get("/imports/template/staff/").streaming_content)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    assert list(sheet.iter_rows(values_only=True)) == [
        ("工号", "姓名", "手机号", "部门"), ("ZW012", "王小明", "13800000000", "教务处"),
    ]  # fmt: skip


def test_each_is_offered_what_his_rights_let_him_import() -> None:
    offered = {}
    for role in (Role.SYSTEM_ADMIN, Role.DIRECTOR):
        client = factories.signed_in(factories.person(role))
        offered[str(role)] = [kind.kind for kind in client.get("/imports/new/").context["kinds"]]
        status = client.get("/imports/template/staff/?rows=1").status_code
        assert status == (200 if role == Role.SYSTEM_ADMIN else 404)
    assert offered == {
        "system_admin": ["staff", "classes", "rooms"],
        "director": ["classes", "rooms", "partners", "checklists"],
    }
    assert factories.signed_in(factories.person(Role.TEACHER)).get("/imports/new/").status_code == 403


def test_a_right_that_is_lost_before_the_job_runs_stops_it(admin: User) -> None:
    run = checked(admin, "staff", workbooks.staff(("A1", "王芳", "", "")))
    run = write(services.start_import, run=run, by=factories.acting(admin))
    admin.holdings.update(ended_at=timezone.now())
    former = factories.acting(User.objects.get(pk=admin.pk))
    with pytest.raises(Exception, match="没有“导入表格”的权限"):
        working.bring_in(run, by=former)
    assert User.objects.filter(staff_no="A1").exists() is False


def test_a_job_that_fails_says_so_and_goes_on_to_the_log(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write(
        services.ask_check,
        run=imports.run(admin),
        tables=[1],
        mapping={"name": "班级"},
        by=factories.acting(admin),
    )
    ImportedFile.objects.filter(run=run).update(cells=b"not packed")
    with pytest.raises(Exception, match="incorrect header check"):
        working.check(run, by=factories.acting(admin))
    assert (fresh(run).state, fresh(run).said) == ("new", working.BROKEN)


def test_a_job_that_died_may_be_begun_again_after_a_minute(admin: User) -> None:
    run, by = imports.stuck(admin), factories.acting(admin)
    ImportedFile.objects.filter(run=run).update(moved_at=timezone.now())
    with pytest.raises(RuleBroken, match="还在进行"):
        write(services.restart_import, run=run, by=by)
    write(services.restart_import, run=run, at=timezone.now() + timedelta(seconds=61), by=by)
    working.check(fresh(run), by=by)
    assert fresh(run).state == "checked"


def test_a_job_that_comes_twice_has_one_effect(admin: User) -> None:
    run = imported(admin, "staff", workbooks.staff(("A1", "王芳", "", "")))
    working.bring_in(run, by=factories.acting(admin))
    working.check(run, by=factories.acting(admin))
    assert (fresh(run).state, User.objects.filter(staff_no="A1").count()) == ("imported", 1)


def test_what_is_given_up_leaves_no_cell_behind(client: Client, admin: User) -> None:
    run = imports.run(admin)
    send(client, f"/imports/{run.public_id}/drop/")
    assert (fresh(run).state, ImportedFile.objects.count()) == ("dropped", 0)
    assert client.get(run.get_absolute_url()).status_code == 200


def test_after_thirty_days_the_cells_go_and_taking_back_ends(client: Client, admin: User) -> None:
    from houqin.actors import System

    old, young = imports.done(admin), imports.done(admin)
    ImportRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert write(forget_old_imports, at=timezone.now(), by=System("夜间清理")) == 1
    assert list(ImportedFile.objects.values_list("run", flat=True)) == [young.pk]
    answer = client.get(f"/imports/{old.public_id}/undo/")
    assert (answer.status_code, "导入超过 30 天" in answer.content.decode()) == (409, True)


def test_what_counts_as_a_use_of_what_was_imported_was_looked_at_one_by_one() -> None:
    """Of people nearly everything does: whoever signed a row is named by it."""
    found = {
        kind: {
            field.model._meta.label_lower.removeprefix("houqin.")
            for field in uses_of(importer.model, parts=importer.parts)
        }
        for kind, importer in registry.imports.items()
        if kind != "staff"
    }
    assert found == {
        "checklists": {"checkanswer"},
        "classes": set(),
        "partners": {"partner", "partneraccount", "partnercontact", "qualification"},
        "rooms": {"calendar_plans.item", "place", "schoolclass", "turnline"},
    }


def test_progress_is_seen_while_the_rows_are_read(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SECONDS_BETWEEN", 0)
    seen = []
    note = services.note_progress

    def listen(*, run: ImportRun, done: int, by: Any) -> None:
        seen.append(done)
        note(run=run, done=done, by=by)

    monkeypatch.setattr(services, "note_progress", listen)
    checked(admin, "staff", workbooks.everyone(1_200))
    assert seen == [500, 1_000]


def test_a_thousand_rows_cost_as_many_queries_as_two_thousand(
    monkeypatch: pytest.MonkeyPatch, admin: User
) -> None:
    # How often somebody is told in between is a matter of the clock, and costs a busy machine more.
    monkeypatch.setattr(working, "SECONDS_BETWEEN", float("inf"))
    counts = []
    for number in (1_000, 2_000):
        run = checked(admin, "staff", workbooks.everyone(number))
        with CaptureQueriesContext(connection) as captured:
            run = write(services.start_import, run=run, by=factories.acting(admin))
            working.bring_in(run, by=factories.acting(admin))
        counts.append(len(captured))
    # One statement more for the second thousand rows, and one look more for what is taken.
    assert counts[1] - counts[0] <= 3
    assert counts[1] <= 2 * 15


def test_every_import_that_is_plugged_in_is_whole() -> None:
    for importer in registry.imports.values():
        names = [column.name for column in importer.columns]
        words = [word for column in importer.columns for word in column.words]
        assert (importer.kind, len(names)) == (importer.kind, len(set(names)))
        assert {importer.known()[word] for word in words} == set(names)
        assert registry.permission(importer.perm).label
        assert all(column.example or not importer.is_required(column) for column in importer.columns)


def test_an_import_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        registry.add_import(StaffImport)
