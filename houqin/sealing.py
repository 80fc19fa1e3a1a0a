"""What the program must be able to read again but nobody else may: sealed before it is stored.

The key lies among the kept secrets, outside the database: a dump of the database alone opens nothing.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from houqin.database.kept_secrets import kept_secret
from houqin.errors import RuleBroken

KEY = "sealing-key"
BROKEN = "密钥文件换过或丢了，这里存的密码和地址打不开。请重新填写一遍。"


def seal(text: str) -> str:
    """`text` so that only `unseal` with this school's key reads it; empty stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed. Raises `RuleBroken` when it was sealed with another key."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise RuleBroken(BROKEN) from None


def opens(*sealed: str) -> bool:
    """Whether all of this was sealed with the present key; after a restoring on a new machine it was not."""
    try:
        for each in sealed:
            unseal(each)
    except RuleBroken:
        return False
    return True


def _box() -> Fernet:
    secret = kept_secret(settings.DATA_DIR, KEY)
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))
