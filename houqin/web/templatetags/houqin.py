"""The template words of the house, available in every template without loading.

Three kinds: words that draw a component (`icon`, `button`, `field`, …), words that wrap what stands between
them (`card` … `endcard`), and filters that write money, days and durations the one way the house writes them.
Every component is a template of the same name under templates/components/; the gallery shows them all.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.base import Node, Parser, TextNode, Token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from houqin.search.excerpts import pieces
from houqin.showing import said_day, said_moment
from houqin.web import navigation

register = template.Library()

TONES = ("neutral", "info", "warn", "good", "bad", "key")

# From when to when, as `houqin.rosters.models.hours_label` and the settings say it.
HOURS = re.compile(r"(（?\d\d:\d\d–(?:次日)?\d\d:\d\d）?)")

# What the browser may fill in by itself, by the name of the field (WCAG 2.2, 1.3.5).
AUTOCOMPLETE = {"name": "name", "phone": "tel", "email": "email", "login": "username"}


# ── words that draw ──────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """The lucide icon `name`, decorative: the word beside it says what it means."""
    return _drawn(str(name), size)


_compile_icon = register.tags["icon"]


@register.tag("icon")
def compile_icon(parser: Parser, token: Token) -> Node:
    """An icon whose name stands in the template is text of the template, drawn when that is read."""
    node: Any = _compile_icon(parser, token)
    given = (*node.args, *node.kwargs.values())
    if any(isinstance(each.var, template.Variable) or each.filters for each in given):
        return node  # type: ignore[no-any-return]
    return TextNode(node.render(template.Context()))


@cache
def _drawn(name: str, size: int) -> SafeString:
    """Read once from the package's archive, then kept: a page draws the same twenty icons every time."""
    return format_html("{}", lucide(name, size=size, aria_hidden="true", **{"class": "icon"}))


@register.simple_tag
def badge(label: str, tone: str = "neutral") -> SafeString:
    """A word with its tone; the shape before the word comes from the style sheet, so rows stay lean."""
    return _badge(label, tone if tone in TONES else "neutral")


# `typed`: a text that is escaped already is another one than the same letters that are not.
@register.simple_tag
def unread_count(count: int) -> SafeString | str:
    """The number beside the bell; nothing for none."""
    if not count:
        return ""
    return format_html(
        '<span class="unread"><span class="unseen">未读</span>{}</span>', count if count < 100 else "99+"
    )


@lru_cache(maxsize=500, typed=True)
def _badge(label: str, tone: str) -> SafeString:
    """A list draws the same few badges in every row."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, label)


def in_use_mark(label: str, *, is_in_use: bool) -> SafeString:
    """The cell of what may go out of use: a badge only where it did, so that those stand out."""
    return format_html('<span class="desk-only soft">{}</span>', label) if is_in_use else badge(label)


@register.simple_tag
def state_badge(record: Any) -> SafeString:
    """The state of `record` as a badge; its model says which of the four tones a state has."""
    return badge(record.get_state_display(), getattr(record, "STATE_TONES", {}).get(record.state, "neutral"))


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    kind: str = "",
    icon: str = "",
    *,
    type: str = "submit",  # noqa: A002 - the HTML attribute's own name
    name: str = "",
    value: str = "",
    form: str = "",
    opens: str = "",
    reason: str = "",
) -> dict[str, Any]:
    """A button; `kind` is primary, danger, quiet or nothing; `opens` names a dialog; `reason` disables it."""
    return {
        "label": label,
        "kind": kind,
        "icon": icon,
        "type": "button" if opens else type,
        "name": name,
        "value": value,
        "form": form,
        "opens": opens,
        "reason": reason,
    }


@register.inclusion_tag("components/link_button.html")
def link_button(label: str, url: str, kind: str = "", icon: str = "") -> dict[str, str]:
    """A link that looks like a button, for going somewhere; what changes something is a `button`."""
    return {"label": label, "url": url, "kind": kind, "icon": icon}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, autocomplete: str = "", hint: str = "") -> dict[str, Any]:
    """A form field, whole: label, required mark, input, help and errors, tied together by their ids.

    Works with any Django widget. `hint` stands in an empty input; `autocomplete` overrides the field's own.
    """
    widget = bound.field.widget
    attributes: dict[str, Any] = {}
    filled_in_by = autocomplete or AUTOCOMPLETE.get(bound.name, "")
    if filled_in_by and "autocomplete" not in widget.attrs:
        attributes["autocomplete"] = filled_in_by
    if hint:
        attributes["placeholder"] = hint
    if isinstance(widget, forms.DateInput):
        # A date input of the browser understands only this form, whatever the locale writes.
        widget.format = "%Y-%m-%d"
        widget.input_type = "date"
    if isinstance(bound.field, forms.DecimalField):
        attributes["inputmode"] = "decimal"
    if isinstance(bound.field, forms.ModelChoiceField):
        _say_initials(widget)
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=attributes),
        "is_group": bound.use_fieldset,
        "is_checkbox": isinstance(widget, forms.CheckboxInput),
        "described_by": bound.aria_describedby or "",
    }


def _say_initials(widget: Any) -> None:
    """Write beside each choice the initials of its name in pinyin, by which a long list is narrowed."""
    plain = widget.create_option

    def create_option(name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = plain(name, value, *args, **kwargs)
        record = getattr(value, "instance", None)
        # Read from what was fetched: a key that the form left out is no reason for a query a row.
        key = vars(record).get("search_key", "") if record is not None else ""
        if key:
            option["attrs"]["data-initials"] = key.split("|")[1]
        return option

    widget.create_option = create_option


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with the whole form, and a link to every field that has a mistake."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors and not bound.is_hidden]}


@register.simple_tag
def kept(name: str) -> SafeString:
    """The template `name`, which knows no variables: drawn once, then kept."""
    return _part(name)


@register.simple_tag(takes_context=True)
def side_navigation(context: template.Context) -> SafeString:
    """All that this person may open, at the side of a desk and in the drawer of a phone."""
    return _part("base/side_navigation.html", *_navigation(context))


@register.simple_tag(takes_context=True)
def phone_bar(context: template.Context) -> SafeString:
    """The few places of the navigation that a thumb reaches."""
    return _part("base/phone_bar.html", *_navigation(context))


def _navigation(context: template.Context) -> tuple[tuple[navigation.Group, ...], str, bool]:
    """The groups of this person, where home is, and whether this is it.

    The current entry is that of the page's address, or of `standing_at` for a page that is also reached so.
    """
    request, home_url = context.get("request"), navigation.address_of("home") or "/"
    path = request.path if request else ""
    groups = navigation.groups(context.get("navigation") or (), context.get("standing_at") or path)
    return groups, home_url, path == home_url


# As many as there are kinds of staff, times the entries of the navigation that may be the current one.
@lru_cache(maxsize=2_000)
def _part(
    name: str, groups: tuple[navigation.Group, ...] = (), home_url: str = "", is_home: bool = False
) -> SafeString:
    """A part of the base page; what it says is in its arguments, so the next page with the same has it."""
    return render_to_string(name, {"groups": groups, "home_url": home_url, "is_home": is_home})


# ── words that wrap ──────────────────────────────────────────────────────────────────────────────────────


def _wrap(component: str, content: str, /, **variables: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", {"content": content, **variables})


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "") -> SafeString:
    """A sheet of paper around `content`; kind="flush" lets a table reach its edges."""
    return _wrap("card", content, title=title, kind=kind)


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> SafeString:
    """A notice that stays on the page, in one of the four tones."""
    return _wrap("alert", content, tone=tone, title=title)


@register.simple_block_tag
def table(content: str, label: str, kind: str = "") -> SafeString:
    """A frame for rows: sticky head and first column at a desk; kind="cards" makes rows cards on phones."""
    return _wrap("table", content, label=label, kind=kind)


@register.simple_block_tag
def dialog(content: str, title: str, name: str) -> SafeString:
    """A dialog that a `button` with `opens=name` shows."""
    return _wrap("dialog", content, title=title, name=name)


@register.simple_block_tag
def action_bar(content: str) -> SafeString:
    """The buttons of a page or form, stuck to the thumb on a phone."""
    return _wrap("action_bar", content)


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────


@register.filter
def money(amount: Decimal | float | str | None) -> str:
    """1234.5 → 1,234.50; nothing → an em dash."""
    if amount is None or amount == "":
        return "—"
    try:
        exact = Decimal(str(amount)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(amount)
    return f"{exact:,.2f}"


def _school_day(moment: date | datetime) -> date:
    """The day in the school's time zone; a bare UTC date would put 7 o'clock inspections on yesterday."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


@register.filter
def day(moment: date | datetime | None) -> str:
    """For tables: 2026-11-22."""
    return _school_day(moment).isoformat() if moment else "—"


@register.filter
def day_prose(moment: date | datetime | None) -> str:
    """For sentences: 11月22日（周日）; in another year 2027年1月5日（周二）."""
    return said_day(moment, on=timezone.localdate()) if moment else "—"


@register.filter
def clock_prose(moment: datetime | None) -> str:
    """For sentences: 11月22日（周日）09:05, in the school's time; in another year with it."""
    return said_moment(moment, on=timezone.localdate()) if moment else "—"


@register.filter
def unbroken(text: Any) -> Any:
    """Hours inside a text stand in one line: 18:00–次日06:00. What is no plain text comes back as it is."""
    if type(text) is not str or "–" not in text:
        return text
    pieces = HOURS.split(text)
    drawn = (
        format_html('<span class="whole">{}</span>', each) if at % 2 else each
        for at, each in enumerate(pieces)
    )
    # One element: in a list on the phone each of several would stand apart.
    return format_html("<span>{}</span>", format_html_join("", "{}", ((each,) for each in drawn)))


@register.filter
def one_line(text: str) -> SafeString:
    """A number or code that is read off and never broken."""
    return format_html('<span class="one-line">{}</span>', text)


@register.filter
def found(text: str, words: str) -> SafeString:
    """`text` with the words that were searched for marked in it."""
    cut = pieces(text, words)
    drawn = (format_html("<mark>{}</mark>", part) if is_word else part for part, is_word in cut)
    return format_html_join("", "{}", ((each,) for each in drawn))


@register.filter
def moment_prose(moment: datetime | None) -> str:
    """For sentences: 11月22日（周日）09:05, in the school's time."""
    if not moment:
        return "—"
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_prose(moment)}{local:%H:%M}"


@register.filter
def clock(moment: datetime | None) -> str:
    """For histories: 2026-11-22 09:05, in the school's time."""
    if not moment:
        return "—"
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{local:%Y-%m-%d %H:%M}"


@register.filter
def since(moment: date | datetime | None) -> str:
    """How long ago, for things that wait: 已 2 天, 已 3 小时, 刚刚."""
    if not moment:
        return ""
    if isinstance(moment, datetime):
        minutes = int((timezone.now() - moment).total_seconds() // 60)
        if minutes < 1:
            return "刚刚"
        if minutes < 60:
            return f"已 {minutes} 分钟"
        if minutes < 24 * 60:
            return f"已 {minutes // 60} 小时"
    days = (timezone.localdate() - _school_day(moment)).days
    return f"已 {days} 天" if days > 0 else "今天"
