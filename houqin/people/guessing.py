"""How many passwords may be tried for one account: five in a quarter of an hour, over all addresses together.

axes counts by account *and* address; fifty addresses would have fifty times five guesses. Here the account
alone counts. So that this is no weapon against its owner, a browser that logged in before has an allowance of
its own (`devices`), which strangers cannot use up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, models
from django.utils import timezone

from houqin.actors import Actor

GUESSES = 5
WINDOW = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)


class LoginGuess(models.Model):
    """One password about to be checked. `device` is empty for every browser that is not known."""

    account = models.CharField(max_length=40)
    device = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        app_label = "houqin"
        verbose_name = verbose_name_plural = "登录尝试"
        indexes = [models.Index(fields=["account", "device", "at"], name="guess_by_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.at}"


def reserve_guess(*, account: str, device: str, by: Actor, at: datetime | None = None) -> int | None:
    """Take one guess from the allowance of `account` on `device`, or `None` when it is used up.

    Counted before the password is checked, under a lock of the account: fifty requests at the same moment
    would otherwise all see four guesses and all be checked.
    """
    moment = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('login'), hashtext(%s))", [account])
    LoginGuess.objects.filter(at__lt=moment - KEPT_FOR).delete()
    recent = LoginGuess.objects.filter(account=account, device=device, at__gt=moment - WINDOW)
    if recent.count() >= GUESSES:
        return None
    return LoginGuess.objects.create(account=account, device=device, at=moment).pk


def return_guess(*, guess: int, is_whole: bool = True, by: Actor) -> None:
    """Give a guess back that was right; on a known device the owner's earlier typing errors with it.

    On an unknown one the others stay counted: they may be a stranger's, who would get five more. So they do
    on a known one while the login is not whole (`is_whole`), because a code is still to come: whoever knows
    the password would get five more codes with each login that he begins.
    """
    right = LoginGuess.objects.filter(pk=guess).first()
    if right is None:
        return
    if right.device and is_whole:
        LoginGuess.objects.filter(account=right.account, device=right.device).delete()
    else:
        right.delete()
