"""Who may log in, and how passwords are kept."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from houqin.people.models import User


class SchoolArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes: about 30 ms, so that 200 teachers at eight o'clock do not queue."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1


class StaffBackend(BaseBackend):
    """Login by 工号 or phone."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(Q(staff_no=username) | Q(phone=username)).first()
        if user is None:
            # The same work for a name that does not exist, so that the time tells nothing.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page after too many wrong passwords; the same for an account that does not exist."""
    return render(request, "people/locked_out.html", status=429)
