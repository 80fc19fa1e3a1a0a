"""Default deny: every view declares the right it needs or that it is public, or nobody gets in.

A view says `perm = "app.thing:act"` or `public = True` (a class attribute, or `@needs` / `@public` on a
function). The middleware reads it before the view runs; the system check in `houqin.checks` refuses to start
with a view that says neither. This fence is for the route; which rows and which act are the view's queryset
and the service's own check.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from houqin.actors import Person
from houqin.people.access import without_right
from houqin.school_settings.modules import is_on, module_of
from houqin.web import errors
from houqin.web.middleware import leave_for, page_of

View = TypeVar("View", bound=Callable[..., Any])

ADMINISTRATION = "houqin.reference:read"

# Views of other people's packages, which cannot carry a declaration of their own.
PUBLIC_MODULES = ("django.views.static", "django.contrib.staticfiles.views")


def needs(permission: str) -> Callable[[View], View]:
    """Declare the right that a function view needs."""

    def declare(view: View) -> View:
        view.perm = permission  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that a function view is for everybody, without login."""
    view.public = True  # type: ignore[attr-defined]
    return view


def declared(view: Callable[..., Any]) -> tuple[str | None, bool]:
    """What `view` declares: (permission or None, whether it is public)."""
    target = getattr(view, "view_class", view)
    if hasattr(view, "model_admin") or hasattr(view, "admin_site"):
        return ADMINISTRATION, False
    if getattr(view, "__module__", "") in PUBLIC_MODULES:
        return None, True
    return getattr(target, "perm", None), bool(getattr(target, "public", False))


class DefaultDeny:
    """Answers for a view that declares nothing, that needs a login, or that this person has no right to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        permission, is_public = declared(view)
        if is_public:
            return self.switched_off(request, view)
        if permission is None:
            raise PermissionDenied("这个页面没有声明权限，任何人都不能打开。请告诉系统管理员。")
        if not request.user.is_authenticated:
            return leave_for(request, redirect_to_login(page_of(request)).url)
        if (refusal := self.switched_off(request, view)) is not None:
            return refusal
        if not request.user.has(permission):
            raise PermissionDenied(without_right(request.user, permission))
        return None

    def switched_off(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
        """The friendly 404 of a page whose module the school does not use, whoever asks for it."""
        module = module_of(owner_of(view))
        if module is None or is_on(module, on=timezone.localdate()):
            return None
        return errors.switched_off(request, module.label)


def owner_of(view: Callable[..., Any]) -> Any:
    """What tells the module of `view`: the model of an administration page, else the view itself."""
    administered = getattr(view, "model_admin", None)
    return administered.model if administered is not None else getattr(view, "view_class", view)


def actor(request: HttpRequest) -> Person:
    """The member of staff who sent `request`, as the services know an actor."""
    return Person(request.user, address=getattr(request, "client_address", ""))  # type: ignore[arg-type]
