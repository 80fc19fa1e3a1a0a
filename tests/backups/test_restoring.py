"""F3: what comes back is what was there, or nothing comes back and what is there stays."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from houqin.actors import System
from houqin.attachments.services import forget_unlinked_files, tidy_files
from houqin.backups.errors import BackupFailed, Damaged
from houqin.backups.folder import DUMP, FILES, MANIFEST, checksums, drafted, names_in
from houqin.backups.making import holding_files, prove
from houqin.backups.restoring import present_at, restore
from houqin.backups.server import Server, renamed
from houqin.backups.swapping import finish, put_back, swap
from houqin.writing import write
from tests.attachments.factories import stored
from tests.backups.conftest import Proof, asked, everything
from tests.backups.factories import CANARY, WHEN, backed_up, new_machine, own_database
from tests.factories import department, person

# Also where one of these is run alone: only for a marked test is a database made.
pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = System("夜间清理")
# Before the columns that say who sees an item, and in what order one walks through the places.
EARLIER = (("calendar_plans", "0007"), ("houqin", "0018"))


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_f3_what_comes_back_is_what_was_there(proof: Proof) -> None:
    manifest = proof.restore()
    assert everything(proof.site.server) == manifest["contents"]
    assert proof.people() == [CANARY]
    kept = {
        name.removeprefix(f"{FILES}/"): (proof.folder / name).read_bytes()
        for name in checksums(proof.folder)
        if name.startswith(f"{FILES}/")
    }
    assert (len(kept), files_below(proof.site.media)) == (1, kept)


def test_f3_into_an_empty_cluster_with_its_roles_triggers_and_rights(proof: Proof) -> None:
    """A new machine: another server, made a moment ago, whose two roles have other passwords."""
    with new_machine() as (site, app):
        assert present_at(site).is_empty
        manifest = restore(site, proof.folder, known=proof.known, environ=proof.place.environ, tell=str)
        assert everything(site.server) == manifest["contents"]
        with psycopg.connect(app) as connection:
            assert connection.execute("SELECT name FROM houqin_user").fetchall() == [(CANARY,)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM houqin_userevent")
        with psycopg.connect(app) as connection:
            connection.execute("UPDATE houqin_user SET name = '审计看得见'")
            events = connection.execute(
                "SELECT name FROM houqin_userevent ORDER BY pgh_id DESC LIMIT 1"
            ).fetchone()
            assert events == ("审计看得见",)


def test_what_was_there_before_is_kept_and_can_be_put_back_and_forth(proof: Proof) -> None:
    proof.restore()
    put_back(proof.site)
    assert (proof.people(), "later/file" in files_below(proof.site.media)) == (["后来改的"], True)
    put_back(proof.site)
    assert (proof.people(), "later/file" in files_below(proof.site.media)) == ([CANARY], False)


def test_without_an_earlier_restoring_there_is_nothing_to_put_back(proof: Proof) -> None:
    with pytest.raises(BackupFailed, match="换不回去"):
        put_back(proof.site)


def untouched(proof: Proof, act: Callable[[], Any], error: type[Exception], said: str) -> bool:
    """Whether `act` is refused with the sentence `said`, and nothing at all is different afterwards."""
    before = state_of(proof)
    with pytest.raises(error, match=said):
        act()
    left = sorted(each.name for each in proof.site.data.iterdir())
    return (state_of(proof), left) == (before, ["backups", "media"])


def state_of(proof: Proof) -> tuple[Any, ...]:
    server = proof.site.server
    beside = {name for name in server.databases() if name.startswith(server.database)}
    return everything(server), files_below(proof.site.media), beside


@pytest.mark.parametrize("name", [DUMP, MANIFEST])
def test_f3_a_damaged_backup_is_found_before_anything_is_touched(proof: Proof, name: str) -> None:
    path = proof.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert untouched(proof, proof.restore, Damaged, f"{name} 已损坏")


def test_a_backup_of_a_later_program_is_refused(proof: Proof) -> None:
    proof.known.remove(max(key for key in proof.known if key[0] == "houqin"))
    assert untouched(proof, proof.restore, BackupFailed, "请先升级程序")


@pytest.mark.long
def test_a_backup_of_an_earlier_program_is_brought_to_the_present_tables(proof: Proof) -> None:
    """Some changes back: the columns that they filled come back filled, and every fence stands."""
    present, seen = everything(proof.site.server), "SELECT seen_by::text FROM calendar_plans_item"
    walked = "SELECT walk_key FROM houqin_place ORDER BY id"
    filled = asked(proof.site.server, seen), asked(proof.site.server, walked)
    for app, name in EARLIER:
        proof.place.run("manage.py", "migrate", "--database=owner", "--verbosity=0", app, name)
    earlier = backed_up(proof.place, at=WHEN + timedelta(days=1)).folder
    manifest = json.loads((earlier / MANIFEST).read_bytes())
    lacking = proof.known - {(app, name) for app, name in manifest["migrations"]}
    proof.restore(earlier)
    restored = everything(proof.site.server)
    moved = {name for name, figures in present["tables"].items() if figures[0] != restored["tables"][name][0]}
    assert (
        {min(name for app, name in lacking if app == back) for back, _ in EARLIER},
        restored["around"] | {"sequence": ""},
        moved,
    ) == (
        {"0008_who_sees_an_item", "0019_folded_text"}, present["around"] | {"sequence": ""}, set(),
    )  # fmt: skip
    assert (asked(proof.site.server, seen), asked(proof.site.server, walked)) == filled
    assert (min(map(len, filled)), proof.people()) == (1, ["后来改的"])


def test_while_somebody_is_connected_nothing_is_swapped(proof: Proof) -> None:
    with proof.site.server.connect():
        assert untouched(proof, proof.restore, BackupFailed, "还有 1 个程序连着数据库")


def resealed(proof: Proof, name: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """The same backup under another name, its manifest changed and sealed anew: a lie that is no damage."""
    manifest = json.loads((proof.folder / MANIFEST).read_bytes())
    change(manifest)
    with drafted(proof.site.data / "backups", name) as draft:
        shutil.copyfile(proof.folder / DUMP, draft.folder / DUMP)
        draft.take(DUMP)
        draft.write(MANIFEST, json.dumps(manifest).encode())
    return proof.site.data / "backups" / name


def test_a_restored_database_that_is_not_the_one_of_the_manifest_never_takes_its_place(proof: Proof) -> None:
    def one_person_more(manifest: dict[str, Any]) -> None:
        manifest["contents"]["tables"]["public.houqin_user"][0] += 1

    lying = resealed(proof, "houqin-20261127-060000", one_person_more)
    assert untouched(proof, lambda: proof.restore(lying), BackupFailed, r"不一样（public\.houqin_user）")
    with pytest.raises(BackupFailed, match=r"不一样（public\.houqin_user）"):
        prove(proof.site.server, lying)


def test_a_backup_that_cannot_be_proved_is_not_kept(proof: Proof) -> None:
    """A template, which may not be dropped, stands where the proof would be made."""
    scratch = proof.site.server.named(f"{proof.site.server.database}_proof")
    scratch.create()
    with proof.site.server.connect(autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {scratch.database} IS_TEMPLATE true")
    with pytest.raises(BackupFailed, match=r"^没能删除数据库"):
        backed_up(proof.place, at=WHEN + timedelta(days=1))
    with proof.site.server.connect(autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {scratch.database} IS_TEMPLATE false")
    assert names_in(proof.site.data / "backups") == [proof.folder.name]


@pytest.mark.parametrize("done", ["nothing", "old files aside", "files", "all but the note"])
def test_a_swap_that_was_torn_off_is_finished_by_the_next_start(proof: Proof, done: str) -> None:
    """The power fails at each of the steps after the decision; the next start carries the rest out."""
    proof.restore()
    put_back(proof.site)
    site = proof.site
    with site.server.named("postgres").connect(autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {site.before.database} RENAME TO {site.beside.database}")
    site.media_before.rename(site.media_beside)
    if done == "all but the note":
        swap(site)
    elif done != "nothing":
        site.media.rename(site.media_before)
    if done == "files":
        site.media_beside.rename(site.media)
    site.decision.write_text("{}")
    assert finish(site)
    assert (proof.people(), "later/file" in files_below(site.media)) == ([CANARY], False)
    assert not finish(site)
    put_back(site)
    assert (proof.people(), "later/file" in files_below(site.media)) == (["后来改的"], True)


def test_c4_no_name_in_a_backup_tells_anything_about_anybody(proof: Proof) -> None:
    allowed = re.compile(
        r"database\.dump|manifest\.json|README\.txt|files/[2-9A-Z]{2}/[2-9A-Z]{10}(\.small)?"
    )
    assert [name for name in checksums(proof.folder) if not allowed.fullmatch(name)] == []
    assert re.fullmatch(r"houqin-\d{8}-\d{6}", proof.folder.name)


def test_c4_no_password_of_the_database_and_no_session_is_in_a_backup(proof: Proof) -> None:
    proof.restore()
    assert asked(proof.site.server, "SELECT session_key FROM django_session") == []
    password = re.search(r"//\w+:([^@]+)@", proof.place.environ["DATABASE_OWNER_URL"])
    assert password is not None
    assert password[1].encode() not in b"".join(files_below(proof.folder).values())


def test_a_file_that_was_lost_before_is_named_and_hinders_nothing(proof: Proof) -> None:
    (known,) = asked(proof.site.server, "SELECT public_id FROM houqin_attachment")
    shutil.rmtree(proof.site.media)
    assert backed_up(proof.place, at=WHEN + timedelta(days=1)).lost == [known]


def test_a_backup_is_of_one_moment(proof: Proof) -> None:
    with holding_files(proof.site.server) as (connection, _):
        with proof.site.server.connect() as other:
            other.execute("UPDATE houqin_user SET name = '备份时改的'")
        assert connection.execute("SELECT name FROM houqin_user").fetchall() == [("后来改的",)]


def test_while_a_backup_is_made_the_night_removes_no_file(tmp_path: Path) -> None:
    """Also a strange file and one that nobody linked; when the backup is through, both go."""
    stored(person(department=department()))
    strange = Path(settings.MEDIA_ROOT) / "AB" / "AB23456789"
    strange.parent.mkdir(exist_ok=True)
    strange.write_bytes(b"nobody's")
    os.utime(strange, (0, 0))
    later = timezone.now() + timedelta(days=2)
    server = Server(renamed(os.environ["DATABASE_OWNER_URL"], own_database()))
    with holding_files(server):
        assert write(forget_unlinked_files, at=later, by=NIGHT) == 0
        assert write(tidy_files, by=NIGHT) == {"settled": 0, "removed": 0, "lost": 0}
    assert write(forget_unlinked_files, at=later, by=NIGHT) == 1
    assert write(tidy_files, by=NIGHT) == {"settled": 0, "removed": 1, "lost": 0}
