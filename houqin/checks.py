"""System checks that stop the start: a route without a declared right, a setting that would be unsafe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from houqin.registry import registry
from houqin.web.access import declared


def routes(
    patterns: Sequence[URLPattern | URLResolver] | None = None, prefix: str = "", names: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Every route of the program: (path pattern, qualified name, view)."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from routes(pattern.url_patterns, path, inner)
        else:
            yield path, f"{names}{pattern.name or ''}", pattern.callback


@register(Tags.security)
def every_route_declares_its_right(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001: a route declares neither a permission nor that it is public. E002: an unknown permission."""
    problems: list[CheckMessage] = []
    for path, name, view in routes():
        permission, is_public = declared(view)
        if is_public:
            continue
        if permission is None:
            problems.append(Error(f"/{path} ({name}) declares no right", id="houqin.E001"))
        elif permission not in registry.permissions:
            problems.append(Error(f"/{path} needs unknown right {permission}", id="houqin.E002"))
    return problems


@register(Tags.security, deploy=True)
def plain_http_is_a_loud_exception(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """W001: the school runs without a certificate; passwords cross its network readable."""
    if not settings.INSECURE_LAN:
        return []
    return [checks.Warning("HOUQIN_INSECURE_LAN=1: passwords travel unencrypted", id="houqin.W001")]
