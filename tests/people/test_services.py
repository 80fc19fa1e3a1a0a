"""Accounts, passwords, roles, departments and classes: what each service does, and what it refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from houqin.actors import System
from houqin.errors import EditedMeanwhile, HouqinError, NotAllowed, RuleBroken
from houqin.people import services
from houqin.people.models import Department, PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.names import named
from houqin.people.passwords import Password
from houqin.people.roles import Role
from houqin.people.selectors import countersigned_with
from houqin.writing import IdempotencyKey, write
from tests.factories import PASSWORD, acting, department, person, school_class

pytestmark = pytest.mark.django_db

ONE_TIME = Password("one time 12345")


@pytest.fixture
def admin() -> User:
    return person(Role.SYSTEM_ADMIN, name="系统员")


@pytest.fixture
def security() -> User:
    return person(Role.SECURITY_ADMIN, name="安全员")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def refusal(service: Any, **arguments: Any) -> HouqinError:
    with pytest.raises(HouqinError) as caught:
        write(service, **arguments)
    return caught.value


def new_person(by: User, **fields: Any) -> User:
    given = {"staff_no": "zw 88", "name": " 李青 ", "phone": "138-0013-8088", "password": ONE_TIME} | fields
    return write(services.create_person, by=acting(by), **given)


def test_an_account_is_opened_with_a_one_time_password(admin: User) -> None:
    place = department("总务处")
    user = new_person(admin, department=place)
    assert (user.staff_no, user.name, user.phone, user.department, user.created_by) == (
        "ZW88", "李青", "13800138088", place, admin,
    )  # fmt: skip
    assert (user.must_change_password, user.check_password(str(ONE_TIME))) == (True, True)


def test_opening_an_account_twice_with_one_key_opens_one(admin: User) -> None:
    first = new_person(admin, key="k1")
    second = new_person(admin, key="k1")
    assert (first.pk, User.objects.filter(staff_no="ZW88").count()) == (second.pk, 1)
    assert str(ONE_TIME) not in str(IdempotencyKey.objects.values_list())


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"staff_no": "  "}, "staff_no", "请填写工号。"),
        ({"staff_no": "13800138000"}, "staff_no", "工号不能是手机号的样子，请另编一个工号。"),
        ({"staff_no": "taken"}, "staff_no", "这个工号已经有人使用，请核对。"),
        ({"name": " "}, "name", "请填写姓名。"),
        ({"phone": "12345"}, "phone", "手机号应是 1 开头的 11 位数字。"),
        ({"phone": "13900139000"}, "phone", "这个手机号已经登记在另一个人名下，请核对。"),
    ],
)
def test_a_bad_account_is_refused_beside_its_field(
    admin: User, fields: dict[str, Any], field: str, sentence: str
) -> None:
    person(staff_no="TAKEN", phone="13900139000")
    with pytest.raises(RuleBroken) as caught:
        new_person(admin, **fields)
    assert (caught.value.field, caught.value.message) == (field, sentence)


def test_nobody_enters_a_retired_department(admin: User) -> None:
    place = department("旧部门", retired_on=date(2025, 8, 31))
    with pytest.raises(RuleBroken, match="已停用"):
        new_person(admin, department=place)


def test_the_second_of_two_editors_is_told(admin: User) -> None:
    user = person()
    fields = {"staff_no": "X1", "name": "甲", "phone": "", "department": None, "by": acting(admin)}
    write(services.update_person, user=user, version=user.version, **fields)
    assert isinstance(
        refusal(services.update_person, user=user, version=user.version, **fields), EditedMeanwhile
    )


def test_disabling_ends_sessions_and_enabling_brings_back_the_roles(admin: User) -> None:
    user = person(Role.DIRECTOR)
    write(services.disable_person, user=user, by=acting(admin))
    assert (fresh(user).is_active, fresh(user).session_epoch, fresh(user).roles) == (False, 2, frozenset())
    assert refusal(services.disable_person, user=user, by=acting(admin)).message == "这个账号已经停用。"
    write(services.enable_person, user=user, by=acting(admin))
    assert (fresh(user).session_epoch, Role.DIRECTOR in fresh(user).roles) == (3, True)
    assert refusal(services.enable_person, user=user, by=acting(admin)).status == 409


def test_nobody_disables_himself_or_the_last_administrator(admin: User, security: User) -> None:
    assert isinstance(refusal(services.disable_person, user=admin, by=acting(admin)), NotAllowed)
    assert "最后一位安全管理员" in refusal(services.disable_person, user=security, by=acting(admin)).message
    person(Role.SECURITY_ADMIN)
    write(services.disable_person, user=security, by=acting(admin))
    assert fresh(security).is_active is False


def test_a_role_is_granted_and_ended_and_ends_the_sessions(security: User) -> None:
    user = person()
    holding = write(services.grant_role, user=user, role=Role.CASHIER, by=acting(security))
    assert (fresh(user).roles, fresh(user).session_epoch) == (frozenset({"staff", "cashier"}), 2)
    write(services.end_role, holding=holding, by=acting(security))
    assert (fresh(user).roles, fresh(user).session_epoch) == (frozenset({"staff"}), 3)
    assert "已经结束" in refusal(services.end_role, holding=holding, by=acting(security)).message
    write(services.grant_role, user=user, role=Role.CASHIER, by=acting(security))
    assert RoleHolding.objects.filter(user=user, role="cashier").count() == 2


def test_a_person_holds_two_business_roles(security: User) -> None:
    user = person(Role.ASSET_MANAGER)
    write(services.grant_role, user=user, role=Role.STOREKEEPER, by=acting(security))
    assert services.held_roles(user) == {Role.ASSET_MANAGER, Role.STOREKEEPER}


def test_nobody_grants_or_ends_a_role_of_his_own(security: User) -> None:
    colleague = person(Role.SECURITY_ADMIN)
    assert isinstance(
        refusal(services.grant_role, user=security, role=Role.TEACHER, by=acting(security)), NotAllowed
    )
    own = security.holdings.get()
    assert isinstance(refusal(services.end_role, holding=own, by=acting(security)), NotAllowed)
    write(services.end_role, holding=own, by=acting(colleague))
    assert (
        "最后一位" in refusal(services.end_role, holding=colleague.holdings.get(), by=System("测试")).message
    )


@pytest.mark.parametrize("role", ["staff", "emperor", "cashier"])
def test_a_role_that_cannot_be_granted_is_refused(security: User, role: str) -> None:
    assert (
        refusal(services.grant_role, user=person(Role.CASHIER), role=role, by=acting(security)).status == 409
    )


def test_several_are_given_one_role_at_once_or_nobody_is(security: User) -> None:
    plain = [person(name="甲"), person(Role.REPAIR_WORKER, name="乙")]
    refused = [
        person(Role.STOREKEEPER, name="丙", staff_no="M03"),
        person(name="丁", staff_no="M04", is_active=False),
        person(Role.AUDIT_ADMIN, name="戊", staff_no="M05"),
    ]

    def grant(*users: User, role: str = Role.STOREKEEPER) -> list[RoleHolding]:
        return write(services.grant_roles, users=users, role=role, by=acting(security))

    with pytest.raises(RuleBroken) as told:
        grant(*plain, *refused, security)
    assert told.value.message == (
        f"一个也没有改。{named(security)}：不能给自己授予或结束岗位，请另一位安全管理员办理。"
        "丙 M03：已经担任仓库保管员，不用重复授予。丁 M04：账号已停用，不能授予岗位。请先启用账号。"
        "戊 M05：管理员不能兼任业务岗位（教师除外）；此人已任审计管理员。请先结束原岗位或换人。"
        "请去掉这些人再办。"
    )
    assert not RoleHolding.objects.filter(user__in=plain, role=Role.STOREKEEPER).exists()
    given = grant(*plain)
    assert [(each.user.name, each.role, each.user.session_epoch) for each in given] == [
        ("甲", "storekeeper", 2), ("乙", "storekeeper", 2),
    ]  # fmt: skip
    users = {each.user_id for each in given}
    assert countersigned_with(Role.STOREKEEPER, users, on=timezone.localdate()) == (
        f"{named(plain[1])} 兼任仓库保管员、维修工（须加签）：凭工单领料，报修人验收，总务主任加签。"
    )


def test_nobody_is_given_what_the_school_keeps_apart_from_what_he_holds(security: User) -> None:
    cashier = person(Role.CASHIER, name="金")
    said = "已经担任出纳，审批与付款不能由同一人担任。"
    with pytest.raises(RuleBroken, match=said):
        write(services.grant_role, user=cashier, role=Role.PRINCIPAL, by=acting(security))
    with pytest.raises(RuleBroken, match=f"金 {cashier.staff_no}：{said}"):
        write(services.grant_roles, users=[cashier], role=Role.PRINCIPAL, by=acting(security))


def test_a_disabled_account_gets_no_role(security: User) -> None:
    user = person(is_active=False)
    assert (
        "账号已停用" in refusal(services.grant_role, user=user, role="cashier", by=acting(security)).message
    )


@pytest.mark.parametrize(
    "pair", [("system_admin", "cashier"), ("system_admin", "audit_admin"), ("staff", "teacher")]
)
def test_the_database_refuses_roles_that_do_not_go_together(pair: tuple[str, str]) -> None:
    user = person()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleHolding.objects.bulk_create(RoleHolding(user=user, role=role) for role in pair)


def test_the_database_lets_an_administrator_teach_and_a_former_cashier_administrate() -> None:
    user = person()
    at = timezone.now()
    RoleHolding.objects.create(user=user, role="cashier", since=at - timedelta(days=9), ended_at=at)
    for role in ("system_admin", "teacher"):
        RoleHolding.objects.create(user=user, role=role)
    assert user.holdings.count() == 3


@pytest.mark.parametrize("column", [("staff_no", "13800138000"), ("phone", "86138")])
def test_the_database_keeps_staff_numbers_and_phones_apart(column: tuple[str, str]) -> None:
    user = person()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**{column[0]: column[1]})


def test_a_teachers_password_is_reset_by_one_person(admin: User) -> None:
    user = person(Role.TEACHER)
    write(services.reset_password, user=user, password=ONE_TIME, by=acting(admin))
    again = fresh(user)
    assert (again.check_password(str(ONE_TIME)), again.must_change_password, again.session_epoch) == (
        True,
        True,
        2,
    )


@pytest.mark.parametrize("is_active", [True, False])
def test_the_principals_password_is_reset_by_two(admin: User, security: User, is_active: bool) -> None:
    principal = person(Role.PRINCIPAL, is_active=is_active)
    assert (
        "须两个人办"
        in refusal(services.reset_password, user=principal, password=ONE_TIME, by=acting(admin)).message
    )
    reset = write(services.request_reset, user=principal, reason="本人当面申请", by=acting(admin))
    assert fresh(principal).check_password(PASSWORD)
    assert isinstance(
        refusal(services.confirm_reset, reset=reset, password=ONE_TIME, by=acting(admin)), NotAllowed
    )
    write(services.confirm_reset, reset=reset, password=ONE_TIME, by=acting(security))
    assert (fresh(principal).check_password(str(ONE_TIME)), fresh(principal).must_change_password) == (
        True,
        True,
    )
    closed = PasswordReset.objects.get()
    assert (closed.created_by, closed.confirmed_by, closed.closed_at is not None) == (admin, security, True)
    again = refusal(services.confirm_reset, reset=reset, password=ONE_TIME, by=acting(security))
    assert again.message == "这份申请已经办结。"


def test_a_request_is_made_once_goes_stale_and_is_made_again(admin: User, security: User) -> None:
    user = person(Role.CASHIER)
    early = timezone.now() - timedelta(hours=25)
    old = write(services.request_reset, user=user, reason="忘记", at=early, by=acting(admin))
    assert (
        "超过 24 小时"
        in refusal(services.confirm_reset, reset=old, password=ONE_TIME, by=acting(security)).message
    )
    new = write(services.request_reset, user=user, reason="忘记", by=acting(admin))
    assert (
        "不用重复提交" in refusal(services.request_reset, user=user, reason="忘记", by=acting(admin)).message
    )
    write(services.withdraw_reset, reset=new, by=acting(security))
    assert list(PasswordReset.objects.filter(closed_at=None)) == []
    assert "写明原因" in refusal(services.request_reset, user=user, reason=" ", by=acting(admin)).message


def test_nobody_resets_or_confirms_his_own_password(admin: User, security: User) -> None:
    for service, extra in (
        (services.reset_password, {"password": ONE_TIME}),
        (services.request_reset, {"reason": "x"}),
    ):
        assert isinstance(refusal(service, user=admin, by=acting(admin), **extra), NotAllowed)
    reset = write(services.request_reset, user=security, reason="忘记", by=acting(admin))
    error = refusal(services.confirm_reset, reset=reset, password=ONE_TIME, by=acting(security))
    assert isinstance(error, NotAllowed)


def test_who_asked_for_a_reset_does_not_confirm_it_from_another_office(admin: User, security: User) -> None:
    """He was 系统管理员 when he asked and is 安全管理员 now: still one person."""
    reset = write(services.request_reset, user=person(Role.CASHIER), reason="忘记", by=acting(admin))
    admin.holdings.update(role=Role.SECURITY_ADMIN)
    moved = acting(User.objects.get(pk=admin.pk))
    error = refusal(services.confirm_reset, reset=reset, password=ONE_TIME, by=moved)
    assert (type(error), "须由另一位同事" in error.message) == (NotAllowed, True)


def test_the_database_wants_a_second_person_for_a_reset(admin: User) -> None:
    reset = PasswordReset.objects.create(user=person(Role.CASHIER), reason="x", created_by=admin)
    for who in (admin, reset.user):
        with pytest.raises(IntegrityError), transaction.atomic():
            PasswordReset.objects.filter(pk=reset.pk).update(confirmed_by=who, closed_at=timezone.now())


def test_ones_own_password_needs_the_old_one() -> None:
    user = person()
    new = Password("another long secret 9")
    error = refusal(services.set_own_password, old=Password("x"), new=new, by=acting(user))
    assert (error.field, fresh(user).check_password(PASSWORD)) == ("old", True)
    write(services.set_own_password, old=Password(PASSWORD), new=new, by=acting(user))
    assert (fresh(user).check_password(str(new)), fresh(user).session_epoch) == (True, 2)


def test_no_password_reaches_the_audit(admin: User) -> None:
    user = person(Role.TEACHER)
    write(services.reset_password, user=user, password=ONE_TIME, by=acting(admin))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM houqin_userevent e WHERE pgh_obj_id = %s", [user.pk])
        rows = [row[0] for row in cursor.fetchall()]
    assert len(rows) == 2
    assert all("argon2" not in row and str(ONE_TIME) not in row for row in rows)
    assert '"reset_password"' in rows[-1]


def test_departments_are_made_changed_and_retired_when_empty() -> None:
    by = acting(person(Role.DIRECTOR))
    head = person()
    place = write(services.create_department, name=" 总务处 ", head=head, by=by)
    assert (place.name, place.head) == ("总务处", head)
    assert refusal(services.create_department, name="总务处", by=by).field == "name"
    place = write(services.update_department, department=place, name="后勤处", head=None, order=3, by=by)
    member = person(department=place)
    assert (
        "还有 1 位"
        in refusal(services.retire_department, department=place, on=date(2026, 9, 1), by=by).message
    )
    User.objects.filter(pk=member.pk).update(is_active=False)
    write(services.retire_department, department=place, on=date(2026, 9, 1), by=by)
    assert Department.objects.get().retired_on == date(2026, 9, 1)
    write(services.create_department, name="后勤处", by=by)
    assert Department.objects.count() == 2


def test_classes_are_made_changed_and_retired() -> None:
    by = acting(person(Role.DIRECTOR))
    fields = {"name": "三（2）班", "grade": 3, "number": 2, "entry_year": 2024, "by": by}
    made = write(services.create_class, **fields)
    assert refusal(services.create_class, **fields).field == "number"
    assert refusal(services.create_class, **fields | {"grade": 13}).field == "grade"
    gone = person(is_active=False)
    assert (
        refusal(services.update_class, school_class=made, **fields, head_teacher=gone).field == "head_teacher"
    )
    teacher = person(Role.TEACHER)
    write(services.update_class, school_class=made, **fields, head_teacher=teacher)
    write(services.retire_class, school_class=made, on=date(2026, 8, 31), by=by)
    assert SchoolClass.objects.get().retired_on == date(2026, 8, 31)
    write(services.create_class, **fields)
    assert teacher.classes.count() == 1


@pytest.mark.parametrize("role", [None, Role.TEACHER, Role.PRINCIPAL, Role.AUDIT_ADMIN])
def test_people_without_the_right_change_nothing(role: Role | None) -> None:
    by = acting(person(*([role] if role else [])))
    user, place, school = person(), department(), school_class()
    fields = {"staff_no": "X", "name": "x", "phone": "", "department": None}
    tries: list[tuple[Any, dict[str, Any]]] = [
        (services.create_person, {"staff_no": "X", "name": "x", "password": ONE_TIME}),
        (services.update_person, {"user": user, **fields}),
        (services.disable_person, {"user": user}),
        (services.enable_person, {"user": user}),
        (services.reset_password, {"user": user, "password": ONE_TIME}),
        (services.request_reset, {"user": user, "reason": "x"}),
        (services.grant_role, {"user": user, "role": "cashier"}),
        (services.create_department, {"name": "x"}),
        (services.retire_department, {"department": place, "on": date(2026, 9, 1)}),
        (services.retire_class, {"school_class": school, "on": date(2026, 9, 1)}),
    ]
    for service, arguments in tries:
        assert isinstance(refusal(service, **arguments, by=by), NotAllowed), service.__name__
