from __future__ import annotations

import re
import subprocess
import sys
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


@pytest.fixture
def own_venv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A clone of the test's own in a bare folder, without an installation."""
    monkeypatch.setattr(bootstrap, "CLONE", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "NOTES", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(bootstrap, "RUNTIME_LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(bootstrap, "DEVELOPMENT_LOCK", tmp_path / ".ci" / "requirements.lock")
    return tmp_path / ".venv"


def make_half_a_venv(venv: Path) -> Path:
    """What is there when an installation was torn off while pip was being copied; returns pip's folder."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    pip = venv / "lib" / f"python{version}" / "site-packages" / "pip"
    pip.mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(sys.executable)
    return pip


def test_an_installation_that_was_torn_off_begins_afresh(own_venv: Path) -> None:
    pip = make_half_a_venv(own_venv)
    bootstrap.make_venv()
    assert (pip / "__main__.py").exists() is True


def test_a_finished_installation_is_left_as_it_is(own_venv: Path) -> None:
    pip = make_half_a_venv(own_venv)
    (own_venv / "installed.json").write_text("{}")
    bootstrap.make_venv()
    assert list(pip.iterdir()) == []


def write_locks(venv: Path, words: str) -> None:
    for lock in (bootstrap.RUNTIME_LOCK, bootstrap.DEVELOPMENT_LOCK):
        lock.parent.mkdir(exist_ok=True)
        lock.write_text(words)


def installed_locks() -> list[bool]:
    """Whether the runtime lock, and whether the development lock needs no installation."""
    return [bootstrap._is_installed(lock) for lock in (bootstrap.RUNTIME_LOCK, bootstrap.DEVELOPMENT_LOCK)]


def test_the_tools_of_the_tests_bring_the_program_along_and_a_changed_lock_forgets_both(
    own_venv: Path,
) -> None:
    make_half_a_venv(own_venv)
    write_locks(own_venv, "first")
    bootstrap._note_installed(bootstrap.DEVELOPMENT_LOCK)
    assert installed_locks() == [True, True]
    write_locks(own_venv, "second")
    assert installed_locks() == [False, False]
    bootstrap._note_installed(bootstrap.RUNTIME_LOCK)
    assert installed_locks() == [True, False]
    # Back to the older commit: the packages are the newer ones, whatever was noted before.
    write_locks(own_venv, "first")
    assert installed_locks() == [False, False]


def test_too_small_a_disk_is_named_before_it_is_filled(
    own_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED_MEGABYTES", 10**9)
    with pytest.raises(CannotInstall, match=r"只剩 \d+ MB，安装约需 1000000000 MB。请腾出空间"):
        bootstrap.check_space()


def test_a_clone_that_cannot_be_written_is_told_in_one_sentence(
    own_venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = own_venv.parent / "build"
    build.touch()
    assert bootstrap.main(["--install-only"]) == 1
    assert capsys.readouterr().out == f"读写 {build} 时出错（File exists）。请排除故障后再运行 make run。\n"


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
        "help", "run", "school", "backup", "restore", "install", "test", "test-long", "lint", "holes",
        "tour", "bench", "lock", "stop-db", "clean",
    ]  # fmt: skip
