"""Who is told what: the announcement, the people whom it concerns when it is sent, and nobody twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendar_plans.models import Item
from calendar_plans.services import items as plan_items
from calendar_plans.services import limits
from calendar_plans.services import plans as plan_services
from calendar_plans.services.items import Assignment
from houqin.actors import System
from houqin.approvals import services as approvals
from houqin.errors import NotAllowed
from houqin.notifications import services
from houqin.notifications.announcing import TELL, announce
from houqin.notifications.kinds import Draft, NoticeKind
from houqin.notifications.models import Notice
from houqin.people.models import RoleHolding
from houqin.people.roles import Role
from houqin.people.services import disable_person, end_role, grant_role, request_reset
from houqin.registry import registry
from houqin.school_settings.services import switch_modules
from houqin.writing import write
from tests.calendar_plans import factories as plans
from tests.factories import acting, department, person
from tests.notifications.working import queued, tell_all
from tests.security.objects import request_of

pytestmark = pytest.mark.django_db

JOB = System("通知")


def told() -> list[tuple[str, str]]:
    """Who was told what, in the order of the names."""
    return sorted(Notice.objects.values_list("recipient__name", "title"))


def test_an_announcement_costs_the_write_one_statement() -> None:
    holding = RoleHolding.objects.create(user=person(), role=Role.GUARD)
    with CaptureQueriesContext(connection) as seen:
        announce("people.role_granted", holding, by=JOB)
    assert len(seen) == 1


def test_what_is_rolled_back_was_never_announced() -> None:
    holding = RoleHolding.objects.create(user=person(), role=Role.GUARD)
    with transaction.atomic():
        announce("people.role_granted", holding, by=JOB)
        transaction.set_rollback(True)
    assert queued(TELL) == []


@pytest.mark.django_db(transaction=True)
def test_an_announcement_outside_a_transaction_is_a_mistake() -> None:
    holding = RoleHolding.objects.create(user=person(), role=Role.GUARD)
    with pytest.raises(RuntimeError):
        announce("people.role_granted", holding, by=JOB)


def test_a_kind_that_nobody_declared_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        announce("people.unheard_of", person(), by=JOB)


def test_a_notice_about_another_model_is_a_mistake() -> None:
    with pytest.raises(RuntimeError):
        announce("people.role_granted", person(), by=JOB)


def test_only_a_job_tells() -> None:
    with pytest.raises(NotAllowed):
        services.tell(
            kind="people.role_granted", record=1, mark="k", words={}, at=timezone.now(), by=acting(person())
        )


# Accounts


def test_whoever_gets_a_role_is_told_and_whoever_loses_it() -> None:
    admin, user = person(Role.SECURITY_ADMIN), person(name="李娜")
    holding = write(grant_role, user=user, role=Role.CASHIER, by=acting(admin))
    tell_all()
    write(end_role, holding=holding, by=acting(admin))
    tell_all()
    assert told() == [("李娜", "您不再担任岗位：出纳"), ("李娜", "您担任了岗位：出纳")]


def test_a_reset_is_told_to_whoever_may_confirm_it_and_to_nobody_whom_it_concerns() -> None:
    person(Role.SECURITY_ADMIN, name="王芳")
    itself = person(Role.SECURITY_ADMIN, name="赵敏")
    write(request_reset, user=itself, reason="忘记", by=acting(person(Role.SYSTEM_ADMIN, name="张伟")))
    tell_all()
    assert told() == [("王芳", "请确认赵敏的密码重置")]


def test_a_closed_account_is_told_nothing() -> None:
    admin, user = person(Role.SECURITY_ADMIN), person(name="李娜")
    write(grant_role, user=user, role=Role.GUARD, by=acting(admin))
    write(disable_person, user=user, by=acting(person(Role.SYSTEM_ADMIN)))
    assert (tell_all(), told()) == (0, [])


def test_whoever_may_not_see_what_it_is_about_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an app drafts: the role table decides, for each person anew."""
    owner, stranger = person(name="周杰"), person(name="路人")
    drafts = lambda item, words: [Draft(stranger, item), Draft(owner, item)]  # noqa: E731
    kind = NoticeKind("people.sample", "样例", "样例", "calendar_plans.Item", "样例", drafts)
    monkeypatch.setitem(registry.notice_kinds, kind.code, kind)
    announce(kind.code, running_item(owner), by=JOB)
    tell_all()
    assert told() == [("周杰", "样例")]


# Approvals


def signer(name: str) -> Any:
    return person(Role.PRINCIPAL, name=name)


def test_a_step_that_opens_is_told_to_its_holders_and_not_to_the_applicant() -> None:
    request_of(person(Role.TEACHER, name="王芳"), decider=signer("李校长"))
    tell_all()
    assert [who for who, _ in told()] == ["李校长"]
    assert Notice.objects.get().kind == "approvals.opened"


def test_a_step_that_was_decided_before_the_news_went_out_is_told_to_nobody_who_decided() -> None:
    principal = signer("李校长")
    asked = request_of(person(Role.TEACHER, name="王芳"), decider=principal)
    write(approvals.agree, step=asked.steps.get(position=1), by=acting(principal))
    tell_all()
    assert "李校长" not in [who for who, _ in told()]


def test_the_applicant_hears_what_became_of_his_request() -> None:
    principal, applicant = signer("李校长"), person(Role.TEACHER, name="王芳")
    asked = request_of(applicant, decider=principal)
    write(approvals.refuse, step=asked.steps.get(position=1), comment="预算已用完", by=acting(principal))
    tell_all()
    notice = Notice.objects.get(recipient=applicant)
    assert (notice.title, notice.detail) == (f"未批准：{asked.title}", "预算已用完")


def test_a_request_that_comes_back_is_told_with_its_reason() -> None:
    principal, applicant = signer("李校长"), person(Role.TEACHER, name="王芳")
    asked = request_of(applicant, decider=principal)
    write(approvals.send_back, step=asked.steps.get(position=1), comment="缺附件", by=acting(principal))
    tell_all()
    notice = Notice.objects.get(recipient=applicant)
    assert (notice.kind, notice.detail) == ("approvals.returned", "缺附件")


def test_whoever_takes_his_request_back_hears_nothing_of_it() -> None:
    applicant = person(Role.TEACHER, name="王芳")
    asked = request_of(applicant, decider=signer("李校长"))
    tell_all()
    write(approvals.withdraw, request=asked, by=acting(applicant))
    assert (tell_all(), Notice.objects.filter(recipient=applicant).count()) == (0, 0)


def test_a_colleague_to_whom_a_step_is_handed_on_is_told_and_nobody_a_second_time() -> None:
    principal, colleague = signer("李校长"), person(Role.VICE_PRINCIPAL, name="陈副校长")
    asked = request_of(person(Role.TEACHER), decider=principal)
    tell_all()
    step = asked.steps.get(position=1)
    write(approvals.ask_too, step=step, to=colleague, by=acting(principal))
    assert tell_all() == 1
    assert [who for who, _ in told()] == ["李校长", "陈副校长"]


def test_a_reminder_is_told_although_the_step_was_told_before() -> None:
    principal, applicant = signer("李校长"), person(Role.TEACHER, name="王芳")
    asked = request_of(applicant, decider=principal)
    tell_all()
    write(approvals.remind, request=asked, at=timezone.now() + timedelta(days=2), by=acting(applicant))
    tell_all()
    assert [title for _, title in told()] == [f"王芳催办：{asked.title}", f"请您审批：{asked.title}"]


def test_a_late_step_is_told_once_to_its_holder_and_to_the_applicant() -> None:
    asked = request_of(person(Role.TEACHER, name="王芳"), decider=signer("李校长"))
    tell_all()
    late = asked.steps.get(position=1).due_at + timedelta(minutes=1)
    for _ in range(2):
        write(approvals.announce_late_steps, at=late, by=JOB)
        tell_all()
    title = f"审批逾期：{asked.title}"
    assert [each for each in told() if each[1] == title] == [("李校长", title), ("王芳", title)]


def test_a_step_in_time_is_not_late() -> None:
    asked = request_of(person(Role.TEACHER), decider=signer("李校长"))
    in_time = asked.steps.get(position=1).due_at - timedelta(minutes=1)
    assert write(approvals.announce_late_steps, at=in_time, by=JOB) == 0


# Plans


def running_item(owner: Any = None, **fields: Any) -> Item:
    return plans.item(plans.running_plan(department()), owner=owner, **fields)


def assign(item: Item, owner: Any, by: Any) -> None:
    line = Assignment(item, item.version, owner, item.due_on, item.category)
    write(plan_items.assign_items, plan=item.plan, assignments=[line], by=acting(by))


def test_work_that_becomes_somebodys_is_told_to_him() -> None:
    item = running_item(content="检修门窗")
    assign(item, person(name="周杰"), person(Role.DIRECTOR))
    tell_all()
    assert told() == [("周杰", "交给您：检修门窗")]


def test_whoever_takes_work_on_himself_is_not_told_of_it() -> None:
    director = person(Role.DIRECTOR)
    assign(running_item(), director, director)
    assert tell_all() == 0


def test_work_of_a_draft_is_told_when_the_plan_begins_and_once_a_person() -> None:
    owner, director = person(name="周杰"), person(Role.DIRECTOR)
    plan = plans.plan(department())
    for content in ("检修门窗", "清理杂草"):
        plans.item(plan, owner=owner, content=content)
    write(plan_services.start_plan, plan=plan, on=date(2026, 9, 1), by=acting(director))
    tell_all()
    notice = Notice.objects.get()
    assert (notice.title, notice.detail) == ("交给您：2 项工作", "检修门窗；清理杂草。")


def test_work_that_went_to_another_before_the_news_is_told_to_the_other_only() -> None:
    item, director = running_item(), person(Role.DIRECTOR)
    assign(item, person(name="周杰"), director)
    item.refresh_from_db()
    assign(item, person(name="赵敏"), director)
    tell_all()
    assert [who for who, _ in told()] == ["赵敏"]


def test_a_limit_is_told_once_however_often_the_morning_comes() -> None:
    running_item(person(name="周杰"), content="检修门窗", due_on=date(2026, 9, 5))
    for day in (date(2026, 9, 3), date(2026, 9, 4)):
        write(limits.announce_limits, on=day, by=JOB)
        tell_all()
    assert told() == [("周杰", "9月5日前完成：检修门窗")]


def test_a_limit_that_was_moved_is_told_anew() -> None:
    item = running_item(person(name="周杰"), content="检修门窗", due_on=date(2026, 9, 5))
    write(limits.announce_limits, on=date(2026, 9, 3), by=JOB)
    tell_all()
    Item.objects.filter(pk=item.pk).update(due_on=date(2026, 9, 6))
    write(limits.announce_limits, on=date(2026, 9, 4), by=JOB)
    tell_all()
    assert [title for _, title in told()] == ["9月5日前完成：检修门窗", "9月6日前完成：检修门窗"]


def test_a_limit_that_has_passed_is_told_as_late() -> None:
    running_item(person(name="周杰"), content="检修门窗", due_on=date(2026, 9, 5))
    write(limits.announce_limits, on=date(2026, 9, 6), by=JOB)
    tell_all()
    assert told() == [("周杰", "逾期（9月5日）：检修门窗")]


def test_what_has_no_limit_is_told_as_its_last_month_ends_and_when_it_has_ended() -> None:
    months = {"month": date(2026, 9, 1), "through": date(2026, 10, 1)}
    running_item(person(name="周杰"), content="检修门窗", **months)
    for day in (date(2026, 9, 30), date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)):
        write(limits.announce_limits, on=day, by=JOB)
        tell_all()
    assert [title for _, title in told()] == ["10月31日前完成：检修门窗", "逾期（10月31日）：检修门窗"]


def test_work_that_was_done_meanwhile_is_told_to_nobody() -> None:
    item = running_item(person(), due_on=date(2026, 9, 5))
    write(limits.announce_limits, on=date(2026, 9, 4), by=JOB)
    Item.objects.filter(pk=item.pk).update(state="done", settled_on=date(2026, 9, 4), outcome="已办")
    assert tell_all() == 0


def test_of_a_module_that_is_switched_off_nobody_hears() -> None:
    running_item(person(), due_on=date(2026, 9, 5))
    write(limits.announce_limits, on=date(2026, 9, 4), by=JOB)
    admin = acting(person(Role.SYSTEM_ADMIN))
    write(switch_modules, apps=[], reason="暂不用", on=timezone.localdate(), by=admin)
    assert tell_all() == 0
