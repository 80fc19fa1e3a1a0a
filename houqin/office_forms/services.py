"""A bureau's form taken in, taken out of use, and filled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from houqin.actors import Actor
from houqin.attachments import storage
from houqin.attachments.services import HandedIn, attach_files
from houqin.errors import RuleBroken
from houqin.foreign import ChildFailed, in_child
from houqin.locking import lock
from houqin.office_forms.models import OfficeForm
from houqin.office_forms.placeholders import Content
from houqin.office_forms.rules import can_retire, fits
from houqin.people.access import require
from houqin.registry import registry
from houqin.saving import save_or_refuse

MANAGE = "houqin.office_form:manage"
FILLING = "houqin.office_forms.filling"
SENTENCES = {
    "one_form_in_use_per_paper_and_name": ("这张单据已有同名的表样在用。请换一个表名，或先停用旧的。", "name")
}


def inspect_form(kind: str, data: bytes) -> list[str]:
    """The placeholders on the form `data` of `kind` (docx or xlsx), in their order.

    Raises `RuleBroken` with the reason when it cannot be used. Takes up to 20 s in a child process: call it
    outside a transaction.
    """
    try:
        answer = json.loads(in_child(FILLING, kind, data=_order({"act": "inspect"}, data)))
    except (ChildFailed, ValueError) as error:
        sentence = "这份表打不开：文件已损坏，或太复杂。请用 Word、Excel 或 WPS 另存一份再上传。"
        raise RuleBroken(sentence, field="attachments") from error
    if answer["refusal"]:
        raise RuleBroken(answer["refusal"], field="attachments")
    names: list[str] = answer["names"]
    return names


def add_form(
    *,
    paper: str,
    name: str,
    issuer: str,
    kind: str,
    placeholders: Sequence[str],
    attachments: Sequence[HandedIn],
    by: Actor,
) -> OfficeForm:
    """Take the one file of `attachments` as a form for `paper`; `placeholders` are what was found on it.

    Raises `NotAllowed`; `RuleBroken` for an unknown paper, a name in use, placeholders that do not fit.
    """
    require(by, MANAGE)
    if paper not in registry.fillable_papers:
        raise RuleBroken("请选择这份表样用于哪张单据。", field="paper")
    decision = fits(registry.fillable_papers[paper], placeholders)
    if not decision:
        raise RuleBroken(decision.reason, field="attachments")
    if len(attachments) != 1:
        raise RuleBroken("一份表样就是一个文件，请只选一个。", field="attachments")
    form = OfficeForm(paper=paper, name=name, issuer=issuer, kind=kind, placeholders=list(placeholders))
    form.set_maker(by)
    save_or_refuse(form, SENTENCES)
    attach_files(to=form, files=attachments, by=by)
    return form


def retire_form(*, form: OfficeForm, on: date, by: Actor) -> OfficeForm:
    """Take a form out of use on the day `on`. Raises `NotAllowed`, and `RuleBroken` for a retired one."""
    require(by, MANAGE, form)
    form = lock(form)
    can_retire(is_retired=form.retired_on is not None).require()
    form.retired_on = on
    form.save(update_fields=["retired_on"])
    return form


def fill_form(form: OfficeForm, content: Content) -> bytes:
    """`form` filled with `content`; a read, for which the caller has asked the reader's rights.

    Raises `RuleBroken` when the file was withdrawn, is lost or does not open. Takes up to 20 s in a child.
    """
    file = form.file
    if file is None:
        raise RuleBroken("这份表样的文件已经撤下。请总务处重新上传一份。")
    order = {"act": "fill", "texts": dict(content.texts), "lines": [dict(line) for line in content.lines]}
    try:
        return in_child(FILLING, form.kind, data=_order(order, storage.read(file.public_id)))
    except (ChildFailed, FileNotFoundError) as error:
        raise RuleBroken("这份表样填不出来：文件打不开了。请总务处重新上传一份。") from error


def _order(order: Mapping[str, object], data: bytes) -> bytes:
    return json.dumps(order).encode() + b"\n" + data
