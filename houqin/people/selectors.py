"""What pages read about people: who is found, who holds what, and the table of rights."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from houqin.people.entering import ENTER
from houqin.people.models import PasswordReset, RoleHolding, SchoolClass, User
from houqin.people.names import named
from houqin.people.permissions import DEVELOPMENT
from houqin.people.roles import IMPLIED, Role
from houqin.people.rules import ORDINARY_ROLES, labels
from houqin.people.scopes import Scope
from houqin.people.separation import DEMANDS, PAIRS, Demand, SeparatedPair
from houqin.people.two_step import BY_COMMAND, can_be_checked, owners_of_unchecked
from houqin.registry import Hit, Permission, Todo, registry
from houqin.school_settings.reading import setting
from houqin.search.columns import matching
from houqin.search.excerpts import excerpt_of

PHONE_TAIL = 4
MOST_TODOS = 10
UNCHECKED = "动态码核对不了：密钥文件换过，或者备份恢复到了新电脑。备份里没有密钥。"


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table of rights: a permission, and how far it reaches for each role shown."""

    label: str
    reach: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightGroup:
    """The rights under one heading of the menu."""

    label: str
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The table of rights as the page prints it: roles across, rights down, words of reach in the cells."""

    roles: tuple[Role, ...]
    groups: tuple[RightGroup, ...]


@dataclass(frozen=True, slots=True)
class SeparationLine:
    """One pair of duties with what the school demands, and who holds both posts."""

    pair: SeparatedPair
    demand: Demand
    demand_label: str
    people: tuple[User, ...]

    @property
    def is_broken(self) -> bool:
        """Whether somebody holds what nobody may hold together."""
        return self.demand is Demand.FORBIDDEN and bool(self.people)

    @property
    def tone(self) -> str:
        """What is forbidden looks so, whether somebody breaks it or not."""
        return {Demand.FORBIDDEN: "bad", Demand.COUNTERSIGN: "warn", Demand.HINT: "info"}[self.demand]

    @property
    def may_vary(self) -> bool:
        """Whether the law leaves the school a choice."""
        return self.pair.floor is not Demand.FORBIDDEN


def open_holdings() -> Prefetch[str, QuerySet[RoleHolding], str]:
    """For `prefetch_related`: the roles that somebody holds now, as `held`."""
    return Prefetch("holdings", queryset=RoleHolding.objects.filter(ended_at=None), to_attr="held")


def people_for_list(reader: User) -> QuerySet[User]:
    """The people that `reader` may see, with department and roles, for a list."""
    return User.objects.visible_to(reader).select_related("department").prefetch_related(open_holdings())


def with_particulars(people: QuerySet[User]) -> QuerySet[User]:
    """`people` with what their `particulars` read: one more query, however many there are."""
    return people.select_related("department").prefetch_related("holdings")


def people_matching(people: QuerySet[User], words: str) -> QuerySet[User]:
    """Those whose name, pinyin initials or 工号 match `words`, or whose phone ends with them.

    At least four digits of the phone are wanted: with fewer, one could feel one's way to a number.
    """
    found: QuerySet[User] = matching(people, words)
    text = words.strip()
    if text.isdecimal() and len(text) >= PHONE_TAIL:
        return people.filter(Q(pk__in=found.order_by().values("pk")) | Q(phone__endswith=text))
    return found


def people_found(reader: User, words: str, limit: int) -> list[Hit]:
    """For the search of the whole house: people, by name, initials, 工号 or the end of the phone."""
    people = people_matching(people_for_list(reader), words)[:limit]
    return [
        Hit("人员", each.name, each.get_absolute_url(), detail := _place_and_roles(each),
            excerpt=excerpt_of(each, words, shown=f"{each.name} {detail}"))
        for each in people
    ]  # fmt: skip


def resets_to_confirm(user: User, on: date) -> Iterable[Todo]:
    """Home page of a 安全管理员: the requests that wait for a second person, but for one's own."""
    if not user.has("houqin.password:confirm"):
        return
    waiting = PasswordReset.objects.filter(closed_at=None).exclude(Q(created_by=user) | Q(user=user))
    for reset in waiting.select_related("user")[:MOST_TODOS]:
        if not reset.is_stale(timezone.now()):
            yield Todo(f"确认{reset.user.name}的密码重置", reset.get_absolute_url(), "去确认", reset.reason)


def codes_to_set_up_anew(user: User, on: date) -> Iterable[Todo]:
    """Home page: that one's own codes cannot be checked; and of a 系统管理员 whose else, but not his own."""
    if user.two_step_since is not None and not can_be_checked(user):
        title, off = "请用备用码关闭两步验证，再重新开启", reverse("people:two-step-off")
        more = f"{BY_COMMAND}。" if Role.SYSTEM_ADMIN in user.roles else ""
        yield Todo(title, off, "去办理", f"{UNCHECKED}{more}")
    if user.has("houqin.password:reset"):
        for each in [owner for owner in owners_of_unchecked() if owner != user][:MOST_TODOS]:
            title = f"{each.name}没有备用码的话，请重置{each.name}的密码"
            yield Todo(title, each.get_absolute_url(), "看人员", UNCHECKED)


def without_password() -> QuerySet[User]:
    """Accounts in use that nobody was given a password for; an import opens such."""
    return User.objects.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def for_first_passwords(people: QuerySet[User]) -> QuerySet[User]:
    """Of `people` those whose first password one person may print (`rules.can_have_first_password`)."""
    trusted = RoleHolding.objects.filter(ended_at=None).exclude(role__in=ORDINARY_ROLES).values("user")
    unused = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Q(must_change_password=True)
    return people.filter(unused, is_active=True, last_login=None).exclude(pk__in=trusted)


def holders_of(role: str) -> QuerySet[RoleHolding]:
    """The open holdings of `role`."""
    return RoleHolding.objects.filter(role=role, ended_at=None)


def people_to_enter_for(user: User) -> QuerySet[User]:
    """Those for whom `user` may enter what they did, himself left out; the account must be open besides."""
    reached: QuerySet[User] = User.objects.filter(User.VISIBILITY.condition(user, ENTER))
    return reached.exclude(pk=user.pk).order_by("search_key", "pk")


def classes_of(user: User) -> QuerySet[SchoolClass]:
    """The classes that `user` leads now."""
    return SchoolClass.objects.filter(head_teacher=user, retired_on=None)


def role_table(roles: Iterable[Role] = tuple(Role)) -> RoleTable:
    """The table of rights for `roles`; without what none of them holds or developers only need."""
    shown = tuple(roles)
    groups = []
    for app, permissions in _by_group().items():
        if app == DEVELOPMENT:
            continue
        rights = tuple(
            Right(permission.label, reach)
            for permission in permissions
            if any(reach := tuple(_reach(permission, role) for role in shown))
        )
        if rights:
            groups.append(RightGroup(app, rights))
    return RoleTable(shown, tuple(groups))


def rights_held_by(user: User) -> tuple[RightGroup, ...]:
    """What `user` may do, all roles together, by group: for «我能做什么»."""
    groups = []
    for app, permissions in _by_group().items():
        rights = tuple(
            Right(permission.label, (_words(scopes),))
            for permission in permissions
            if (scopes := user.scopes(permission.code))
        )
        if rights:
            groups.append(RightGroup(app, rights))
    return tuple(groups)


def holders_by_role() -> list[tuple[Role, list[User]]]:
    """Who holds which role now, in the order of the table; disabled accounts hold nothing."""
    holdings = RoleHolding.objects.filter(ended_at=None, user__is_active=True).select_related("user")
    holders: dict[str, list[User]] = {}
    for holding in holdings.order_by("user__search_key", "pk"):
        holders.setdefault(holding.role, []).append(holding.user)
    return [(role, holders.get(role, [])) for role in Role if role not in IMPLIED]


def separation_table(on: date) -> list[SeparationLine]:
    """Every pair of duties, how strict the school is on the day `on`, and who holds both posts now."""
    holders = {role: set(people) for role, people in holders_by_role()}
    lines = []
    for pair in PAIRS:
        both = set.intersection(*(holders[role] for role in pair.posts)) if pair.posts else set()
        demand = Demand(setting(pair.setting, on=on))
        people = tuple(sorted(both, key=lambda user: (user.search_key, user.pk)))
        lines.append(SeparationLine(pair, demand, DEMANDS.show(demand), people))
    return lines


def countersigned_with(role: str, users: Collection[int], *, on: date) -> str:
    """What makes up for it where some of `users` hold `role` beside a post it is kept apart from: a sentence
    for each pair, empty where nobody does.
    """
    told = []
    for line in separation_table(on):
        people = "、".join(named(user) for user in line.people if user.pk in users)
        if role in line.pair.posts and people:
            posts = labels(line.pair.posts)
            told.append(f"{people} 兼任{posts}（{line.demand_label}）：{line.pair.remedy}。")
    return "".join(told)


def _by_group() -> dict[str, list[Permission]]:
    """Every right under the heading that the menu has for it, in the order of the menu; the others last."""
    entries = sorted(registry.navigation, key=lambda entry: entry.order)
    of_thing = {entry.permission.partition(":")[0]: entry.group for entry in reversed(entries)}
    groups: dict[str, list[Permission]] = {entry.group: [] for entry in entries}
    for permission in registry.permissions.values():
        label = permission.group or of_thing.get(permission.thing, "")
        label = label or str(apps.get_app_config(permission.app).verbose_name)
        groups.setdefault(label, []).append(permission)
    return groups


def _reach(permission: Permission, role: Role) -> str:
    return _words(permission.grants.get(role, frozenset()))


def _words(scopes: frozenset[Scope]) -> str:
    """The words of reach; 全部 swallows the narrower ones."""
    if Scope.ALL in scopes:
        return Scope.ALL.label
    return "、".join(scope.label for scope in Scope if scope in scopes)


def _place_and_roles(user: User) -> str:
    words = [user.department.name] if user.department is not None else []
    words += [holding.get_role_display() for holding in user.held]  # type: ignore[attr-defined]
    return " · ".join(words)


def owes_two_step(user: User, *, on: date) -> bool:
    """Whether a role of `user` must have two-step login on the day `on`, and he has none."""
    wanted = setting("login.two_step_roles", on=on)
    return bool(wanted) and user.two_step_since is None and not user.roles.isdisjoint(wanted)
