"""U6: a print reads nothing but its own names, whatever is typed in, and even if escaping failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from django.template.loader import render_to_string

from houqin.documents.printing import Paper, Signature
from houqin.documents.process import LAYOUT
from tests.documents.sheets import Row, Sheet, month, page_texts, printed, read

SECRET = "密钥canary7Q4X"


class Listener:
    """A real server on the loopback that counts who comes."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.hits.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(SECRET.encode())

            def log_message(self, *args: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, args=(0.01,))
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def attacks(address: str) -> list[str]:
    """Every way in which HTML can name an address that WeasyPrint would read."""
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}/nested' width='9' height='9'/></svg>"
    )
    return [
        f'<img src="{address}/img">',
        f'<link rel="stylesheet" href="{address}/sheet.css">',
        f"<style>@import url({address}/import.css);</style>",
        f"<style>@font-face {{ font-family: x; src: url({address}/font) }} p {{ font-family: x }}</style>",
        f'<link rel="attachment" href="{address}/attachment">',
        f'<a rel="attachment" href="{address}/linked">x</a>',
        f'<object data="{address}/object"></object>',
        f'<embed src="{address}/embed">',
        f'<p style="background: url({address}/background)">x</p>',
        f'<p style="content: url({address}/content)">x</p>',
        f'<ul style="list-style-image: url({address}/bullet)"><li>x</li></ul>',
        f'<svg width="9" height="9"><image href="{address}/svg" width="9" height="9"/></svg>',
        f'<svg width="9" height="9"><use href="{address}/use#a"/></svg>',
        f'<base href="{address}/"><img src="relative">',
        f'<img src="data:image/svg+xml,{quote(picture)}">',
    ]


def poisoned(address: str) -> tuple[Sheet, dict[str, str]]:
    """A sheet, and its frame, with every attack in every field that is printed."""
    poison = "</td></table>" + "".join(attacks(address))
    row = Row(1, *[poison] * (len(fields(Row)) - 1))
    sheet = replace(
        month(0), rows=[row], department=poison, month_label=poison, plan_title=poison, focus=[poison],
        is_month_over=True, signatures=[Signature(poison, poison)],
    )  # fmt: skip
    return sheet, {"title": poison, "school": poison, "printed_by": poison, "number": poison}


def test_every_field_of_a_sheet_is_escaped() -> None:
    sheet, frame = poisoned("http://127.0.0.1:9")
    paper = Paper(back_url="https://houqin.example.cn/", **frame)  # type: ignore[arg-type]
    html = render_to_string("calendar_plans/documents/month_plan.html", {"sheet": sheet, "paper": paper})
    counts = {tag: html.count(tag) for tag in ("<img", "<a ", "<link", "<style", "<svg", "<base", "<object")}
    # The picture of the code and its link are the sheet's own.
    assert counts == {"<img": 1, "<a ": 1, "<link": 0, "<style": 0, "<svg": 0, "<base": 0, "<object": 0}


def test_no_field_of_a_sheet_makes_the_layout_read_anything(listener: Listener, secret: Path) -> None:
    for address in (listener.address, secret.as_uri()):
        sheet, frame = poisoned(address)
        document = printed(sheet, **frame)
        text = "".join(page_texts(document))
        assert f"{address}/attachment" in text
        assert SECRET not in text
        assert read(document).attachments == {}
    assert listener.hits == []


def test_even_unescaped_addresses_are_refused_by_the_layout(listener: Listener, secret: Path) -> None:
    for address in (listener.address, secret.as_uri(), f"file://localhost{secret}", str(secret)):
        body = "".join(attacks(address)) + f'<img src="{address}"><a rel="attachment" href="{address}">x</a>'
        order: dict[str, object] = {
            "html": f"<html lang=zh-CN><head><title>x</title></head><body>{body}<p>正文</p></body></html>",
            "styles": [],
            "names": {},
            "printed_at": "",
        }
        with LAYOUT.turn():
            laid = LAYOUT.lay_out(order)
        assert SECRET.encode() not in laid.pdf
        assert b"/EmbeddedFile" not in laid.pdf
    assert listener.hits == []


def test_the_address_of_the_code_is_drawn_and_never_read(listener: Listener) -> None:
    document = printed(month(1), back_url=f"{listener.address}/record")
    assert document.pages == 1
    assert listener.hits == []
