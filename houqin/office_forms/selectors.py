"""Which forms a paper can be filled in on."""

from __future__ import annotations

from houqin.office_forms.models import OfficeForm
from houqin.people.models import User


def forms_for(paper: str, user: User) -> list[OfficeForm]:
    """The forms in use for `paper` that `user` may see, by name; one query."""
    in_use = OfficeForm.objects.visible_to(user).filter(paper=paper, retired_on=None)
    return list(in_use.order_by("name", "pk"))
