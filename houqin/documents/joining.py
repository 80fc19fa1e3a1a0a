"""The joining program: the parts of a long document come in as files, one tagged PDF goes out.

Run by `parts.py` as a program of its own (`python -I joining.py OUT PART PART …`), never imported by the
server: a thousand pages are laid out in parts because one layout of them would need five times the memory
that a layout may have, and what joins them gives its memory back by ending. It reads our own files alone.

pypdf copies pages without the tree that tells a screen reader what they say; a document that calls itself
PDF/UA and has no such tree would lie, so the trees are joined here too.
"""

from __future__ import annotations

import errno
import gc
import os
import resource
import sys
from typing import Any

MEMORY_CEILING = 1024 * 1024 * 1024
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from pypdf import PdfReader, PdfWriter  # noqa: E402 - after the ceiling, see above
from pypdf.generic import ArrayObject, NameObject, NumberObject  # noqa: E402

# A page that somebody waits for goes before a print.
NICENESS = 5
TREE, PARENTS = "/StructTreeRoot", "/StructParents"


def join(out: str, parts: list[str]) -> int:
    """Write the pages of `parts` into `out`, tagged as they were; how many pages."""
    writer = PdfWriter(clone_from=parts[0])
    tree: Any = writer.root_object[TREE]
    kids = _as_array(tree["/K"])
    numbers: Any = tree["/ParentTree"].get_object()["/Nums"]
    for path in parts[1:]:
        _add(writer, PdfReader(path), tree, kids, numbers)
        gc.collect()
        # What was joined stays: searching it again for every further part took a third of the time.
        gc.freeze()
    tree[NameObject("/K")] = kids
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(_next_key(numbers))
    with open(out, "wb") as file:
        writer.write(file)
    return len(writer.pages)


def _add(writer: PdfWriter, reader: PdfReader, tree: Any, kids: ArrayObject, numbers: ArrayObject) -> None:
    """The pages of one more part, behind those that are there, and its branch of the tree."""
    first_page, first_key = len(writer.pages), _next_key(numbers)
    writer.append(reader, import_outline=True)
    root: Any = reader.trailer["/Root"]
    other = root[TREE]
    # The copies lost their number in the tree.
    for page, original in zip(writer.pages[first_page:], reader.pages, strict=True):
        if PARENTS in original:
            number: Any = original[PARENTS]
            page[NameObject(PARENTS)] = NumberObject(number + first_key)
    for kid in _as_array(other["/K"]):
        branch: Any = kid.clone(writer)
        branch.get_object()[NameObject("/P")] = tree.indirect_reference
        kids.append(branch)
    theirs = other["/ParentTree"].get_object()["/Nums"]
    for place in range(0, len(theirs), 2):
        numbers.append(NumberObject(theirs[place] + first_key))
        # As it stands there: a look through `theirs[…]` would copy what a reference points to.
        numbers.append(list.__getitem__(theirs, place + 1).clone(writer))


def _as_array(kids: Any) -> ArrayObject:
    """The branches, whether there is one or several."""
    found = kids.get_object()
    return found if isinstance(found, ArrayObject) else ArrayObject([kids])


def _next_key(numbers: ArrayObject) -> int:
    return int(numbers[-2]) + 1 if numbers else 0


def main() -> int:
    """Join what the command line names; 0, or the number of the error that the server has a sentence for."""
    try:
        join(sys.argv[1], sys.argv[2:])
    except MemoryError:
        return errno.ENOMEM
    except OSError as error:
        return error.errno or 1
    return 0


if __name__ == "__main__":
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    os.umask(0o077)
    sys.exit(main())
