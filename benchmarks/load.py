"""A small HTTP load generator that asks for one address again and again.

Written for this purpose because it has to cost little: it shares two cores with the servers that it measures. Each
request has a connection of its own, as nginx makes them (deploy/nginx.conf): a kept connection stays with the worker
that took it, and four of them may all stay with one, which then measures one worker.
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


async def _ask(host, port, request):
    """Send one request; return (status, seconds from connecting to the first byte, bytes of headers and body)."""
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        first = await reader.readline()
        waited = time.perf_counter() - start
        return int(first.split()[1]), waited, len(first) + len(await reader.read())
    finally:
        writer.close()


async def _worker(host, port, request, until, answers):
    while time.perf_counter() < until:
        answers.append(await _ask(host, port, request))


async def _load(url, seconds, connections):
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: gzip", "Connection: close"]
    request = "\r\n".join([*headers, "", ""]).encode()
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
    """Ask for `url`, so many times at once, for so many seconds. Returns a Load; raises what a failed answer raises."""
    return asyncio.run(_load(url, seconds, connections))
