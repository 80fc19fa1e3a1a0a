"""The language of the screen: every component on the gallery, nothing inline, readable in both themes."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.utils import timezone
from django.utils.html import format_html

from houqin.registry import Navigation
from houqin.web import navigation
from houqin.web.gallery import Gallery
from houqin.web.templatetags import houqin as words

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CSS = Path(settings.BASE_DIR) / "static" / "houqin" / "css"
SOURCES = ("houqin", "calendar_plans")

FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "an htmx handler": r"\shx-on",
    "the filter safe": r"\|\s*safe\b",
    "switched-off escaping": r"autoescape\s+off",
    "a script address": r"javascript:",
    "an inline script": r"<script(?![^>]*\ssrc=)",
}

TONES = ("info", "warn", "good", "bad")
PAIRS = [
    *[(ink, sheet) for ink in ("ink", "ink-soft", "accent") for sheet in ("paper", "surface", "sunken")],
    *[(tone, ground) for tone in TONES for ground in ("paper", "surface", f"{tone}-wash")],
    *[("ink", f"{tone}-wash") for tone in (*TONES, "accent")],
    ("accent", "accent-wash"), ("on-accent", "accent"), ("on-accent", "accent-strong"),
]  # fmt: skip


def gallery() -> str:
    request = RequestFactory().get("/components/")
    request.user = AnonymousUser()
    return Gallery.as_view()(request).render().content.decode()


def drawn(source: str, **variables: Any) -> str:
    return Template(source).render(Context(variables))


def tokens(theme: str) -> dict[str, str]:
    """The colours of `theme` as the style sheet names them."""
    sheet = (CSS / "house.css").read_text()
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", sheet)
    return {name: light if theme == "light" else dark for name, light, dark in pairs}


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# ── what no template may hold ──


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    offenders = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(FORBIDDEN[what], path.read_text(), re.IGNORECASE)
    ]
    assert offenders == []


def test_no_code_marks_text_as_safe() -> None:
    offenders = [
        str(path)
        for source in SOURCES
        for path in (Path(settings.BASE_DIR) / source).rglob("*.py")
        if "mark_safe" in path.read_text()
    ]
    assert offenders == []


def test_letters_that_are_marks_are_told_from_the_same_letters_that_are_text() -> None:
    marks = format_html("<{}>", "b")
    drawn = [words.badge(label) for label in (marks, "<b>", marks)]
    assert [badge.count("&lt;b&gt;") for badge in drawn] == [0, 1, 0]


# ── the gallery ──


def test_every_component_is_on_the_gallery() -> None:
    seen: set[str] = set()

    def remember(template: Any, **kwargs: Any) -> None:
        seen.add(template.name or "")

    template_rendered.connect(remember)
    try:
        gallery()
    finally:
        template_rendered.disconnect(remember)
    written = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert {name for name in seen if name.startswith("components/")} == written


def test_every_component_begins_with_the_names_of_its_variables() -> None:
    silent = [
        p.name for p in (TEMPLATES / "components").glob("*.html") if not p.read_text().startswith("{# ")
    ]
    assert silent == []


def test_every_id_of_the_gallery_stands_once() -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery())
    assert sorted(ids) == sorted(set(ids))


def test_every_description_points_at_something() -> None:
    page = gallery()
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    named = {
        name
        for names in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page)
        for name in names.split()
    }
    assert named - ids == set()


# ── the style sheets ──


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_edge_of_an_input_can_be_seen(theme: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours["line-strong"], colours[ground]) >= 3


def test_colours_are_named_once_in_the_tokens() -> None:
    stray = re.findall(r"(?<!%)#[0-9a-f]{6}\b", (CSS / "components.css").read_text())
    assert stray == []


def test_the_style_sheets_stay_small() -> None:
    sent = sum(len(gzip.compress(path.read_bytes())) for path in CSS.glob("*.css"))
    assert sent <= 15 * 1024


def test_a_first_visit_stays_under_90_kilobytes() -> None:
    """Everything that the base page names, and the gallery itself as the largest page."""
    page = gallery()
    names = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page))
    files = [Path(str(finders.find(name))) for name in names]
    assert {"houqin/js/house.js", "houqin/css/house.css", "django_htmx/htmx-2.min.js"} <= names
    assert (
        sum(len(gzip.compress(each.read_bytes())) for each in files) + len(gzip.compress(page.encode()))
        <= 90 * 1024
    )


# ── the words ──


def test_an_icon_is_silent_and_drawn_without_style() -> None:
    icon = drawn('{% icon "house" 18 %}')
    assert icon.startswith('<svg width="18" height="18"')
    assert 'aria-hidden="true"' in icon
    assert "style" not in icon


def test_a_badge_escapes_its_word() -> None:
    assert (
        drawn("{% badge word 'bad' %}", word="<b>") == '<span class="badge" data-tone="bad">&lt;b&gt;</span>'
    )


def test_a_card_escapes_what_people_wrote_inside() -> None:
    assert "<script>" not in drawn(
        "{% card title %}{{ text }}{% endcard %}", title="<script>", text="<script>"
    )


class Slip(forms.Form):
    name = forms.CharField(label="姓名", help_text="身份证上的姓名。")
    on = forms.DateField(label="日期", initial=date(2026, 11, 22), required=False)
    agreed = forms.BooleanField(label="同意", required=False)
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲")], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput, initial="k")


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    html = drawn("{% field form.name %}", form=Slip({}))
    assert '<label for="id_name">姓名 <span class="required">必填</span></label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert 'autocomplete="name"' in html


def test_a_date_field_is_the_browsers_own_with_the_day_it_understands() -> None:
    assert '<input type="date" name="on" value="2026-11-22"' in drawn("{% field form.on %}", form=Slip())


def test_choices_stand_in_a_group_with_a_legend() -> None:
    html = drawn("{% field form.kind %}", form=Slip())
    assert "<fieldset" in html
    assert "<legend>类型" in html


def test_a_hidden_field_has_no_label() -> None:
    html = drawn("{% field form.key %}", form=Slip())
    assert html.strip() == '<input type="hidden" name="key" value="k" id="id_key">'


def test_mistakes_are_listed_with_links_to_their_fields() -> None:
    html = drawn("{% form_errors form %}", form=Slip({"agreed": "on"}))
    assert 'href="#id_name"' in html
    assert 'href="#id_kind"' in html


def test_a_form_without_mistakes_says_nothing() -> None:
    assert drawn("{% form_errors form %}", form=Slip()).strip() == ""


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Decimal("1234.5"), "1,234.50"),
        (0, "0.00"),
        (None, "—"),
        ("", "—"),
        (Decimal("-2.345"), "-2.35"),
        ("x", "x"),
    ],
)
def test_money_has_two_decimals_and_separators(amount: Any, written: str) -> None:
    assert words.money(amount) == written


def test_hours_inside_a_text_stand_in_one_line_and_the_rest_is_escaped() -> None:
    said = words.unbroken("换人：<夜班>　18:00–次日06:00，白班（06:00–18:00）。")
    assert said == (
        '<span>换人：&lt;夜班&gt;　<span class="whole">18:00–次日06:00</span>，白班'
        '<span class="whole">（06:00–18:00）</span>。</span>'
    )
    assert (words.unbroken("<夜班>"), words.unbroken(5)) == ("<夜班>", 5)


@pytest.mark.dates
def test_a_day_is_the_schools_day() -> None:
    early = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with time_machine.travel(early, tick=False):
        assert (words.day(early), words.day_prose(early), words.clock(early)) == (
            "2026-11-22", "11月22日（周日）", "2026-11-22 07:30",
        )  # fmt: skip


def test_no_day_is_a_dash() -> None:
    assert (words.day(None), words.day_prose(None), words.clock(None), words.since(None)) == (
        "—",
        "—",
        "—",
        "",
    )


@pytest.mark.dates
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 22, 1, 59, 40, tzinfo=UTC), "刚刚"),
        (datetime(2026, 11, 22, 1, 30, tzinfo=UTC), "已 30 分钟"),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "已 3 小时"),
        (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "已 2 天"),
        (date(2026, 11, 22), "今天"),
        (date(2026, 11, 20), "已 2 天"),
    ],
)
def test_waiting_is_told_in_the_largest_unit(moment: Any, written: str, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 22, 2, 0, tzinfo=UTC), tick=False)
    assert timezone.now().hour == 2
    assert words.since(moment) == written


# ── the navigation ──


def test_the_navigation_stands_by_group_and_leaves_out_what_is_not_installed() -> None:
    entries = [
        Navigation("组件", "components", "x", "系统", "blocks"),
        Navigation("没有的", "nowhere", "x", "系统", "x"),
        Navigation("后台", "admin:index", "x", "资料", "database"),
    ]
    found = navigation.groups(entries, "/components/")
    assert [(group.label, [(link.label, link.is_current) for link in group.links]) for group in found] == [
        ("系统", [("组件", True)]),
        ("资料", [("后台", False)]),
    ]


def test_the_navigation_marks_the_longest_address() -> None:
    entries = [
        Navigation("首页", "home", "x", "日常", "house"),
        Navigation("组件", "components", "x", "日常", "blocks"),
    ]
    (group,) = navigation.groups(entries, "/components/")
    assert [link.is_current for link in group.links] == [False, True]
