"""What the directory of a handed-in zip tells before anything of it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from houqin.zipped import HARMLESS, Fault, NotOpened, members_of


def packed(*sizes: int) -> bytes:
    """A zip of members of so many blanks each."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, size in enumerate(sizes):
            archive.writestr(f"part{number}.xml", b" " * size)
    return file.getvalue()


def locked(data: bytes) -> bytes:
    """The same, with its first member said to be encrypted."""
    flags = data.index(b"PK\x01\x02") + 8
    return data[:flags] + b"\x01" + data[flags + 1 :]


def test_an_ordinary_zip_tells_its_members() -> None:
    assert [member.filename for member in members_of(packed(10, 0, 3))] == [
        "part0.xml", "part1.xml", "part2.xml",
    ]  # fmt: skip


def test_a_comment_behind_the_end_hides_nothing() -> None:
    file = io.BytesIO(packed(10))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"x" * 60_000
    assert len(members_of(file.getvalue())) == 1


def test_well_packed_is_no_fault_of_a_file_that_is_small_even_unpacked() -> None:
    assert [member.file_size for member in members_of(packed(HARMLESS))] == [HARMLESS]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.TORN),
        (b"PK\x03\x04 and no end", Fault.TORN),
        (packed(10)[:-10], Fault.TORN),
        (packed(10).replace(b"PK\x01\x02", b"PK\x09\x09"), Fault.TORN),
        (packed(HARMLESS + 1), Fault.TOO_LARGE),
        (packed(*[0] * 6), Fault.TOO_LARGE),
        (locked(packed(10)), Fault.LOCKED),
    ],
)
def test_what_is_not_opened_says_why(data: bytes, fault: Fault) -> None:
    with pytest.raises(NotOpened) as refused:
        members_of(data, most=5)
    assert refused.value.fault is fault


def test_what_all_members_hold_together_is_limited() -> None:
    with pytest.raises(NotOpened) as refused:
        members_of(packed(600, 600), most_unpacked=1_000)
    assert refused.value.fault is Fault.TOO_LARGE
