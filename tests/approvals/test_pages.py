"""The pages of the approval chain as people use them: the card, the editor of routes, the try-out."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from houqin.approvals.models import ApprovalRequest, EditionDepartment, MeetingBody, Route, RouteEdition
from houqin.approvals.rules import overlap
from houqin.approvals.selectors import chain_of, overlapping
from houqin.people.models import User
from houqin.people.roles import Role
from tests.approvals.factories import (
    KIND,
    agreed,
    first_school,
    open_of,
    role_seat,
    route,
    spending,
    step,
    submitted,
)
from tests.factories import department, person, signed_in
from tests.security.filling import form_of
from tests.security.walking import body_of

pytestmark = pytest.mark.django_db


def send(client: Client, address: str, **typed: Any) -> Any:
    """Open a form, fill it in and send it, as a browser would."""
    form = form_of(client.get(address).content.decode(), address)
    assert form is not None
    return client.post(address, form.filled(**typed))


def pressed(client: Client, request: ApprovalRequest, label: str) -> Any:
    """Press the button of the card that acts at once."""
    page = client.get(request.get_absolute_url()).content.decode()
    forms = re.findall(r'<form[^>]* action="([^"]+)"[^>]*>(.*?)</form>', page, re.S)
    address, inside = next((address, inside) for address, inside in forms if label in inside)
    key = re.search(r'name="_key" value="([^"]+)"', inside)
    assert key is not None
    return client.post(address, {"_key": key[1]})


def test_the_list_of_routes_says_for_which_amounts_who_signs() -> None:
    first_school()
    answer = signed_in(person(Role.SYSTEM_ADMIN)).get(reverse("approvals:route-list"), {"export": "csv"})
    written = body_of(answer).decode("utf-8-sig")
    assert [(line["条件"], line["依次审批"]) for line in csv.DictReader(written.splitlines())] == [
        ("不超过 300.00 元", "总务主任"),
        ("大于 300.00 元、不超过 10,000.00 元", "总务主任 → 校长"),
        ("大于 10,000.00 元", "总务主任 → 校长办公会 → 校长"),
    ]


def test_a_route_says_which_others_fit_some_of_the_same_and_which_is_taken() -> None:
    signing = step("总务主任", role_seat(Role.DIRECTOR))
    small = route(signing, up_to="300", name="小额", order=10)
    loose = route(signing, over="200", up_to="500", name="中额", order=20)
    route(signing, over="500", name="大额", order=30)
    said = [[(each.name, each.is_first) for each in overlapping(one)] for one in (small, loose)]
    assert said == [[("中额", False)], [("小额", True)]]
    reader = signed_in(person(Role.SYSTEM_ADMIN))
    page = reader.get(loose.get_absolute_url()).content.decode()
    assert "都符合的事项，走“小额”。" in page


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ({}, {}, True),
        ({"up_to": 300}, {"over": 300}, False),
        ({"up_to": 300}, {"over": 299}, True),
        ({"over": 1000}, {}, True),
        ({"categories": ["book"]}, {"categories": ["chair"]}, False),
        ({"categories": ["book"]}, {"categories": ["chair", "book"]}, True),
        ({"categories": ["book"]}, {}, True),
        ({"budget": "inside"}, {"budget": "outside"}, False),
        ({"budget": "inside"}, {}, True),
    ],
)
def test_two_editions_overlap_when_something_fits_both(
    one: dict[str, Any], other: dict[str, Any], meets: bool
) -> None:
    kept = route(step("总务主任", role_seat(Role.DIRECTOR)))
    editions = [
        RouteEdition.objects.create(route=kept, number=number, **conditions)
        for number, conditions in ((2, one), (3, other))
    ]
    assert (overlap(*editions), overlap(*reversed(editions))) == (meets, meets)


def test_editions_for_different_departments_do_not_overlap() -> None:
    kept = route(step("总务主任", role_seat(Role.DIRECTOR)))
    first, second, both = [RouteEdition.objects.create(route=kept, number=number) for number in (2, 3, 4)]
    office, kitchen = department(), department()
    for edition, of in ((first, office), (second, kitchen), (both, office), (both, kitchen)):
        EditionDepartment.objects.create(edition=edition, department=of)
    assert [overlap(*pair) for pair in ((first, second), (first, both), (second, both))] == [
        False,
        True,
        True,
    ]


def test_the_principal_decides_in_two_taps_from_home() -> None:
    people = first_school()
    request = agreed(submitted(spending("800.00"), person(Role.TEACHER)), people["director"])
    principal = signed_in(people["principal"])
    assert request.get_absolute_url() in principal.get("/").content.decode()
    assert pressed(principal, request, "同意").status_code == 303
    request.refresh_from_db()
    assert request.state == "approved"


def test_the_card_says_who_it_waits_for_and_what_was_said() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    request = agreed(submitted(spending("800.00"), teacher), people["director"], comment="急用")
    page = signed_in(teacher).get(request.get_absolute_url()).content.decode()
    assert f"等{people['principal'].name}审批" in page
    assert [(each.who, each.word, each.note, each.due is not None) for each in chain_of(request)] == [
        (people["director"].name, "同意", "“急用”", False),
        ("校长", "审批中", "", True),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_card_tells_every_decision_once_with_its_words() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    request = agreed(submitted(spending("800.00"), teacher), people["director"], comment="急用")
    send(
        signed_in(people["principal"]),
        reverse("approvals:step-send-back", args=[open_of(request).public_id]),
        comment="写明用途",
    )
    told = signed_in(teacher).get(request.get_absolute_url()).context["events"]
    assert [(each.who, each.what) for each in told] == [
        (people["principal"].name, "退回：写明用途"),
        (people["director"].name, "同意：急用"),
        (teacher.name, "提交"),
    ]


def test_the_list_says_whom_each_request_waits_for() -> None:
    people, teacher = first_school(), person(Role.TEACHER)
    agreed(submitted(spending("800.00"), teacher), people["director"])
    page = signed_in(teacher).get(reverse("approvals:request-list")).content.decode()
    assert re.findall(r'data-label="等谁审批">([^<]*)<', page) == [people["principal"].name]


def test_whoever_decides_has_every_answer_beside_the_first_one() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    page = signed_in(people["director"]).get(request.get_absolute_url()).content.decode()
    beside = re.findall(r'<a class="button beside[^>]*>(?:<svg.*?</svg>)?([^<]+)</a>', page, re.S)
    assert beside == ["退回", "驳回"]


def test_a_stranger_finds_no_card() -> None:
    first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    assert signed_in(person(Role.TEACHER)).get(request.get_absolute_url()).status_code == 404


def test_whose_turn_it_is_not_is_told_so() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    address = reverse("approvals:step-refuse", args=[open_of(request).public_id])
    refused = signed_in(people["principal"]).get(address)
    assert (refused.status_code, "这一步不由您审批" in refused.content.decode()) == (403, True)


def test_a_refusal_without_words_comes_back_with_a_sentence() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    address = reverse("approvals:step-refuse", args=[open_of(request).public_id])
    client = signed_in(people["director"])
    refused = send(client, address, comment="")
    assert (refused.status_code, "请填写这一项" in refused.content.decode()) == (422, True)
    assert send(client, address, comment="库里有").status_code == 303


def administrator() -> tuple[User, Client]:
    user = person(Role.SYSTEM_ADMIN)
    return user, signed_in(user)


def tried(client: Client, applicant: User, amount: str) -> str:
    asked = {"kind": KIND, "amount": amount, "applicant": str(applicant.pk), "budget": ""}
    return client.get(reverse("approvals:route-try"), asked).content.decode()


# Two real ways of a school: its bands of amounts, who signs in each (“meeting” is the body), and how.
SCHOOLS: dict[str, dict[str, dict[str, str]]] = {
    "校长办公会": {
        "三百元以下": {"up_to": "300", "step1-label": "总务主任", "step1-seat1": "role:director"},
        "一万元以下": {"over": "300", "up_to": "10000", "step1-label": "校长",
                  "step1-seat1": "role:principal"},
        "一万元以上": {"over": "10000", "step1-label": "校长办公会", "step1-seat1": "meeting",
                  "step2-label": "校长", "step2-seat1": "role:principal"},
    },
    "党组织会议": {
        "五百元以下": {"up_to": "500", "step1-label": "分管副校长", "step1-seat1": "role:vice_principal"},
        "一万元以下": {"over": "500", "up_to": "10000", "step1-label": "校长、书记", "step1-mode": "all",
                  "step1-seat1": "role:principal", "step1-seat2": "role:party_secretary"},
        "一万元以上": {"over": "10000", "step1-label": "党组织会议", "step1-seat1": "meeting"},
    },
}  # fmt: skip


@pytest.mark.parametrize(("body", "least"), [("校长办公会", "300"), ("党组织会议", "500")])
def test_the_chains_of_a_school_are_typed_into_the_editor_and_tried(body: str, least: str) -> None:
    low, middle, high = SCHOOLS[body]
    bands = {least: low, f"{least}.01": middle, "10000": middle, "10000.01": high}
    _, client = administrator()
    leaders = (Role.DIRECTOR, Role.VICE_PRINCIPAL, Role.PRINCIPAL, Role.PARTY_SECRETARY)
    members = [str(person(role).pk) for role in leaders]
    answers = [send(client, reverse("approvals:body-create"), name=body, quorum="67", members=members)]
    meeting = f"meeting:{MeetingBody.objects.get().public_id}"
    for order, (name, typed) in enumerate(SCHOOLS[body].items(), start=1):
        chosen = {key: meeting if value == "meeting" else value for key, value in typed.items()}
        new = reverse("approvals:route-create")
        answers.append(send(client, new, name=name, kind=KIND, order=f"{order}0", **chosen))
    assert [each.status_code for each in answers] == [303] * 4
    applicant = person(Role.TEACHER, department=department())
    pages = {amount: tried(client, applicant, amount) for amount in bands}
    assert {amount: [name for name in SCHOOLS[body] if name in page] for amount, page in pages.items()} == {
        amount: [name] for amount, name in bands.items()
    }
    signing = {
        amount: [typed for key, typed in SCHOOLS[body][name].items() if key.endswith("-label")]
        for amount, name in bands.items()
    }
    assert {
        amount: [label for label in labels if label in pages[amount]] for amount, labels in signing.items()
    } == signing
    assert ["走不通" in page for page in pages.values()] == [False] * 4


def test_an_edited_route_is_a_new_edition_and_what_runs_keeps_the_old_one() -> None:
    people = first_school()
    running = submitted(spending("200.00"), person(Role.TEACHER))
    first = Route.objects.get(name="三百元以下")
    _, client = administrator()
    address = reverse("approvals:route-edit", args=[first.public_id])
    changed = send(client, address, reason="换人", **{"step1-label": "校长", "step1-seat1": "role:principal"})
    assert changed.status_code == 303
    later = submitted(spending("200.00"), person(Role.TEACHER))
    assert (running.edition.number, later.edition.number) == (1, 2)
    assert agreed(running, people["director"]).state == "approved"
    assert agreed(later, people["principal"]).state == "approved"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "空"}, "流程至少要有一个环节"),
        ({"name": "半", "step1-label": "校长"}, "请选这个环节的审批人"),
        ({"name": "半", "step1-seat1": "role:principal"}, "请写这个环节的名称"),
        (
            {
                "name": "反",
                "over": "500",
                "up_to": "300",
                "step1-label": "校长",
                "step1-seat1": "role:principal",
            },
            "“不超过”的金额要大于“大于”的金额",
        ),
    ],
)
def test_a_route_that_makes_no_sense_comes_back(typed: dict[str, str], sentence: str) -> None:
    _, client = administrator()
    refused = send(client, reverse("approvals:route-create"), kind=KIND, **typed)
    assert (refused.status_code in {409, 422}, sentence in refused.content.decode()) == (True, True)
    assert Route.objects.count() == 0


def test_the_try_out_shows_who_would_sign_today() -> None:
    people = first_school()
    client = signed_in(person(Role.SYSTEM_ADMIN))
    page = tried(client, person(Role.TEACHER, department=department()), "800")
    assert ("一万元以下" in page, people["director"].name in page, people["principal"].name in page) == (
        True,
    ) * 3
    assert "没有适用的流程" not in page


def test_the_try_out_says_where_a_chain_would_get_stuck() -> None:
    director = person(Role.DIRECTOR)
    route(step("总务主任", role_seat(Role.DIRECTOR)))
    _, client = administrator()
    assert "走不通" in tried(client, director, "100")


def test_the_list_shows_what_waits_for_me() -> None:
    people = first_school()
    request = submitted(spending("800.00"), person(Role.TEACHER))
    listed = reverse("approvals:request-list")
    mine = signed_in(people["director"]).get(listed, {"waiting": "1"}).content.decode()
    others = signed_in(people["principal"]).get(listed, {"waiting": "1"}).content.decode()
    assert (request.title in mine, request.title in others) == (True, False)
