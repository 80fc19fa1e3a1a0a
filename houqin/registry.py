"""What an app plugs into the house from its `apps.py`, so that the ground floor imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from houqin.people.roles import Role
from houqin.people.scopes import Scope
from houqin.rules import Decision
from houqin.school_settings.kinds import Kind, YesNo

if TYPE_CHECKING:
    from django.db.models import Q

    from houqin.actors import Actor
    from houqin.approvals.subjects import Subject
    from houqin.checklists.subjects import CheckSubject
    from houqin.notifications.kinds import NoticeKind
    from houqin.orders.papers import OrderedPaper
    from houqin.people.models import User
    from houqin.search.excerpts import Excerpt
    from houqin.spreadsheets.imports import Import


# A source of todos that are `listed` yields no more: home shows a few of them and counts the rest.
MOST_LISTED = 50
# The group of the settings that switch modules; they have a page of their own.
MODULES = "功能模块"


@dataclass(frozen=True, slots=True)
class Permission:
    """One right: a stable code `app.thing:act`, what it is called, and which role holds it how far.

    `group` is the heading under which the table of rights shows it; empty: that of the menu's line about it.
    """

    code: str
    label: str
    grants: Mapping[Role, frozenset[Scope]]
    group: str = ""

    @property
    def thing(self) -> str:
        """What the right is about: `app.thing`."""
        return self.code.partition(":")[0]

    @property
    def app(self) -> str:
        return self.code.partition(".")[0]

    def reach_of(self, roles: Set[str]) -> frozenset[Scope]:
        """How far whoever holds `roles` has it; empty means not at all."""
        return frozenset(scope for role, scopes in self.grants.items() if role in roles for scope in scopes)


@dataclass(frozen=True, slots=True)
class Navigation:
    """A line of the side navigation, shown to whoever holds `permission`."""

    label: str
    url_name: str
    permission: str
    group: str
    icon: str
    order: int = 50
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """The list where all todos of a kind stand; home shows the first of them and leads there."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Something a person must do, with its one next action.

    `due` orders it, and is said as its time limit (“11月27日（周五）前”) unless `when` says it otherwise.
    """

    title: str
    url: str
    action: str
    detail: str = ""
    due: date | None = None
    is_late: bool = False
    when: str = ""
    late_word: str = "逾期"
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One clickable number of the home page; `is_capped`: it was counted no further, there are more."""

    key: str
    label: str
    value: int
    url: str
    is_warning: bool = False
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that the search found; whoever types its very `number` is taken to it.

    `excerpt` shows where the words stand when that is neither in `title` nor in `detail`.
    """

    kind: str
    title: str
    url: str
    detail: str = ""
    number: str = ""
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A series of document numbers without holes, `prefix-2026-0001`, counted by year.

    `by_school_year` counts from September.
    """

    code: str
    label: str
    prefix: str
    width: int = 4
    by_school_year: bool = False


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something of a person that falls on a day, for his calendar; `key` stays the same when it changes."""

    key: str
    on: date
    title: str
    url: str
    detail: str = ""
    # What stands in the narrow cell of a month, where `title` says too much for it.
    short: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that differs between schools: its default, the bounds that the law draws, and their source.

    `permission` is the right to change it. `floor` and `ceiling` are inclusive; None draws no bound.
    """

    code: str
    label: str
    kind: Kind[Any]
    default: Any
    group: str
    source: str
    help: str = ""
    unit: str = ""
    floor: Any = None
    ceiling: Any = None
    permission: str = "houqin.school_setting:change"

    def shown(self, value: Any) -> str:
        """`value` as a page writes it, with its unit: 3 天."""
        return f"{self.kind.show(value)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Module:
    """An app that a school may use or not; `app` is its package, which all it plugs in is known by."""

    app: str
    label: str
    help: str
    is_on: bool = True

    @property
    def code(self) -> str:
        """The code of the setting that switches it."""
        return f"modules.{self.app}"


@dataclass(frozen=True, slots=True)
class AttachmentParent:
    """A model to whose records files can be attached.

    `attach` is the rule for adding one to a record; `manage` the right with which files of others are
    withdrawn from it (one's own may always be). With `url_name`, a route with the record's public id, the
    record's page offers to add files.
    """

    model: Any
    attach: Callable[[Actor, Any], Decision]
    manage: str
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One line of a panel: something that belongs to the record whose page is shown."""

    label: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A card that an app puts on another's page; `empty` is said when there are no lines."""

    title: str
    lines: Sequence[PanelLine]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a class still holds, to be handed over when it leaves: its room, things, a deposit.

    `is_room` tells what passes to the class that comes into the room.
    """

    school_class: Any
    what: str
    detail: str = ""
    url: str = ""
    is_room: bool = False


@dataclass(frozen=True, slots=True)
class DoorAction:
    """A button of the door page, such as 报修. `url_for` gets the place.

    `permission` None shows it to everybody who scans, without login.
    """

    label: str
    icon: str
    url_for: Callable[[Any], str]
    permission: str | None = None
    order: int = 50


@dataclass(frozen=True, slots=True)
class FillablePaper:
    """A paper that a bureau may want on its own form: what can stand in braces on it, with a word about each.

    `columns` are those of the row that is repeated for every line; on the form they are written 明细.名称.
    """

    code: str
    label: str
    names: Mapping[str, str]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetupWay:
    """A button of a setting-up step; `url` may be lazy, because routes are not known yet when it is made."""

    label: str
    url: Any
    permission: str
    query: str = ""

    @property
    def address(self) -> str:
        return f"{self.url}{self.query}"


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step from an empty school to a live one.

    `progress` tells what is there, in words, and whether that is enough. The first of `ways` is the main one.
    """

    code: str
    label: str
    order: int
    help: str
    ways: Sequence[SetupWay]
    progress: Callable[[], tuple[str, bool]]


PanelFor = Callable[["User", Any], Panel | None]
TodosFor = Callable[["User", date], Iterable[Todo]]
FiguresFor = Callable[["User", date], Iterable[Figure]]
SearchFor = Callable[["User", str, int], Iterable[Hit]]
# What each of these classes holds, asked for all of them at once.
HeldFor = Callable[[Sequence[Any]], Iterable[Held]]
# The rows of a model that were taken back and use nothing any more.
TakenBackOf = Callable[[type[Any]], "Q"]
# A person's entries from the first to the second day, both included.
EntriesFor = Callable[["User", date, date], Iterable[CalendarEntry]]


@dataclass
class Registry:
    """Everything that has been plugged in; filled while Django starts, read-only afterwards."""

    permissions: dict[str, Permission] = field(default_factory=dict)
    navigation: list[Navigation] = field(default_factory=list)
    todos: list[TodosFor] = field(default_factory=list)
    figures: list[FiguresFor] = field(default_factory=list)
    searches: list[SearchFor] = field(default_factory=list)
    calendar_entries: list[EntriesFor] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    attachment_parents: dict[str, AttachmentParent] = field(default_factory=dict)
    panels: dict[str, list[PanelFor]] = field(default_factory=dict)
    class_holdings: list[HeldFor] = field(default_factory=list)
    taken_back: list[TakenBackOf] = field(default_factory=list)
    door_actions: list[DoorAction] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)
    setup_steps: list[SetupStep] = field(default_factory=list)
    modules: dict[str, Module] = field(default_factory=dict)
    approval_subjects: dict[str, Subject] = field(default_factory=dict)
    check_subjects: dict[str, CheckSubject] = field(default_factory=dict)
    fillable_papers: dict[str, FillablePaper] = field(default_factory=dict)
    imports: dict[str, type[Import]] = field(default_factory=dict)
    ordered_papers: dict[str, type[OrderedPaper]] = field(default_factory=dict)
    notice_kinds: dict[str, NoticeKind] = field(default_factory=dict)
    # What was answered for each set of roles: every request asks, and there are few different sets.
    _rights: dict[frozenset[str], Mapping[str, frozenset[Scope]]] = field(default_factory=dict, repr=False)

    def add_permission(
        self, code: str, label: str, grants: Mapping[Any, Iterable[Scope] | Scope], *, group: str = ""
    ) -> None:
        """Declare a right; a key of `grants` is a role or several. `ValueError` on a second one."""
        if code in self.permissions:
            raise ValueError(f"permission {code} is declared twice")
        table: dict[Role, frozenset[Scope]] = {}
        for roles, scopes in grants.items():
            reach = frozenset({scopes}) if isinstance(scopes, Scope) else frozenset(scopes)
            for role in (roles,) if isinstance(roles, Role) else roles:
                table[role] = table.get(role, frozenset()) | reach
        self.permissions[code] = Permission(code, label, table, group)
        self._rights.clear()

    def permission(self, code: str) -> Permission:
        """The declared right; `LookupError` for a code that nobody declared: a programming mistake."""
        try:
            return self.permissions[code]
        except KeyError:
            raise LookupError(f"permission {code} was never declared in an apps.py") from None

    def holders_of(self, code: str) -> str:
        """The roles that hold a right at all, in words, for “请……办理”: 总务主任、系统管理员."""
        grants = self.permission(code).grants
        return "、".join(role.label for role in Role if grants.get(role))

    def rights_of(self, roles: Iterable[str]) -> Mapping[str, frozenset[Scope]]:
        """The union of what `roles` may do: permission code → scopes."""
        held = frozenset(roles)
        if held not in self._rights:
            self._rights[held] = {
                code: reach for code, each in self.permissions.items() if (reach := each.reach_of(held))
            }
        return self._rights[held]

    def add_navigation(self, *entries: Navigation) -> None:
        self.navigation.extend(entries)
        self.navigation.sort(key=lambda entry: entry.order)

    def add_series(self, series: Series) -> None:
        """Declare a series of document numbers; `ValueError` on a second one of the same code."""
        if series.code in self.series:
            raise ValueError(f"number series {series.code} is declared twice")
        self.series[series.code] = series

    def add_setting(self, setting: Setting) -> None:
        """Declare a setting.

        `ValueError` on a second one of the same code, and for a default outside the setting's own bounds.
        """
        if setting.code in self.settings:
            raise ValueError(f"setting {setting.code} is declared twice")
        floor, ceiling = setting.floor, setting.ceiling
        if (floor is not None and setting.default < floor) or (
            ceiling is not None and setting.default > ceiling
        ):
            raise ValueError(f"the default of setting {setting.code} is outside its own bounds")
        self.settings[setting.code] = setting

    def setting(self, code: str) -> Setting:
        """The declared setting; `LookupError` for a code that nobody declared: a programming mistake."""
        try:
            return self.settings[code]
        except KeyError:
            raise LookupError(f"setting {code} was never declared in an apps.py") from None

    def add_module(self, module: Module) -> None:
        """Declare an app that can be switched off, and the setting that does it; `ValueError` on a second."""
        self.add_setting(
            Setting(
                code=module.code,
                label=module.label,
                kind=YesNo(),
                default=module.is_on,
                group=MODULES,
                source="学校自定",
                help=module.help,
                permission="houqin.module:switch",
            )
        )
        self.modules[module.app] = module

    def add_attachment_parent(self, parent: AttachmentParent) -> None:
        """Let files be attached to a model's records; `ValueError` on a second declaration."""
        label = parent.model._meta.label_lower
        if label in self.attachment_parents:
            raise ValueError(f"{label} is declared twice as an attachment parent")
        self.attachment_parents[label] = parent

    def add_panel(self, label: str, panel: PanelFor) -> None:
        """Put a card on the pages of the records of the model `label` (`houqin.place`)."""
        self.panels.setdefault(label, []).append(panel)

    def panels_of(self, user: User, record: Any) -> list[Panel]:
        """The cards of other apps for the page of `record`, as far as `user` may see them."""
        asked = self.panels.get(record._meta.label_lower, ())
        return [panel for each in asked if (panel := each(user, record)) is not None]

    def add_door_action(self, action: DoorAction) -> None:
        """Put a button on the page behind every door's QR code."""
        self.door_actions.append(action)
        self.door_actions.sort(key=lambda each: each.order)

    def add_approval_subject(self, subject: Subject) -> None:
        """Declare a kind of thing that is approved; `ValueError` on a second one of the same kind."""
        if subject.kind in self.approval_subjects:
            raise ValueError(f"approval subject {subject.kind} is declared twice")
        self.approval_subjects[subject.kind] = subject

    def add_check_subject(self, subject: CheckSubject) -> None:
        """Declare a kind of thing that is checked; `ValueError` on a second one of the same kind."""
        if subject.kind in self.check_subjects:
            raise ValueError(f"check subject {subject.kind} is declared twice")
        self.check_subjects[subject.kind] = subject

    def add_fillable_paper(self, paper: FillablePaper) -> None:
        """Let a paper be filled in on a bureau's form; `ValueError` on a second one of the same code."""
        if paper.code in self.fillable_papers:
            raise ValueError(f"fillable paper {paper.code} is declared twice")
        self.fillable_papers[paper.code] = paper

    def add_import(self, importer: type[Import]) -> None:
        """Declare a kind of workbook that can be read in; `ValueError` on a second one of the same kind."""
        if importer.kind in self.imports:
            raise ValueError(f"import {importer.kind} is declared twice")
        self.imports[importer.kind] = importer

    def add_ordered_paper(self, paper: type[OrderedPaper]) -> None:
        """Declare a document that is made by a job when it is long; `ValueError` on a second of its code."""
        if paper.code in self.ordered_papers:
            raise ValueError(f"ordered paper {paper.code} is declared twice")
        self.ordered_papers[paper.code] = paper

    def add_notice_kind(self, kind: NoticeKind) -> None:
        """Declare a kind of notice; `ValueError` on a second one of the same code."""
        if kind.code in self.notice_kinds:
            raise ValueError(f"notice kind {kind.code} is declared twice")
        self.notice_kinds[kind.code] = kind

    def notice_kind(self, code: str) -> NoticeKind:
        """The declared kind; `LookupError` for a code that nobody declared: a programming mistake."""
        try:
            return self.notice_kinds[code]
        except KeyError:
            raise LookupError(f"notice kind {code} was never declared in an apps.py") from None


registry = Registry()
