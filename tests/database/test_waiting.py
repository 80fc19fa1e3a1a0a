from __future__ import annotations

import os
from pathlib import Path

import pytest

from houqin.database.binaries import DatabaseNotStarted
from houqin.database.waiting import wait_for_server


def test_a_server_that_answers_is_not_waited_for() -> None:
    """With no second to wait, only an answer at the first asking keeps it from raising."""
    assert wait_for_server(os.environ["DATABASE_URL"], seconds=0) is None


def test_a_server_that_is_not_there_is_named_in_the_end(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotStarted, match="连接不上数据库") as refused:
        wait_for_server(f"postgresql://houqin_app@/houqin?host={tmp_path}", seconds=0)
    # The driver's advice («Is the server running…?») is for nobody in an office.
    assert "?" not in str(refused.value).replace(str(tmp_path), "")


def test_a_refused_password_is_not_tried_again() -> None:
    address = os.environ["DATABASE_URL"].replace(":", ":not-", 2).replace(":not-//", "://", 1)
    with pytest.raises(DatabaseNotStarted, match="password authentication failed"):
        wait_for_server(address, seconds=3600)
