"""Passwords in transit: one-time passwords, and a type that never shows what it holds."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

# No 0/O, 1/l/I: the password is read from a slip of paper and typed on a phone.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12


class Password(str):
    """A password on its way to the hash; its representation hides it.

    The write boundary fingerprints arguments by their representation and error reports print it, so a plain
    string would leave a fast, unsalted hash, or the password itself, where it does not belong.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "Password(…)"


def one_time_password(key: str) -> Password:
    """The one-time password that belongs to the form with idempotency key `key` (about 59 bits).

    Derived and not drawn, so that a double tap shows the same password without its being stored anywhere;
    without the server's secret key nobody can compute it.
    """
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"one-time password {key}".encode(), hashlib.sha256
    ).digest()
    number = int.from_bytes(digest)
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return Password("".join(letters))
