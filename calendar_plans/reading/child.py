"""The limited child process that parses foreign office files: ``python -m calendar_plans.reading.child
KIND``.

The file comes on standard input, ``{"text": …}`` or ``{"refused": …}`` goes to standard output. Memory and
time are limited before the first byte is parsed; a crash is the parent's to report.
"""

import io
import json
import sys
import zipfile

from houqin.foreign import confine

from .word import document_text
from .workbook import workbook_text

OUTPUT_LIMIT = 1_000_000
_PART_LIMIT = 60 * 1024 * 1024
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)


def main() -> None:
    """Read a file, write its text; refuse XML that declares entities."""
    confine()
    data = sys.stdin.buffer.read()
    if data.startswith(b"PK") and _declares_entities(data):
        answer = {"refused": "里面有不该有的声明，可能有害，没有打开。请另存一份新文件，或粘贴文字。"}
    else:
        text = document_text(data) if sys.argv[1] == "docx" else workbook_text(data)
        answer = {"text": text[:OUTPUT_LIMIT]}
    sys.stdout.write(json.dumps(answer))


def _declares_entities(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not member.filename.endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(member) as part:
                content = part.read(_PART_LIMIT)
            if any(word in content for word in _DECLARATIONS):
                return True
    return False


if __name__ == "__main__":
    main()
