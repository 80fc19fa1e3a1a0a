"""What must be done once after the code changed: `python -m houqin.starting.prepare`.

Tables first, then the demonstration school if nobody is in the database yet, then the static files. One
process for all three, because starting Django costs more than most of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from houqin.database.waiting import wait_for_server
from houqin.starting.fingerprints import (
    fingerprint_of_code,
    fingerprint_of_static_files,
    note_prepared,
    prepared_for,
)
from houqin.starting.saying import say

STATIC_NOTE = "static.fingerprint"
# Said when an older program still serves: its static files stay where they are.
BESIDE = "--beside"


def is_prepared(owner_address: str, data: Path) -> bool:
    """Whether database and static files are those of the present code; waits for the server to answer."""
    wait_for_server(owner_address)
    return prepared_for(owner_address) == fingerprint_of_code() and _static_files_are_fresh(data)


def prepare(owner_address: str, data: Path, *, is_beside: bool = False) -> None:
    """Bring database and static files to the present code, whichever is behind.

    With `is_beside` an older program still serves, and its static files stay until the next start. Raises
    django's CommandError or the database's error when a step fails; what was finished before stays.
    """
    # The settings serve collected files as soon as their folder exists, so it must exist before they load,
    # or the names with hashes are not made.
    (data / "static").mkdir(exist_ok=True)
    code = fingerprint_of_code()
    if prepared_for(owner_address) != code:
        _prepare_database()
        note_prepared(owner_address, code)
    if not _static_files_are_fresh(data):
        _prepare_static_files(clear=not is_beside)
        (data / STATIC_NOTE).write_text(fingerprint_of_static_files())


def _static_files_are_fresh(data: Path) -> bool:
    note = data / STATIC_NOTE
    return note.exists() and note.read_text() == fingerprint_of_static_files()


def _prepare_database() -> None:
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django is loaded only when needed
    from django.core.management import call_command  # noqa: PLC0415 - the same

    _load_django()
    say("更新数据库的表……")
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    if os.environ.get("HOUQIN_DEMO") != "off" and not get_user_model().objects.exists():
        say("第一次启动：装入演示学校……")
        call_command("load_demo_school", verbosity=0)


def _prepare_static_files(*, clear: bool) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - Django is loaded only when needed

    _load_django()
    say("整理页面文件……")
    call_command("collectstatic", interactive=False, clear=clear, verbosity=0)


def _load_django() -> None:
    import django  # noqa: PLC0415 - Django is loaded only when needed

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.settings")
    django.setup()


if __name__ == "__main__":
    prepare(
        os.environ["DATABASE_OWNER_URL"], Path(os.environ["HOUQIN_DATA"]), is_beside=BESIDE in sys.argv[1:]
    )
    sys.exit(0)
