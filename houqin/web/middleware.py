"""What every request passes: the client's true address, the limits of a session, a database that is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from houqin.people.login import OWES_TWO_STEP
from houqin.remembering import remembering
from houqin.school_settings.reading import setting
from houqin.web import errors

Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """The address of the client, trusting X-Forwarded-For only as far as the configured number of proxies.

    A forged header changes nothing: with N trusted proxies, the N-th entry from the right is the one that
    the outermost of them wrote.
    """
    remote: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return remote
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    return forwarded[-settings.TRUSTED_PROXIES] if len(forwarded) >= settings.TRUSTED_PROXIES else remote


class PackedPages(GZipMiddleware):
    """Packs pages: on a phone's bad line an unpacked one takes longer than everything else together.

    Downloads go as they are, because they are packed already or leave while they are made. Against guessing
    from the length (BREACH) Django pads every packed page by chance, and masks the form token anew each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class ClientAddress:
    """Puts the client's address on the request, where the audit and the lock-out read it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class RememberPerRequest:
    """Lets the settings and the school calendar be read once per request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembering():
            return self.get_response(request)


class Outage:
    """Answers 503 in Chinese while the database cannot be reached or a disk is full; nothing was lost.

    This is for what fails in a view; what fails before it is answered alike by `errors.broken`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.trouble(request, exception)


def leave_for(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page to `url`; a plain redirect would only fill the fragment that htmx asked for."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def page_of(request: HttpRequest) -> str:
    """The page in front of the person: the address asked for, or where a form or fragment was sent from."""
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    sent_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        sent_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


class SessionLimits:
    """Ends a session after the idle minutes that are set, after 12 hours, and when the account's epoch moved.

    At most 30 minutes can be set. The epoch is counted up by a new password, by disabling and by a change of
    roles, so that all workers see it with the next request.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
            query = urlencode({"ended": "1", "next": page_of(request)})
            return leave_for(request, f"{reverse('people:login')}?{query}")
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        now = timezone.now().timestamp()
        idle = setting("login.idle_minutes", on=timezone.localdate()) * 60
        session = request.session
        began = session.get("began", 0)
        seen = session.get("seen", 0)
        if not request.user.is_active or session.get("epoch") != request.user.session_epoch:
            return True
        if now - seen > idle or now - began > settings.SESSION_ABSOLUTE_SECONDS:
            return True
        # One write a minute is enough to know an idle session, and keeps reading pages free of writes.
        if now - seen > 60:
            session["seen"] = now
        return False


class FirstThings:
    """What comes before all else: every page, and every form, leads to it until it is done.

    A password of one's own instead of the one-time one; then two-step login, where a role must have it. That
    is looked at when a session begins and noted in it.
    """

    OPEN = frozenset({"people:logout"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or request.resolver_match is None:
            return None
        if request.user.must_change_password:
            first = "people:password"
        elif request.session.get(OWES_TWO_STEP):
            first = "people:two-step"
        else:
            return None
        if request.resolver_match.view_name in {first, *self.OPEN}:
            return None
        return leave_for(request, reverse(first))
