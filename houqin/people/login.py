"""Who may log in, how passwords are kept, and how a login is checked and tells strangers nothing."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from houqin.actors import Guest, Person
from houqin.errors import RuleBroken
from houqin.people.devices import known_device
from houqin.people.guessing import reserve_guess, return_guess
from houqin.people.models import User
from houqin.people.names import normal_login
from houqin.people.passwords import Password
from houqin.people.services import set_own_password
from houqin.people.sessions import reader
from houqin.writing import write

# Stands for the page of one's own password where the login counts by browser; no device is called that.
OWN_PAGE = "own page"


class SchoolArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: about 30 ms: 200 teachers at eight o'clock do not queue."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


class StaffBackend(BaseBackend):
    """Login by 工号 or phone, in their stored form."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = find_account(username)
        if user is None:
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return reader(user_id)


def find_account(typed: str) -> User | None:
    """The account of a 工号 or phone, however it was typed; the database keeps the two from meeting."""
    normal = normal_login(typed)
    return User.objects.filter(Q(staff_no=normal) | Q(phone=normal)).first()


def check_login(request: HttpRequest, *, typed: str, password: str) -> User | None:
    """The person who logs in, or `None`: absent, wrong, disabled and out of guesses look alike.

    All that is typed for one account, by 工号 or by phone, counts for its 工号. A refusal is answered no
    sooner than after `LOGIN_REFUSAL_SECONDS`, and hashes exactly one password, so that its time tells no
    more than its text.
    """
    began = time.monotonic()
    account = find_account(typed)
    name = account.staff_no if account is not None else normal_login(typed)[:40]
    device = known_device(request, account)
    request.is_known_device = bool(device)  # type: ignore[attr-defined]
    by = Guest(device, address=getattr(request, "client_address", ""))
    guess = write(reserve_guess, account=name, device=device, by=by)
    user = authenticate(request, username=name, password=password) if guess is not None else None
    if user is not None:
        write(return_guess, guess=guess, by=by)
        return user
    if account is None or guess is None or getattr(request, "axes_locked_out", False):
        User().set_password(password)
    time.sleep(max(0.0, settings.LOGIN_REFUSAL_SECONDS - (time.monotonic() - began)))
    return None


def change_own_password(*, old: Password, new: Password, by: Person) -> User:
    """Change one's own password; the old one is guessed no more often than at the login.

    Five in a quarter of an hour, counted apart from the login's: nobody outside can use this allowance up,
    and who tries at an unwatched screen does not keep the owner from logging in. Raises what
    `set_own_password` does, and `RuleBroken` when no guess is left.
    """
    guess = write(reserve_guess, account=by.user.staff_no, device=OWN_PAGE, by=by)
    if guess is None:
        raise RuleBroken("原密码 15 分钟内最多试 5 次，已经用完。请过一会儿再试。", field="old")
    try:
        user = write(set_own_password, old=old, new=new, by=by)
    except RuleBroken as refusal:
        if refusal.field != "old":
            write(return_guess, guess=guess, by=by)
        raise
    write(return_guess, guess=guess, by=by)
    return user


def begin_session(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of `user_logged_in`: the marks that `SessionLimits` reads, and when the person was last here.

    Django's own receiver would save the whole record and count its version up at every login.
    """
    now = timezone.now()
    request.session["began"] = request.session["seen"] = now.timestamp()
    request.session["epoch"] = user.session_epoch
    User.objects.filter(pk=user.pk).update(last_login=now)


def is_known_device(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """For axes: whether the count by account and address leaves this browser alone.

    Behind the school's one address a colleague's wrong guesses would otherwise lock the owner out.
    """
    return bool(getattr(request, "is_known_device", False))


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Any = None) -> HttpResponse:
    """For axes: a locked account gets the page that a wrong password gets."""
    return response
