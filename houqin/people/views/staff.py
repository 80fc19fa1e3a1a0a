"""The staff: list, person, account, roles, and passwords that were forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from houqin.log_lines import note_whole
from houqin.people import services
from houqin.people.access import allowed
from houqin.people.forms import GrantForm, PersonForm, ReasonForm
from houqin.people.models import Department, PasswordReset, RoleHolding, User
from houqin.people.names import masked_phone
from houqin.people.passwords import one_time_password
from houqin.people.roles import GRANTABLE, Role
from houqin.people.rules import (
    can_change_roles_of,
    can_disable,
    can_enable,
    can_reset,
    can_reset_alone,
    needs_second_person,
)
from houqin.people.selectors import UNCHECKED, classes_of, holders_of, people_for_list, people_matching
from houqin.people.two_step import can_be_checked
from houqin.rules import Decision
from houqin.web.pages import (
    ActPage,
    Column,
    EditPage,
    FormPage,
    Linked,
    ListPage,
    ObjectPage,
    Related,
    SeeOther,
    Step,
    Thing,
    Way,
)
from houqin.web.pages.filters import BadChoice, Narrowing, Option, out_of_use
from houqin.web.templatetags.houqin import badge, clock, day_prose, in_use_mark

STAFF = ("教职工", "people:person-list")


def first_refusal(*decisions: Decision) -> Decision:
    """The first decision that says no, else yes."""
    return next((each for each in decisions if not each), Decision.yes())


def state_word(user: User) -> str:
    return "在用" if user.is_active else "已停用"


def password_word(user: User) -> str:
    if not user.has_usable_password():
        return "还没有，请重置密码后交给本人"
    return "一次性密码，本人还没有改" if user.must_change_password else "本人已设置"


def two_step_word(user: User) -> str:
    if user.two_step_since is None:
        return "没有开启"
    return "已开启" if can_be_checked(user) else UNCHECKED


@dataclass(frozen=True, slots=True)
class HeldRole:
    """Who holds a role now; an ended holding of it does not count."""

    name: ClassVar[str] = "role"
    label: ClassVar[str] = "岗位"
    kind: ClassVar[str] = "select"

    def options(self, user: User) -> Sequence[Option]:
        return [Option(str(role), role.label) for role in GRANTABLE]

    def read(self, given: Mapping[str, str], options: Sequence[Option], user: User) -> Narrowing | None:
        raw = given.get(self.name, "")
        if raw == "":
            return None
        if raw not in {option.value for option in options}:
            raise BadChoice(self.label)
        holders = holders_of(raw).values("user")
        return Narrowing(Q(pk__in=holders), {self.name: raw})


class PersonList(ListPage):
    """Everybody that the reader may see; phones half hidden, in exports too."""

    perm = "houqin.user:list"
    model = User
    title = "教职工"
    columns = (
        Column("name", "姓名", sort="search_key"),
        Column("staff_no", "工号", sort="staff_no"),
        Column("department", "部门", "department.name", sort="department__search_key"),
        Column("roles", "岗位", lambda user: "、".join(each.get_role_display() for each in user.held)),
        Column("phone", "手机号", lambda user: masked_phone(user.phone), on_phone=False),
        Column(
            "is_active", "账号", state_word, sort="is_active",
            draw=lambda user: in_use_mark(state_word(user), is_in_use=user.is_active),
        ),
    )  # fmt: skip
    filters = (
        HeldRole(),
        Related("department", "部门", Department.objects.visible_to, tables=(Department,)),
        out_of_use(Q(is_active=False), otherwise=Q(is_active=True)),
    )
    search_hint = "姓名、工号、手机尾号"
    bulk = (
        Way("授予岗位", "people:roles-grant", "houqin.role:grant", icon="user-check"),
        Way("换发一次性密码", "people:password-slips", "houqin.password:reset", icon="printer"),
    )
    create = Way("新增教职工", "people:person-create", "houqin.user:manage", icon="user-plus")
    empty_title = "还没有教职工"
    empty_hint = "点“新增教职工”开通账号。"

    def rows(self) -> Any:
        return people_for_list(self.user)

    def search(self, rows: Any, words: str) -> Any:
        return people_matching(rows, words)


class PersonDetail(ObjectPage):
    """One person: who he is, what he holds and has held, and what can be done with the account."""

    perm = "houqin.user:read"
    model = User
    also = ((RoleHolding, "user"), (PasswordReset, "user"))

    def rows(self) -> Any:
        return super().rows().select_related("department")

    def trail(self) -> list[tuple[str, str]]:
        return [(STAFF[0], reverse(STAFF[1]))] if self.user.has("houqin.user:list") else []

    def facts(self, person: User) -> list[tuple[str, Any]]:
        return [
            ("工号", person.staff_no),
            ("手机号", self.whole_phone(person)),
            ("部门", person.department),
            ("账号", state_word(person)),
            ("密码", password_word(person)),
            ("两步验证", two_step_word(person)),
            ("最近登录", clock(person.last_login)),
        ]

    def whole_phone(self, person: User) -> str | None:
        if person.phone and person != self.user:
            note_whole(by=self.user.staff_no, what="phone", of=person.public_id)
        return person.phone

    def steps(self, person: User, user: User) -> list[Step]:
        """Only what the reader's roles are for; of that, what is not possible now says why."""
        held = services.held_roles(person)
        is_self = person == user
        found = [
            ("houqin.role:grant", _grant_step(person, is_self=is_self)),
            ("houqin.user:manage", Step("修改", _to("person-edit", person), is_primary=True, icon="pencil")),
            _password_step(person, held, is_self=is_self),
            ("houqin.user:manage", _account_step(person, is_self=is_self)),
        ]
        return [step for perm, step in found if user.has(perm)]

    def linked(self, person: User) -> list[Linked]:
        open_holdings, ended = [], []
        for holding in person.holdings.all():
            if holding.ended_at is None:
                open_holdings.append(self._holding(holding))
            else:
                detail = f"{day_prose(holding.since)}至{day_prose(holding.ended_at)}"
                ended.append(Thing(holding.get_role_display(), detail=detail))
        classes = [Thing(each.name, each.get_absolute_url()) for each in classes_of(person)]
        found = [Linked("岗位", open_holdings, empty="没有专门岗位，可用全体教职工的功能。")]
        found += [Linked("担任班主任", classes)] if classes else []
        return found + ([Linked("曾任岗位", ended)] if ended else [])

    def _holding(self, holding: RoleHolding) -> Thing:
        may_end = self.user.has("houqin.role:grant") and holding.user_id != self.user.pk
        url = reverse("people:role-end", args=[holding.public_id]) if may_end else ""
        detail = f"{day_prose(holding.since)}起"
        return Thing(holding.get_role_display(), url, f"{detail} · 点开可结束" if may_end else detail)


def _to(name: str, person: User) -> str:
    return reverse(f"people:{name}", args=[person.public_id])


def _grant_step(person: User, *, is_self: bool) -> Step:
    is_active = (
        Decision.yes() if person.is_active else Decision.no("账号已停用，不能授予岗位。请先启用账号。")
    )
    decision = first_refusal(can_change_roles_of(is_self=is_self), is_active)
    return Step("授予岗位", _to("role-grant", person), decision, is_primary=True, icon="user-check")


def _password_step(person: User, held: frozenset[str], *, is_self: bool) -> tuple[str, Step]:
    if needs_second_person(held):
        label, name = "申请重置密码", "reset-request"
    else:
        label, name = "重置密码", "password-reset"
    return "houqin.password:reset", Step(
        label, _to(name, person), can_reset(is_self=is_self), icon="key-round"
    )


def _account_step(person: User, *, is_self: bool) -> Step:
    if person.is_active:
        decision = can_disable(is_self=is_self, is_active=True)
        return Step("停用账号", _to("person-disable", person), decision, is_danger=True, icon="user-x")
    decision = can_enable(is_active=False)
    return Step("启用账号", _to("person-enable", person), decision, is_primary=True, icon="user-check")


@method_decorator(never_cache, name="dispatch")
class OneTimePasswordPage(ActPage):
    """An act that ends on a page with a one-time password instead of leading on.

    The password is shown on the answer itself: no redirect, no message, nothing in the session keeps it.
    """

    slip_template: ClassVar[str] = "people/one_time_password.html"

    def arguments(self, form: Any) -> dict[str, Any]:
        return {**form.cleaned_data, "password": one_time_password(self.key)}

    def save(self, form: Any, expected: int | None) -> Any:
        self.made = super().save(form, expected)
        return self.made

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, **kwargs)
        if not isinstance(response, SeeOther):
            return response
        person = self.person_of(self.made)
        slip = {
            "person": person,
            "password": str(one_time_password(self.key)),
            "next_url": _to("person", person),
        }
        return self.answer(request, slip, template=self.slip_template)

    def person_of(self, made: Any) -> User:
        """Whose password it is."""
        return made if isinstance(made, User) else made.user


class PersonCreate(OneTimePasswordPage):
    """Open an account."""

    perm = "houqin.user:manage"
    model = User
    title = "新增教职工"
    template_name = "pages/form.html"
    form_class = PersonForm
    service = services.create_person
    submit_label = "开通账号"
    said = "账号已开通。"

    def back_url(self) -> str:
        return reverse(STAFF[1])


class PersonEdit(EditPage):
    """Correct who somebody is and where he works."""

    perm = "houqin.user:manage"
    model = User
    title = "修改教职工"
    form_class = PersonForm
    service = services.update_person
    record_name = "user"


class PersonDisable(ActPage):
    """Close an account."""

    perm = "houqin.user:manage"
    model = User
    title = "停用账号"
    submit_label = "停用"
    is_danger = True
    question = "停用后立即退出所有登录，不能再登录。记录和岗位都保留，可以重新启用。"
    service = services.disable_person
    record_name = "user"
    said = "账号已停用，所有登录已退出。"

    def possible(self) -> Decision:
        return can_disable(is_self=self.record == self.user, is_active=self.record.is_active)


class PersonEnable(ActPage):
    """Open a closed account again."""

    perm = "houqin.user:manage"
    model = User
    title = "启用账号"
    submit_label = "启用"
    question = "启用后可以用原来的密码登录，原来的岗位继续有效。岗位不再合适的，请安全管理员先结束岗位。"
    service = services.enable_person
    record_name = "user"
    said = "账号已启用。"

    def possible(self) -> Decision:
        return can_enable(is_active=self.record.is_active)


class PasswordResetNow(OneTimePasswordPage):
    """Give a forgetful colleague with ordinary roles a one-time password."""

    perm = "houqin.password:reset"
    model = User
    title = "重置密码"
    submit_label = "重置密码"
    question = "请先当面核对是本人。重置后得到一个一次性密码，只显示一次；本人登录后必须改成自己的密码。"
    service = services.reset_password
    record_name = "user"
    said = "密码已重置。"

    def possible(self) -> Decision:
        return can_reset_alone(is_self=self.record == self.user, held=services.held_roles(self.record))


class ResetRequest(FormPage):
    """Ask that the password of somebody with business rights be reset."""

    perm = "houqin.password:reset"
    model = User
    title = "申请重置密码"
    lead = "此人担任业务岗位。您提出申请，安全管理员核对后确认，一次性密码由安全管理员交给本人。"
    form_class = ReasonForm
    service = services.request_reset
    record_name = "user"
    submit_label = "提交申请"
    said = "申请已提交，请安全管理员在 24 小时内确认。"

    def possible(self) -> Decision:
        return can_reset(is_self=self.record == self.user)


class RoleGrant(FormPage):
    """Give somebody a role."""

    perm = "houqin.role:grant"
    model = User
    title = "授予岗位"
    lead = "授予后此人须重新登录，新的权限才生效。"
    form_class = GrantForm
    service = services.grant_role
    record_name = "user"
    submit_label = "授予"
    said = "岗位已授予。"

    def possible(self) -> Decision:
        return can_change_roles_of(is_self=self.record == self.user)


class RoleEnd(ActPage):
    """End a role that somebody holds."""

    perm = "houqin.role:grant"
    model = RoleHolding
    title = "结束岗位"
    submit_label = "结束岗位"
    is_danger = True
    question = "结束后此人立即失去这个岗位的权限，须重新登录。经手的记录都保留。"
    service = services.end_role
    record_name = "holding"
    said = "岗位已结束。"

    def rows(self) -> Any:
        return super().rows().select_related("user")

    def page_title(self) -> str:
        return f"结束岗位：{self.record}"

    def possible(self) -> Decision:
        return can_change_roles_of(is_self=self.record.user_id == self.user.pk)


def reset_state(reset: PasswordReset) -> str:
    if reset.closed_at is None:
        return "待确认"
    return "已确认" if reset.confirmed_by_id else "已撤回"


class ResetList(ListPage):
    """The requests that wait for a second person, and those that are done."""

    perm = "houqin.reset:read"
    model = PasswordReset
    title = "密码重置申请"
    columns = (
        Column("user", "教职工", sort="user__search_key"),
        Column("state", "状态", reset_state, draw=lambda reset: badge(reset_state(reset), _tone(reset))),
        Column("reason", "原因"),
        Column("created_by", "申请人"),
        Column("confirmed_by", "确认人"),
        Column("created_at", "申请时间", sort="created_at"),
    )
    order = ("-created_at",)
    empty_title = "没有重置申请"
    empty_hint = "担任业务岗位的人忘记密码时，系统管理员在他的页面上提出申请。"

    def rows(self) -> Any:
        return super().rows().select_related("user", "created_by", "confirmed_by")


def _tone(reset: PasswordReset) -> str:
    return "warn" if reset.closed_at is None else "good" if reset.confirmed_by_id else "neutral"


class ResetDetail(ObjectPage):
    """One request, with what the second person may do."""

    perm = "houqin.reset:read"
    model = PasswordReset

    def rows(self) -> Any:
        return super().rows().select_related("user", "created_by", "confirmed_by")

    def trail(self) -> list[tuple[str, str]]:
        return [("密码重置申请", reverse("people:reset-list"))]

    def facts(self, reset: PasswordReset) -> list[tuple[str, Any]]:
        roles = "、".join(Role(role).label for role in sorted(services.held_roles(reset.user)))
        return [
            ("教职工", reset.user.name),
            ("担任岗位", roles),
            ("状态", reset_state(reset)),
            ("原因", reset.reason),
            ("申请人", reset.created_by),
            ("申请时间", clock(reset.created_at)),
            ("确认人", reset.confirmed_by),
        ]

    def steps(self, reset: PasswordReset, user: User) -> list[Step]:
        is_open = Decision.yes() if reset.closed_at is None else Decision.no("这份申请已经办结。")
        confirm, withdraw = (
            reverse(f"people:{name}", args=[reset.public_id]) for name in ("reset-confirm", "reset-withdraw")
        )
        found = []
        if user.has("houqin.password:confirm"):
            found.append(Step("核对并确认", confirm, is_open, is_primary=True, icon="check"))
        if user.has("houqin.password:confirm") or user.has("houqin.password:reset"):
            found.append(Step("撤回申请", withdraw, is_open, is_danger=True, icon="undo-2"))
        return found


class ResetConfirm(OneTimePasswordPage):
    """The second person confirms, and hands the one-time password over."""

    perm = "houqin.password:confirm"
    model = PasswordReset
    title = "确认重置密码"
    submit_label = "已核对本人，确认重置"
    question = "请先当面核对是本人要求重置。确认后得到一个一次性密码，只显示一次，请直接交给本人。"
    service = services.confirm_reset
    record_name = "reset"
    said = "密码已重置。"

    def possible(self) -> Decision:
        actor = allowed(self.actor(), "houqin.password:confirm")
        return first_refusal(actor, can_reset(is_self=self.record.user_id == self.user.pk))


class ResetWithdraw(ActPage):
    """Close a request without effect; for who asks as for who confirms."""

    perm = "houqin.reset:read"
    model = PasswordReset
    title = "撤回重置申请"
    submit_label = "撤回"
    is_danger = True
    question = "撤回后密码不变。"
    service = services.withdraw_reset
    record_name = "reset"
    said = "申请已撤回，密码没有变。"

    def possible(self) -> Decision:
        confirms = allowed(self.actor(), "houqin.password:confirm")
        return confirms or allowed(self.actor(), "houqin.password:reset")
