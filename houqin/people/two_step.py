"""两步验证: what an app on the phone and the house know together, by RFC 6238, and codes for a lost phone.

The secret is sealed with a key outside the database and the codes for a lost phone are hashed as passwords
are, so a dump of the database opens no account.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp
from django.contrib.auth.hashers import check_password
from django.contrib.postgres.fields import ArrayField
from django.db import models
from pyotp.exceptions import OTPVerificationError

from houqin.people.passwords import ALPHABET, Password
from houqin.sealing import opens

if TYPE_CHECKING:
    from houqin.people.models import User

# What a 系统管理员 without a code for a lost phone does when there is no other one to help him.
BY_COMMAND = (
    "没有备用码、也没有别的系统管理员帮忙的，请在服务器上运行：python3 manage.py turn_off_two_step 工号"
)
FIGURES = 6
# The codes on either side are taken too: a phone's clock is seldom wrong by more than half a minute.
STEPS_APART = 1
RECOVERY_CODES = 8
RECOVERY_LETTERS = 12


class TwoStep(models.Model):
    """The secret of one account. Whether it is in use stands in `User.two_step_since`, which the audit keeps.

    Deleted when it is turned off: nobody needs a secret that opens nothing.
    """

    user = models.OneToOneField("houqin.User", on_delete=models.RESTRICT, related_name="+")
    # Sealed (`houqin.sealing`).
    secret = models.CharField(max_length=255)
    # The number of the half minute whose code was taken last; neither it nor an earlier one counts again.
    last_step = models.BigIntegerField(default=0)
    # Hashes of the codes for a lost phone that were not used yet.
    recovery = ArrayField(models.CharField(max_length=200))

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "两步验证密钥"

    def __str__(self) -> str:
        return f"two-step secret {self.pk}"


def new_secret() -> Password:
    """A secret of 160 bits, as the apps read it."""
    return Password(pyotp.random_base32())


def new_recovery_codes() -> list[Password]:
    """Codes for a lost phone, about 59 bits each, in three groups that are read from paper."""
    drawn = [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES)
    ]
    return [Password("-".join((each[:4], each[4:8], each[8:]))) for each in drawn]


def address_for_app(secret: Password, *, account: str, school: str) -> Password:
    """What the QR code says to the app: the secret, whose it is and where it is for."""
    return Password(_app(secret).provisioning_uri(name=account, issuer_name=school))


def plain_code(typed: str) -> str:
    """What was typed, without blanks and dashes: full-width figures and capitals are what they mean."""
    normal = unicodedata.normalize("NFKC", typed).lower()
    return "".join(letter for letter in normal if letter.isalnum())


def is_from_app(plain: str) -> bool:
    """Whether `plain` looks like a code of the app, and not like one for a lost phone."""
    return len(plain) == FIGURES and plain.isascii() and plain.isdigit()


def step_of(secret: Password, plain: str, *, at: datetime) -> int | None:
    """The number of the half minute around `at` whose code `plain` is."""
    try:
        return _app(secret).verify_and_get_timecode(plain, for_time=at, valid_window=STEPS_APART)
    except OTPVerificationError:
        return None


def _app(secret: Password) -> pyotp.TOTP:
    return pyotp.TOTP(str(secret), digits=FIGURES)


def recovery_codes_left(user: User) -> int:
    """How many codes for a lost phone `user` did not use yet; 0 for whoever has no two-step login."""
    kept = TwoStep.objects.filter(user=user).first()
    return len(kept.recovery) if kept is not None else 0


def can_be_checked(user: User) -> bool:
    """Whether codes of the app can be checked for `user`; not after a restoring without the sealing key."""
    kept = TwoStep.objects.filter(user=user).first()
    return kept is None or opens(kept.secret)


def owners_of_unchecked() -> list[User]:
    """The people in use, by name, whose codes cannot be checked."""
    kept = TwoStep.objects.filter(user__is_active=True).select_related("user")
    return [each.user for each in kept.order_by("user__search_key", "user") if not opens(each.secret)]


def hash_matching(plain: str, hashes: Sequence[str]) -> str | None:
    """The one of `hashes` that belongs to the code for a lost phone `plain`."""
    if len(plain) != RECOVERY_LETTERS:
        return None
    return next((each for each in hashes if check_password(plain, each)), None)
