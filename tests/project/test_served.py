"""A real server with production's settings: what its middleware and static files answer over a socket."""

import gzip
import os
import re
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def db():
    """In place of pytest-django's, which would begin a transaction; its name alone has the database made."""


class Server:
    """gunicorn on a free port; `ask` returns its answer."""

    def __init__(self, folder, database_url):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "imlu.settings.production",
            "SECRET_KEY": "a" * 60,
            "ALLOWED_HOSTS": "imlu.example.org",
            "SITE_URL": "https://imlu.example.org",
            "DATABASE_URL": database_url,
            "VAR_DIR": str(folder),
            "HTTPS": "on",
            "TRUST_PROXY": "on",
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "1",
        }
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, path, method="GET", host="imlu.example.org", **headers):
        until = time.monotonic() + 60
        while True:
            try:
                link = HTTPConnection("127.0.0.1", self.port, timeout=30)
                link.request(
                    method, path, headers={"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
                )
                answer = link.getresponse()
                answer.body = answer.read()
                return answer
            except ConnectionRefusedError:
                assert self.process.poll() is None and time.monotonic() < until, "the server did not start"
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def server(django_db_setup, tmp_path_factory):
    """A server on the tests' own database, which is empty but for Wagtail's first rows."""
    name, parts = connection.settings_dict["NAME"], connection.settings_dict
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{name}"
    server = Server(tmp_path_factory.mktemp("var"), url)
    yield server
    server.stop()


def test_plain_http_is_sent_to_https(server):
    answer = server.ask("/robots.txt?q=1")
    assert (answer.status, answer.headers["Location"]) == (301, "https://imlu.example.org/robots.txt?q=1")


def test_browsers_are_told_to_stay_with_https(server):
    for path in ("/robots.txt", "/nothing/", "/admin/sign-in/"):
        answer = server.ask(path, X_Forwarded_Proto="https")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_missing_page_is_whole(server):
    answer = server.ask("/nothing/", X_Forwarded_Proto="https", Accept_Encoding="gzip")
    assert answer.status == 404
    assert answer.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(answer.body).decode()
    assert "<h1>This page is not here</h1>" in html
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"gunicorn/|Django|Wagtail|Python", str(answer.headers))


def test_static_files_are_compressed_and_kept_for_a_year(server):
    html = server.ask("/nothing/", X_Forwarded_Proto="https").body.decode()
    path = re.search(r'href="(/static/css/site\.[0-9a-f]{12}\.css)"', html).group(1)
    answer = server.ask(path, X_Forwarded_Proto="https", Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] in {"gzip", "br"}
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("secure", [True, False])
def test_unknown_host_is_refused(server, secure):
    answer = server.ask("/", host="evil.example.org", **({"X_Forwarded_Proto": "https"} if secure else {}))
    assert answer.status == 400
    assert b"evil" not in answer.body
    assert answer.headers["X-Content-Type-Options"] == "nosniff" or not secure


def test_admin_cookie_is_for_https_alone(server):
    cookie = server.ask("/admin/sign-in/", X_Forwarded_Proto="https").headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/admin/"):
        assert part in cookie


def test_media_are_not_served_by_python_in_production(server):
    assert server.ask("/media/images/x.webp", X_Forwarded_Proto="https").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_public_pages_are_read_only(server, method):
    assert server.ask("/robots.txt", method, X_Forwarded_Proto="https").status in {403, 404, 405}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%zz/", 404),
        ("/%", 404),
        ("/%C3%28/", 404),
        ("/%00/", 404),
        ("/..%2F..%2Fetc/passwd", 404),
        ("//evil.example.org/", 404),
        ("/nothing/?page=-1", 404),
        ("/search/?q=%zz", 200),
        ("/search/?q=" + "x" * 3_000, 200),
        ("/robots.txt?unknown=1&page=-1", 200),
        ("/search/?q=" + "x" * 10_000, 200),
        ("/" + "x" * 100_000, 404),
    ],
    ids=lambda value: str(value)[:30],
)
def test_strange_address_has_a_proper_status_and_a_plain_page(server, path, status):
    answer = server.ask(path, X_Forwarded_Proto="https")
    assert answer.status == status
    assert b"Traceback" not in answer.body
    assert b"x" * 300 not in answer.body, "what was asked is not repeated"


def test_a_method_that_nobody_knows(server):
    answer = server.ask("/", "BREW", X_Forwarded_Proto="https")
    assert answer.status in {400, 405}
    assert b"Traceback" not in answer.body
