"""A letter to one person through the school's mail server, under the same guards as any other server."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from houqin.notifications.models import Channel
from houqin.notifications.reaching import DOWN, NO_TRUST, TOO_SLOW, Trouble, connect
from houqin.notifications.ways import SECONDS_A_TRY, Security
from houqin.notifications.wording import Letter, plain
from houqin.sealing import unseal

# A letter may be longer than a line in a chat, but a digest of hundreds helps nobody.
MOST_BYTES = 20_000
PERMANENT = 500


def post_letter(channel: Channel, letter: Letter, *, seconds: float = SECONDS_A_TRY) -> None:
    """Send `letter` by the mail server `channel`, within `seconds`; raises `Trouble`."""
    if not letter.to:
        raise Trouble("收件人没有登记邮箱。", is_final=True)
    server = _Server(channel, time.monotonic() + seconds)
    message = EmailMessage(
        subject=f"【{letter.school}后勤】{letter.subject}",
        body=plain(letter, most=MOST_BYTES),
        from_email=channel.sender,
        to=[letter.to],
        # The same when it is sent again, so that a mail program shows it once.
        headers={"Message-ID": f"<{letter.key.lower()}@{channel.sender.partition('@')[2]}>"},
        connection=server,
    )
    with _said_in_chinese(channel.host, server):
        message.send()


class _Server(EmailBackend):
    """Django's own, but for the line, which `reaching` makes, and the end of the whole try."""

    def __init__(self, channel: Channel, until: float) -> None:
        super().__init__(
            host=channel.host,
            port=channel.port,
            username=channel.username,
            password=unseal(channel.sealed_secret),
            use_ssl=channel.security == Security.TLS,
            use_tls=channel.security == Security.STARTTLS,
            timeout=max(1, int(until - time.monotonic())),
        )
        self.until = until
        self.is_over = False
        self.timer: threading.Timer | None = None
        self.handle: socket.socket | None = None

    @property
    def connection_class(self) -> Any:
        return partial(_Encrypted if self.use_ssl else _Guarded, guard=self)

    def watch(self, line: socket.socket) -> None:
        """Cut `line` when the try is over: a server that sends a byte a second would never time out."""
        # A handle of its own: encrypting the line takes the first one away.
        self.handle = line.dup()
        self.timer = threading.Timer(max(0.0, self.until - time.monotonic()), self._cut)
        self.timer.daemon = True
        self.timer.start()

    def _cut(self) -> None:
        self.is_over = True
        with suppress(OSError):
            if self.handle is not None:
                self.handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self.timer is not None and self.handle is not None:
            self.timer.cancel()
            self.handle.close()


class _Guarded(smtplib.SMTP):
    """A client whose line goes only where it may."""

    def __init__(self, *args: Any, guard: _Server, **kwargs: Any) -> None:
        self.guard = guard
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = connect(host, port, until=self.guard.until)
        self.guard.watch(line)
        line.settimeout(timeout)
        return line


class _Encrypted(_Guarded, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        return self.guard.ssl_context.wrap_socket(line, server_hostname=host)


@contextmanager
def _said_in_chinese(host: str, server: _Server) -> Iterator[None]:
    """What mail servers answer, as `Trouble` for the administrator."""
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise Trouble(f"“{host}”不认这个账号或密码（授权码），请重新填写。", is_final=True) from None
    except smtplib.SMTPRecipientsRefused:
        raise Trouble("对方的邮件服务器不收这个邮箱的信，请收件人核对邮箱。", is_final=True) from None
    except smtplib.SMTPResponseException as answer:
        raise Trouble(
            f"“{host}”没有收下（{answer.smtp_code}）。", is_final=answer.smtp_code >= PERMANENT
        ) from None
    except Trouble:
        raise
    except TimeoutError:
        raise Trouble(TOO_SLOW) from None
    except (OSError, smtplib.SMTPException) as error:
        if server.is_over:
            raise Trouble(TOO_SLOW) from None
        is_certificate = type(error).__name__ == "SSLCertVerificationError"
        raise Trouble((NO_TRUST if is_certificate else DOWN).format(host=host)) from None
    finally:
        server.close()
