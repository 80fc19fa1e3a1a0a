"""A machine without the system libraries: the program runs, and says what to type."""

from __future__ import annotations

import pytest

from houqin.documents.availability import available
from houqin.documents.process import PrintingFailed
from tests.documents.sheets import month, printed

SENTENCE = (
    "这台服务器缺少生成 PDF 的系统库，暂时不能打印。请系统管理员执行："
    "sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
)


def test_a_machine_with_the_libraries_can_print() -> None:
    assert available().ok is True


def test_a_machine_without_them_is_told_the_line_to_type(without_libraries: None) -> None:
    assert (available().ok, available().reason) == (False, SENTENCE)


def test_printing_without_them_is_refused_with_the_same_sentence(without_libraries: None) -> None:
    with pytest.raises(PrintingFailed) as refused:
        printed(month(1))
    assert (refused.value.message, refused.value.status) == (SENTENCE, 503)


def test_installing_them_is_enough(monkeypatch: pytest.MonkeyPatch, without_libraries: None) -> None:
    assert available().ok is False
    monkeypatch.undo()
    assert available().ok is True
