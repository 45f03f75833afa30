"""The site that the browser visits: one loaded database for all, and the real server on copies of it."""

import fcntl
import functools
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from tests import migrated
from tests.browser.addresses import GIFTS

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = CHECKOUT / "var" / "test-cache"
KEPT = 3  # of each kind in the cache
USERNAME, PASSWORD = "editor", "a long sentence for tests"
NOBODY = "http://127.0.0.1:9"
PATIENCE = 60  # seconds until the server answers
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


def environment(folder, **more):
    """The environment of the site's programs: nothing of the tests' own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": f"{CHECKOUT / 'site'}{os.pathsep}{CHECKOUT}",
        "DJANGO_SETTINGS_MODULE": "imlu.settings.demo",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "ADMIN_USERNAME": USERNAME,
        "ADMIN_PASSWORD": PASSWORD,
        # Ways to give are set up, with nobody behind them; a test that gives starts the doubles and says where they are.
        "DARAJA_DOUBLE": NOBODY,
        "PAYSTACK_DOUBLE": NOBODY,
        "GIVING_PARTNERS": "example=https://partner.example",
        **more,
    }


def manage(folder, *arguments):
    """Run a command of manage.py with a new folder as VAR_DIR, in which the migrated database lies if one is kept."""
    folder.mkdir(parents=True)
    if migrated.kept().exists():
        migrated.copy(migrated.kept(), folder / "db.sqlite3")
    done = subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", *arguments],
        env=environment(folder),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def files(*folders):
    """Every file below the folders, but for compiled ones."""
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def kept(name, sources, *arguments):
    """The folder that a command of manage.py fills; made once for each state of its sources, then kept."""
    digest = hashlib.sha256(repr(arguments).encode())
    for path in sorted([*sources, CHECKOUT / "requirements.txt"]):
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes() + b"\0")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of pytest-xdist wait here
        folder = CACHE / f"{name}-{digest.hexdigest()[:16]}"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            manage(folder, *arguments)
            (folder / "complete").touch()
            marks = sorted(CACHE.glob(f"{name}-*/complete"), key=lambda mark: mark.stat().st_mtime)
            for mark in marks[:-KEPT]:
                shutil.rmtree(mark.parent)
    return folder


@functools.cache
def loaded():
    """The folder of a migrated site with the content and the account."""
    rooms = [folder for folder in CHECKOUT.iterdir() if (folder / "__init__.py").exists()]
    sources = files(*rooms, *(CHECKOUT / name for name in ("site", "content", "locale")))
    return kept("site", sources, "prepare", "--no-collectstatic")


@functools.cache
def collected():
    """The folder of the hashed and compressed static files."""
    return (
        kept("static", [*files(CHECKOUT / "static"), CHECKOUT / "core" / "styles.py"], "collectstatic", "--no-input")
        / "static"
    )


def free_port():
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Site:
    """The real server on its own copy of the loaded site. A context manager: it starts and stops."""

    def __init__(self, folder, exit_url="", **settings):
        self.folder, self.settings = folder, settings
        shutil.copytree(loaded(), folder)
        (folder / "static").symlink_to(collected())
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.sql("UPDATE wagtailcore_site SET hostname = 'localhost', port = ?", self.port)
        if exit_url:
            self.sql("UPDATE core_facts SET exit_url = ?", exit_url)
        # All stories of the content are drafts, since consent is unknown: this news item stands in for one.
        self.sql(
            "UPDATE news_newspage SET kind = 'story' WHERE page_ptr_id = "
            "(SELECT id FROM wagtailcore_page WHERE live AND slug = 'twenty-five-years-story-2019')"
        )

        for state, uuid in GIFTS.items():
            self.sql(
                "INSERT INTO donations_gift (uuid, reference, form_token, partner, currency, amount, method, state,"
                " review, livemode, language, anonymous, name, email, wants_receipt, dedication, dedicated_to,"
                " created_at, paid_at, form_id, fund_id) SELECT ?, ?, ?, '', 'KES', 50000, ?, ?, '', 0, 'en', 1, '', '',"
                " 0, '', '', datetime('now'), CASE ? WHEN 'paid' THEN datetime('now') END, id, fund_id"
                " FROM donations_donationform WHERE code = 'general' ORDER BY locale_id LIMIT 1",
                uuid.replace("-", ""),
                f"EXAMPLE{uuid[-1]}",
                f"example-{state}",
                "bank" if state == "awaited" else "mpesa",
                state,
                state,
            )

    def sql(self, query, *values):
        """Run one SQL statement on the site's database; returns its rows (list of tuples)."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as database, database:
            return database.execute(query, values).fetchall()

    def __enter__(self):
        self.log = (self.folder / "server.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(CHECKOUT / "deploy" / "gunicorn.conf.py")],
            env=environment(self.folder, **{"PORT": str(self.port), "BIND": f"127.0.0.1:{self.port}", **self.settings}),
            cwd=CHECKOUT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + PATIENCE
        while self.status("/robots.txt") != 200:
            if self.process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise RuntimeError(f"The server did not start:\n{self.logged()}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def logged(self):
        """What the server wrote, its last part."""
        return (self.folder / "server.log").read_text()[-3000:]

    def run_python(self, code):
        """Run Python code with the site's settings; what it printed."""
        command = [sys.executable, "-c", code]
        return subprocess.check_output(command, env=environment(self.folder), cwd=CHECKOUT, text=True)

    def get(self, path):
        """(status, headers, text) of an address, fetched without a browser."""
        try:
            with DIRECT.open(self.url + path, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def status(self, path):
        """The status of an address; 0 while nobody listens."""
        try:
            return self.get(path)[0]
        except OSError:
            return 0
