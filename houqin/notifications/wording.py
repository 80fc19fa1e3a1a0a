"""What a message says on each way out: one notice in full, many as a digest, no more than the way takes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit, urlunsplit

from houqin.notifications.ways import MOST_BYTES, Way

TEST = "这是一条测试消息，收到说明设置正确。"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say: to whom (names and phones) it is said, and where it leads."""

    title: str
    detail: str = ""
    kind: str = ""
    url: str = ""
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent, ready for any way: `key` stays the same when it is sent again."""

    key: str
    school: str
    lines: tuple[Line, ...]
    to: str = ""

    @property
    def subject(self) -> str:
        if len(self.lines) == 1:
            return self.lines[0].title
        return f"{len(self.lines)} 条新通知"

    @property
    def phones(self) -> list[str]:
        return list(dict.fromkeys(phone for line in self.lines for phone in line.phones))


def plain(letter: Letter, *, most: int = MOST_BYTES) -> str:
    """The text for a chat or a letter, at most `most` bytes of UTF-8; what does not fit is counted."""
    head = f"【{letter.school}后勤】"
    if len(letter.lines) == 1:
        text = f"{head}{_whole(letter.lines[0])}"
        return text if len(text.encode()) <= most else _cut(text, most)
    parts = [f"{head}{letter.subject}"]
    for number, line in enumerate(letter.lines, 1):
        rest = f"……另有 {len(letter.lines) - number + 1} 条，请打开后勤系统看。"
        entry = f"{number}. {_short(line)}"
        if len("\n".join([*parts, entry, rest]).encode()) > most:
            parts.append(rest)
            break
        parts.append(entry)
    return "\n".join(parts)


def _whole(line: Line) -> str:
    to = f"\n→ {'、'.join(line.names)}" if line.names else ""
    return line.title + "".join(f"\n{each}" for each in (line.detail, line.url) if each) + to


def _short(line: Line) -> str:
    to = f"（{'、'.join(line.names)}）" if line.names else ""
    return f"{line.title}{to}" + (f"\n{line.url}" if line.url else "")


def _cut(text: str, most: int) -> str:
    return text.encode()[: most - 3].decode(errors="ignore") + "…"


def wecom(letter: Letter) -> dict[str, Any]:
    """For a 企业微信 group robot; whoever has a phone in the roster is called by his name there."""
    return {
        "msgtype": "text",
        "text": {"content": plain(letter), "mentioned_mobile_list": letter.phones},
    }


def dingtalk(letter: Letter) -> dict[str, Any]:
    """For a 钉钉 group robot."""
    return {
        "msgtype": "text",
        "text": {"content": plain(letter)},
        "at": {"atMobiles": letter.phones, "isAtAll": False},
    }


def webhook(letter: Letter) -> dict[str, Any]:
    """For a program: the notices one by one. No phone leaves the house this way."""
    notices = [
        {"kind": line.kind, "title": line.title, "detail": line.detail, "url": line.url, "to": line.names}
        for line in letter.lines
    ]
    return {"id": letter.key, "school": letter.school, "notices": notices}


BODIES = {Way.WECOM: wecom, Way.DINGTALK: dingtalk, Way.WEBHOOK: webhook}


def body_for(way: Way, letter: Letter) -> bytes:
    """The JSON that is posted."""
    return json.dumps(BODIES[way](letter), ensure_ascii=False).encode()


def dingtalk_address(address: str, secret: str, *, at: float) -> str:
    """`address` with 钉钉's signature (加签) for the moment `at`, in seconds; it holds for an hour."""
    if not secret:
        return address
    stamp = str(round(at * 1000))
    signed = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    parts = urlsplit(address)
    query = f"{parts.query}&timestamp={stamp}&sign={quote_plus(base64.b64encode(signed))}"
    return urlunsplit(parts._replace(query=query.lstrip("&")))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """How a receiver knows that a webhook is ours: HMAC-SHA256 of `stamp`, a point and the body, in hex."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def complaint(way: Way, text: str) -> tuple[int, str] | None:
    """What 企业微信 or 钉钉 says against a message in an answer that looks well; None for yes."""
    if way == Way.WEBHOOK:
        return None
    try:
        said: Any = json.loads(text)
        code = int(said["errcode"])
    except (ValueError, KeyError, TypeError):
        return -1, "答复看不懂"
    return None if code == 0 else (code, str(said.get("errmsg", ""))[:80])


# 企业微信 45009 and 钉钉 130101: too many at once; -1: busy or unreadable. All else wants another setting.
TRANSIENT = frozenset({-1, 45009, 130101})
