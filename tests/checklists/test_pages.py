"""The pages of the checks without any script: the sheet, a record, a finding, their prints, who sees what."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from houqin.attachments.models import AttachmentLink
from houqin.checklists.models import Checklist, ChecklistEdition, CheckRun, Finding
from houqin.checklists.rules import Given
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.places.models import Place
from tests.attachments.factories import upload
from tests.checklists.factories import (
    FRIDGE,
    ITEMS,
    NOW,
    PHOTO,
    checker,
    closed,
    draft,
    failed,
    finding,
    in_use,
    items_of,
    not_applicable,
    office,
    rectified,
    signed,
)
from tests.factories import person, signed_in
from tests.places import factories as places
from tests.security.filling import form_of

pytestmark = pytest.mark.django_db


def sheet_of(edition: ChecklistEdition) -> str:
    return reverse("checks:perform", args=[edition.checklist.public_id])


def send(client: Client, address: str, **typed: Any) -> Any:
    """Open a form, fill it in and send it, as a browser would."""
    form = form_of(client.get(address).content.decode(), address)
    assert form is not None
    return client.post(address, form.filled() | typed)


def check(who: User, edition: ChecklistEdition, room: Place, **typed: Any) -> Any:
    return send(signed_in(who), sheet_of(edition), subject=room.public_id, **typed)


def part(name: str, edition: ChecklistEdition, place: int) -> str:
    return f"{name}-{items_of(edition)[place].public_id}"


def test_a_check_needs_no_script() -> None:
    edition, who, room = in_use(), checker(), places.room()
    answer = check(who, edition, room, all_fine="on")
    run = CheckRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    assert (run.subject, run.performed_by, run.score) == (room, who, 100)


def test_what_is_missing_stands_beside_its_item_and_what_was_typed_stays() -> None:
    edition = in_use(*ITEMS, FRIDGE)
    answer = check(checker(), edition, places.room(), all_fine="on", **{part("note", edition, 0): "玻璃裂了"})
    page = answer.content.decode()
    assert (answer.status_code, CheckRun.objects.count()) == (409, 0)
    assert ("再选合格还是不合格" in page, 'value="玻璃裂了"' in page) == (True, True)


def test_photos_come_along_with_the_form() -> None:
    edition = in_use(*ITEMS, PHOTO)
    name = f"{part('photo', edition, 3)}-camera"
    answer = check(checker(), edition, places.room(), all_fine="on", **{name: upload()})
    assert (answer.status_code, AttachmentLink.objects.get().parent.item.kind) == (303, "photo")


def test_a_photo_is_kept_while_the_form_is_wrong() -> None:
    edition = in_use(*ITEMS, PHOTO)
    name = f"{part('photo', edition, 3)}-camera"
    answer = check(checker(), edition, places.room(), **{name: upload()})
    kept = f'name="{part("photo", edition, 3)}" value="'
    assert (answer.status_code, kept in answer.content.decode()) == (409, True)


def test_the_script_is_answered_in_json_with_where_its_photos_go() -> None:
    edition, who = in_use(*ITEMS, PHOTO), checker()
    body = {
        "_key": str(uuid.uuid4()), "edition": edition.public_id, "subject": places.room().public_id,
        "all_fine": "on", part("later", edition, 3): "1",
    }  # fmt: skip
    client = signed_in(who)
    first, again = (
        client.post(sheet_of(edition), body, headers={"accept": "application/json"}) for _ in "ab"
    )
    answer = CheckRun.objects.get().answers.get(item__kind="photo")
    assert first.json() == again.json()
    assert first.json()["photos"] == {answer.item.public_id: answer.photos_url}


def test_the_script_is_told_what_is_missing_by_field() -> None:
    edition = in_use()
    body = {"_key": str(uuid.uuid4()), "edition": edition.public_id, "subject": places.room().public_id}
    answer = signed_in(checker()).post(sheet_of(edition), body, headers={"accept": "application/json"})
    assert (answer.status_code, list(answer.json()["errors"])) == (409, [part("item", edition, 0)])


def test_an_edition_that_was_retired_while_the_phone_was_out_is_the_one_that_counts() -> None:
    old = in_use()
    body = {
        "_key": str(uuid.uuid4()), "edition": old.public_id, "subject": places.room().public_id,
        "all_fine": "on",
    }  # fmt: skip
    client = signed_in(office())
    send(client, reverse("checks:edition-copy", args=[old.public_id]), reason="新标准")
    new = old.checklist.editions.get(number=2)
    send(client, reverse("checks:edition-use", args=[new.public_id]))
    signed_in(checker()).post(sheet_of(old), body)
    assert CheckRun.objects.get().edition == old


def test_what_failed_last_time_stands_first() -> None:
    edition, room = in_use(), places.room()
    signed(edition, failed(items_of(edition)[2]), subject=room)
    page = signed_in(checker()).get(f"{sheet_of(edition)}?subject={room.public_id}").content.decode()
    assert (
        page.index("上次不合格，先看这些") < page.index('data-text="空调能用') < page.index('data-text="门窗')
    )


def test_the_start_offers_what_is_meant_for_the_place() -> None:
    in_use(name="教室检查", only_for=["classroom"])
    in_use(name="食堂检查", only_for=["canteen"])
    room = places.room()
    page = signed_in(checker()).get(f"/checks/start/?subject={room.public_id}").content.decode()
    assert ("教室检查" in page, "食堂检查" in page) == (True, False)


def test_the_start_says_what_to_do_where_there_is_nothing() -> None:
    assert "还没有使用中的检查表" in signed_in(checker()).get("/checks/start/").content.decode()


def test_the_door_leads_to_the_checks_of_its_room() -> None:
    room = places.room()
    code = places.code_of(room)
    page = signed_in(checker()).get(code.get_absolute_url()).content.decode()
    assert f"/checks/start/?subject={room.public_id}" in page


def test_a_record_says_what_is_late_corrected_and_still_on_the_phone() -> None:
    edition, who = in_use(*ITEMS, PHOTO), checker()
    page_of = signed_in(who)
    photo = Given(items_of(edition)[3], later=2)
    run = signed(edition, photo, by=who, performed_at=timezone.now() - timedelta(days=2), at=timezone.now(),
                 late_reason="停电")  # fmt: skip
    page = page_of.get(run.get_absolute_url()).content.decode()
    assert [word in page for word in ("补记", "停电", "还有 2 张照片", "补传照片")] == [True] * 4


def test_the_whole_story_from_finding_to_closed_through_the_pages() -> None:
    owner, inspector = person(), checker()
    found = finding(by=inspector)
    due = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    send(
        signed_in(office()), f"{found.get_absolute_url()}assign/", owner=owner.pk, rechecker=inspector.pk,
        due_at=due,
    )  # fmt: skip
    home = signed_in(owner).get("/").content.decode()
    send(signed_in(owner), f"{found.get_absolute_url()}rectify/", measure="换了玻璃")
    refused = signed_in(owner).get(f"{found.get_absolute_url()}close/")
    send(signed_in(inspector), f"{found.get_absolute_url()}close/", opinion="好了")
    found.refresh_from_db()
    assert (found.get_absolute_url() in home, refused.status_code, found.state) == (True, 403, "closed")


def test_nobody_can_act_on_what_is_not_his() -> None:
    found = finding(owner=person())
    assert signed_in(person(Role.TEACHER)).get(found.get_absolute_url()).status_code == 404


def test_a_list_in_use_cannot_be_edited_through_a_kept_page() -> None:
    edition = in_use()
    client = signed_in(office())
    answer = client.get(reverse("checks:item-create", args=[edition.public_id]))
    assert (answer.status_code, "已经启用" in answer.content.decode()) == (409, True)


def test_a_new_checklist_may_begin_with_a_sample() -> None:
    client = signed_in(office())
    send(client, "/checks/lists/new/", name="教室", sample="classroom", rectify_hours="22")
    edition = Checklist.objects.get(name="教室").editions.get()
    assert (edition.state, edition.items.filter(is_key=True).count()) == ("draft", 3)


def texts_of(response: Any) -> str:
    assert response["Content-Type"] == "application/pdf", response.content[:200]
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_print_of_a_check_says_what_was_found_and_by_whom() -> None:
    edition, who = in_use(), checker()
    run = signed(edition, failed(items_of(edition)[0], "裂了"), by=who)
    text = texts_of(signed_in(who).get(f"{run.get_absolute_url()}print/"))
    words = (run.number, "门窗玻璃完好", "裂了", "按“全部合格”2项", f"系统签字：{who.name}", "总务主任：")
    assert [word in text for word in words] == [True] * 6


def test_the_blank_sheet_has_boxes_to_tick() -> None:
    edition = in_use(*ITEMS, FRIDGE)
    text = texts_of(signed_in(checker()).get(reverse("checks:edition-print", args=[edition.public_id])))
    assert ("□合格□不合格□不适用" in text, text.count("0～8℃"), "版次：第1版" in text) == (True, 1, True)


def test_a_text_has_a_line_to_write_on_and_a_photo_that_was_not_taken_a_box() -> None:
    edition = in_use({"text": "其他情况", "kind": "text"}, PHOTO | {"may_be_na": True})
    text = texts_of(signed_in(checker()).get(reverse("checks:edition-print", args=[edition.public_id])))
    assert ("＿＿＿＿" in text, "□已拍照□未拍" in text) == (True, True)


def test_what_is_closed_stands_last_among_the_findings() -> None:
    owner, who = person(), checker()
    done = closed(rectified(finding(owner=owner, by=who)), who)
    late = finding(owner=owner)
    Finding.objects.filter(pk=late.pk).update(due_at=timezone.now() + timedelta(days=900))
    page = signed_in(office()).get("/checks/findings/").content.decode()
    assert page.index(late.number) < page.index(done.number)


def test_a_failed_key_item_is_the_reason_in_the_list_and_rare_words_need_a_row() -> None:
    edition, who = in_use(), checker()
    signed(edition, failed(items_of(edition)[1]), by=who)
    client = signed_in(who)
    page = client.get("/checks/").content.decode()
    signed(edition, by=who, performed_at=NOW - timedelta(days=2), late_reason="停电")
    later = client.get("/checks/").content.decode()
    assert ('data-tone="key">关键项不合格<' in page, ">说明<" in page, ">说明<" in later) == (
        True,
        False,
        True,
    )


def test_the_notice_names_owner_limit_and_every_round() -> None:
    owner = person()
    found = rectified(finding(owner=owner))
    text = texts_of(signed_in(office()).get(reverse("checks:finding-print", args=[found.public_id])))
    words = ("整改通知书", owner.name, "换了玻璃", "检查项门窗玻璃完好存在问题坏了", "（公章）")
    assert [word in text for word in words] == [True] * 5
    assert text.count("系统签字：") == 2


@pytest.mark.parametrize("address", ["/checks/", "/checks/findings/", "/checks/lists/"])
def test_a_list_costs_the_same_with_many_rows(address: str, django_assert_max_num_queries: Any) -> None:
    edition = in_use()
    client = signed_in(office())
    for _ in range(4):
        signed(edition, failed(items_of(edition)[0]))
    client.get(address)
    with django_assert_max_num_queries(14):
        assert client.get(address).status_code == 200


def test_overdue_findings_are_marked_and_counted() -> None:
    found = finding(owner=person())
    Finding.objects.filter(pk=found.pk).update(due_at=timezone.now() - timedelta(hours=1))
    client = signed_in(office())
    red = '<span class="badge" data-tone="bad">逾期</span>'
    told = []
    for role in (Role.DIRECTOR, Role.SUPERVISOR):
        figures = signed_in(person(role)).get("/").context["figures"]
        told += [(each.label, each.is_warning) for each in figures if each.key == "checklists.overdue"]
    assert told == [("全校逾期整改", True), ("全校逾期整改", False)]
    for address in ("/checks/findings/?overdue=1", found.get_absolute_url()):
        assert red in client.get(address).content.decode(), address


def test_the_lists_are_exported_as_they_are_shown() -> None:
    run = signed(in_use())
    body = b"".join(signed_in(office()).get("/checks/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert (run.number in body, body.count("\n")) == (True, 2)


def test_a_correction_opens_with_the_old_answers_and_only_what_was_wrong_is_changed() -> None:
    edition, who, room = in_use(*ITEMS, FRIDGE), checker(), places.room()
    items = items_of(edition)
    old = signed(
        edition, failed(items[0], "裂了"), not_applicable(items[2]), Given(items[3], number=Decimal("5.5")),
        by=who, subject=room, note="雨天",
    )  # fmt: skip
    said = list(old.answers.values())
    page = signed_in(who).get(f"{old.get_absolute_url()}correct/").content.decode()
    send(
        signed_in(who), f"{old.get_absolute_url()}correct/", replace_reason="看错了",
        **{part("item", edition, 0): "good", part("note", edition, 0): ""},
    )  # fmt: skip
    new = CheckRun.objects.get(replaces=old)
    assert ("上次不合格" in page, list(old.answers.values())) == (False, said)
    assert (new.performed_at, new.is_late, new.note) == (old.performed_at, False, "雨天")
    assert list(
        new.answers.order_by("item__position").values_list("verdict", "origin", "number", "note")
    ) == [
        ("good", "by_hand", None, ""),
        ("good", "all_fine", None, ""),
        ("na", "by_hand", None, ""),
        ("good", "by_hand", Decimal("5.5"), ""),
    ]


def test_a_correction_is_by_the_edition_of_the_old_check_and_keeps_its_photos() -> None:
    edition, who = in_use(*ITEMS, PHOTO), checker()
    check(who, edition, places.room(), all_fine="on", **{f"{part('photo', edition, 3)}-camera": upload()})
    old = CheckRun.objects.get()
    client = signed_in(office())
    send(client, reverse("checks:edition-copy", args=[edition.public_id]), reason="新标准")
    send(
        client,
        reverse("checks:edition-use", args=[edition.checklist.editions.get(number=2).public_id]),
    )
    send(signed_in(who), f"{old.get_absolute_url()}correct/", replace_reason="漏了备注", note="补记备注")
    new = CheckRun.objects.get(replaces=old)
    files = [each.attachment for each in AttachmentLink.objects.all()]
    assert (new.edition, new.note, len(files), len(set(files))) == (edition, "补记备注", 2, 1)


def test_the_list_says_which_checklists_are_written_used_and_out_of_use() -> None:
    new, used, old, again, renewed = draft(), in_use(), in_use(), in_use(), in_use()
    desk = signed_in(office())
    for each in (old, again):
        send(desk, reverse("checks:edition-retire", args=[each.public_id]))
    for each in (again, renewed):
        send(desk, reverse("checks:edition-copy", args=[each.public_id]), reason="新标准")
    lists = reverse("checks:checklist-list")
    body = b"".join(desk.get(lists, {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    told = dict(line.split(",")[:2] for line in body.decode("utf-8-sig").replace('"', "").splitlines()[1:])
    states = {"拟定中": [new, again], "使用中": [used, renewed], "已停用": [old]}
    assert told == {each.checklist.name: word for word, them in states.items() for each in them}
    shown = {
        state: sorted(str(row) for row in desk.get(lists, {"state": state}).context["part"].rows)
        for state in ("draft", "in_use", "retired")
    }
    assert list(shown.values()) == [sorted(each.checklist.name for each in them) for them in states.values()]
    assert "<dt>状态</dt><dd>已停用</dd>" in desk.get(old.checklist.get_absolute_url()).content.decode()
