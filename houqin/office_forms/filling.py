"""The limited child process that opens a bureau's form: ``python -m houqin.office_forms.filling KIND``.

Standard input is a line of JSON, then the form. `{"act": "inspect"}` answers with JSON: the placeholders on
it, and why it cannot be used. `{"act": "fill", "texts": …, "lines": …}` answers with the filled form.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from houqin.foreign import confine
from houqin.office_forms.placeholders import Content

KINDS = {"docx": "houqin.office_forms.words", "xlsx": "houqin.office_forms.sheets"}


def opener(kind: str) -> ModuleType:
    """What opens forms of `kind`; the library of the other kind is not loaded, it costs 0.4 s."""
    return import_module(KINDS[kind])


def inspected(kind: str, data: bytes) -> dict[str, object]:
    """What stands on the form `data`: `names`, and `refusal`, a sentence or empty."""
    inspect: Callable[[bytes], tuple[list[str], str]] = opener(kind).inspect
    names, refusal = inspect(data)
    return {"names": names, "refusal": refusal}


def main() -> None:
    confine()
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    if order["act"] == "inspect":
        answer = json.dumps(inspected(sys.argv[1], data)).encode()
    else:
        answer = opener(sys.argv[1]).fill(data, Content(order["texts"], order["lines"]))
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
