"""A small HTTP load generator: keep-alive connections that ask for one address again and again.

Written for this purpose because it has to cost little: it shares two cores with the servers that it measures.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Load:
    """What came out: answers a second, milliseconds to the first byte (median, 95th percentile), bytes a response."""

    per_second: float
    first_byte: float
    first_byte_95: float
    size: int
    status: int


async def _ask(reader, writer, request):
    """Send one request; return (status, seconds to the first byte, bytes of headers and body)."""
    start = time.perf_counter()
    writer.write(request)
    await writer.drain()
    first = await reader.readline()
    waited = time.perf_counter() - start
    size, length = len(first), 0
    while True:
        line = await reader.readline()
        size += len(line)
        if line in {b"\r\n", b""}:
            break
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return int(first.split()[1]), waited, size + length


async def _worker(host, port, request, until, answers):
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        try:
            answers.append(await _ask(reader, writer, request))
        except (IndexError, asyncio.IncompleteReadError, ConnectionError):  # the server closed an idle connection
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
    writer.close()


async def _load(url, seconds, connections):
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    answers = []
    start = time.perf_counter()
    until = start + seconds
    workers = [_worker(parts.hostname, parts.port or 80, request, until, answers) for _ in range(connections)]
    await asyncio.gather(*workers)
    took = time.perf_counter() - start
    waits = sorted(waited * 1000 for _status, waited, _size in answers)
    return Load(
        per_second=len(answers) / took,
        first_byte=statistics.median(waits),
        first_byte_95=waits[int(len(waits) * 0.95)],
        size=answers[-1][2],
        status=answers[-1][0],
    )


def load(url, seconds=4, connections=1):
    """Ask for `url` over so many connections for so many seconds. Returns a Load."""
    return asyncio.run(_load(url, seconds, connections))
