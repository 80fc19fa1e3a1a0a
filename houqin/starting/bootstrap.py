"""From a bare machine to an installed program: `python3 -m houqin.starting.bootstrap`.

Runs on the system's Python with the standard library only, because nothing else is there yet. Every step
looks first whether it is needed, so that a second start costs next to nothing. Without arguments it goes on
to start the program; `--install-only` and `--development` end when everything is installed.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from houqin.starting.saying import explain, say
from houqin.starting.system_libraries import install_pdf_libraries

CLONE = Path(__file__).resolve().parent.parent.parent
VENV = CLONE / ".venv"
NOTES = VENV / "installed.json"
PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = CLONE / "requirements.lock"
DEVELOPMENT_LOCK = CLONE / ".ci" / "requirements.lock"
OLDEST_PYTHON = (3, 11)
# What the packages, the demonstration school and the first days of a database take on the disk.
NEEDED_MEGABYTES = 600


class CannotInstall(RuntimeError):
    """Something is missing that this program may not provide; the message names the line to type."""


def main(arguments: list[str] | None = None) -> int:
    """Install what is missing, then become the supervisor, unless asked to stop there."""
    parser = argparse.ArgumentParser(prog="python3 -m houqin.starting.bootstrap", description=__doc__)
    parser.add_argument("--install-only", action="store_true", help="install the program, do not start it")
    parser.add_argument(
        "--development", action="store_true", help="install the tools of the tests, do not start"
    )
    options = parser.parse_args(arguments)
    try:
        install(DEVELOPMENT_LOCK if options.development else RUNTIME_LOCK)
    except CannotInstall as error:
        say(str(error))
        return 1
    except OSError as error:
        say(explain(error))
        return 1
    except KeyboardInterrupt:
        say("安装已中断；再次运行 make run 会重新装完。")
        return 130
    if not (options.install_only or options.development):
        os.chdir(CLONE)
        os.execv(PYTHON, [str(PYTHON), "-m", "houqin.starting.supervisor"])
    return 0


def install(lock: Path) -> None:
    """Make the virtual environment hold what `lock` names, and the system what PDF needs.

    Raises CannotInstall, and OSError where the clone cannot be written. Two installations at once take
    turns; the second finds nothing left to do. Where everything is installed nothing is written.
    """
    check_python()
    if not _is_installed(lock):
        _install_in_turn(lock)
    install_pdf_libraries(notes=VENV)


def _install_in_turn(lock: Path) -> None:
    turn = CLONE / "build" / "install.turn"
    turn.parent.mkdir(exist_ok=True)
    with open(turn, "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个安装正在进行，等它完成……")
            fcntl.flock(file, fcntl.LOCK_EX)
        if not _is_installed(lock):
            check_space()
            make_venv()
            # An installation that is torn off here leaves no note, so that the next one begins afresh.
            NOTES.unlink(missing_ok=True)
            _install_packages(lock)
            _note_installed(lock)


def check_python() -> None:
    """Raises CannotInstall when this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotInstall(
            f"需要 Python 3.11 或更新版本，这台机器上的是 {sys.version.split()[0]}。"
            "请使用 Debian 12、13 或 Ubuntu 24.04，或运行：make run PYTHON=python3.12"
        )


def check_space() -> None:
    """Raises CannotInstall when the first installation would fill the disk."""
    free = shutil.disk_usage(CLONE).free // 2**20
    if not NOTES.exists() and free < NEEDED_MEGABYTES:
        raise CannotInstall(
            f"磁盘空间不够：{CLONE} 所在的磁盘只剩 {free} MB，安装约需 {NEEDED_MEGABYTES} MB。"
            "请腾出空间后再运行 make run。"
        )


# -- the virtual environment -----------------------------------------------------------------------------


def make_venv() -> None:
    """Make .venv unless it works and an installation into it was finished.

    Raises CannotInstall with the line to type where Debian split venv off.
    """
    if _venv_works() and NOTES.exists():
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise CannotInstall(
            f"缺少 python3-venv。请输入下面一行，然后再运行 make run：\n  {sudo}apt install python3-venv"
        )
    say("建立 Python 环境……")
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python 环境没有建成")


def _venv_works() -> bool:
    """Whether .venv has this Python and a pip; after an upgrade of the system's Python it has not."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    site_packages = VENV / "lib" / f"python{version}" / "site-packages"
    return PYTHON.exists() and (site_packages / "pip").exists()


# -- packages --------------------------------------------------------------------------------------------


def _install_packages(lock: Path) -> None:
    say("安装程序所需的软件包（第一次约需一分钟）……")
    uv = VENV / "bin" / "uv"
    try:
        if not uv.exists():
            _install_uv(lock)
        # --system-certs: a company's proxy signs TLS with a certificate only the system knows.
        command = [str(uv), "pip", "install", "--quiet", "--system-certs", "--require-hashes"]
        _run([*command, "--python", str(PYTHON), "-r", str(lock)], "uv", env=_uv_environ())
    except (CannotInstall, OSError) as error:
        say(f"快速安装没有成功（{_first_line(str(error))}），改用 pip，需要几分钟……")
        _run(
            [*_pip(), "install", "--quiet", "--require-hashes", "-r", str(lock)],
            "软件包没有装好，请检查网络和磁盘空间，再运行 make run",
        )


def _install_uv(lock: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(installer_requirement(lock))
        file.flush()
        _run([*_pip(), "install", "--quiet", "--require-hashes", "-r", file.name], "uv")


def installer_requirement(lock: Path) -> str:
    """The lock's own words about uv, so that pip holds the installer to the same hashes."""
    found = re.search(r"^uv==.*?(?=^[a-z0-9]|\Z)", lock.read_text(), re.MULTILINE | re.DOTALL)
    if not found:
        raise CannotInstall(f"{lock} 里没有 uv，请重新克隆。")
    return found.group()


def _pip() -> list[str]:
    # Never .venv/bin/pip: its first line cannot hold a path with spaces.
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]


def _uv_environ() -> dict[str, str]:
    """The environment for uv, with the mirror the school set up for pip: uv does not read pip's files."""
    environ = dict(os.environ)
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environ.keys():
        asked = subprocess.run(
            [*_pip(), "config", "get", "global.index-url"], capture_output=True, text=True, check=False
        )
        mirror = environ.get("PIP_INDEX_URL") or asked.stdout.strip()
        if mirror:
            environ["UV_DEFAULT_INDEX"] = mirror
    return environ


# -- what was done already -------------------------------------------------------------------------------


def _is_installed(lock: Path) -> bool:
    return _venv_works() and _installed().get(_name(lock)) == _fingerprint(lock)


def _note_installed(lock: Path) -> None:
    """Note what .venv now holds: with the development lock also what the runtime lock names.

    Nothing else stays noted: an older note would still match its lock after the packages were changed.
    """
    held = {lock, RUNTIME_LOCK} if lock == DEVELOPMENT_LOCK else {lock}
    NOTES.write_text(json.dumps({_name(each): _fingerprint(each) for each in held}))


def _installed() -> dict[str, str]:
    try:
        notes: dict[str, str] = json.loads(NOTES.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return notes


def _name(lock: Path) -> str:
    # Without the clone's own path, which may change.
    return str(lock.relative_to(CLONE))


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


# -- running ---------------------------------------------------------------------------------------------


def _run(command: list[str], what: str, env: dict[str, str] | None = None) -> None:
    """Run `command`; what it says is shown only when it fails."""
    done = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotInstall(f"{what}：{done.stdout.strip()[-2000:] or f'退出码 {done.returncode}'}")


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


if __name__ == "__main__":
    sys.exit(main())
