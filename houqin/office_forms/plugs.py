"""What the bureau's forms plug into the house: their rights, navigation, and the file that each is."""

from __future__ import annotations

from typing import Any

from houqin.actors import Actor
from houqin.office_forms.models import OfficeForm
from houqin.people.access import allowed
from houqin.people.roles import OFFICE, Role
from houqin.people.scopes import Scope
from houqin.registry import AttachmentParent, Navigation, Registry
from houqin.rules import Decision


def declare(registry: Registry) -> None:
    """Plug them into `registry`. An empty form is no secret: whoever may read a record may fill it in."""
    registry.add_permission("houqin.office_form:read", "查看上级表样", {Role.STAFF: Scope.ALL})
    registry.add_permission(
        "houqin.office_form:manage", "维护上级表样", {(*OFFICE, Role.SYSTEM_ADMIN): Scope.ALL}
    )
    registry.add_navigation(
        Navigation("上级表样", "office_forms:form-list", "houqin.office_form:manage", "学校", "file-text", 74)
    )
    registry.add_attachment_parent(AttachmentParent(OfficeForm, with_the_form, "houqin.office_form:manage"))


def with_the_form(by: Actor, form: Any) -> Decision:
    """The file comes with the form, and with it alone: a second one would not be read."""
    if form.file is not None:
        return Decision.no("一份表样就是一个文件。有新版请新增一份，再停用旧的。")
    return allowed(by, "houqin.office_form:manage", form)
