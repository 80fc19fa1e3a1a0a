"""No secret and no machine's own address is in the history that everybody clones (C1)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parent.parent
SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "cloud key": re.compile(r"\b(?:AKIA|LTAI)[0-9A-Za-z]{16,}\b"),
    "platform token": re.compile(r"\b(?:gh[pousr]_|glpat-|xox[abp]-|sk-)[0-9A-Za-z_-]{20,}\b"),
    "webhook key": re.compile(r"(?:webhook/send\?key=|access_token=)[0-9a-f]{8}[0-9a-f-]{20,}"),
    "password in an address": re.compile(r"://[\w.-]+:[^\s@/{}<>*$\"']{6,}@[\w.-]+"),
    "secret in a setting": re.compile(
        r"(?i)\b(?:secret_key|password|passwd|token)\b[\"']?\s*[:=]\s*[\"'][0-9A-Za-z+/_-]{32,}[\"']"
    ),
}
PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "cloud key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "platform token": "ghp_" + "a" * 36,
    "webhook key": "webhook/send?key=" + "693a91f6-7e4c-4c2e-9a11-0123456789ab",
    "password in an address": "postgresql://houqin_app:" + "hunter2hunter2" + "@db/houqin",
    "secret in a setting": "SECRET_KEY = '" + "x1" * 20 + "'",
}


def found_in(text: str) -> set[str]:
    return {name for name, pattern in SECRETS.items() if pattern.search(text)}


def test_no_tracked_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CLONE, capture_output=True, text=True, check=True)
    files = [CLONE / name for name in listed.stdout.split("\0") if name]
    found = {
        str(file.relative_to(CLONE)): kinds
        for file in files
        if file.is_file() and (kinds := found_in(file.read_text(errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_planted_secret_is_seen(kind: str) -> None:
    assert found_in(PLANTED[kind]) == {kind}
