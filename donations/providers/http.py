"""One question to a provider over HTTP, with a total deadline.

A usual client's time-out counts from byte to byte: an answer that drips in would hold a worker for hours. Here a timer
closes the connection when the deadline is over, whatever was going on.
"""

import contextlib
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from .base import DEADLINE

logger = logging.getLogger(__name__)
LARGEST = 4_000_000  # bytes of an answer
CLOCK_MAY_DIFFER = 5 * 60  # seconds


class NotSent(Exception):
    """No connection: the provider has surely not heard of this."""


class NoAnswer(Exception):
    """The question was sent, or may have been, and there is no whole answer to it."""


@dataclass(frozen=True)
class Reply:
    """`status` (int), and `data` as parsed from JSON, or None if it was no JSON."""

    status: int
    data: object


def read_json(data):
    """Parse JSON (bytes or str); numbers with a point stay text, so that no amount ever becomes a float.

    Raises ValueError.
    """
    try:
        text = data.decode() if isinstance(data, bytes) else data
        return json.loads(text, parse_float=str, parse_constant=_refused)
    except RecursionError:
        raise ValueError("too deep") from None


def _refused(name):
    raise ValueError(name)


def deadline():
    """The moment (of time.monotonic) by which a question must have been answered."""
    return time.monotonic() + DEADLINE


def call(verb, url, until, headers=None, data=None):
    """Ask `url`; `data` is sent as JSON. Returns Reply. Raises NotSent or NoAnswer. No redirect is followed."""
    parts = urlsplit(url)
    body = None if data is None else json.dumps(data).encode()
    headers = {"Accept": "application/json", "Connection": "close", **(headers or {})}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    watch = _Watch(until)
    try:
        try:
            connection.sock = watch.connect(parts)
        except (OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(verb, target, body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(LARGEST + 1)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            raise NoAnswer(type(error).__name__) from None
        if watch.is_over or len(content) > LARGEST:
            raise NoAnswer("deadline" if watch.is_over else "too much")
    finally:
        watch.end()
        with contextlib.suppress(OSError, AttributeError):
            connection.close()
    _compare_clocks(parts.hostname, response.headers.get("Date"))
    try:
        return Reply(response.status, read_json(content))
    except ValueError:
        return Reply(response.status, None)


class _Watch:
    """Holds the connection's socket, and shuts it when the time is over."""

    def __init__(self, until):
        self.left = max(0.01, until - time.monotonic())
        self.until, self.socket, self.is_over = until, None, False
        self.timer = threading.Timer(self.left, self._over)
        self.timer.daemon = True

    def connect(self, parts):
        """Return a connected socket, with TLS for https."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.socket = socket.create_connection((parts.hostname, port), timeout=min(self.left, 10))
        self.socket.settimeout(max(0.01, self.until - time.monotonic()))
        self.timer.start()
        if parts.scheme == "https":
            context = ssl.create_default_context()
            # The handshake is done on a socket that the timer knows already.
            self.socket = context.wrap_socket(
                self.socket, server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            self.socket.do_handshake()
        return self.socket

    def _over(self):
        self.is_over = True
        with contextlib.suppress(OSError, ValueError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def end(self):
        """Stop the timer, and close what is left of the socket."""
        self.timer.cancel()
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.close()


def _compare_clocks(host, date):
    """Write an error, which is mailed to ADMINS, where our clock and a provider's differ: passwords hold the time."""
    with contextlib.suppress(TypeError, ValueError):
        differs = abs(parsedate_to_datetime(date).timestamp() - time.time())
        if differs > CLOCK_MAY_DIFFER:
            logger.error("This server's clock and that of %s differ by %d minutes.", host, differs // 60)
