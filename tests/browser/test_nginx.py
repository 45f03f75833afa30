"""deploy/nginx.conf in a real nginx, in front of the real server: it loads, slows guessing down, and writes nothing down.

No browser is needed, but the same running site. Only places and names differ from the file (`ELSEWHERE`).
"""

import http.client
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.browser.house import CHECKOUT, Site, free_port

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.browser,  # runs where the real server does
    pytest.mark.skipif(not NGINX, reason="nginx is not installed (CI installs it)"),
]
MARK = "zq7marked"
LOGIN = "/admin/sign-in/"


def placed(text, folder, site_folder, plain_port, port):
    """The file with its places in a test's folder, on free ports, for localhost. Fails when a place is not found."""
    elsewhere = {
        r"listen \[::\]:[^\n]*\n": "",
        r"listen 80\b": f"listen 127.0.0.1:{plain_port}",
        r"listen 443\b": f"listen 127.0.0.1:{port}",
        r"server_name imlu\.org;": "server_name localhost;",
        r"/etc/letsencrypt/live/imlu\.org": str(folder),
        r"/srv/imlu/var": str(site_folder),
        r"/run/imlu/web\.sock": f"{folder}/web.sock",
        r"/dev/shm/imlu": f"{folder}/pages",
        r"/var/log/nginx": str(folder),
    }
    for place, other in elsewhere.items():
        text, times = re.subn(place, other, text)
        assert times, place
    return text


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """nginx's folder and port, with the site behind it."""
    folder = tmp_path_factory.mktemp("nginx")
    site = Site(folder / "var", TRUST_PROXY="on", SECOND_FACTOR="on")
    site.settings["BIND"] = f"127.0.0.1:{site.port},unix:{folder}/web.sock"
    plain_port, port = free_port(), free_port()
    conf = (CHECKOUT / "deploy" / "nginx.conf").read_text()
    (folder / "site.conf").write_text(placed(conf, folder, site.folder, plain_port, port))
    temporary = [f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    lines = [
        "user root;" if os.getuid() == 0 else "",
        "include /etc/nginx/modules-enabled/*.conf;",
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;",
        "events {}",
        # Debian's nginx.conf writes an access log.
        f"http {{ include /etc/nginx/mime.types; access_log {folder}/access.log;",
        *temporary,
        f"include {folder}/site.conf; }}",
    ]
    (folder / "nginx.conf").write_text("\n".join(lines))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    command = [NGINX, "-c", folder / "nginx.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    with site, subprocess.Popen(command) as nginx:
        try:
            yield folder, port
        finally:
            nginx.terminate()
            nginx.wait(20)


class Visitor:
    """Somebody at an address of their own, with a cookie and a token."""

    def __init__(self, front, address="127.0.0.1", host="localhost"):
        self.port, self.address, self.host = front[1], address, host
        self.cookie = self.token = ""

    def ask(self, method, path, body=None, **headers):
        """(status, headers, text) of an answer through nginx, by https."""
        trust = ssl._create_unverified_context()
        for _ in range(50):
            with closing(
                http.client.HTTPSConnection(
                    self.host, self.port, timeout=60, context=trust, source_address=(self.address, 0)
                )
            ) as line:
                try:
                    line.request(method, path, body, {"Cookie": self.cookie, **headers})
                    answer = line.getresponse()
                    return answer.status, answer.headers, answer.read().decode()
                except ConnectionRefusedError:
                    time.sleep(0.1)  # it is still starting
        raise AssertionError("nginx does not answer")

    def open_sign_in(self):
        _status, headers, text = self.ask("GET", LOGIN)
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
        return self

    def guess(self, name, **headers):
        """One wrong try to sign in: its status and headers."""
        form = urlencode({"login": name, "password": "not the password", "csrfmiddlewaretoken": self.token})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://localhost{LOGIN}"}
        return self.ask("POST", LOGIN, form, **kind, **headers)[:2]


def test_pages_come_through_it(front):
    status, headers, text = Visitor(front).ask("GET", "/")
    assert (status, headers["Set-Cookie"]) == (200, None)
    assert "<h1" in text
    style = re.search(r'href="(/static/[^"]+\.css)"', text)[1]
    assert "immutable" in Visitor(front).ask("GET", style)[1]["Cache-Control"]
    with pytest.raises(ssl.SSLError):  # the bare address gets nothing, not even a certificate
        Visitor(front, host="127.0.0.1").ask("GET", "/")


def test_guessing_is_counted_for_the_address_that_nginx_sees(front):
    """… whatever the visitor says of themselves; the next address is free."""
    one = Visitor(front, "127.0.0.21").open_sign_in()
    for number in range(18):  # a slow machine waits by itself, but the waits grow faster
        status, headers = one.guess(f"name{number}", **{"X-Real-IP": f"192.0.2.{number}"})
        if status != 200:
            break
    assert (status, number >= 11) == (429, True)
    assert int(headers["Retry-After"]) >= 1
    assert Visitor(front, "127.0.0.22").open_sign_in().guess("name1")[0] == 200


def test_many_tries_at_once_are_counted_one_by_one(front):
    """From twelve addresses in the same moment, for one account, in all of the server's processes and threads."""
    visitors = [Visitor(front, f"127.0.0.{number}").open_sign_in() for number in range(31, 43)]
    started = time.monotonic()
    with ThreadPoolExecutor(len(visitors)) as pool:
        statuses = list(pool.map(lambda visitor: visitor.guess("editor")[0], visitors))
    took = time.monotonic() - started
    assert set(statuses) == {200, 429}
    # Four, and one more for each wait (2, 4, 8 seconds) that a slow machine has sat out.
    assert statuses.count(200) <= 4 + sum(took > waited for waited in (2, 6, 14))


def test_a_flood_ends_at_nginx_and_looking_is_free(front):
    flood = Visitor(front, "127.0.0.51").open_sign_in()
    answers = [flood.ask("POST", LOGIN, "x=1") for _ in range(30)]
    status, headers, text = answers[-1]
    assert (status, headers["Retry-After"]) == (429, "6")
    assert "Tafadhali subiri" in text
    assert {flood.ask("GET", LOGIN)[0] for _ in range(30)} == {200}


def test_a_visitor_leaves_no_trace_on_the_machine(front):
    """Address, browser, referrer and query: in no file of nginx or the site, in no row, after pages, errors, sign-in."""
    folder, _port = front
    visitor = Visitor(front, "127.0.0.177")
    about = {"User-Agent": f"Browser {MARK}", "Referer": f"https://elsewhere.example/{MARK}",
             "X-Forwarded-For": f"127.0.0.177, {MARK}"}  # fmt: skip
    for path in ("/search/", "/nothing/", "/admin/", LOGIN, "/media/nothing.jpg", "/sw/tafuta/", "/%ff"):
        assert visitor.ask("GET", f"{path}?q={MARK}", **about)[0] < 500
    assert visitor.ask("GET", "/", **about)[0] == 200
    visitor.ask("POST", LOGIN, f"login={MARK}", **about)
    time.sleep(1)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert (folder / "imlu.log") in files
    for path in files:
        content = path.read_bytes()
        assert MARK.encode() not in content, path
        assert b"127.0.0.177" not in content, path
    with closing(sqlite3.connect(folder / "var" / "db.sqlite3")) as database:
        assert not any(MARK in line or "127.0.0.177" in line for line in database.iterdump())
