"""Who may log in, how passwords are kept, and how a login is checked and tells strangers nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
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
from houqin.people.selectors import owes_two_step
from houqin.people.services import pass_two_step
from houqin.people.sessions import reader
from houqin.writing import write

# The only one that says who somebody is; axes merely refuses.
STAFF_BACKEND = "houqin.people.login.StaffBackend"

# Stands for the page of one's own password where the login counts by browser; no device is called that.
OWN_PAGE = "own page"
# The page that turns two-step login off has an allowance of its own: a changed password would otherwise give
# the guesses at the code back.
TWO_STEP_PAGE = "two-step page"

# Where the session notes that the password was right and the code is still to come.
HALF = "half_login"
HALF_LOGIN_SECONDS = 5 * 60
# Where it notes that two-step login must be set up first; looked at by `houqin.web.middleware`.
OWES_TWO_STEP = "owes_two_step"


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
    """The person whose password this is, or `None`: absent, wrong, disabled and out of guesses look alike.

    Whether the account has two-step login shows only to who knows the password: the caller asks for the code.

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
        write(return_guess, guess=guess, is_whole=user.two_step_since is None, by=by)
        return user
    if account is None or guess is None or getattr(request, "axes_locked_out", False):
        User().set_password(password)
    time.sleep(max(0.0, settings.LOGIN_REFUSAL_SECONDS - (time.monotonic() - began)))
    return None


def with_own_password(
    service: Callable[..., User],
    *,
    page: str,
    label: str,
    fields: Sequence[str],
    by: Person,
    **arguments: Any,
) -> User:
    """Call `service`, which asks for one's own password; it is guessed no more often than at the login.

    Five in a quarter of an hour, counted apart from the login's: nobody outside can use this allowance up,
    and who tries at an unwatched screen does not keep the owner from logging in. `page` names the allowance
    and `label` what is guessed; a refusal for one of the `fields` was a wrong guess. Raises what `service`
    does, and `RuleBroken` when no guess is left.
    """
    guess = write(reserve_guess, account=by.user.staff_no, device=page, by=by)
    if guess is None:
        raise RuleBroken(f"{label} 15 分钟内最多试 5 次，已经用完。请过一会儿再试。", field=fields[0])
    try:
        user = write(service, by=by, **arguments)
    except RuleBroken as refusal:
        if refusal.field not in fields:
            write(return_guess, guess=guess, by=by)
        raise
    write(return_guess, guess=guess, by=by)
    return user


def begin_half_login(request: HttpRequest, user: User) -> None:
    """Note in a fresh session whose password was right; it opens nothing, and only for five minutes."""
    # Whoever was logged in with this browser is not any more, and no cookie from before is of use.
    request.session.flush()
    began = timezone.now().timestamp()
    request.session[HALF] = {"user": user.pk, "epoch": user.session_epoch, "began": began}


def half_logged_in(request: HttpRequest) -> User | None:
    """Whose code this browser is asked for; nobody's once the account was closed or its password changed."""
    half = request.session.get(HALF)
    if half is None or not 0 <= timezone.now().timestamp() - half["began"] <= HALF_LOGIN_SECONDS:
        return None
    return User.objects.active().filter(pk=half["user"], session_epoch=half["epoch"]).first()


def check_code(request: HttpRequest, *, user: User, code: Password) -> bool:
    """Whether `code` is the one that `user`'s login still lacks; then the half login is over.

    A wrong one is a wrong guess at the account like a wrong password, from the same allowance, and is
    answered as late. Raises `RuleBroken` when the code cannot be checked because the sealing key was changed.
    """
    began = time.monotonic()
    device = known_device(request, user)
    by = Guest(device, address=getattr(request, "client_address", ""))
    guess = write(reserve_guess, account=user.staff_no, device=device, by=by)
    try:
        is_right = guess is not None and write(pass_two_step, user=user, code=code, by=by)
    except RuleBroken:
        # Nothing was checked, so nothing was guessed: five tries would lock the owner out of his last codes.
        write(return_guess, guess=guess, is_whole=False, by=by)
        raise
    if is_right:
        write(return_guess, guess=guess, by=by)
        del request.session[HALF]
        return True
    time.sleep(max(0.0, settings.LOGIN_REFUSAL_SECONDS - (time.monotonic() - began)))
    return False


def stay_logged_in(request: HttpRequest, user: User) -> None:
    """Go on in this browser under a new key, while the change of `user` ended every other session."""
    update_session_auth_hash(request, user)
    request.session["epoch"] = user.session_epoch
    note_what_is_owed(request, user)


def note_what_is_owed(request: HttpRequest, user: User) -> None:
    """Note in the session whether `user` must set up two-step login before anything else."""
    if owes_two_step(user, on=timezone.localdate()):
        request.session[OWES_TWO_STEP] = True
    else:
        request.session.pop(OWES_TWO_STEP, None)


def begin_session(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Receiver of `user_logged_in`: the marks that `SessionLimits` reads, and when the person was last here.

    Django's own receiver would save the whole record and count its version up at every login.
    """
    now = timezone.now()
    request.session["began"] = request.session["seen"] = now.timestamp()
    request.session["epoch"] = user.session_epoch
    note_what_is_owed(request, user)
    User.objects.filter(pk=user.pk).update(last_login=now)


def is_known_device(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """For axes: whether the count by account and address leaves this browser alone.

    Behind the school's one address a colleague's wrong guesses would otherwise lock the owner out.
    """
    return bool(getattr(request, "is_known_device", False))


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Any = None) -> HttpResponse:
    """For axes: a locked account gets the page that a wrong password gets."""
    return response
