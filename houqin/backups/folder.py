"""A backup as a folder: written beside its place, fsynced, sealed, moved; checked byte by byte.

`CHECKSUMS` names every file with its SHA-256, `SEAL` holds the sum of `CHECKSUMS`: a byte that was turned
anywhere, a file that was cut, removed or added is found. What did not change since the backup before is a
hard link to it, so that photos take their space once; where the disk knows no links they are copied.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from houqin.backups.errors import BackupFailed, Damaged

FORMAT = 1
NAME = re.compile(r"houqin-(\d{8}-\d{6})")
STAMP = "%Y%m%d-%H%M%S"
DRAFT, GOING = ".draft-", ".going-"
DUMP, MANIFEST, CHECKSUMS, SEAL, HINTS, FILES = (
    "database.dump", "manifest.json", "CHECKSUMS", "SEAL", "README.txt", "files",
)  # fmt: skip
LINE = re.compile(r"([0-9a-f]{64})  ([^\\\n]+)")
AT_ONCE = 1 << 20
HOW_TO = (
    "后勤 houqin 的一份备份。恢复：在装好程序的电脑上运行 make restore FROM=这个文件夹。\n"
    "核对：在这个文件夹里运行 sha256sum -c CHECKSUMS。\n"
    "没有本程序时：database.dump 可用 PostgreSQL 的 pg_restore 读出，files 里是照片和文件。\n"
    "里面有教职工的姓名和电话，请像档案一样保管，不要放在公用网盘上。\n"
)


def name_at(moment: datetime) -> str:
    """The name of a backup begun at `moment`: its time and nothing about the school (C4)."""
    return f"houqin-{moment:{STAMP}}"


def stamp_of(name: str) -> datetime | None:
    """The school's local time (naive) at which the backup `name` was begun; None for a strange name."""
    found = NAME.fullmatch(name)
    return datetime.strptime(found[1], STAMP) if found else None  # noqa: DTZ007 - local, as it was written


def names_in(place: Path) -> list[str]:
    """The finished backups in `place`, oldest first."""
    if not place.is_dir():
        return []
    return sorted(each.name for each in place.iterdir() if stamp_of(each.name) and each.is_dir())


@dataclass
class Draft:
    """A backup that is being written; `before` is the finished one whose files it may share."""

    folder: Path
    before: Path | None = None
    sums: dict[str, str] = field(default_factory=dict)
    _earlier: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with suppress(Damaged, OSError):
            self._earlier = checksums(self.before) if self.before else {}

    def write(self, name: str, content: bytes) -> None:
        """Write one small file of the backup."""
        with self._new(name) as file:
            file.write(content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def take(self, name: str) -> None:
        """Note the sum of a file that another program wrote here, and make it last."""
        path = self.folder / name
        path.chmod(0o600)
        with open(path, "rb") as file:
            self.sums[name] = digest(file)
            os.fsync(file.fileno())

    def add(self, name: str, source: Path) -> bool:
        """Add the unchanging file `source`, sharing it with the backup before; False when it is gone."""
        try:
            with open(source, "rb") as file:
                if self._share(name, os.fstat(file.fileno()).st_size):
                    return True
                with self._new(name) as copy:
                    self.sums[name] = _copy(file, copy)
        except FileNotFoundError:
            return False
        return True

    def seal(self) -> None:
        """Write the sums and their sum: from here on nothing can be changed unseen."""
        lines = "".join(f"{self.sums[name]}  {name}\n" for name in sorted(self.sums)).encode()
        with self._new(CHECKSUMS) as file:
            file.write(lines)
        with self._new(SEAL) as file:
            file.write(hashlib.sha256(lines).hexdigest().encode() + b"\n")
        for folder, _, _ in os.walk(self.folder):
            sync(Path(folder))

    def _share(self, name: str, size: int) -> bool:
        """Link to the earlier backup's copy. What is stored under a name never changes, so the size tells."""
        known = self._earlier.get(name)
        if self.before is None or known is None:
            return False
        earlier, place = self.before / name, self._place(name)
        try:
            if earlier.stat().st_size != size:
                return False
            os.link(earlier, place, follow_symlinks=False)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            return False
        self.sums[name] = known
        return True

    def _place(self, name: str) -> Path:
        place = self.folder / name
        make_folders(self.folder, place.parent)
        return place

    @contextmanager
    def _new(self, name: str) -> Iterator[IO[bytes]]:
        descriptor = os.open(self._place(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def drafted(place: Path, name: str) -> Iterator[Draft]:
    """A draft that becomes the backup `name` in `place` when the block ends well, and is gone when not.

    Raises `BackupFailed` for a full disk, a missing right, and a name that is taken.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(place)
        folder = place / f"{DRAFT}{name}"
        folder.mkdir(mode=0o700)
        try:
            before = names_in(place)
            draft = Draft(folder, place / before[-1] if before else None)
            yield draft
            draft.seal()
            if (place / name).exists():
                raise BackupFailed(f"{place / name} 已经存在。请过一秒钟再备份。")
            folder.rename(place / name)
            sync(place)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise BackupFailed(sentence(error)) from error


def remove(folder: Path) -> None:
    """Remove a backup: first out of sight, so that half of one never looks like a whole one."""
    going = folder.with_name(f"{GOING}{folder.name}")
    with suppress(FileNotFoundError):
        folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)


def checksums(folder: Path) -> dict[str, str]:
    """The sums that `folder` claims, under an unbroken seal. Raises `Damaged`."""
    try:
        lines = (folder / CHECKSUMS).read_bytes()
        seal = (folder / SEAL).read_bytes()
    except OSError as error:
        raise Damaged(f"{folder} 不是一份完整的备份：缺少 {CHECKSUMS} 或 {SEAL}。请换一份备份。") from error
    if seal != hashlib.sha256(lines).hexdigest().encode() + b"\n":
        raise Damaged(f"{folder} 的校验表已损坏。请换一份备份。")
    found = [LINE.fullmatch(line) for line in lines.decode().splitlines()]
    sums = {match[2]: match[1] for match in found if match}
    if len(sums) != len(found) or not {DUMP, MANIFEST} <= sums.keys() or not all(map(_is_inside, sums)):
        raise Damaged(f"{folder} 的校验表读不懂。请换一份备份。")
    return sums


def check(folder: Path) -> dict[str, Any]:
    """Read the whole backup and compare every byte with its sums; the manifest when all is right.

    Raises `Damaged` with the name of the first file that is not as it was, `BackupFailed` for a format of a
    later program. Nothing is changed.
    """
    sums = checksums(folder)
    present = {
        str((Path(above) / name).relative_to(folder)) for above, _, names in os.walk(folder) for name in names
    }
    if strange := sorted(present - sums.keys() - {CHECKSUMS, SEAL}):
        raise Damaged(f"{folder} 里多出了 {strange[0]}，它不属于这份备份。请换一份备份。")
    for name, expected in sorted(sums.items()):
        try:
            with open(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                found = digest(file)
        except OSError as error:
            raise Damaged(f"{folder} 里读不出 {name}（{error.strerror}）。请换一份备份。") from error
        if found != expected:
            raise Damaged(f"{folder} 里的 {name} 已损坏，和备份时不一样。请换一份备份。")
    return manifest_of(folder)


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the backup says about itself. Raises `Damaged`, and `BackupFailed` for a later format."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise Damaged(f"{folder} 里的 {MANIFEST} 读不出来。请换一份备份。") from error
    if manifest.get("format") != FORMAT:
        raise BackupFailed(f"{folder} 是更新的程序做的备份，这一版读不了。请先升级程序，再恢复。")
    return manifest


def make_folders(above: Path, folder: Path) -> None:
    """Make `folder` below `above`, each step for the program's own account alone."""
    for step in [*reversed(folder.relative_to(above).parents), folder.relative_to(above)]:
        (above / step).mkdir(mode=0o700, exist_ok=True)


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of what `file` still holds, read in pieces."""
    summed = hashlib.sha256()
    while piece := file.read(AT_ONCE):
        summed.update(piece)
    return summed.hexdigest()


def sync(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sentence(error: OSError) -> str:
    """What a disk or a folder had against it, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "磁盘已满，没有做成，也没有留下半份。请腾出空间，或用 HOUQIN_BACKUPS 换一个磁盘，再试一次。"
    where = f" {error.filename}" if error.filename else "文件夹"
    return f"读写{where}时出错（{error.strerror or error}），没有做成。请检查这个文件夹是否存在、是否可写。"


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    summed = hashlib.sha256()
    while piece := source.read(AT_ONCE):
        summed.update(piece)
        target.write(piece)
    return summed.hexdigest()


def _is_inside(name: str) -> bool:
    parts = Path(name).parts
    return not Path(name).is_absolute() and ".." not in parts and (len(parts) == 1 or parts[0] == FILES)


def _sweep(place: Path) -> None:
    """Take away what a program that was killed left half-done."""
    for each in place.iterdir():
        if each.name.startswith((DRAFT, GOING)):
            shutil.rmtree(each, ignore_errors=True)
