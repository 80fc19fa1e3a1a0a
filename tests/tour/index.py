"""The plain page that shows all pictures of a tour side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>后勤 · 巡览</title>
<style>body{{font:14px sans-serif;margin:16px}}figure{{display:inline-block;margin:8px;vertical-align:top}}
img{{max-width:320px;max-height:480px;border:1px solid #999}}</style>
<h1>{count} 张图，{wrong} 条问题</h1><ul>{complaints}</ul>{roles}</html>"""


def write_index(folder: Path, pictures: Sequence[str], complaints: Sequence[str]) -> None:
    """Write `index.html` into `folder`: complaints first, then the pictures, role by role."""
    by_role: dict[str, list[str]] = defaultdict(list)
    for picture in sorted(set(pictures)):
        by_role[picture.partition("-")[0]].append(picture)
    roles = "".join(
        f"<h2>{escape(role)}</h2>{''.join(map(_figure, names))}" for role, names in by_role.items()
    )
    items = "".join(f"<li>{escape(complaint)}</li>" for complaint in complaints)
    page = PAGE.format(count=len(pictures), wrong=len(complaints), complaints=items, roles=roles)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _figure(picture: str) -> str:
    name = escape(picture)
    image = f'<img src="{name}" alt="{name}" loading="lazy">'
    return f'<figure><a href="{name}">{image}</a><figcaption>{name}</figcaption></figure>'
