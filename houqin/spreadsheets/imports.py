"""`Import`: what an app declares so that its records can be read from workbooks, and written into them.

A subclass names its columns, the rule of its service (`fill`) and the fields of its form; finding the table,
cleaning the cells, telling new from changed, the errors, the progress and taking it all back are done here
for every one of them. The app plugs the class into the registry: `registry.add_import(StaffImport)`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock_all
from houqin.people.access import require
from houqin.saving import Sentences, insert_all_or_refuse, update_all_or_refuse
from houqin.spreadsheets.words import bare_number, heading, plain

# What is typed into a cell to empty the field; a blank cell changes nothing.
CLEAR = "清空"
# Where a column may also come from: the name of the sheet on which the row stands.
SHEET = "@sheet"

Values = dict[str, Any]


class Lookup:
    """Finds what a cell names, in a dictionary that is read once an import. Subclasses fill `by_word`."""

    what: ClassVar[str]

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.by_word: dict[str, list[Any]] = {}
        # What has to be there before the rows that name it, and is not yet: made with them.
        self.made: list[Any] = []

    def put(self, word: str, record: Any) -> None:
        """Let `word` mean `record`, maybe among others."""
        found = self.by_word.setdefault(plain(word), [])
        if record not in found:
            found.append(record)

    def __call__(self, text: str) -> Any:
        """The one record that `text` names; `RuleBroken` for none or several."""
        found = self.by_word.get(plain(text), ())
        if len(found) == 1:
            return found[0]
        return self.several(text, found) if found else self.missing(text)

    def missing(self, text: str) -> Any:
        """What to do about a name that nothing has; the default refuses."""
        raise RuleBroken(f"没有“{text}”这个{self.what}。请核对写法，或先登记它。")

    def several(self, text: str, found: Sequence[Any]) -> Any:
        """What to do about a name that several have; the default refuses."""
        raise RuleBroken(f"有 {len(found)} 个{self.what}都叫“{text}”，分不清是哪一个。")

    def beside(self) -> list[str]:
        """What will be made beside the rows themselves, in sentences."""
        return []

    def save(self) -> None:
        """Write what was made."""

    def made_keys(self) -> list[int]:
        """The keys of what was made, once it is written."""
        return [record.pk for record in self.made]

    def withdraw(self, keys: Sequence[int]) -> None:
        """Take out of use again what an import made, as far as nobody uses it."""


class Addition(ABC):
    """What an import writes beside its records because their rows say it: the papers of a partner."""

    what: ClassVar[str]
    model: ClassVar[type[Any]]
    # The foreign key of `model` to the imported record.
    of_record: ClassVar[str] = "partner"

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.made: list[Any] = []
        self._by_record: dict[int, list[Any]] = {}

    def add(self, record: Any, addition: Any) -> None:
        """Have `addition` written with `record`."""
        self.made.append(addition)
        self._by_record.setdefault(id(record), []).append(addition)

    def of(self, record: Any) -> list[Any]:
        """What is to be written with `record`."""
        return self._by_record.get(id(record), [])

    def sign(self) -> None:
        """Make everything ready to be inserted: the records have their keys by now."""
        for each in self.made:
            setattr(each, self.of_record, getattr(each, self.of_record))
            each.set_maker(self.by)

    def untouched(self, keys: Sequence[int]) -> list[int]:
        """Those of `keys` that nobody changed since the import."""
        rows = self.model._base_manager.filter(pk__in=keys, version=1) if keys else ()
        return [row.pk for row in rows]

    def to_withdraw(self, rows: QuerySet[Any], keys: Sequence[int], kept: Collection[int]) -> list[Any]:
        """Those of `rows` that an import wrote, locked: untouched, and their record is not `kept`."""
        found = rows.filter(pk__in=self.untouched(keys)).exclude(**{f"{self.of_record}__in": kept})
        return lock_all(found) if keys and found.exists() else []

    @abstractmethod
    def take(self, record: Any, values: Values) -> None:
        """Take what a row says beside its `record`; `RuleBroken` with the column."""

    @abstractmethod
    def beside(self) -> list[str]:
        """What will be written, in sentences."""

    @abstractmethod
    def save(self) -> None:
        """Write what was added."""

    @abstractmethod
    def withdraw(self, keys: Sequence[int], *, kept: Collection[int]) -> None:
        """Take what an import wrote out of use, but for that of the records that are `kept`."""


def one_of(what: str, choices: Sequence[tuple[Any, Any]], also: Mapping[str, Any]) -> Callable[[str], Any]:
    """A reader of one of a few words, such as the kinds of a room, by its label or what else it is called."""
    words = {plain(str(label)): value for value, label in choices} | {plain(w): v for w, v in also.items()}
    offered = "、".join(str(label) for _, label in choices)

    def read(text: str) -> Any:
        if (found := words.get(plain(text))) is None:
            raise RuleBroken(f"没有“{text}”这种{what}，可以写：{offered}。")
        return found

    return read


@dataclass(frozen=True, slots=True)
class InColumn:
    """One column: the argument of the service, its heading, what else offices call it, how a cell is read.

    Without `read`, the field of the same name of the import's form cleans the cell. `read` is a `Lookup`
    class or a function of the text. `from_sheet`: where the table lacks it, the sheet's name may say it.
    `shown` reads the cell of a record for the export; `is_virtual` columns only help to find the others. With
    `tells_rewriting` the preview says how a cell was written where it will read otherwise. A column
    `is_beside` the record, for an `Addition`, is offered where a workbook has such a heading, is never asked
    for nor given out, and the preview writes its value by `said`; `perm` is a right that it takes besides.
    """

    name: str
    label: str
    also: tuple[str, ...] = ()
    read: Callable[..., Any] | None = None
    shown: Callable[[Any], Any] | None = None
    is_required: bool | None = None
    is_virtual: bool = False
    is_beside: bool = False
    perm: str = ""
    said: Callable[[Any], Any] | None = None
    from_sheet: bool = False
    tells_rewriting: bool = False
    example: str = ""
    blank: Any = None

    @property
    def words(self) -> list[str]:
        """Every heading that means this column, in normal form."""
        return [heading(word) for word in (self.label, *self.also)]


def _number_reader(field: forms.Field) -> Callable[[str], Any]:
    return lambda text: field.clean(bare_number(text))


class Import(ABC):
    """One kind of workbook that can be read in. An instance lives for one reading and holds its look-ups."""

    # Templates name the class itself; without this they would make an instance of it.
    do_not_call_in_templates: ClassVar[bool] = True

    kind: ClassVar[str]
    label: ClassVar[str]
    unit: ClassVar[str] = "条"
    perm: ClassVar[str]
    model: ClassVar[type[Any]]
    form_class: ClassVar[type[forms.BaseForm]]
    columns: ClassVar[Sequence[InColumn]] = ()
    key: ClassVar[tuple[str, ...]]
    key_label: ClassVar[str]
    sentences: ClassVar[Sentences] = {}
    list_url_name: ClassVar[str]
    hint: ClassVar[str] = ""
    said: ClassVar[str] = ""
    # Rows whose cell under one of these headings says one of these words are not read: what is out of use
    # stands in the exports too.
    passed_over: ClassVar[Mapping[str, Set[str]]] = {"状态": {"已停用", "已并入"}}
    # Rows of these models belong to the imported ones and are no use that somebody made of them.
    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.readers: dict[str, Callable[[str], Any]] = {}
        for column in self.columns:
            read = column.read
            if isinstance(read, type) and issubclass(read, Lookup):
                self.readers[column.name] = read(by)
            elif read is not None:
                self.readers[column.name] = read
            else:
                field = self.field(column.name)
                is_number = isinstance(field, forms.IntegerField)
                self.readers[column.name] = _number_reader(field) if is_number else field.clean

    # ── what an app says ──

    @abstractmethod
    def fill(self, record: Any, values: Values) -> None:
        """Set `values` on `record`, which is new or the one found, by the service's own rule.

        Raises `RuleBroken` with the field.
        """

    def identify(self, values: Values) -> None:  # noqa: B027 - few kinds have something to tell
        """Tell from what a row says which record it is about: grade and number from the name of a class."""

    def complete(self, values: Values, record: Any | None) -> None:  # noqa: B027 - likewise
        """Put what follows from the record found, or from there being none, into `values` before `fill`."""

    def key_of(self, values: Values) -> Hashable | None:
        """What tells which record a row is about; None when it does not say."""
        found = tuple(values.get(name) for name in self.key)
        return found if all(part not in {None, ""} for part in found) else None

    def records(self, keys: Iterable[Any]) -> dict[Hashable, Any]:
        """The records that `keys` are about, as far as the actor sees them; one query."""
        first = {key[0] for key in keys}
        rows = self.rows().filter(**{f"{self.key[0]}__in": first})
        return {tuple(getattr(each, name) for name in self.key): each for each in rows}

    def withdraw(self, records: Sequence[Any]) -> None:
        """Take imported records out of use again; they are locked and nobody has used them."""
        today = timezone.localdate()
        for record in records:
            record.retired_on = today
        update_all_or_refuse(records, ["retired_on"], self.sentences)

    def save_new(self, records: Sequence[Any]) -> None:
        """Insert the new records, with whatever belongs to them."""
        insert_all_or_refuse(records, self.sentences)

    # ── how it goes ──

    @classmethod
    def field(cls, name: str) -> forms.Field:
        """The form's field that stands for the column `name`."""
        found: forms.Field = cls.form_class.base_fields[name]  # type: ignore[attr-defined]
        return found

    @classmethod
    def is_required(cls, column: InColumn) -> bool:
        """Whether a new record cannot be without it."""
        if column.is_required is not None:
            return column.is_required
        is_field = not column.is_virtual and not column.is_beside
        return is_field and column.read is None and cls.field(column.name).required

    @classmethod
    def known(cls) -> dict[str, str]:
        """Every heading that is understood, in normal form → its column; the first to claim it has it."""
        found: dict[str, str] = {}
        for column in cls.columns:
            for word in column.words:
                found.setdefault(word, column.name)
        return found

    @classmethod
    def column(cls, name: str) -> InColumn:
        """The column called `name`; `LookupError` when there is none."""
        for column in cls.columns:
            if column.name == name:
                return column
        raise LookupError(name)

    def rows(self) -> QuerySet[Any]:
        """The records that the actor may see and that rows can be about."""
        user = self.by.user
        rows: QuerySet[Any] = (
            self.model.objects.all() if user is None else self.model.objects.visible_to(user)
        )
        related = [
            f.name for f in self.model._meta.concrete_fields if f.is_relation and f.name in self._names()
        ]
        rows = rows.select_related(*related) if related else rows
        return rows.defer("grams") if hasattr(self.model, "grams") else rows

    @classmethod
    def _names(cls) -> set[str]:
        return {column.name for column in cls.given() if not column.is_virtual}

    def read(self, column: InColumn, text: str) -> Any:
        """The value of a cell. Raises `RuleBroken` with a sentence, whoever refuses it."""
        try:
            return self.readers[column.name](text)
        except ValidationError as error:
            raise RuleBroken("".join(error.messages), field=column.name) from error

    def initial(self, record: Any) -> Values:
        """What stands in `record` now, for the columns that the workbook does not have."""
        found = self.blanks()
        for name in found:
            if (value := getattr(record, name)) is not None:
                found[name] = value
        return found

    def blanks(self) -> Values:
        """What a new record has where the workbook says nothing."""
        own = (column for column in self.columns if not column.is_virtual and not column.is_beside)
        return {column.name: column.blank for column in own}

    def lookups(self) -> list[Lookup]:
        return [each for each in self.readers.values() if isinstance(each, Lookup)]

    def additions(self) -> list[Addition]:
        """What is written beside the records."""
        return []

    def take_beside(self, record: Any, values: Values) -> None:
        """Take what a row says beside its `record`, or one that goes on about it; `RuleBroken`."""
        for addition in self.additions():
            addition.take(record, values)

    def save(self, new: Sequence[Any], changed: Sequence[Any]) -> None:
        """Write everything, in the transaction of the caller, who holds the locks of the changed ones."""
        require(self.by, self.perm)
        for lookup in self.lookups():
            lookup.save()
        for record in new:
            record.set_maker(self.by)
        self.save_new(new)
        update_all_or_refuse(changed, self.written(), self.sentences)
        for addition in self.additions():
            addition.save()

    @classmethod
    def written(cls) -> list[str]:
        """The fields of the model that an import may change: all that `fill` could."""
        kept = {
            "id",
            "public_id",
            "version",
            "created_at",
            "created_by",
            "search_key",
            "password",
            "last_login",
            "two_step_since",
        }
        return [
            field.name
            for field in cls.model._meta.concrete_fields
            if field.name not in kept and not field.generated
        ]

    @classmethod
    def cells(cls, record: Any) -> list[Any]:
        """A row of the export that can be read in again."""
        return [
            column.shown(record) if column.shown else getattr(record, column.name) for column in cls.given()
        ]

    @classmethod
    def given(cls) -> list[InColumn]:
        """The columns of templates and exports."""
        return [column for column in cls.columns if not column.is_beside]


def reference(field: ForeignKey[Any, Any], record: Any) -> Hashable:
    """What `field` of `record` points at, before either is saved; asks the database nothing."""
    if not field.is_cached(record):
        return getattr(record, field.attname)  # type: ignore[no-any-return]
    target = getattr(record, field.name)
    return None if target is None else (target.pk or ("new", id(target)))
