"""The layout process: replaced when it dies, gone with its parent, without secrets, and bounded."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader

from houqin.documents.layout import MEMORY_CEILING, WORN_OUT_BYTES
from houqin.documents.printing import PAPER
from houqin.documents.process import LAYOUT, LayoutProcess, PrintingFailed
from tests.documents.sheets import month, printed


def order(
    rows: int = 1, *, cells: str = "<td>教学楼照明巡检</td>", styles: Sequence[str] = ()
) -> dict[str, object]:
    lines = "".join(f"<tr><td>{number}</td>{cells}</tr>" for number in range(rows))
    html = f"<html lang=zh-CN><head><title>表</title></head><body><table>{lines}</table></body></html>"
    return {"html": html, "styles": list(styles), "names": {}, "printed_at": ""}


@pytest.fixture
def layout() -> Iterator[LayoutProcess]:
    """A process of this test's own, warm, and closed afterwards."""
    process = LayoutProcess()
    process.lay_out(order())
    yield process
    process.close()


def test_one_warm_process_serves_one_order_after_the_other(layout: LayoutProcess) -> None:
    pid = layout.pid
    assert [layout.lay_out(order()).pages for _ in range(3)] == [1, 1, 1]
    assert layout.pid == pid


def test_a_killed_process_is_replaced_and_the_order_served(layout: LayoutProcess) -> None:
    killed = layout.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert layout.lay_out(order()).pages == 1
    assert layout.pid != killed


def test_a_process_killed_at_work_is_replaced_and_the_order_served(layout: LayoutProcess) -> None:
    killed = layout.pid
    assert killed is not None
    killer = threading.Timer(0.2, os.kill, (killed, signal.SIGKILL))
    killer.start()
    assert layout.lay_out(order(600)).pages > 10
    killer.join()
    assert layout.pid != killed


def test_a_layout_that_takes_too_long_is_stopped_with_a_sentence(layout: LayoutProcess) -> None:
    stopped = layout.pid
    with pytest.raises(PrintingFailed) as refused:
        layout.lay_out(order(2000), seconds=0.05)
    assert refused.value.message == "这份文件 0.05 秒还没有排完。请缩小范围，分几份打印。"
    assert not Path(f"/proc/{stopped}").exists()
    assert layout.lay_out(order()).pages == 1


def test_an_order_that_makes_no_sense_leaves_the_process_usable(layout: LayoutProcess) -> None:
    pid = layout.pid
    with pytest.raises(PrintingFailed) as refused:
        layout.lay_out({"html": None})
    assert refused.value.message == "这份文件排版出错，没有生成 PDF。请告诉系统管理员。"
    assert layout.lay_out(order()).pages == 1
    assert layout.pid == pid


def test_whoever_waits_too_long_for_his_turn_is_told(layout: LayoutProcess) -> None:
    refused: list[str] = []

    def second() -> None:
        try:
            with layout.turn(seconds=0.01):
                refused.append("")
        except PrintingFailed as error:
            refused.append(error.message)

    with layout.turn():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert refused == ["正在打印的人较多，请过一会儿再试。"]


def test_the_process_has_no_secret_and_no_descriptor_of_the_server(
    layout: LayoutProcess, tmp_path: Path
) -> None:
    environment = Path(f"/proc/{layout.pid}/environ").read_text()
    assert [
        name for name in ("SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL") if name in environment
    ] == []
    assert settings.SECRET_KEY not in environment
    layout.close()
    with (tmp_path / "open").open("w") as held:
        os.set_inheritable(held.fileno(), True)  # noqa: FBT003 - a builtin takes it by position only
        layout.lay_out(order())
        held_by_child = [os.readlink(link) for link in Path(f"/proc/{layout.pid}/fd").iterdir()]
    assert [name for name in held_by_child if str(tmp_path) in name] == []
    assert len([name for name in held_by_child if name.startswith("socket:")]) == 1


def test_the_process_cannot_take_more_than_its_ceiling(layout: LayoutProcess) -> None:
    limits = Path(f"/proc/{layout.pid}/limits").read_text().splitlines()
    ceiling = next(line.split()[3:5] for line in limits if line.startswith("Max address space"))
    assert ceiling == [str(MEMORY_CEILING), str(MEMORY_CEILING)]


def test_the_process_ends_at_once_when_its_parent_is_killed_at_work() -> None:
    program = textwrap.dedent("""
        import json, os, signal
        from houqin.documents.process import LayoutProcess
        from tests.documents.test_process import order
        layout = LayoutProcess()
        layout.lay_out(order())
        print(layout.pid, flush=True)
        input()
        layout._started().send_bytes(json.dumps(order(20000)).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    watched = os.pidfd_open(child)
    parent.communicate(b"\n")
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    assert parent.returncode == -signal.SIGKILL
    assert ended == [watched]


def test_a_forked_process_starts_its_own_and_leaves_the_parent_s_alone(layout: LayoutProcess) -> None:
    printed(month(1))
    pid = LAYOUT.pid
    forked = os.fork()
    if forked == 0:
        os._exit(0 if LAYOUT.pid is None else 1)
    _, status = os.waitpid(forked, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert printed(month(2)).was_kept is False
    assert LAYOUT.pid == pid


def test_a_worn_out_process_begins_afresh_under_the_same_number(layout: LayoutProcess) -> None:
    pid = layout.pid
    assert layout.lay_out(order(2500, cells="<td>教学楼照明巡检</td>" * 4)).pages > 50
    assert layout.lay_out(order()).pages == 1
    # The kernel counts the highest mark of memory anew for a new program.
    status = Path(f"/proc/{pid}/status").read_text()
    highest = int(status.split("VmHWM:")[1].split()[0]) * 1024
    assert highest < WORN_OUT_BYTES
    assert layout.pid == pid


@pytest.mark.long
def test_u6_five_thousand_rows_fit_below_the_ceiling(layout: LayoutProcess) -> None:
    cells = "<td>2026-11-02</td><td>教学楼照明巡检</td><td>李建国</td><td>1,234.50</td>"
    laid = layout.lay_out(order(5000, cells=cells, styles=[PAPER.read_text()]), seconds=600)
    text = PdfReader(io.BytesIO(laid.pdf)).pages[-1].extract_text()
    assert "4999" in text
    assert f"第 {laid.pages} 页 共 {laid.pages} 页" in text


@pytest.mark.long
def test_a_document_beyond_the_ceiling_is_refused_and_the_next_one_printed(layout: LayoutProcess) -> None:
    with pytest.raises(PrintingFailed) as refused:
        layout.lay_out(order(60000), seconds=600)
    assert refused.value.message == "这份文件太大，排版需要的内存超过上限。请缩小范围，分几份打印。"
    assert layout.lay_out(order()).pages == 1
