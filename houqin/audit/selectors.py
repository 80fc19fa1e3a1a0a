"""Reading the audit: who did what to a record, when, and what was there before.

Every audited model has an event model with the same columns, filled by row triggers: one row for each insert,
update and delete, holding the values after it (before it, for a delete). A change is the difference between
two neighbours. However long the history, the number of queries depends only on how many models are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q

from houqin.audit.wording import wording_of
from houqin.database.compiled import Compiled
from houqin.records import Record
from houqin.showing import shown

DIRECT = "数据库直接改动"
# A page shows no more; that there is something older, it says.
SHOWN = 50
# Ranks before the record's own changes: its making, then what leads.
MADE, LEADS = -100, -50

Related = tuple[type[models.Model], str]


class FieldChange(NamedTuple):
    """One field before and after, in words; an empty text for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One act: who did what, when, and which fields it changed. `fields` are their names."""

    at: datetime
    who: str
    what: str
    note: str = ""
    entered_by: str = ""
    tone: str = "neutral"
    changes: Sequence[FieldChange] = ()
    fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """An event beside the one before it of the same row."""

    event: Any
    prior: Any | None
    fields: Sequence[models.Field[Any, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Act:
    """What one act did to rows of one model: to `count` of them, of which `steps` were read.

    `rank` is 0 for the record itself, then in the order of what belongs to it: in one transaction, what
    belongs to a record comes after it. What leads (`Wording.leads`) stands before its changes.
    """

    steps: list[_Step]
    count: int
    rank: int
    # What of another model was written by the same act and says more of it.
    joined: _Step | None = None

    @property
    def order(self) -> tuple[datetime, int, int]:
        event = self.steps[0].event
        return event.pgh_created_at, self.rank, event.pgh_id


class Timeline(list[Happening]):
    """Happenings, newest first; `is_cut`: there are older ones."""

    is_cut: bool = False


def timeline(record: Record, *, also: Sequence[Related] = (), limit: int = SHOWN) -> Timeline:
    """The latest `limit` happenings of `record`, newest first.

    `also` adds those of records that belong to it, deleted ones included: pairs of an audited model and the
    path of foreign keys that leads back, such as `(Item, "plan")`. What one act did to many rows of the same
    model is one happening, with their whole number.
    """
    steps, is_cut = _steps(type(record), "pgh_obj_id", record, limit)
    acts = [_Act([step], 1, MADE if step.event.pgh_label == "insert" else 0) for step in steps]
    own = {act.steps[0].event.pgh_created_at: act for act in reversed(acts)}
    names = _Names()
    names.ask(steps)
    for rank, (model, path) in enumerate(also, 1):
        related, goes_on = _steps(model, path, record, limit)
        place = LEADS + rank if wording_of(model).leads else rank
        found = [_Act(group, len(group), place) for group in _grouped(related)]
        if goes_on:
            is_cut = _complete(found[-1], model, path, record) or is_cut
        if wording_of(model).joins:
            found = [act for act in found if not _join(act, own)]
        acts += found
        names.ask(related)
        names.ask_titles(related)
    acts.sort(key=lambda act: act.order, reverse=True)
    told = Timeline(_happening(act, names, type(record)) for act in acts[:limit])
    told.is_cut = is_cut or len(acts) > limit
    return told


def _join(act: _Act, own: dict[datetime, _Act]) -> bool:
    """Whether `act` is part of one of the record's own; that one says it then."""
    main = own.get(act.steps[0].event.pgh_created_at)
    if main is not None:
        main.joined = act.steps[0]
    return main is not None


def _complete(act: _Act, model: type[models.Model], path: str, record: Record) -> bool:
    """Count what the window has cut off of its oldest `act`; returns whether something older remains."""
    last = act.steps[-1].event
    same = Q(pgh_created_at=last.pgh_created_at, pgh_label=last.pgh_label)
    older = _events(model).filter(**{path: record.pk}, pgh_id__lt=last.pgh_id)
    counted = older.aggregate(all=Count("pk"), same=Count("pk", filter=same))
    act.count += counted["same"]
    return bool(counted["all"] > counted["same"])


def changes_since(record: Record, version: int) -> list[Happening]:
    """What happened to `record` after `version`, oldest first; empty when the audit does not know it."""
    events = _events(type(record)).filter(pgh_obj_id=record.pk)
    base = events.filter(version=version).order_by("pgh_id").first()
    if base is None:
        return []
    rows = [base, *events.filter(pgh_id__gt=base.pgh_id).order_by("pgh_id")]
    steps = [_compared(event, prior) for prior, event in pairwise(rows)]
    names = _Names()
    names.ask(steps)
    return [_happening(_Act([step], 1, 0), names, type(record)) for step in steps]


def as_of(record: Record, version: int) -> Any | None:
    """`record` as it was when it had `version`, as an unsaved instance; None when the audit does not know.

    Of several events with that version the first counts: later ones were changes that went around the
    program, and whoever opened the form may not have seen them.
    """
    events = _events(type(record)).filter(pgh_obj_id=record.pk, version=version)
    event = events.order_by("pgh_id").first()
    if event is None:
        return None
    return _instance(event)


def _events(model: type[models.Model]) -> Any:
    meta: Any = model._meta
    event_model = meta.get_field("events").related_model
    return event_model._default_manager


def _instance(event: Any) -> Any:
    """The record as `event` has it: unsaved, without what the audit leaves out."""
    values = {each.attname: getattr(event, each.attname) for each in _tracked(type(event))}
    return event.pgh_tracked_model(**values)


def _tracked(event_model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The columns of the event that are the record's own."""
    for each in event_model._meta.concrete_fields:
        if not each.name.startswith("pgh_"):
            yield each


@cache
def _latest(model: type[models.Model], path: str, limit: int) -> Compiled[Any]:
    """The latest events of `model` whose `path` leads to a key, newest first."""
    return Compiled(lambda key: _events(model).filter(**{path: key}).order_by("-pgh_id")[:limit])


def _steps(model: type[models.Model], path: str, record: Record, limit: int) -> tuple[list[_Step], bool]:
    """The latest `limit` events of `model` whose `path` leads to `record`, each beside its predecessor.

    And whether there are older ones.

    Two queries at most, whatever the length.

    The window holds the newest events, so whatever precedes one of them without being in it is older than
    all of them; and nothing precedes the event that a record began with.
    """
    read = list(_latest(model, path, limit + 1)(record.pk))
    window = read[:limit]
    prior: dict[int, Any] = {}
    begun = {event.pgh_obj_id for event in window if event.pgh_label == "insert"}
    if cut_off := {event.pgh_obj_id for event in window} - begun:
        older = _events(model).filter(pgh_obj_id__in=cut_off, pgh_id__lt=window[-1].pgh_id)
        for event in older.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id"):
            prior[event.pgh_obj_id] = event
    steps = []
    for event in reversed(window):
        steps.append(_compared(event, prior.get(event.pgh_obj_id)))
        prior[event.pgh_obj_id] = event
    return steps[::-1], len(read) > limit


def _compared(event: Any, prior: Any | None) -> _Step:
    if prior is None or event.pgh_label != "update":
        return _Step(event, prior)
    model = event.pgh_tracked_model
    changed = [
        own
        for each in _tracked(type(event))
        if getattr(event, each.attname) != getattr(prior, each.attname)
        and ((own := model._meta.get_field(each.name)).editable or each.name == "state")
    ]
    return _Step(event, prior, changed)


def _grouped(steps: Iterable[_Step]) -> list[list[_Step]]:
    """Steps of one model, put together when one transaction did the same to several rows."""
    groups: dict[Any, list[_Step]] = defaultdict(list)
    for step in steps:
        groups[step.event.pgh_created_at, step.event.pgh_label].append(step)
    return list(groups.values())


class _Names:
    """The names of everything that the changes point at: one query for each model."""

    def __init__(self) -> None:
        self.asked: dict[type[models.Model], set[Any]] = defaultdict(set)
        self.found: dict[type[models.Model], dict[Any, Any]] = {}

    def ask(self, steps: Iterable[_Step]) -> None:
        for step in steps:
            for each in step.fields:
                if isinstance(each, models.ForeignKey):
                    pair = getattr(step.event, each.attname), getattr(step.prior, each.attname)
                    self.asked[each.related_model] |= {key for key in pair if key is not None}

    def ask_titles(self, steps: Iterable[_Step]) -> None:
        for step in steps:
            self.asked[step.event.pgh_tracked_model].add(step.event.pgh_obj_id)

    def name(self, model: type[models.Model], key: Any) -> str:
        return str(self._found(model).get(key, "（已删除）"))

    def title(self, event: Any) -> str:
        """The record's own name; of one that is gone, the name that it had (its `__str__` costs no query)."""
        model = event.pgh_tracked_model
        found = self._found(model).get(event.pgh_obj_id)
        return wording_of(model).name(found if found is not None else _instance(event))

    def _found(self, model: type[models.Model]) -> dict[Any, Any]:
        if model not in self.found:
            # With what their own names are made of: 岗位任职 begins with the name of its holder.
            self.found[model] = model._base_manager.select_related().in_bulk(self.asked[model])
        return self.found[model]


def _happening(act: _Act, names: _Names, main: type[models.Model]) -> Happening:
    event = act.steps[0].event
    signature = event.pgh_context or {}
    step = act.steps[0] if act.count == 1 else None
    word, tone = _word(act.steps[0], signature)
    if event.pgh_tracked_model is not main:
        wording = wording_of(event.pgh_tracked_model)
        word = wording.of_many(word, act.count) if step is None else wording.of_one(word, names.title(event))
    elif act.joined is not None:
        word = _joined(word, act.joined.event, names)
    note = (
        f"{signature['entered_by_name']}代录，来源：{signature.get('source', '')}"
        if ("entered_by_name" in signature)
        else ""
    )
    return Happening(
        at=event.pgh_created_at,
        who=signature.get("name") or DIRECT,
        what=word,
        note=note,
        entered_by=signature.get("entered_by_name", ""),
        tone=tone,
        changes=[_change(step, each, names) for each in step.fields] if step else (),
        fields=[each.name for each in step.fields] if step else (),
    )


def _joined(word: str, event: Any, names: _Names) -> str:
    """`word` with what the joined row adds to it; where that row says itself what was done, its own word."""
    wording, more = wording_of(event.pgh_tracked_model), names.title(event)
    own = wording.word(event) if wording.word is not None else word
    return f"{own}：{more}" if more else own


def _word(step: _Step, signature: dict[str, Any]) -> tuple[str, str]:
    """What was done, in the word of the button that does it where a state moved; unsigned acts warn."""
    tone = "neutral" if signature else "warn"
    if any(each.name == "state" for each in step.fields):
        moved = step.prior.state, step.event.state  # type: ignore[union-attr]
        for transition in getattr(step.event.pgh_tracked_model, "TRANSITIONS", ()):
            if moved[0] in transition.sources and moved[1] == transition.target:
                return transition.label, tone
    wording = wording_of(step.event.pgh_tracked_model)
    return wording.word(step.event) if wording.word else wording.verb(step.event.pgh_label), tone


def _change(step: _Step, each: models.Field[Any, Any], names: _Names) -> FieldChange:
    before, after = (_text(each, getattr(row, each.attname), names) for row in (step.prior, step.event))
    return FieldChange(str(each.verbose_name), before, after)


def _text(each: models.Field[Any, Any], value: Any, names: _Names) -> str:
    if value is not None and isinstance(each, models.ForeignKey):
        return names.name(each.related_model, value)
    if each.choices:
        return str(dict(each.flatchoices).get(value, value or ""))
    if isinstance(each, ArrayField) and each.base_field.choices:
        words = dict(each.base_field.flatchoices)
        return shown([str(words.get(one, one)) for one in value or ()], nothing="")
    return shown(value, nothing="")
