"""A page's form as a browser sees it: its inputs, filled in as a person would.

Forms are found in the pages themselves, so that one that a later issue adds is filled and sent unedited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attachments.factories import pdf

KEY, VERSION, TOKEN = "_key", "_version", "csrfmiddlewaretoken"
KEYS = (KEY, "form_key")
TRAVELLING = {KEY, VERSION, TOKEN, "form_key", "read_version", "chosen"}

_numbers = count(1)


@dataclass(frozen=True)
class File:
    """A file that is chosen in a form; each sending reads it anew."""

    name: str
    data: bytes


def as_sent(data: dict[str, Any]) -> dict[str, Any]:
    """`data` with its files as a browser sends them."""
    return {
        name: SimpleUploadedFile(value.name, value.data) if isinstance(value, File) else value
        for name, value in data.items()
    }


@dataclass
class Control:
    """One input, select or textarea."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    is_required: bool = False
    longest: int = 200
    least: str = ""

    @property
    def is_typed(self) -> bool:
        return self.kind in {"text", "textarea", "search", "tel", "email"}


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)

    def filled(self, **typed: Any) -> dict[str, Any]:
        """What a browser would send: what stands there, `typed`, and something for what is required."""
        sent: dict[str, Any] = {}
        for control in self.controls.values():
            # A list in which nothing is chosen sends its first line.
            chosen = control.values or (control.options[:1] if control.kind == "select" else [])
            values = chosen if any(chosen) or not control.is_required else [guess(control)]
            if control.kind == "file":
                # A file that may be left out is; where a form is about files, there is one.
                if control.is_required:
                    sent[control.name] = File("合同.pdf", pdf())
            elif values:
                sent[control.name] = values if len(values) > 1 else values[0]
        return sent | {name: value for name, value in typed.items() if name in self.controls}

    @property
    def typed_controls(self) -> list[Control]:
        """The inputs in which a person types words."""
        return [
            control
            for control in self.controls.values()
            if control.is_typed and control.name not in TRAVELLING
        ]


def guess(control: Control) -> str:
    """Something that fits a required input."""
    if control.options:
        return next((option for option in control.options if option), "")
    if control.kind == "date":
        return "2026-09-15"
    if control.kind == "number":
        return control.least or "1"
    if control.kind == "checkbox":
        return "on"
    return f"填写{next(_numbers)}"[: control.longest]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.control: Control | None = None
        self.is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self.is_open = True
        elif tag == "option" and self.control is not None:
            value = given.get("value", "")
            self.control.options.append(value)
            if "selected" in given:
                self.control.values.append(value)
        elif self.is_open and tag in {"input", "select", "textarea"} and given.get("name"):
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        if kind in {"submit", "button", "image", "reset"} or "disabled" in given:
            return
        control = self.forms[-1].controls.setdefault(given["name"], Control(given["name"], kind))
        # Pages that check on the server may mark what is required by `aria-required` alone.
        control.is_required |= "required" in given or given.get("aria-required") == "true"
        control.longest = int(given.get("maxlength") or control.longest)
        control.least = given.get("min", control.least)
        if kind in {"radio", "checkbox"}:
            control.options.append(given.get("value", "on"))
            if "checked" in given:
                control.values.append(given.get("value", "on"))
        elif tag == "input" and given.get("value"):
            control.values.append(given["value"])
        if tag != "input":
            self.control = control

    def handle_data(self, data: str) -> None:
        if self.control is not None and self.control.kind == "textarea" and data.strip():
            self.control.values.append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self.control = None
        elif tag == "form":
            self.is_open = False


def forms_in(html: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_of(html: str, address: str) -> Form | None:
    """The form that the page sends to its own address, None when it has none."""
    own = [form for form in forms_in(html) if form.method == "post" and form.action in {"", address}]
    return max(own, key=lambda form: len(form.controls), default=None)
