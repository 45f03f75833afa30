"""The pages for what went wrong work without what is broken, and still carry the helpline."""

import logging
import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.utils.log import log_response

from core.logs import NoVisitor, PlainFormatter
from core.models import Facts
from tests.examples import HELPLINE, HELPLINE_URI, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_database(home, client, monkeypatch):
    """Every query fails from here on."""

    def broken(*_args, **_more):
        raise RuntimeError("the database is gone")

    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", broken)
    monkeypatch.setattr(connection, "ensure_connection", broken)


@pytest.mark.parametrize(
    ("address", "language"), [("/", "en"), ("/nothing/", "en"), ("/sw/", "sw"), ("/search/?q=x", "en")]
)
def test_without_a_database_readers_get_the_helpline(no_database, get, address, language):
    response = get(address, 500)
    assert response.soup.html["lang"] == language
    assert response.soup.select_one(f'a[href="{HELPLINE_URI}"]').string == HELPLINE
    assert response.soup.select_one('a[href="https://www.wikipedia.org/"]')
    assert response.headers["Cache-Control"] == "no-store"


def test_error_page_without_known_facts(no_database, get, monkeypatch, tmp_path):
    monkeypatch.setattr("core.models.facts.LAST_KNOWN", tmp_path / "none.json")
    assert Facts.last_known() == {}
    assert not get("/", 500).soup.select("a")


def test_damaged_file_of_facts_is_no_second_error(tmp_path, monkeypatch):
    monkeypatch.setattr("core.models.facts.LAST_KNOWN", tmp_path / "facts.json")
    (tmp_path / "facts.json").write_text("{damaged")
    assert Facts.last_known() == {}


def test_error_tells_nothing_of_its_cause(no_database, get):
    html = get("/", 500).content.decode()
    assert "database" not in html
    assert "Traceback" not in html


@pytest.mark.parametrize("address", ["/", "/sw/"])
def test_unknown_host_gets_a_plain_page(home, get, address):
    response = get(address, 400, headers={"host": "evil.example.org"})
    assert response.soup.html["lang"] == "en"
    assert response.soup.h1.get_text() == "This address can't be read"
    assert "call us free of charge" in response.soup.get_text()
    assert "evil" not in response.content.decode()
    assert response.soup.select_one(f'a[href="{HELPLINE_URI}"]')


@pytest.mark.parametrize(
    ("address", "language", "first"), [("/", "en", "/"), ("/search/", "en", "/"), ("/sw/", "sw", "/sw/")]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_form_sent_to_what_is_only_read_gets_a_plain_page(
    home, kiswahili_home, client, address, language, first, method
):
    response = client.generic(method, address)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.headers["Cache-Control"] == "no-store"
    assert int(response.headers["Content-Length"]) == len(response.content)
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html["lang"] == language
    assert soup.h1
    assert [link["href"] for link in soup.select("main a")] == [first, HELPLINE_URI]


def test_errors_are_logged_without_the_visitor(home, client, monkeypatch, caplog):
    """What reaches the handlers goes through core.logs: a place in the code, not what was typed."""
    page = add(home, "home.ContentPage", "Page")

    def broken(*_args, **_more):
        raise ValueError("typed by a visitor")

    monkeypatch.setattr("home.models.ContentPage.get_context", broken)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="django.request"):
        client.get(page.url + "?secret=question", headers={"user-agent": "A phone"}, REMOTE_ADDR="203.0.113.77")
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert NoVisitor().filter(record)
    line = PlainFormatter("%(levelname)s %(message)s").format(record)
    assert "builtins.ValueError" in line
    assert "test_errors.py" in line
    for trace in ("typed by a visitor", "secret", "A phone", "203.0.113.77"):
        assert trace not in line
    assert not hasattr(record, "request")


SECRET = "5b0e2f5c7a1d4e6f" * 4


@pytest.mark.parametrize("address", [
    f"/told/p/{SECRET}/", "/receipt/Nw:1vOaZr:8l2c0Zb-7lP_5b0e2f5c/",
    "/donate/gift/6f0d5c1e-7a0b-4c7e-9a55-0d4b1f1f9d11/state/",
    "/sw/mchango/gift/6f0d5c1e-7a0b-4c7e-9a55-0d4b1f1f9d11/", f"/admin/sign-in/link/2-{SECRET}/",
])  # fmt: skip
def test_an_address_that_is_a_secret_is_not_logged(home, rf, caplog, address):
    """Errors are also mailed; who reads them could fetch a donor's receipt, or tell us of payments in M-Pesa's name."""
    request = rf.get(address)
    with caplog.at_level(logging.ERROR, logger="django.request"):
        log_response("%s: %s", "Service Unavailable", address, response=HttpResponse(status=503), request=request)
    (record,) = caplog.records
    assert NoVisitor().filter(record)
    line = record.getMessage()
    assert "…" in line and not re.search("5b0e|6f0d", line) and line.startswith("Service Unavailable: /")


def test_missing_pages_are_not_logged(home, get, caplog):
    with caplog.at_level(logging.ERROR):
        get("/what-somebody-looked-for/", 404)
    assert not caplog.records


def test_a_wrong_host_is_not_written_down(home, get, caplog):
    with caplog.at_level(logging.ERROR, logger="django"):
        get("/", 400, headers={"host": "evil.example.org"})
    assert "evil" not in caplog.text
