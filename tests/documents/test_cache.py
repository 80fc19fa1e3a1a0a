"""The cache of finished PDFs: whole files or none, and never more than its room."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from houqin.documents import cache

PDF = b"%PDF-1.7\nsheet\n%%EOF\n"


def test_what_was_kept_is_read_back_with_its_pages() -> None:
    cache.keep("a" * 64, PDF, 3)
    assert cache.read("a" * 64) == (PDF, 3)
    assert cache.read("b" * 64) is None


def test_only_the_program_s_own_account_may_look_into_it() -> None:
    cache.keep("a" * 64, PDF, 1)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (cache.folder(), cache.folder() / ("a" * 64))]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    "damage", [b"", b"3\n", b"3\n%PDF-1.7\nhalf a she", b"x\n%PDF-1.7\n%%EOF", b"%PDF-1.7"]
)
def test_a_file_that_a_power_cut_left_damaged_is_no_print(damage: bytes) -> None:
    (cache.folder() / ("a" * 64)).write_bytes(damage)
    assert cache.read("a" * 64) is None


def test_the_least_recently_used_leave_when_the_room_is_full() -> None:
    now = time.time()
    for age, name in enumerate(("newest", "middle", "oldest")):
        cache.keep(name, PDF, 1)
        os.utime(cache.folder() / name, (now - age, now - age))
    cache.drop_old(room=2 * len(b"1\n" + PDF))
    assert kept(cache.folder()) == ["middle", "newest"]


def test_reading_counts_as_use() -> None:
    hour_ago = time.time() - 3600
    for name in ("read", "unread"):
        cache.keep(name, PDF, 1)
        os.utime(cache.folder() / name, (hour_ago, hour_ago))
    cache.read("read")
    cache.drop_old(room=len(b"1\n" + PDF))
    assert kept(cache.folder()) == ["read"]


def test_yesterday_s_prints_leave_even_when_there_is_room() -> None:
    cache.keep("old", PDF, 1)
    long_ago = time.time() - cache.KEPT_SECONDS - 60
    os.utime(cache.folder() / "old", (long_ago, long_ago))
    cache.keep("new", PDF, 1)
    assert kept(cache.folder()) == ["new"]


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
