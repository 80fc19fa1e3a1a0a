"""Which files are taken as a form for which paper, by whom, and what becomes of a retired one."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calendar_plans import papers
from calendar_plans.documents import month_content
from calendar_plans.models import PlanMonth
from houqin.attachments.models import AttachmentLink
from houqin.attachments.services import withdraw_file
from houqin.errors import NotAllowed, RuleBroken
from houqin.office_forms.models import OfficeForm
from houqin.office_forms.placeholders import Content
from houqin.office_forms.rules import fits
from houqin.office_forms.selectors import forms_for
from houqin.office_forms.services import fill_form, inspect_form, retire_form
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.calendar_plans.factories import item, running_plan
from tests.factories import acting, person, signed_in
from tests.office_forms.factories import office_form
from tests.office_forms.papers import cells_of, sheet_form, word_form, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return person(Role.DIRECTOR)


@pytest.fixture
def desk(director: User) -> Client:
    return signed_in(director)


@pytest.fixture
def month(director: User) -> PlanMonth:
    work = item(running_plan(), owner=director, content="检查消防")
    return PlanMonth.objects.select_related("plan__department").get(plan=work.plan, month=work.month)


def hand_in(desk: Client, data: bytes, name: str = "表样.docx", **typed: Any) -> Any:
    form = {"_key": str(uuid.uuid4()), "paper": "calendar_plans.month", "name": "区月计划表", "issuer": ""}
    return desk.post("/forms/new/", form | typed | {"attachments-chosen": SimpleUploadedFile(name, data)})


def test_a_form_is_taken_with_what_stands_on_it(desk: Client) -> None:
    answer = hand_in(desk, word_form())
    form = OfficeForm.objects.get()
    assert (answer.status_code, form.kind, form.placeholders) == (
        303,
        "docx",
        ["部门", "年", "月", "明细.序号", "明细.内容", "明细.责任人"],
    )
    assert AttachmentLink.objects.get().parent == form


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (word_form("没有", row=("序号",)), "表样.docx", "没有占位符"),
        (word_form("{{部门}}{{工资}}"), "表样.docx", "不认识的占位符：{{工资}}"),
        (word_form("{{部门"), "表样.docx", "没有写完整"),
        (b"%PDF-1.4\n%%EOF", "表样.pdf", "Word（docx）或 Excel（xlsx）"),
        (b"hello", "表样.docx", "不是可以附上的文件"),
    ],
)
def test_what_is_no_form_is_refused_with_the_reason_and_nothing_is_kept(
    desk: Client, data: bytes, name: str, sentence: str
) -> None:
    answer = hand_in(desk, data, name)
    assert (answer.status_code, sentence in answer.content.decode(), OfficeForm.objects.count()) == (
        422,
        True,
        0,
    )


def test_the_page_lists_every_name_that_can_be_filled(desk: Client) -> None:
    body = desk.get("/forms/new/").content.decode()
    names = [*papers.MONTH.names, *(f"明细.{name}" for name in papers.MONTH.columns)]
    assert [name for name in names if f"<code>{{{{{name}}}}}</code>" not in body] == []


def test_every_name_that_the_page_lists_is_filled(month: PlanMonth) -> None:
    content = month_content(month, on=date(2026, 9, 1))
    assert (set(content.texts), {name for line in content.lines for name in line}) == (
        set(papers.MONTH.names),
        set(papers.MONTH.columns),
    )


def test_two_forms_in_use_for_one_paper_have_different_names(director: User) -> None:
    office_form(director)
    with pytest.raises(RuleBroken, match="已有同名的表样"):
        office_form(director)


def test_only_the_office_keeps_the_forms() -> None:
    with pytest.raises(NotAllowed):
        office_form(person(Role.TEACHER))


def test_a_retired_form_is_no_longer_offered_and_its_name_is_free(director: User) -> None:
    form = office_form(director)
    write(retire_form, form=form, on=date(2026, 9, 1), by=acting(director))
    again = office_form(director)
    with pytest.raises(RuleBroken, match="已经停用"):
        write(retire_form, form=form, on=date(2026, 9, 2), by=acting(director))
    assert forms_for("calendar_plans.month", director) == [again]


@pytest.mark.parametrize(("kind", "data"), [("docx", word_form()), ("xlsx", sheet_form())])
def test_a_month_is_filled_in_on_the_bureaus_form(
    desk: Client, director: User, month: PlanMonth, kind: str, data: bytes
) -> None:
    form = office_form(director, data=data, kind=kind)
    page = desk.get(f"/plans/months/{month.public_id}/form/")
    answer = desk.get(f"/plans/months/{month.public_id}/form/?form={form.public_id}")
    read = words_of(answer.content) if kind == "docx" else cells_of(answer.content)
    assert (form.name in page.content.decode(), answer.status_code) == (True, 200)
    assert any("检查消防" in str(line) for line in read)
    assert not any("{{" in str(line) for line in read)


def test_the_month_offers_the_bureaus_forms_when_there_are_any(
    desk: Client, director: User, month: PlanMonth
) -> None:
    address = f"/plans/months/{month.public_id}/"
    before = desk.get(address).content.decode()
    office_form(director)
    after = desk.get(address).content.decode()
    assert (f"{address}form/" in before, f"{address}form/" in after) == (False, True)


def test_a_form_of_another_paper_or_none_at_all_is_not_there(desk: Client, month: PlanMonth) -> None:
    empty = desk.get(f"/plans/months/{month.public_id}/form/")
    absent = desk.get(f"/plans/months/{month.public_id}/form/?form=2222222222")
    assert ("还没有这张单据的上级表样" in empty.content.decode(), absent.status_code) == (True, 404)


def test_a_form_whose_file_was_withdrawn_says_so(desk: Client, director: User, month: PlanMonth) -> None:
    form = office_form(director)
    link = AttachmentLink.objects.get(parent_id=form.pk, parent_model="houqin.officeform")
    write(withdraw_file, link=link, reason="版本不对", by=acting(director))
    answer = desk.get(f"/plans/months/{month.public_id}/form/?form={form.public_id}")
    assert (answer.status_code, "文件已经撤下" in answer.content.decode()) == (409, True)
    with pytest.raises(RuleBroken, match="撤下"):
        fill_form(form, Content({}))


def test_a_broken_file_is_refused_by_the_child_and_harms_nobody() -> None:
    with pytest.raises(RuleBroken, match="打不开"):
        inspect_form("docx", b"PK\x03\x04 broken")


def test_a_form_with_many_strange_names_is_told_of_five() -> None:
    reason = fits(papers.MONTH, [f"x{number}" for number in range(7)]).reason
    assert reason == (
        "不认识的占位符：{{x0}}、{{x1}}、{{x2}}、{{x3}}、{{x4}}等 7 个。请对照下面的清单改过再上传。"
    )
