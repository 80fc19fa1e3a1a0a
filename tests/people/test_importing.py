"""Staff lists: what they make, change, refuse, and how they go out and in again."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from houqin.errors import NotAllowed, RuleBroken
from houqin.people.importing import StaffImport
from houqin.people.models import Department, User
from houqin.people.roles import Role
from houqin.places.models import Place
from houqin.spreadsheets import services, working
from houqin.spreadsheets.examining import examine
from houqin.spreadsheets.imports import SHEET
from houqin.writing import write
from tests import factories
from tests.places import factories as places
from tests.spreadsheets import workbooks
from tests.spreadsheets.importing import checked, fresh, imported, opened, problems, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return factories.person(Role.SYSTEM_ADMIN, staff_no="XT001", name="系统员")


def people() -> list[tuple[Any, ...]]:
    rows = User.objects.exclude(staff_no="XT001").order_by("staff_no")
    return list(rows.values_list("staff_no", "name", "phone", "department__name", "is_active"))


def test_a_staff_list_makes_accounts_and_the_departments_they_belong_to(admin: User) -> None:
    run = imported(admin, "staff", workbooks.titled())
    assert (run.state, run.new, run.changed, run.same, run.failed) == ("imported", 3, 0, 0, 0)
    assert people() == [
        ("JW001", "赵敏", "13800138003", "教务处", True),
        ("ZW001", "王芳", "13800138001", "总务处", True),
        ("ZW002", "李强", "13800138002", "总务处", True),
    ]
    assert run.content.told()["beside"] == ["新建 2 个部门：总务处、教务处。请看一眼有没有写错的。"]


def test_every_new_department_is_named_so_that_a_slip_of_the_pen_is_seen(admin: User) -> None:
    names = ["校长室", "教导处", "总务处", "德育处", "语文组", "数学组", "英语组", "食堂", "体育组", "后勤科"]
    rows = [(f"ZW{number:03}", "王芳", "", name) for number, name in enumerate(names)]
    run = checked(admin, "staff", workbooks.staff(*rows))
    assert run.content.told()["beside"] == [f"新建 10 个部门：{'、'.join(names)}。请看一眼有没有写错的。"]


def test_a_new_account_has_no_password_until_one_is_given_out(admin: User) -> None:
    imported(admin, "staff", workbooks.staff(("ZW001", "王芳", "", "")))
    user = User.objects.get(staff_no="ZW001")
    assert (user.has_usable_password(), user.must_change_password, user.check_password("")) == (
        False,
        True,
        False,
    )


def test_every_new_row_is_signed_found_by_its_pinyin_and_in_the_audit(admin: User) -> None:
    imported(admin, "staff", workbooks.staff(("ZW001", "单小芳", "", "")))
    user = User.objects.get(staff_no="ZW001")
    event = user.events.get()
    assert (user.created_by, user.search_key.split("|")[0], user.version) == (admin, "shan xiao fang", 1)
    assert (event.pgh_label, event.pgh_context["name"], event.pgh_context["service"]) == (
        "insert", "系统员", "finish_import",
    )  # fmt: skip


def test_all_errors_are_told_at_once_with_their_rows_and_columns(admin: User) -> None:
    factories.person(staff_no="ZW009", phone="13900000009")
    run = checked(
        admin,
        "staff",
        workbooks.staff(
            ("ZW001", "王芳", "1380013", "总务处"),
            ("", "无号", "", ""),
            ("ZW003", "", "13900000009", ""),
            ("ZW004", "甲" * 31, "", ""),
            ("ZW005", "好的", "", ""),
            ("zw-005", "重号", "", ""),
            ("13800138000", "手机", "", ""),
            ("ZW007", "占号", "13900000009", ""),
        ),
    )
    assert (run.state, run.rows, run.failed) == ("checked", 8, 7)
    assert problems(run) == [
        ("名册", 2, "手机号", "1380013", "手机号应是 1 开头的 11 位数字。"),
        ("名册", 3, "工号", "", "请填写工号。"),
        ("名册", 4, "姓名", "", "请填写姓名。"),
        ("名册", 5, "姓名", "甲" * 31, "确保该变量包含不超过 30 字符 (目前字符数 31)。"),
        ("名册", 7, "工号", "zw-005", "和第 6 行是同一个工号，请删去重复的一行。"),
        ("名册", 8, "工号", "13800138000", "工号不能是手机号的样子，请另编一个工号。"),
        ("名册", 9, "手机号", "13900000009", "这个手机号已经登记在另一个人名下，请核对。"),
    ]


def test_the_first_rows_are_shown_as_they_will_be_saved(admin: User) -> None:
    run = checked(admin, "staff", workbooks.staff(("ZW001", "王　芳", "138-0013-8002", "教务处")))
    assert fresh(run).content.told()["first"] == [
        {"工号": "ZW001", "姓名": "王芳", "手机号": "13800138002", "部门": "教务处"}
    ]


def test_nothing_is_imported_while_one_row_is_wrong(admin: User) -> None:
    run = checked(admin, "staff", workbooks.staff(("ZW001", "王芳", "", ""), ("ZW002", "", "", "")))
    with pytest.raises(RuleBroken, match="有 1 行不对"):
        write(services.start_import, run=run, by=factories.acting(admin))
    assert (people(), fresh(run).state) == ([], "checked")


def test_who_is_there_is_corrected_and_blank_cells_change_nothing(admin: User) -> None:
    office = factories.department("总务处")
    factories.person(staff_no="ZW001", name="王芳", phone="13800138001", department=office)
    factories.person(staff_no="ZW002", name="李强", phone="13800138002", department=office)
    factories.person(staff_no="ZW003", name="周正", phone="13800138003", department=office)
    run = imported(
        admin,
        "staff",
        workbooks.staff(
            ("ZW001", "王小芳", "", "教务处"), ("ZW002", "李强", "13800138002", ""), ("ZW003", "", "清空", "")
        ),
    )
    assert (run.new, run.changed, run.same) == (0, 2, 1)
    assert people() == [
        ("ZW001", "王小芳", "13800138001", "教务处", True),
        ("ZW002", "李强", "13800138002", "总务处", True),
        ("ZW003", "周正", None, "总务处", True),
    ]
    assert list(User.objects.order_by("staff_no").values_list("version", flat=True)) == [1, 2, 1, 2]


def test_a_closed_account_that_somebody_used_is_not_opened_by_a_list(admin: User) -> None:
    factories.person(staff_no="ZW001", is_active=False, last_login=timezone.now())
    run = checked(admin, "staff", workbooks.staff(("ZW001", "王芳", "", "")))
    assert [each[2:] for each in problems(run)] == [
        ("工号", "ZW001", "这个账号已停用。请先在他的页面点“启用账号”，或从表里删去这一行。")
    ]


def test_the_department_of_a_person_may_be_the_name_of_his_sheet(admin: User) -> None:
    imported(admin, "staff", workbooks.one_sheet_each())
    assert [(row[0], row[3]) for row in people()] == [
        ("JW001", "教务处"), ("ZW001", "总务处"), ("ZW002", "总务处"),
    ]  # fmt: skip


def test_two_sheets_that_call_a_column_by_different_words_are_both_read(admin: User) -> None:
    imported(admin, "staff", workbooks.two_hands())
    assert [row[:3] for row in people()] == [
        ("WP001", "李强", "13800138002"), ("ZW001", "王芳", "13800138001"),
    ]  # fmt: skip


def test_what_is_wrong_is_told_by_the_word_of_its_own_sheet(admin: User) -> None:
    run = checked(admin, "staff", workbooks.two_hands("1380"))
    assert problems(run) == [("外聘", 2, "联系电话", "1380", "手机号应是 1 开头的 11 位数字。")]


def test_a_column_that_is_not_to_be_read_is_read_from_no_sheet(admin: User) -> None:
    imported(admin, "staff", workbooks.two_hands(), phone="")
    assert [row[2] for row in people()] == [None, None]


def test_a_sheet_without_a_name_is_no_department_though_those_of_the_last_file_were(admin: User) -> None:
    imported(admin, "staff", workbooks.one_sheet_each())
    assert opened(admin, "staff", workbooks.formulas()).mapping == {"staff_no": "工号", "name": "姓名"}
    assert opened(admin, "staff", workbooks.one_sheet_each()).mapping == {
        "staff_no": "工号", "name": "姓名", "department": SHEET,
    }  # fmt: skip


def test_how_columns_were_understood_is_remembered_for_the_next_file_with_these_headings(admin: User) -> None:
    rows = workbooks.staff(("ZW001", "王芳", "13800138001"), heading=("代码", "称呼", "号码"))
    first = opened(admin, "staff", rows)
    assert first.mapping == {}
    checked(admin, "staff", rows, staff_no="代码", name="称呼", phone="号码")
    assert opened(admin, "staff", rows).mapping == {"staff_no": "代码", "name": "称呼", "phone": "号码"}


def test_what_a_staff_list_has_beside_is_named_as_not_read(admin: User) -> None:
    beside = ("性别", "出生年月", "学历", "职称", "职务", "参加工作时间", "政治面貌", "银行账号")
    run = opened(
        admin, "staff", workbooks.staff(("ZW001", "王芳", *beside), heading=("工号", "姓名", *beside))
    )
    answer = factories.signed_in(admin).get(f"{run.get_absolute_url()}columns/")
    assert answer.context["unused"] == list(beside)
    assert f"不读的列：{'、'.join(beside)}" in answer.content.decode()


def test_a_column_that_is_needed_must_be_chosen(admin: User) -> None:
    run = opened(admin, "staff", workbooks.staff(("王芳", "13800138001"), heading=("姓名", "电话")))
    with pytest.raises(RuleBroken) as refusal:
        write(services.ask_check, run=run, tables=run.tables, mapping=run.mapping, by=factories.acting(admin))
    assert (refusal.value.message, refusal.value.field) == ("请选择哪一列是工号。", "staff_no")


def test_only_who_keeps_accounts_imports_a_staff_list() -> None:
    director = factories.person(Role.DIRECTOR)
    with pytest.raises(NotAllowed, match="管理教职工账号"):
        opened(director, "staff", workbooks.staff(("ZW001", "王芳", "", "")))


def test_an_import_taken_back_closes_the_new_accounts_and_restores_the_others(admin: User) -> None:
    factories.person(staff_no="ZW001", name="王芳", department=factories.department("总务处"))
    run = imported(
        admin, "staff", workbooks.staff(("ZW001", "王小芳", "", "新处"), ("ZW002", "李强", "", "新处"))
    )
    run = undone(admin, run)
    assert (run.state, run.said) == ("undone", "")
    assert people() == [
        ("ZW001", "王芳", None, "总务处", True), ("ZW002", "李强", None, "新处", False),
    ]  # fmt: skip
    assert Department.objects.filter(retired_on=None).values_list("name", flat=True).get() == "总务处"


def test_after_taking_back_the_corrected_list_may_come_again(admin: User) -> None:
    undone(admin, imported(admin, "staff", workbooks.staff(("ZW001", "王芳", "", ""))))
    run = imported(admin, "staff", workbooks.staff(("ZW001", "汪芳", "", "")))
    assert (run.new, run.changed, people()) == (0, 1, [("ZW001", "汪芳", None, None, True)])


def test_whoever_comes_into_a_department_that_was_given_up_comes_into_one_new_one_of_its_name(
    admin: User,
) -> None:
    gone = factories.department("后勤组", retired_on=timezone.localdate())
    factories.person(staff_no="ZW000", department=gone)
    rows = [(f"ZW00{number}", "王芳", "", "后勤组") for number in range(3)]
    run = imported(admin, "staff", workbooks.staff(*rows))
    assert run.content.told()["beside"] == ["新建 1 个部门：后勤组。请看一眼有没有写错的。"]
    found = User.objects.filter(staff_no__startswith="ZW").order_by("staff_no")
    assert [user.department == gone for user in found] == [True, False, False]
    assert Department.objects.filter(name="后勤组", retired_on=None).count() == 1


def test_what_was_used_since_is_named_and_nothing_is_taken_back(admin: User) -> None:
    run = imported(admin, "staff", workbooks.staff(*((f"ZW00{n}", f"职工{n}", "", "") for n in range(1, 5))))
    logged_in, keeper = User.objects.get(staff_no="ZW001"), User.objects.get(staff_no="ZW002")
    logged_in.save(update_fields=["last_login"])
    room = places.room()
    Place.objects.filter(pk=room.pk).update(keeper=keeper)
    with pytest.raises(RuleBroken) as refusal:
        undone(admin, run)
    assert refusal.value.message == (
        "导入以后用过的有：职工1（后来修改过）、职工2（已用在场所里），没有撤销。可以选“用过的留下，其余撤销”。"
    )
    assert [row[4] for row in people()] == [True] * 4


def test_what_was_used_since_may_stay_while_the_rest_is_taken_back(admin: User) -> None:
    run = imported(admin, "staff", workbooks.staff(("ZW001", "王芳", "", ""), ("ZW002", "李强", "", "")))
    User.objects.get(staff_no="ZW001").save(update_fields=["last_login"])
    run = undone(admin, run, leave_used=True)
    assert (run.state, run.said) == ("undone", "导入以后用过的有：王芳（后来修改过），留下没有撤销。")
    assert [(row[0], row[4]) for row in people()] == [("ZW001", True), ("ZW002", False)]


def test_what_is_used_between_asking_and_the_job_stops_the_taking_back(admin: User) -> None:
    run = imported(admin, "staff", workbooks.staff(("ZW001", "王芳", "", "")))
    run = write(services.ask_undo, run=run, leave_used=False, by=factories.acting(admin))
    User.objects.get(staff_no="ZW001").save(update_fields=["last_login"])
    working.take_back(run, leave_used=False, by=factories.acting(admin))
    assert (fresh(run).state, fresh(run).said) == (
        "imported",
        "导入以后用过的有：王芳（后来修改过），没有撤销。可以选“用过的留下，其余撤销”。",
    )
    assert [row[4] for row in people()] == [True]


def test_somebody_elses_change_between_check_and_import_is_not_written_over(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.person(staff_no="ZW001", name="王芳")
    run = checked(admin, "staff", workbooks.staff(("ZW001", "王小芳", "", "")))
    run = write(services.start_import, run=run, by=factories.acting(admin))
    content, by = run.content, factories.acting(admin)
    importer = StaffImport(by)
    found = examine(importer, content.book, run.tables, run.mapping)
    User.objects.get(staff_no="ZW001").save(update_fields=["name"])
    with pytest.raises(RuleBroken, match="有人改过其中 1 条"):
        write(services.finish_import, run=run, importer=importer, found=found, by=by)
    assert people()[0][1] == "王芳"


def test_an_export_read_in_again_changes_nothing_and_an_edit_in_it_one_thing(
    admin: User,
) -> None:
    office = factories.department("总务处")
    factories.person(staff_no="00123", name="=1+1", phone="13800138001", department=office)
    factories.person(staff_no="ZW002", name="李强")
    client = factories.signed_in(admin)
    answer = client.get("/imports/template/staff/?rows=1")
    data = b"".join(answer.streaming_content)
    assert checked(admin, "staff", data).same == 3
    edited = workbooks.replaced(data, "李强", "李小强")
    assert (imported(admin, "staff", edited).changed, User.objects.get(staff_no="ZW002").name) == (
        1,
        "李小强",
    )


def test_the_list_as_it_is_exported_is_read_in_again_without_touching_hidden_phones(admin: User) -> None:
    factories.person(
        staff_no="ZW001", name="王芳", phone="13800138001", department=factories.department("总务处")
    )
    client = factories.signed_in(admin)
    for kind in ("xlsx", "csv"):
        data = b"".join(client.get(f"/people/?export={kind}").streaming_content)
        run = checked(admin, "staff", data)
        assert (run.same, run.new, run.changed, run.failed) == (2, 0, 0, 0)


def test_accounts_out_of_use_that_were_exported_are_passed_over(admin: User) -> None:
    factories.person(staff_no="ZW002", name="走了", is_active=False)
    client = factories.signed_in(admin)
    for kind in ("xlsx", "csv"):
        data = b"".join(client.get(f"/people/?retired=1&export={kind}").streaming_content)
        run = checked(admin, "staff", data)
        assert (run.rows, run.content.told()["left_out"]) == (0, {"账号是“已停用”的行": 1})
