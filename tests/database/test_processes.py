from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from houqin.database.processes import Inhabitants, inhabitants, is_postmaster_alive

WAIT = "import sys; print(flush=True); sys.stdin.read()"


def test_only_living_processes_of_the_same_cluster_count(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    # A process that calls itself what a server's child calls itself, without being one.
    command = ["postgres: houqin-test: checkpointer ", "-c", WAIT]
    with subprocess.Popen(
        command, executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        (cluster / "postmaster.pid").write_text(f"{child.pid}\n{cluster}\n")
        assert inhabitants(cluster, "houqin-test") == Inhabitants(child.pid, frozenset())
        assert inhabitants(cluster, "houqin-other") == Inhabitants(None, frozenset())
        (cluster / "postmaster.pid").unlink()
        assert inhabitants(cluster, "houqin-test") == Inhabitants(None, frozenset({child.pid}))
        child.kill()
        # Dead, but not yet looked after by its parent: a zombie.
        while Path(f"/proc/{child.pid}/cmdline").read_bytes():
            pass
        assert Path(f"/proc/{child.pid}").exists() is True
        assert inhabitants(cluster, "houqin-test") == Inhabitants(None, frozenset())


def test_a_pid_file_is_believed_only_if_the_process_is_this_server(tmp_path: Path) -> None:
    assert is_postmaster_alive(tmp_path) is False
    (tmp_path / "postmaster.pid").write_text("1\n")
    assert is_postmaster_alive(tmp_path) is False
    (tmp_path / "postmaster.pid").write_text("half a li")
    assert is_postmaster_alive(tmp_path) is False
