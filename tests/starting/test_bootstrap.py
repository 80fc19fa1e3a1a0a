from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from houqin.starting import bootstrap, system_libraries
from houqin.starting.bootstrap import CannotInstall

CLONE = bootstrap.CLONE
LOCKS = [bootstrap.RUNTIME_LOCK, bootstrap.DEVELOPMENT_LOCK]


@pytest.mark.parametrize("lock", LOCKS, ids=["runtime", "development"])
def test_every_locked_package_has_hashes_and_no_host(lock: Path) -> None:
    text = lock.read_text()
    blocks = [block for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if "==" in block]
    assert len(blocks) > 30
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links", text) == []


def test_both_locks_name_the_same_versions() -> None:
    runtime, development = [
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.M)) for lock in LOCKS
    ]
    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", LOCKS, ids=["runtime", "development"])
def test_the_installer_itself_is_held_to_the_locks_hashes(lock: Path) -> None:
    block = bootstrap.installer_requirement(lock)
    assert block.startswith("uv==")
    assert block.count("--hash=sha256:") > 10
    assert re.findall(r"^[a-z0-9-]+==", block, re.MULTILINE) == ["uv=="]


def test_a_python_without_venv_names_the_line_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotInstall, match="apt install python3-venv"):
        bootstrap.make_venv()


def test_an_old_python_is_refused_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.sys, "version", "3.9.2 (default)")
    with pytest.raises(CannotInstall, match=r"需要 Python 3\.11 或更新版本，这台机器上的是 3\.9\.2"):
        bootstrap.check_python()


def test_missing_pdf_libraries_are_named_and_the_start_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_libraries, "LIBRARIES", ["libnot-there.so.0"])
    (tmp_path / system_libraries.TRIED).touch()
    system_libraries.install_pdf_libraries(notes=tmp_path)
    line = capsys.readouterr().out.splitlines()[1]
    expected = "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
    assert line.removeprefix("  ").removeprefix("sudo ") == expected


def test_every_target_of_the_makefile_is_listed_by_help() -> None:
    # Without --no-print-directory a make that runs inside `make test` tells where it is.
    ask = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(ask, cwd=CLONE, capture_output=True, text=True, check=True).stdout
    names = [line.split()[1] for line in listed.splitlines()]
    assert names == [
        "help", "run", "install", "test", "test-long", "lint", "tour", "bench", "lock", "stop-db", "clean",
    ]  # fmt: skip
