"""The layout process: HTML comes in, a PDF goes out, and nothing else is reachable from here.

Run by `process.py` as a program of its own (`python -I layout.py DESCRIPTOR`), never imported by the web
server: WeasyPrint and its fonts stay out of the server's memory, a runaway document hits the ceiling of this
process alone, and there is no database connection, no secret and no Django in it for a document to reach.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import sys
import threading
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

# The ceiling is set before the import: the import itself must fit below it too.
MEMORY_CEILING = 1024 * 1024 * 1024
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from weasyprint import CSS, HTML  # noqa: E402 - after the ceiling, see above
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

# Tagged and readable for screen readers.
VARIANT = "pdf/ua-1"
PRINTED_AT = "printed-at"
WORN_OUT_BYTES = 224 * 1024 * 1024
WORN_OUT_DOCUMENTS = 500
# A page that somebody waits for goes before a print.
NICENESS = 5
TYPES = {"svg": "image/svg+xml", "css": "text/css"}


class OwnNames(URLFetcher):  # type: ignore[misc]
    """Answers for the names that came with the document, and raises for every address in the world."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url not in self.names:
            raise PermissionError("a document reads nothing but its own names")
        kind = TYPES[url.rsplit(".", 1)[-1]]
        return URLFetcherResponse(url, self.names[url], {"Content-Type": kind})


FETCHER = OwnNames()
FONTS = FontConfiguration()


@lru_cache(maxsize=32)
def stylesheet(text: str) -> CSS:
    """A parsed style sheet; the same few serve every document."""
    return CSS(string=text, url_fetcher=FETCHER, font_config=FONTS)


def lay_out(order: dict[str, Any]) -> tuple[bytes, int]:
    """The PDF of one order, and its number of pages."""
    FETCHER.names = order["names"]
    html = HTML(string=order["html"], url_fetcher=FETCHER)
    # Filled into the parsed tree, so that the minute is no part of the content that the cache compares.
    for element in html.etree_element.iter():
        if element.get("id") == PRINTED_AT:
            element.text = order["printed_at"]
    styles = [stylesheet(text) for text in order["styles"]]
    document = html.render(font_config=FONTS, stylesheets=styles, pdf_variant=VARIANT)
    return document.write_pdf(pdf_variant=VARIANT), len(document.pages)


def answer(channel: Connection, order: bytes) -> bool:
    """Lay out one order; send the header and the PDF, or what went wrong. False when memory ran out."""
    try:
        pdf, pages = lay_out(json.loads(order))
    except MemoryError:
        channel.send_bytes(json.dumps({"failed": "memory"}).encode())
        return False
    except Exception as error:  # noqa: BLE001 - whatever a layout stumbles over is reported, not fatal
        channel.send_bytes(json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode())
        return True
    channel.send_bytes(json.dumps({"pages": pages}).encode())
    channel.send_bytes(pdf)
    return True


def is_worn_out(documents: int) -> bool:
    """Whether this process holds more memory than a fresh one should, or has worked long enough."""
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resident > WORN_OUT_BYTES or documents >= WORN_OUT_DOCUMENTS


def end_with(channel: Connection) -> None:
    """End at once when the server's end of the socket closes, in the middle of a layout if need be."""
    hung_up = select.poll()
    hung_up.register(channel.fileno(), 0)
    hung_up.poll()
    os._exit(0)


def main() -> None:
    # What a library prints would otherwise look like the server's own output; the log is the place for it.
    os.dup2(2, 1)
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    # A layout grows and keeps everything until it is written: searching it for garbage again and again finds
    # nothing and takes a third of the time. The search happens once, after each document.
    gc.disable()
    channel = Connection(int(sys.argv[1]))
    threading.Thread(target=end_with, args=(channel,), daemon=True).start()
    documents = 0
    while answer(channel, channel.recv_bytes()):
        documents += 1
        if documents == 1:
            # Fonts, style sheets and the library stay: searching them after every document took a third of
            # the time that the document itself had taken.
            gc.collect()
            gc.freeze()
        if is_worn_out(documents):
            break
    # Python keeps what a big document took. The same program anew in the same process, on the same socket,
    # gives it back to the system and is soon warm again; an order sent meanwhile waits in the socket.
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line


if __name__ == "__main__":
    main()
