"""Joining the parts of a long document: what a screen reader hears stays with its page."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from houqin.documents import parts
from houqin.documents.parts import print_parts
from houqin.documents.printing import Sheet, fingerprint
from houqin.documents.process import PrintingFailed
from houqin.places.documents import TEMPLATE, Label


def part(*numbers: int) -> Sheet:
    """A part with a label for each of `numbers`."""
    labels = [
        Label("教学楼", f"{number}", "教室", f"K{number}", f"houqin:{number}.svg") for number in numbers
    ]
    codes = {label.picture: f"http://school.test/d/{label.token}" for label in labels}
    return Sheet(
        template=TEMPLATE, context={"labels": labels}, title="房间门牌", school="青石小学",
        printed_by="陆文山", codes=codes,
    )  # fmt: skip


def test_the_joined_document_has_one_tree_that_leads_to_its_own_pages(data_folder: Path) -> None:
    told: list[int] = []
    out = data_folder / "out.pdf"
    assert print_parts([part(*range(1, 10)), part(10), part(11, 12)], out, told=told.append) == 4
    pdf = PdfReader(out)
    root: Any = pdf.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    numbers = tree["/ParentTree"]["/Nums"]
    places = {page.indirect_reference.idnum: place for place, page in enumerate(pdf.pages)}
    led = {
        numbers[at]: {places[leaf.get_object().raw_get("/Pg").idnum] for leaf in numbers[at + 1]}
        for at in range(0, len(numbers), 2)
    }
    assert led == {0: {0}, 1: {1}, 2: {2}, 3: {3}}
    assert [page["/StructParents"] for page in pdf.pages] == [0, 1, 2, 3]
    assert (len(tree["/K"]), root["/MarkInfo"]["/Marked"], root["/Lang"]) == (3, True, "zh-CN")
    assert (told, [path.name for path in data_folder.glob("out*")]) == ([1, 2, 3], ["out.pdf"])


def test_one_part_is_the_document_itself(data_folder: Path) -> None:
    out = data_folder / "out.pdf"
    assert (print_parts([part(1)], out, told=lambda done: None), len(PdfReader(out).pages)) == (1, 1)


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [(errno.ENOSPC, "磁盘满了"), (errno.ENOMEM, "内存超过上限"), (1, "没有合成一份")],
)
def test_a_joining_that_fails_says_why(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: int, sentence: str
) -> None:
    program = tmp_path / "failing.py"
    program.write_text(f"raise SystemExit({ended})")
    monkeypatch.setattr(parts, "PROGRAM", program)
    with pytest.raises(PrintingFailed, match=sentence):
        print_parts([part(1), part(2)], data_folder / "out.pdf", told=lambda done: None)


def test_a_disk_that_is_full_while_the_parts_are_joined_is_said(data_folder: Path) -> None:
    out = data_folder / "out.pdf"
    out.symlink_to("/dev/full")
    with pytest.raises(PrintingFailed) as refused:
        print_parts([part(1), part(2)], out, told=lambda done: None)
    assert refused.value.message == parts.DISK_FULL


def test_the_fingerprint_is_that_of_what_is_printed() -> None:
    assert fingerprint([part(1), part(2)]) == fingerprint([part(1), part(2)])
    assert len({fingerprint(each) for each in ([part(1)], [part(2)], [part(1, 2)], [part(1), part(2)])}) == 4
