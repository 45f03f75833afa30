"""What protects readers, seen on real responses through all middleware."""

import pytest
from django.conf import settings
from django.test import Client

from tests.examples import EXAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def broken(*_):
    raise RuntimeError("made by a test")


@pytest.fixture
def answer(whole_site, client, monkeypatch):
    """Return the response of one of the site's kinds of answer, by name."""
    client.raise_request_exception = False
    others = {
        "search": ("/search/?q=example", {}),
        "missing page": ("/nothing/here/", {}),
        "missing Kiswahili page": ("/sw/hakuna/", {}),
        "unknown host": ("/", {"headers": {"host": "evil.example.org"}}),
        "feed": ("/example-news-index/feed/", {}),
        "sitemap": ("/sitemap.xml", {}),
        "robots": ("/robots.txt", {}),
        "favicon": ("/favicon.ico", {}),
        "document": (whole_site.document.url, {}),
        "no slash": ("/example-content", {}),
    }

    def ask(name):
        if name == "server error":
            monkeypatch.setattr("home.models.ContentPage.get_context", broken)
            return client.get("/example-content/")
        address, more = others.get(name) or (whole_site.page(*name.split()).url, {})
        return client.get(address, **more)

    return ask


PAGES = [f"{name} {language}" for name in EXAMPLES for language in ("en", "sw")]
ERRORS = {"missing page": 404, "missing Kiswahili page": 404, "unknown host": 400, "server error": 500}
OTHERS = {"search": 200, "feed": 200, "sitemap": 200, "robots": 200, "favicon": 301, "no slash": 301}
STATUS = {**dict.fromkeys(PAGES, 200), **ERRORS, **OTHERS}


def policy(response):
    """The Content Security Policy of a response, by directive."""
    header = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_this_many_answers_are_looked_at():
    assert len(STATUS) == 40


@pytest.mark.parametrize("name", STATUS)
def test_public_answer_is_protected_and_sets_no_cookie(answer, name):
    response = answer(name)
    assert response.status_code == STATUS[name]
    assert policy(response) == PUBLIC_POLICY
    assert {header: response.headers.get(header) for header in ALWAYS} == ALWAYS
    allowed = response.headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(allowed)
    assert all(feature.endswith("=()") for feature in allowed)
    assert not response.cookies
    assert not {"cookie", "accept-language"} & {word.strip().lower() for word in response.get("Vary", "").split(",")}


@pytest.mark.parametrize("name", STATUS)
def test_caches_keep_what_they_may(answer, name):
    expected = "public"
    if name in ERRORS or name == "search" or EXAMPLES.get(name.split()[0], EXAMPLES["home"]).is_sensitive:
        expected = "no-store"
    control = answer(name).headers.get("Cache-Control", "")
    if name in {"favicon", "no slash"}:
        assert "no-store" not in control
    elif expected == "public":
        assert control.startswith("public, max-age=") or control.endswith(", public")
    else:
        assert control == "no-store"
    # Our own proxy keeps help and story pages. nginx until 1.23 believes the first of the two that it reads.
    names = [name.lower() for name in answer(name).headers]
    kept = EXAMPLES.get(name.split()[0], EXAMPLES["home"]).is_sensitive and name not in ERRORS
    assert ("x-accel-expires" in names) == kept
    if kept:
        assert names.index("x-accel-expires") < names.index("cache-control")


@pytest.mark.parametrize("path", ["login/", "", "password_reset/"])
def test_admin_has_a_policy_of_its_own(db, client, path):
    response = client.get(f"/{settings.ADMIN_PATH}{path}")
    assert policy(response) == {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    assert {header: response.headers.get(header) for header in ALWAYS} == ALWAYS
    assert "no-store" in response.headers["Cache-Control"]


def test_admin_cookies_stay_in_the_admin(client):
    cookies = client.get(f"/{settings.ADMIN_PATH}sign-in/").cookies
    assert set(cookies) == {"csrftoken"}
    assert cookies["csrftoken"]["path"] == "/admin/"
    assert cookies["csrftoken"]["httponly"]
    assert cookies["csrftoken"]["samesite"] == "Lax"


def test_signed_in_editors_get_the_public_page(whole_site, client, admin_client):
    """A page in a shared cache must be the same for everybody: no userbar, no cookie."""
    url = whole_site.pages["content"].url
    response = admin_client.get(url)
    assert response.content == client.get(url).content
    assert not response.cookies


def test_form_of_the_admin_needs_its_token(db):
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/sign-in/")
    assert client.post("/admin/sign-in/", {"login": "a", "password": "b"}).status_code == 403


def test_page_is_compressed(whole_site, client):
    response = client.get("/example-content/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_page_that_did_not_change_is_not_sent_again(whole_site, client, encoding):
    headers = {"accept-encoding": encoding}
    tag = client.get("/example-content/", headers=headers).headers["ETag"]
    again = client.get("/example-content/", headers={**headers, "if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    whole_site.pages["content"].title = "Changed"
    whole_site.pages["content"].save()
    changed = client.get("/example-content/", headers={**headers, "if-none-match": tag})
    assert changed.status_code == 200
    whole_site.pages["content"].refresh_from_db()


@pytest.mark.parametrize("address", ["/example-content/", "/sitemap.xml"])
def test_head_has_the_tag_of_get(whole_site, client, address):
    tag = client.get(address).headers["ETag"]
    assert client.head(address).headers["ETag"] == tag
    assert client.head(address, headers={"if-none-match": tag}).status_code == 304


def test_sensitive_page_has_no_tag(whole_site, client):
    assert "ETag" not in client.get(whole_site.pages["sensitive"].url).headers


def test_document_is_a_download_that_can_do_nothing(whole_site, client):
    response = client.get(whole_site.document.url)
    assert response.headers["Content-Disposition"] == 'attachment; filename="report-of-a-year.txt"'
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"
    assert {header: response.headers.get(header) for header in ALWAYS} == ALWAYS
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert b"".join(response.streaming_content) == b"Numbers and words."
