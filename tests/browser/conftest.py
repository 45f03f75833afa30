"""Fixtures of the real-browser tests: the site on the real server, a browser, and the page that "Leave" leads to."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.desk import Desk, sign_in
from tests.browser.house import Site

# Playwright's sync API leaves an event loop in this thread; Django would take other tests' queries for async ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=20_000)  # milliseconds: what is expected comes late on a busy machine

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


@pytest.fixture(scope="session")
def outside():
    """A neutral page on another host (127.0.0.1, not localhost); `visits` has the headers of each request to it."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/weather":
                self.server.visits.append(dict(self.headers))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><html lang=en><title>Weather</title><h1>Rain later</h1>")

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.visits, server.url = [], f"http://127.0.0.1:{server.server_port}/weather"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def site(outside, tmp_path_factory):
    """The site for tests that only read."""
    with Site(tmp_path_factory.mktemp("site") / "var", outside.url) as running:
        yield running


@pytest.fixture
def fresh_site(tmp_path):
    """A site of its own for a test that writes."""
    with Site(tmp_path / "var") as running:
        yield running


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright):
    """A browser for each file of tests: one that crashes spoils no other file."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield chromium
    chromium.close()


@pytest.fixture
def visitor(browser):
    """Open a page as a new visitor: `visitor(site, width=360, height=640, …)`; all are closed after the test."""
    contexts = []

    def open_page(site, width=360, height=640, **options):
        size = {"width": width, "height": height}
        contexts.append(
            browser.new_context(base_url=site.url, viewport=size, reduced_motion="reduce", locale="en-KE", **options)
        )
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def desk_site(tmp_path_factory):
    """A site for a file of tests that write, but not where another of them reads."""
    with Site(tmp_path_factory.mktemp("desk") / "var") as running:
        yield running


@pytest.fixture(scope="module")
def session(desk_site, browser):
    """An editor's session on that site."""
    context = sign_in(desk_site, browser)
    yield context
    context.close()


@pytest.fixture
def desk(desk_site, session):
    """An editor with a new window."""
    desk = Desk(desk_site, session)
    yield desk
    desk.page.close()
