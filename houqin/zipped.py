"""The directory of a zip that somebody handed in, read before anything is unpacked: bombs bounce here."""

from __future__ import annotations

import io
import zipfile
from enum import Enum

from houqin.foreign import MIB

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * MIB
MOST_RATIO = 150
# Below this, however well it packs, a file can do no harm.
HARMLESS = 3 * MIB
END_OF_ZIP = b"PK\x05\x06"
# A comment may stand behind the end of the directory: 65,535 bytes at most.
BEHIND_END = 70_000
IS_LOCKED = 1


class Fault(Enum):
    """Why a zip is not opened."""

    TORN = "torn"
    TOO_LARGE = "too large"
    LOCKED = "locked"


class NotOpened(Exception):
    """The zip is not opened; whoever asked has the sentence for its `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def members_of(
    data: bytes, *, most: int = MOST_MEMBERS, most_unpacked: int = MOST_UNPACKED
) -> list[zipfile.ZipInfo]:
    """What the directory of the zip `data` promises, in its order.

    `most` limits the members and `most_unpacked` their bytes together, which also may be `MOST_RATIO` times
    those of the zip at most. Raises `NotOpened`.
    """
    end = data.rfind(END_OF_ZIP, max(0, len(data) - BEHIND_END))
    if end < 0 or len(data) < end + 22:
        raise NotOpened(Fault.TORN)
    # Reading a directory of a hundred thousand entries is itself a burden.
    if int.from_bytes(data[end + 10 : end + 12], "little") > most:
        raise NotOpened(Fault.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except Exception as error:  # A torn directory raises whatever it likes.
        raise NotOpened(Fault.TORN) from error
    unpacked = sum(member.file_size for member in members)
    if len(members) > most or unpacked > min(most_unpacked, max(HARMLESS, len(data) * MOST_RATIO)):
        raise NotOpened(Fault.TOO_LARGE)
    if any(member.flag_bits & IS_LOCKED for member in members):
        raise NotOpened(Fault.LOCKED)
    return members
