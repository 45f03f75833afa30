"""Links that lead nowhere: inside at once; outside at night, one host at a time, never into our own network."""

import datetime
import http.server
import threading

import pytest
from django.utils import timezone

from desk import broken
from desk.models import OutsideLink
from tests import examples

pytestmark = pytest.mark.django_db
URL = "https://example.org/a"


def page_with(home, title, *blocks):
    return examples.add(home, "home.ContentPage", title, slug=title.lower(), body=list(blocks))


@pytest.fixture
def night(monkeypatch):
    monkeypatch.setattr(broken, "is_night", lambda: True)


def test_targets_of_every_kind_of_block(home):
    target = page_with(home, "Target")
    document = examples.make_document()
    rich = (
        f'<p><a linktype="page" id="{target.pk}">x</a> <a id="{document.pk}" linktype="document">y</a> '
        '<a href="https://example.org/rich">z</a> <a href="mailto:a@example.org">m</a></p>'
    )
    page = page_with(
        home,
        "Source",
        examples.section("Words", rich),
        examples.block("call_to_action", heading="Go", link=examples.link(url="https://example.org/cta"), tone="plain"),
        examples.block(
            "link_list", heading="Links", intro="", links=[{"link": examples.link(target), "description": ""}]
        ),
    )
    outside, pages, documents = broken.targets_of(page)
    assert outside == {"https://example.org/rich", "https://example.org/cta"}
    assert pages == {target.pk}
    assert documents == {document.pk}


def test_inside_at_once(home):
    target = page_with(home, "Target")
    page_with(home, "Source", examples.section("Words", f'<p><a linktype="page" id="{target.pk}">x</a></p>'))
    assert broken.inside() == []
    target.unpublish()
    assert [(page.title, words) for page, words in broken.inside()] == [("Source", "Target")]
    target.delete()
    assert [page.title for page, _words in broken.inside()] == ["Source"]


def test_outside_is_listed_after_three_nights(home, night):
    page_with(home, "Source", examples.section("Words", f'<p><a href="{URL}">x</a></p>'))
    broken.collect()
    for number in range(1, 4):
        assert broken.outside() == []
        assert broken.check_some(ask=lambda url: "404", pause=0) == ["asked 1 other websites, 1 failed"]
        assert broken.check_some(ask=lambda url: "404", pause=0) == []  # not twice in a night
        assert OutsideLink.objects.get().failures == number
        OutsideLink.objects.update(checked_at=timezone.now() - datetime.timedelta(days=1))
    ((link, pages),) = broken.outside()
    assert (link.url, link.answer, [page.title for page in pages]) == (URL, "404", ["Source"])
    broken.check_some(ask=lambda url: "", pause=0)
    assert broken.outside() == []


def test_good_address_is_left_alone_for_a_week(home, night):
    page_with(home, "Source", examples.section("Words", f'<p><a href="{URL}">x</a></p>'))
    broken.collect()
    broken.check_some(ask=lambda url: "", pause=0)
    OutsideLink.objects.update(checked_at=timezone.now() - datetime.timedelta(days=6))
    assert broken.check_some(ask=lambda url: "", pause=0) == []
    OutsideLink.objects.update(checked_at=timezone.now() - datetime.timedelta(days=8))
    assert broken.check_some(ask=lambda url: "", pause=0) == ["asked 1 other websites, 0 failed"]


def test_one_question_to_a_host_in_a_run_and_few_hosts(home, night):
    links = "".join(f'<a href="https://example.org/{place}">x</a>' for place in range(5))
    links += "".join(f'<a href="https://h{place}.example/">x</a>' for place in range(15))
    page_with(home, "Source", examples.section("Words", f"<p>{links}</p>"))
    broken.collect()
    asked = []
    broken.check_some(ask=lambda url: asked.append(url) or "", pause=0)
    assert len(asked) == broken.A_RUN
    assert sum("example.org" in url for url in asked) <= 1


def test_not_by_day(home, monkeypatch):
    noon = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)  # noon in Nairobi
    assert not broken.is_night(noon)
    assert broken.is_night(noon - datetime.timedelta(hours=10))
    monkeypatch.setattr(broken, "is_night", lambda: False)
    assert broken.check_some(ask=lambda url: pytest.fail("asked by day")) == []


def test_what_no_page_links_to_is_forgotten(home):
    page = page_with(home, "Source", examples.section("Words", f'<p><a href="{URL}">x</a></p>'))
    broken.collect()
    assert OutsideLink.objects.count() == 1
    page.unpublish()
    broken.collect()
    assert OutsideLink.objects.count() == 0


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.0.0.5", "169.254.169.254", "[::1]", "no-such-host.invalid"]
)
def test_our_own_network_is_never_asked(host):
    assert not broken.is_public_host(host.strip("[]"))
    assert broken.ask(f"http://{host}/") == "no such host"


@pytest.fixture
def server(monkeypatch):
    """A server that answers by its path; `asked` has the methods."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.server.asked.append(self.command)
            code = int(self.path.strip("/").split("-")[0])
            if self.command == "GET" and self.path.endswith("-head"):
                code = 200
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = answer

        def log_message(self, *_):
            """Say nothing."""

    monkeypatch.setattr(broken, "is_public_host", lambda host: True)
    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    found.asked = []
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("200", ""),
        ("302", ""),
        ("404", "404"),
        ("410", "410"),
        ("500", "500"),
        ("403", ""),
        ("429", ""),
        ("405-head", ""),
    ],
)
def test_what_an_answer_means(server, path, answer):
    assert broken.ask(f"http://127.0.0.1:{server.server_port}/{path}") == answer


def test_nobody_listening_is_a_failure(monkeypatch):
    monkeypatch.setattr(broken, "is_public_host", lambda host: True)
    assert broken.ask("http://127.0.0.1:9/")


def test_report(home, at_desk):
    target = page_with(home, "Target")
    page_with(home, "Source", examples.section("Words", f'<p><a linktype="page" id="{target.pk}">x</a></p>'))
    target.unpublish()
    screen = at_desk("Writer").get("/admin/desk/broken-links/")
    assert "Source" in screen.text
    assert at_desk("Finance").get("/admin/desk/broken-links/").status_code in (302, 403)
