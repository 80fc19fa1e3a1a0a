from __future__ import annotations

import errno
import os

import pytest

from houqin.starting.saying import explain


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "磁盘已满，/srv/houqin 写不进去。请腾出空间后再运行 make run。"),
        (errno.EDQUOT, "磁盘已满，/srv/houqin 写不进去。请腾出空间后再运行 make run。"),
        (
            errno.EROFS,
            (
                "没有权限读写 /srv/houqin （Read-only file system）。请检查这个文件夹的主人和权限，"
                "或把本项目复制到自己的文件夹里再运行 make run。"
            ),
        ),
        (errno.EIO, "读写 /srv/houqin 时出错（Input/output error）。请排除故障后再运行 make run。"),
    ],
)
def test_an_error_of_the_disk_is_one_sentence_with_the_file(number: int, sentence: str) -> None:
    assert explain(OSError(number, os.strerror(number), "/srv/houqin")) == sentence


def test_an_error_without_a_file_still_says_what_happened() -> None:
    assert explain(OSError(errno.ENOSPC, "full")) == "磁盘已满，文件写不进去。请腾出空间后再运行 make run。"
