"""Whatever opens a foreign file has little memory, little time, and nothing of ours around it."""

from __future__ import annotations

import json

import pytest

from houqin.foreign import MIB, PROJECT, in_child

# The module, and an argument with which it runs.
CHILDREN = {
    "calendar_plans.reading.child": "docx",
    "houqin.attachments.redrawing": "png",
    "houqin.office_forms.filling": "docx",
    "houqin.spreadsheets.child": "workbook",
}
# Reads its file by `spreadsheets.child`, and is a program of its own.
READS_THROUGH_ANOTHER = {"houqin.spreadsheets.old_format": "old"}
HARMLESS = {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}


def test_no_module_that_reads_a_foreign_file_is_missing_here() -> None:
    paths = [path for folder in ("calendar_plans", "houqin") for path in (PROJECT / folder).rglob("*.py")]
    found = [path.relative_to(PROJECT) for path in paths if "sys.stdin.buffer" in path.read_text()]
    assert sorted(".".join(path.with_suffix("").parts) for path in found) == sorted(CHILDREN)


@pytest.mark.parametrize(("module", "argument"), {**CHILDREN, **READS_THROUGH_ANOTHER}.items())
def test_a_child_is_limited_and_knows_no_secret(module: str, argument: str) -> None:
    told = json.loads(in_child("tests.confined", module, argument, data=b"{}\n"))
    # Without a limit the system says −1.
    assert (0 < told["memory"] <= 900 * MIB, 0 < told["seconds"] <= 16, told["core"]) == (True, True, 0)
    assert set(told["environ"]) <= HARMLESS


@pytest.mark.parametrize("module", [*CHILDREN, *READS_THROUGH_ANOTHER])
def test_a_child_loads_nothing_of_django(module: str) -> None:
    """Loading its models takes longer than reading a list, and takes 60 MiB of what the file may have."""
    told = json.loads(in_child("tests.confined", module, "docx", data=b"{}\n"))
    assert told["django"] == []
