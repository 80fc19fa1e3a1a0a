"""A bureau's forms as they are kept."""

from __future__ import annotations

from itertools import count

from houqin.actors import Person
from houqin.attachments.checking import CheckedFile, check_file
from houqin.office_forms.models import OfficeForm
from houqin.office_forms.services import add_form, inspect_form
from houqin.people.models import User
from houqin.people.roles import Role
from houqin.writing import write
from tests.factories import person
from tests.office_forms.papers import word_form

_numbers = count(1)


def form_file(data: bytes | None = None, kind: str = "docx") -> CheckedFile:
    """A form ready to be stored."""
    return check_file(f"表样.{kind}", word_form() if data is None else data)


def office_form(
    by: User | None = None, *, name: str = "区学校月工作计划表", data: bytes | None = None, kind: str = "docx"
) -> OfficeForm:
    """A form in use for 月工作计划表."""
    data = word_form() if data is None else data
    return write(
        add_form,
        paper="calendar_plans.month",
        name=name,
        issuer="区教育局",
        kind=kind,
        placeholders=inspect_form(kind, data),
        attachments=[form_file(data, kind)],
        by=Person(by or person(Role.DIRECTOR)),
    )


def bare_form() -> OfficeForm:
    """A form in use without its file, under a name of its own."""
    made: OfficeForm = OfficeForm.objects.create(
        paper="calendar_plans.month", name=f"表样{next(_numbers)}", kind="docx", placeholders=["部门"]
    )
    return made
