"""Whether this machine can make PDFs; pages that offer a print ask before they show the button."""

from __future__ import annotations

from houqin.rules import Decision
from houqin.starting.system_libraries import PACKAGES, pdf_libraries_present

_present = False


def available() -> Decision:
    """Yes, or no with the sentence that names the line to type.

    A yes is remembered; after a no the libraries are looked for again, so that installing them is enough.
    """
    global _present  # noqa: PLW0603 - a fact about the machine
    if not _present:
        _present = pdf_libraries_present()
    if _present:
        return Decision.yes()
    return Decision.no(
        "这台服务器缺少生成 PDF 的系统库，暂时不能打印。"
        f"请系统管理员执行：sudo apt install {' '.join(PACKAGES)}"
    )
