"""What both doubles share: a threading HTTP server, JSON, faults of the line, and messages sent later."""

import argparse
import contextlib
import http.client
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

ALLOWED = {"imlu.settings.demo", "imlu.settings.dev", "imlu.settings.test"}
LOOPBACK = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves a double on the loopback address."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512


class Handler(BaseHTTPRequestHandler):
    """Finds `get_…` and `post_…` functions of the double in `ROUTES`, {(verb, path): function}."""

    protocol_version = "HTTP/1.0"
    double = None
    routes = {}

    def do_GET(self):
        self.answer("GET")

    def do_POST(self):
        self.answer("POST")

    def answer(self, verb):
        """Route a request; a path may end in a name, which is handed on."""
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query))
        self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.data = (
                json.loads(self.raw) if self.raw and self.raw[:1] in b"{[" else dict(parse_qsl(self.raw.decode()))
            )
        except ValueError:
            self.data = {}
        function, rest = self.routes.get((verb, parts.path)), ""
        if function is None:
            folder, _, rest = parts.path.rpartition("/")
            function = self.routes.get((verb, folder + "/"))
        if function is None:
            self.json(404, {"errorCode": "404", "errorMessage": "no such address"})
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            function(self, rest) if rest else function(self)

    def json(self, status, data):
        """Answer with JSON."""
        self.text(status, json.dumps(data), "application/json")

    def text(self, status, text, kind="text/html; charset=utf-8", **headers):
        """Answer with a text."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def fault(self, kind, data, status=200):
        """Answer in a faulty way: “500”, “503”, “html”, “half” JSON, “hang”, “slow” bytes. Returns whether it did."""
        if kind in ("500", "503"):
            self.json(int(kind), {"requestId": "x", "errorCode": f"{kind}.001", "errorMessage": "Internal error"})
        elif kind == "html":
            self.text(200, "<html><body><h1>Service unavailable</h1></body></html>")
        elif kind == "half":
            text = json.dumps(data)
            self.text(status, text[: len(text) // 2], "application/json")
        elif kind == "hang":
            time.sleep(60)
        elif kind == "slow":
            self.slow(status, json.dumps(data).encode())
        else:
            return False
        return True

    def slow(self, status, body):
        """One byte a second: each byte comes before any usual time-out is over."""
        head = f"HTTP/1.0 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        for byte in head.encode() + body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(1)

    def log_message(self, *arguments):
        """Nothing is written: a double sees telephone numbers too."""


class Sender:
    """Sends messages to the site, some of them later, each in a thread; remembers how they were answered."""

    def __init__(self):
        self.lock, self.answers, self.waiting = threading.Lock(), [], 0

    def send(self, url, body, headers=None, after=0.0):
        """POST `body` (bytes) to `url` after so many seconds."""
        with self.lock:
            self.waiting += 1
        timer = threading.Timer(after, self._send, (url, body, headers or {}))
        timer.daemon = True
        timer.start()

    def now(self, url, body, headers=None):
        """The same at once. Returns the status (int), 0 where nobody answered."""
        with self.lock:
            self.waiting += 1
        return self._send(url, body, headers or {})

    def _send(self, url, body, headers):
        parts, status = urlsplit(url), 0
        try:
            connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=30)
            connection.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
            status = connection.getresponse().status
            connection.close()
        except (OSError, http.client.HTTPException):
            status = 0  # lost, as it happens
        with self.lock:
            self.waiting -= 1
            self.answers.append(status)
        return status


class Double:
    """What both doubles have: a plan for what is asked of them, orders to change it, and books.

    A double's own class has `routes`, `reset` (forgets everything) and `books` (what money really moved).
    """

    def __init__(self, first_plan):
        self.lock, self.sender = threading.RLock(), Sender()
        self.first_plan, self.told_at = first_plan, ""
        self.reset()

    def orders(self):
        """{(verb, path): function of a handler}: the addresses by which the tests speak with any double."""
        return {
            ("GET", "/_double/books"): lambda h: h.json(200, self.books()),
            ("POST", "/_double/plan"): self.set_plan,
            ("POST", "/_double/next"): self.set_next,
            ("POST", "/_double/reset"): lambda h: (self.reset(), h.json(200, {})),
            ("POST", "/_double/told-at"): self.set_told_at,
        }

    def set_plan(self, h):
        with self.lock:
            self.plan = {**self.first_plan, **h.data}
        h.json(200, self.plan)

    def set_next(self, h):
        with self.lock:
            self.next += h.data if isinstance(h.data, list) else [h.data]
        h.json(200, {})

    def set_told_at(self, h):
        self.told_at = h.data["url"]
        h.json(200, {})


def main(double, port, told_at):
    """Serve until SIGTERM or Ctrl-C. Refuses to start beside production's settings.

    With `--site http://127.0.0.1:8000` the double tells that site's path `told_at` of what nobody asked for.
    """
    parser = argparse.ArgumentParser(description=double.__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--site", default="")
    arguments = parser.parse_args()
    double.told_at = f"{arguments.site}/{told_at}" if arguments.site else ""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if settings not in ALLOWED:
        sys.exit(f"A double runs beside {', '.join(sorted(ALLOWED))} alone; DJANGO_SETTINGS_MODULE is “{settings}”.")
    server = serve(double, arguments.port)
    print(f"{double.name}: http://{LOOPBACK}:{server.server_address[1]} — a demo, no money moves", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def serve(double, port=0):
    """A Server for a double, on a free port if it is 0; `serve_forever` is the caller's."""
    handler = type("Handler", (Handler,), {"double": double, "routes": double.routes()})
    server = Server((LOOPBACK, port), handler)
    double.address = f"http://{LOOPBACK}:{server.server_address[1]}"
    return server
