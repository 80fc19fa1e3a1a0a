"""The system libraries and fonts that PDF needs: installed when that is allowed, named when it is not."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from pathlib import Path

from houqin.starting.saying import say

PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk"]
LIBRARIES = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"]
FONTS = Path("/usr/share/fonts")
TRIED = "pdf-libraries-tried"


def install_pdf_libraries(*, notes: Path) -> None:
    """Install what PDF needs through apt, once; else print the exact line and go on without PDF.

    The attempt is noted in the folder `notes`, so that a machine without network does not try at every start.
    """
    if pdf_libraries_present():
        return
    permission = _apt_permission()
    tried = notes / TRIED
    if permission is not None and not tried.exists():
        say("安装 PDF 所需的系统库和中文字体……")
        # In a clone that cannot be written every start tries.
        with contextlib.suppress(OSError):
            tried.touch()
        if _apt_install(permission) and pdf_libraries_present():
            return
    sudo = "" if os.geteuid() == 0 else "sudo "
    say("这台机器还不能生成 PDF，其余功能不受影响。要打印 PDF，请输入下面一行，然后再启动：")
    say(f"  {sudo}apt install {' '.join(PACKAGES)}")


def pdf_libraries_present() -> bool:
    """Whether the libraries load and a complete Chinese font is there."""
    for name in LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return any(FONTS.rglob("Noto*CJK*.tt[cf]")) or any(FONTS.rglob("Noto*CJK*.otf"))


def _apt_permission() -> list[str] | None:
    """How to call apt without asking: as root, or by a sudo that needs no password; None if neither."""
    if not Path("/usr/bin/apt-get").exists():
        return None
    if os.geteuid() == 0:
        return []
    try:
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return None
    return ["sudo", "-n"] if allowed else None


def _apt_install(permission: list[str]) -> bool:
    def apt(*words: str) -> bool:
        command = [*permission, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", *words]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode == 0

    install = ("install", "--no-install-recommends", *PACKAGES)
    # A fresh machine has no package list, or one too old to find the files it names.
    return apt(*install) or (apt("update") and apt(*install))
