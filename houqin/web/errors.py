"""Error pages in Chinese: what is wrong, what to do next, and never a trace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token, most often a page that stood open overnight."""
    return render(request, "errors/403_csrf.html", status=403)


def database_away(request: HttpRequest) -> HttpResponse:
    """503 while the database restarts; rendered without any context that would ask the database."""
    response = HttpResponse(
        "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>系统正在恢复</title>"
        "<h1>系统正在恢复</h1><p>数据库暂时连不上，刚才的操作没有保存。请等半分钟再试。</p>",
        status=503,
    )
    response["Retry-After"] = "15"
    return response
