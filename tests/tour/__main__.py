"""`python -m tests.tour`: walk at both sizes, write build/tour/index.html, fail when anything is wrong."""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.program import ROOT, own_place
from tests.tour.founding import walk_founding
from tests.tour.guide import Album, Size
from tests.tour.index import write_index
from tests.tour.walk import walk

SIZES = (Size(360), Size(1280))
ALBUM = ROOT / "build" / "tour"


def main() -> int:
    """0 when nothing is wrong; else every complaint is listed."""
    shutil.rmtree(ALBUM, ignore_errors=True)
    ALBUM.mkdir(parents=True)
    with own_place("houqin_tour") as place:
        place.prepare()
        accounts = place.accounts()
        pool = ProcessPoolExecutor(len(SIZES), get_context("spawn"))
        with place.serve() as served, place.work(), pool as walkers:
            walks = [walkers.submit(walk, served.address, accounts, size, ALBUM) for size in SIZES]
            albums = [each.result() for each in walks]
            foundings = [walkers.submit(walk_founding, size, ALBUM) for size in SIZES]
            founded = [each.result() for each in foundings]
        log = place.errors()
    return report(
        [*albums, *(album for album, _ in founded)], [*log, *(line for _, lines in founded for line in lines)]
    )


def report(albums: list[Album], log: list[str]) -> int:
    """Write the index and say what is wrong, each thing once with how often it was seen."""
    pictures = [picture for album in albums for picture in album.pictures]
    found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for complaint in (each for album in albums for each in album.complaints):
        place = (complaint.path, complaint.width, complaint.sentence)
        found[place].append(f"{complaint.role}-{complaint.spot}")
    lines = [
        *log,
        *(
            f"{path} {width}: {sentence} ({len(seen)}×, {seen[0]})"
            for (path, width, sentence), seen in found.items()
        ),
    ]
    write_index(ALBUM, pictures, lines)
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        f"{len(pictures)} pictures in {ALBUM.relative_to(ROOT)}/index.html, {len(lines)} complaints\n"
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
