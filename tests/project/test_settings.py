"""A missing or wrong setting is one clear sentence and exit code 1, never a traceback, and never shows a secret."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from imlu.management.commands.write_settings_doc import settings_doc
from imlu.settings import env
from imlu.settings.env import REQUIRED, VARIABLES, database

GOOD = {
    "SECRET_KEY": "a" * 60,
    "ALLOWED_HOSTS": "imlu.example.org",
    "DATABASE_URL": "sqlite:////tmp/imlu-none.sqlite3",
    "SITE_URL": "https://imlu.example.org",
}
PASSWORD = "correct-horse"
START = """
import sys
sys.path.insert(0, "site")
from imlu.settings.env import one_sentence
with one_sentence("imlu"):
    from django.conf import settings
    settings.DEBUG
print("started")
"""


def start(*command, **changes):
    """Start Python with production's settings; a variable that is None is missing."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *(command or ("-c", START))],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "imlu.settings.production", **kept, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence(result):
    """The one line with which a program ended."""
    assert result.returncode == 1, result
    assert "Traceback" not in result.stderr
    assert PASSWORD not in result.stderr
    (line,) = result.stderr.strip().splitlines()
    return line


def test_good_settings_start():
    result = start()
    assert (result.returncode, result.stdout) == (0, "started\n"), result.stderr


def test_the_document_is_written_from_the_table():
    assert (settings.BASE_DIR / "docs/settings.md").read_text() == settings_doc(), "run manage.py write_settings_doc"
    assert len(VARIABLES) >= 14


@pytest.mark.parametrize("name", [name for name, variable in VARIABLES.items() if variable.default is REQUIRED])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name, value):
    assert sentence(start(**{name: value})).startswith(f"imlu: {name} must be set (")


def test_this_many_are_required():
    assert {name for name, variable in VARIABLES.items() if variable.default is REQUIRED} == set(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", f"mysql://user:{PASSWORD}@localhost/imlu"),
        ("DATABASE_URL", f"postgres://user:{PASSWORD}@localhost"),
        ("DATABASE_URL", f"postgres://user:{PASSWORD}@localhost:port/imlu"),
        ("DATABASE_URL", f"postgres//user:{PASSWORD}@localhost/imlu"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "imlu.sqlite3"),
        ("SITE_URL", "imlu.example.org"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://imlu.example.org/"),
        ("SITE_URL", "https://imlu.example.org/path"),
        ("EMAIL_URL", f"smpt://user:{PASSWORD}@localhost"),
        ("HTTPS", "maybe"),
        ("TRUST_PROXY", "ture"),
        ("LOG_LEVEL", "LOUD"),
        ("ALLOWED_HOSTS", ","),
        ("UPLOAD_PICTURE_MAX_BYTES", "ten"),
        ("UPLOAD_PICTURE_MAX_BYTES", "-1"),
        ("ROLE", "visitor"),
        ("SECURITY_CONTACT", "http://example.org"),
    ],
)
def test_what_is_wrong_is_named(name, value):
    said = sentence(start(**{name: value}))
    assert said.startswith(f"imlu: {name} ")
    assert said.endswith("see docs/settings.md.")


@pytest.mark.parametrize(
    ("value", "expected"), [("on", True), ("True", True), ("1", True), ("off", False), ("no", False)]
)
def test_yes_and_no_are_understood(monkeypatch, value, expected):
    monkeypatch.setenv("HTTPS", value)
    assert VARIABLES["HTTPS"].read() is expected


@pytest.mark.parametrize(("name", "form"), [("HTTPS", "on or off"), ("UPLOAD_PICTURE_MAX_BYTES", "a whole number")])
def test_the_form_of_a_value_is_named(monkeypatch, name, form):
    monkeypatch.setenv(name, "maybe")
    with pytest.raises(ImproperlyConfigured, match=f"{name} has a wrong value. Wanted: {form}, "):
        VARIABLES[name].read()


def test_spaces_after_commas_do_not_matter(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "imlu.org, www.imlu.org")
    assert VARIABLES["ALLOWED_HOSTS"].read() == ["imlu.org", "www.imlu.org"]


@pytest.fixture
def closed_port():
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_unreachable_database_is_one_sentence(closed_port):
    url = f"postgres://user:{PASSWORD}@127.0.0.1:{closed_port}/imlu"
    said = sentence(start("manage.py", "migrate", DATABASE_URL=url))
    assert said.startswith("manage.py: the database can't be used (")
    assert said.endswith("Check DATABASE_URL and that it is running.")


def test_database_file_that_cannot_be_made_is_one_sentence(tmp_path):
    url = f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3"
    assert "the database can't be used" in sentence(start("manage.py", "migrate", DATABASE_URL=url))


def test_option_that_postgresql_does_not_know_is_one_sentence():
    url = "postgres://ann:secret@127.0.0.1:1/site?sslmod=require"
    said = sentence(start("manage.py", "migrate", DATABASE_URL=url))
    assert 'the database can\'t be used (invalid dsn: invalid connection option "sslmod")' in said


@pytest.mark.parametrize(
    ("query", "said"), [("", "-c jit=off"), ("?options=-c%20statement_timeout%3D9000", "-c statement_timeout=9000")]
)
def test_postgresql_compiles_no_query_unless_told_otherwise(monkeypatch, query, said):
    monkeypatch.setenv("DATABASE_URL", f"postgres://ann:secret@127.0.0.1:1/site{query}")
    assert database()["OPTIONS"] == {"connect_timeout": 5, "options": said}


def test_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "db.sqlite3").write_text("a letter, and no database at all")
    url = f"sqlite:///{tmp_path}/db.sqlite3"
    assert "the database can't be used (file is not a database)" in sentence(
        start("manage.py", "migrate", DATABASE_URL=url)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfeS\0", "The file .env can't be read as UTF-8 text"),
        (b"# ours\n\nSITE_URL = https://imlu.org\n", "Line 3 of .env must be NAME=value"),
        (b"SITE URL=https://imlu.org\n", "Line 1 of .env must be NAME=value"),
    ],
)
def test_dotenv_that_would_be_passed_over_is_one_sentence(tmp_path, monkeypatch, content, said):
    (tmp_path / ".env").write_bytes(content)
    monkeypatch.setattr(env, "CHECKOUT", tmp_path)
    with pytest.raises(ImproperlyConfigured, match=said):
        env.load_dotenv()


def test_dotenv_is_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("# ours\n  # indented\n\nexport ROLE=public\nADMINS='a@example.org'\nHTTPS=off\n")
    monkeypatch.setattr(env, "CHECKOUT", tmp_path)
    for name in ("ROLE", "ADMINS"):
        monkeypatch.setenv(name, "put back afterwards")
        del os.environ[name]
    monkeypatch.setenv("HTTPS", "on")
    env.load_dotenv()
    assert [os.environ[name] for name in ("ROLE", "ADMINS", "HTTPS")] == ["public", "a@example.org", "on"]


def test_demo_fills_in_what_is_left_empty(tmp_path):
    result = start(DJANGO_SETTINGS_MODULE="imlu.settings.demo", SECRET_KEY="", SITE_URL=" ", VAR_DIR=str(tmp_path))
    assert (result.returncode, result.stdout) == (0, "started\n"), result.stderr


def test_server_without_settings_is_one_sentence():
    said = sentence(start("-c", "import sys; sys.path.insert(0, 'site'); import imlu.wsgi", SECRET_KEY=None))
    assert said.startswith("imlu.wsgi: SECRET_KEY must be set")


def test_production_passes_djangos_own_check():
    key = "".join(chr(97 + place % 26) for place in range(60))
    result = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=key)
    assert result.returncode == 0, result.stderr


def test_no_debug_anywhere_but_in_development():
    assert settings.DEBUG is False
    assert start("-c", START + "assert settings.DEBUG is False").returncode == 0
