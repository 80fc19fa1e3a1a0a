"""权限一览: who may do what, on one page that can be read, filtered and printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from houqin.people.roles import IMPLIED, Role
from houqin.people.scopes import Scope
from houqin.people.selectors import holders_by_role, rights_held_by, role_table
from houqin.web.access import actor


class RoleTable(View):
    """The whole table at a desk and on paper; «我能做什么» and one role at a time on a phone."""

    perm = "houqin.role_table:read"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = actor(request).user
        wanted = request.GET.get("role", "")
        chosen = Role(wanted) if wanted in Role.values else None
        sees_people = Scope.ALL in reader.scopes("houqin.user:read")
        context = {
            "mine": rights_held_by(reader),
            "roles": [(role, role == chosen) for role in Role],
            "chosen": chosen,
            # What everybody may do is part of what any one role may do.
            "table": role_table([role for role in Role if chosen in (None, role) or role in IMPLIED]),
            "holders": holders_by_role() if sees_people else None,
        }
        return render(request, "people/role_table.html", context)
