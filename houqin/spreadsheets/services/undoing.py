"""An import taken back: new rows out of use, changed ones as they were; what was used since is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from houqin.actors import Actor
from houqin.errors import RuleBroken
from houqin.locking import lock, lock_all
from houqin.people.access import require
from houqin.registry import registry
from houqin.saving import update_all_or_refuse
from houqin.spreadsheets.imports import Addition, Import
from houqin.spreadsheets.models import ImportedFile, ImportRun, packed
from houqin.spreadsheets.rules import can_undo
from houqin.spreadsheets.services.checking import begin
from houqin.spreadsheets.services.opening import importer_of
from houqin.spreadsheets.states import USE, ImportState
from houqin.states import move

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Used:
    """A record that something happened to since it was imported, and what."""

    record: Any
    reason: str


def ask_undo(*, run: ImportRun, leave_used: bool, version: int | None = None, by: Actor) -> ImportRun:
    """Have an import taken back. `leave_used`: rows used since stay, the others are taken back all the same.

    Raises `NotAllowed`; `RuleBroken` that names the rows used since, unless `leave_used`.
    """
    importer = importer_of(run.kind)
    require(by, USE, run)
    require(by, importer.perm)
    run = lock(run)
    run.expect_version(version)
    content = ImportedFile.objects.filter(run=run).first()
    can_undo(run.state, is_kept=content is not None).require()
    if content is not None and not leave_used:
        _refuse_used(used_since(importer(by), content.did()))
    run.said = ""
    move(run, "undo", by=by, also=["said"])
    begin(run=run, total=run.new + run.changed, by=by, leave_used=leave_used)
    return run


def reverse_import(*, run: ImportRun, leave_used: bool, at: datetime | None = None, by: Actor) -> ImportRun:
    """Take back what `run` wrote, in one transaction. Raises as `ask_undo`; nothing is taken back then."""
    importer = importer_of(run.kind)(by)
    require(by, USE, run)
    require(by, importer.perm)
    run = lock(run)
    if run.state != ImportState.UNDOING:
        return run
    did = ImportedFile.objects.get(run=run).did()
    rows = {row.pk: row for row in _locked(importer.model, [*_keys(did, "new"), *_keys(did, "changed")])}
    used = used_since(importer, did)
    if not leave_used:
        _refuse_used(used)
    kept = {each.record.pk for each in used}
    withdrawn = [pk for pk in _keys(did, "new") if pk not in kept]
    importer.withdraw([rows[pk] for pk in withdrawn])
    _note_withdrawn(run, did, importer.model, withdrawn)
    restored = [(rows[pk], before) for pk, _, before in did["changed"] if pk not in kept]
    for row, before in restored:
        _restore(row, before)
    update_all_or_refuse([row for row, _ in restored], importer.written(), importer.sentences)
    for lookup in importer.lookups():
        lookup.withdraw(did["beside"].get(lookup.what, []))
    for addition in importer.additions():
        addition.withdraw(_added(did, addition), kept=kept)
    run.said = _said(used)
    run.undone_at = at or timezone.now()
    move(run, "reverse", by=by, also=["said", "undone_at"])
    return run


def keep(*, run: ImportRun, said: str, by: Actor) -> ImportRun:
    """The import could not be taken back; `said` tells why, and everything is as it was."""
    require(by, USE, run)
    run = lock(run)
    if run.state == ImportState.UNDOING:
        run.said = said
        move(run, "keep", by=by, also=["said"])
    return run


def used_since(importer: Import, did: Mapping[str, Any]) -> list[Used]:
    """The rows of an import that were changed or named by something else since; a query for each relation."""
    model = importer.model
    versions = {pk: version for pk, version, *_ in [*did["new"], *did["changed"]]}
    rows = {row.pk: row for row in model._base_manager.filter(pk__in=list(versions))}
    reasons = {pk: "后来修改过" for pk, row in rows.items() if row.version != versions[pk]}
    new = set(_keys(did, "new"))
    own = {each.model: each.untouched(_added(did, each)) for each in importer.additions()}
    for pk, used in named_by_others(model, new, parts=importer.parts, own=own).items():
        reasons.setdefault(pk, f"已用在{used}里")
    return [Used(rows[pk], reasons[pk]) for pk in versions if pk in reasons]


def named_by_others(
    model: type[Any],
    keys: Collection[Any],
    *,
    parts: Collection[str],
    own: Mapping[type[Any], Collection[int]] = MappingProxyType({}),
) -> dict[Any, str]:
    """Which rows of `model` with these keys a row of another table names, and what such rows are called.

    A query for each relation. Histories do not count, nor the models of `parts`, nor rows with these keys,
    nor those of `own` (by model, the keys of what was written with them), nor what was taken back itself.
    """
    found: dict[Any, str] = {}
    for field in uses_of(model, parts=parts):
        naming = field.model._base_manager.filter(**{f"{field.name}__in": list(keys)})
        naming = naming.exclude(pk__in=keys if field.model is model else own.get(field.model, ()))
        for taken_back in registry.taken_back:
            naming = naming.exclude(taken_back(field.model))
        for pk in naming.order_by().values_list(field.attname, flat=True).distinct():
            found.setdefault(pk, str(field.model._meta.verbose_name))
    return found


def rows_taken_back(model: type[Any]) -> Q:
    """The rows of `model` that an import made and that went with it; one that was changed since is in use."""
    kinds = [kind for kind, importer in registry.imports.items() if importer.model is model]
    undone = ImportedFile.objects.filter(run__kind__in=kinds, run__state=ImportState.UNDONE)
    versions = {pk: version for content in undone for pk, version in content.did().get("withdrawn", ())}
    rows = model._base_manager.filter(pk__in=list(versions)).values_list("pk", "version") if versions else ()
    return Q(pk__in=[pk for pk, version in rows if version == versions[pk]])


def _note_withdrawn(run: ImportRun, did: Mapping[str, Any], model: type[Any], keys: Sequence[int]) -> None:
    """Remember which rows went out of use with the import, and their versions since."""
    rows = model._base_manager.filter(pk__in=keys).values_list("pk", "version")
    effect = packed({**did, "withdrawn": [list(row) for row in rows]})
    ImportedFile.objects.filter(run=run).update(effect=effect)


def uses_of(model: type[Any], *, parts: Collection[str]) -> list[Any]:
    """The foreign keys by which a row of another table uses one of `model`."""
    relations = model._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if _is_use(relation, parts)]


def _is_use(relation: Any, parts: Collection[str]) -> bool:
    """Whether a relation says that somebody uses a row; histories and parts of the row itself do not."""
    field = getattr(relation, "field", None)
    if not relation.auto_created or relation.concrete or not isinstance(field, models.ForeignKey):
        return False
    meta: Any = field.model._meta
    # An event points at its row without holding it.
    holds = getattr(field, "db_constraint", False) and meta.concrete_model._meta.managed
    return holds and meta.label_lower not in parts


def _added(did: Mapping[str, Any], addition: Addition) -> list[int]:
    """The keys of what an import wrote beside its rows; those of before additions wrote nothing."""
    found: list[int] = did.get("added", {}).get(addition.what, [])
    return found


def _keys(did: Mapping[str, Any], name: str) -> list[int]:
    return [each[0] for each in did[name]]


def _locked(model: type[Any], keys: Sequence[int]) -> list[Any]:
    return lock_all(model._base_manager.filter(pk__in=keys)) if keys else []


def _restore(row: Any, before: Mapping[str, Any]) -> None:
    """Put the former values back, days out of their texts."""
    for field in row._meta.concrete_fields:
        if field.attname in before:
            setattr(row, field.attname, field.to_python(before[field.attname]))


def _refuse_used(used: Sequence[Used]) -> None:
    if used:
        raise RuleBroken(f"{_named(used)}，没有撤销。可以选“用过的留下，其余撤销”。", field="leave_used")


def _said(used: Sequence[Used]) -> str:
    return f"{_named(used)}，留下没有撤销。" if used else ""


def _named(used: Sequence[Used]) -> str:
    names = "、".join(f"{each.record}（{each.reason}）" for each in used[:MOST_NAMED])
    more = f"等 {len(used):,} 条" if len(used) > MOST_NAMED else ""
    return f"导入以后用过的有：{names}{more}"
