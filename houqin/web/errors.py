"""Error pages in Chinese: what is wrong, what to do next, a link home, and never a trace.

They stand on the plain page and are drawn without a request, so that no context processor asks the session or
the database: an error page must not fail of the very error it tells about. To htmx the same sentence goes as
plain text, and the page shows it as a toast.
"""

from __future__ import annotations

import errno
import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

# What a database that is away or restarting makes a request fail with.
UNREACHABLE = (OperationalError, InterfaceError)

UNREADABLE = "浏览器送来的内容不完整，或者文件、文字超过了允许的大小。"
FORBIDDEN = "您的岗位没有这一页的权限。"
ABSENT = "这个地址没有内容：它可能写错了，可能已经移走，也可能不在您能看到的范围内。"
FORGED = "这一页开得太久，或者您在别处重新登录过，为了安全没有保存。"
FULL = "服务器的磁盘满了，刚才的操作没有保存。请告诉系统管理员：腾出空间以后，再做一次就行。"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# PostgreSQL's word for it.
DISK_FULL = "53100"
AWAY = "数据库暂时连不上，刚才的操作没有保存。请等半分钟再试。"


def _answer(
    request: HttpRequest, status: int, sentence: str, *, page: str = "", mark: str = ""
) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        text = f"{sentence}（编号 {mark}）" if mark else sentence
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    body = render_to_string(f"errors/{page or status}.html", {"sentence": sentence, "mark": mark})
    return HttpResponse(body, status=status)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 (`handler400`): a request that cannot be understood or is too big."""
    return _answer(request, 400, UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 (`handler403`): the reason is the sentence of the PermissionDenied."""
    return _answer(request, 403, str(exception) or FORBIDDEN)


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 (`handler404`): nothing there, or not yours. Both read the same, so that nothing can be guessed."""
    return _answer(request, 404, ABSENT)


def switched_off(request: HttpRequest, label: str) -> HttpResponse:
    """404 for a page of a module that the school does not use: there is nothing wrong and nothing lost."""
    sentence = f"“{label}”这个功能，学校现在没有启用。"
    return _answer(request, 404, sentence, page="switched_off")


def broken(request: HttpRequest) -> HttpResponse:
    """500 (`handler500`): our fault. Logs the number that the page shows; Django logs the trace after it.

    When it was the database or the disk that failed, the answer is `trouble`'s: Django brings every
    exception here, those of reading the session too, which no middleware can catch (each one's answer is
    already drawn).
    """
    if (known := trouble(request, sys.exception())) is not None:
        return known
    mark = secrets.token_hex(4)
    logger.error("request %s failed: %s %s", mark, request.method, request.path)
    return _answer(request, 500, "程序在这一步出了差错，刚才的操作没有完成。这不是您的错。", mark=mark)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token, most often a page that stood open overnight."""
    return _answer(request, 403, FORGED, page="403_csrf")


def is_full(error: BaseException | None) -> bool:
    """Whether a disk of the server had no room, for a file or for the database."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, UNREACHABLE) and getattr(error.__cause__, "sqlstate", "") == DISK_FULL


def trouble(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The answer to what no program can help: a disk that is full, a database that is away; else None."""
    if is_full(error):
        logger.error("disk full: %s", error)
        return disk_full(request)
    if isinstance(error, UNREACHABLE):
        logger.error("database unreachable: %s", error)
        return database_away(request)
    return None


def disk_full(request: HttpRequest) -> HttpResponse:
    """503 while a disk of the server is full; pages that write nothing go on."""
    response = _answer(request, 503, FULL, page="disk_full")
    response["Retry-After"] = "60"
    return response


def database_away(request: HttpRequest) -> HttpResponse:
    """503 while the database restarts: nothing here asks the database or the session."""
    response = _answer(request, 503, AWAY)
    response["Retry-After"] = "15"
    return response
