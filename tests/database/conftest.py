"""A data folder that the database's account can enter, with everything in its path that breaks programs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from houqin.database.embedded import EmbeddedPostgres
from houqin.database.folders import make_private_folder


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """Not below pytest's own folder, which is private to root; longer than a unix socket's path may be."""
    base = Path(tempfile.mkdtemp(prefix="houqin-", dir="/var/tmp"))
    base.chmod(0o711)
    yield make_private_folder(base.resolve() / ("总务处 的 数据" * 6) / "school data")
    shutil.rmtree(base)


@pytest.fixture
def server(data_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A joined server; stopped, whatever the test did to it."""
    server = EmbeddedPostgres(data_folder)
    server.join()
    yield server
    server.leave()
    server.stop()
