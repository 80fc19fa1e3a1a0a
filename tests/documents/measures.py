"""Ours against bare WeasyPrint on the same HTML and style sheets: `python -m tests.documents.measures`.

Printed as a table: pages, ours (template, hash, layout process, cache file), bare (`write_pdf` warm in this
process), their ratio (budget 1.15), and the time of a kept print (budget 30 ms). Medians of alternating runs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def compare(items: int) -> tuple[int, float, float, float]:
    """(pages, seconds of ours, of bare, of a kept print) for a sheet of `items` lines; medians."""
    from django.template import loader
    from weasyprint import CSS, HTML

    from houqin.documents.printing import PAPER, Paper
    from tests.documents.sheets import month, printed

    template = loader.get_template("calendar_plans/documents/month_plan.html")
    styles = [PAPER, Path(template.origin.name).with_suffix(".css")]  # type: ignore[attr-defined]
    paper = Paper("月工作计划表", "清河市实验学校", "王秀兰", is_landscape=True)
    html = template.render({"sheet": month(items), "paper": paper})

    def bare() -> None:
        sheets = [CSS(string=path.read_text()) for path in styles]
        HTML(string=html).write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")

    pages = printed(month(items), number="warm").pages
    bare()
    ours, theirs, kept = [], [], []
    for turn in range(ROUNDS):
        number = f"{items}-{turn}"
        ours.append(seconds(lambda number=number: printed(month(items), number=number)))  # type: ignore[misc]
        theirs.append(seconds(bare))
        kept.append(seconds(lambda number=number: printed(month(items), number=number)))  # type: ignore[misc]
    return pages, statistics.median(ours), statistics.median(theirs), statistics.median(kept)


def main() -> None:
    import django
    from django.conf import settings

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        settings.DATA_DIR = Path(folder)
        sys.stdout.write("pages  ours s  bare s  ratio  kept ms\n")
        for items in (6, 165):
            pages, ours, bare, kept = compare(items)
            sys.stdout.write(f"{pages:5}  {ours:6.3f}  {bare:6.3f}  {ours / bare:5.2f}  {kept * 1000:7.1f}\n")


if __name__ == "__main__":
    main()
