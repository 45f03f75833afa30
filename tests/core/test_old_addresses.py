"""Every address of the earlier websites that we know of, as it was printed and in all its spellings.

Where a listed address holds a person's name, a made-up word stands in for it here: the rules never look at the name.
"""

import io
import logging
import re
from urllib.parse import quote

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.db.utils import OperationalError
from django.http import HttpResponseNotFound
from imlu.loader.files import parse
from imlu.loader.plan import make_plan
from wagtail.models import Page, PageViewRestriction

from core import old_addresses, redirects
from core.loading import unattended
from core.logs import NoVisitor, PlainFormatter, is_old_address
from core.models import LoadedItem
from core.old_addresses import Gone, Moved, Rules
from home.models import HomePage
from tests import examples
from tests.conftest import rolled_back

GONE = "gone"
OBJECT = "%EF%BF%BC"  # U+FFFC, percent-encoded
NAME = "a-made-up-person"

# Section 3 of the brief, in its order: (generation, address, key of the page that it leads to).
APPS, DESIGN = "/index.php/14-sample-data-article/portfolio/apps", "/index.php/13-sample-data-article/portfolio/design"
SECTION_3 = [
    ("wordpress", "/how-we-work", "how-we-work"),
    (
        "wordpress",
        "/imlu-at-the-73rd-africa-commission-session-banjul-the-gambia/",
        "news/african-commission-73rd-session-2022",
    ),
    ("wordpress", "/about-us/", "about"),
    (
        "wordpress",
        "/accountability-mechanism-to-prevent-torture-and-related-violations/",
        "what-we-do/accountability",
    ),
    (
        "wordpress",
        "/redress-rehabilitation-and-socio-economic-empowerment/",
        "what-we-do/redress-and-rehabilitation",
    ),
    (
        "wordpress",
        "/2022/02/commemoration-of-the-june-26th-un-international-day-in-support-of-victims-of-support-life-after-"
        f"torture{OBJECT}/",
        "news/life-after-torture-2022",
    ),
    (
        "wordpress",
        "/2022/06/joint-civil-society-organisations-cso-shadow-report-in-response-to-the-third-periodic-report/",
        "news/joint-shadow-report-2022",
    ),
    ("wordpress", "/2022/07/world-torture-day-commemorations/", "news/victims-of-torture-day-2022"),
    ("wordpress", "/2022/07/imlu-participation-in-kma-conference-2022/", "news/kma-conference-2022"),
    (
        "wordpress",
        "/2023/02/families-of-kingongo-seven-yet-to-get-justice-23-years-later/",
        "news/kingongo-families-2023",
    ),
    (
        "wordpress",
        "/2023/06/medico-legal-circuits-unveiling-tortures-truth-and-paving-the-path-to-justice/",
        "news/medico-legal-circuits-2023",
    ),
    ("wordpress", f"/2023/10/seeking-justice-the-tragic-case-of-{NAME}/", "news/use-of-force-ruling-2023"),
    ("joomla", "/index.php/pages/portfolio", "about/history"),
    ("joomla", "/index.php/pages/2017-10-13-20-22-22/2013-12-15-10-44-14", "coalitions/prwg-k"),
    ("joomla", "/index.php/features/2017-10-13-19-49-47/faq", "what-we-do/rehabilitation"),
    ("joomla", "/index.php/features/2017-10-13-19-49-47/contact", "what-we-do/litigation"),
    ("joomla", "/index.php/features/2013-02-06-08-37-59", "what-we-do/advocacy"),
    (
        "joomla",
        f"{APPS}/28-criminal-gangs-the-main-perpetrators-of-violence-says-report",
        "news/criminal-gangs-violence-report-2017",
    ),
    ("joomla", f"{APPS}/83-justice-for-{NAME}", "news/kwale-case-conviction-2016"),
    ("joomla", f"{APPS}/101-anti-torture-day", "news/survivors-petition-unpaid-awards-2018"),
    (
        "joomla",
        f"{APPS}/102-policy-advocacy-on-extrajudicial-killings-63rd-ordinary-session-of-achpr",
        "news/african-commission-63rd-session-2018",
    ),
    (
        "joomla",
        f"{APPS}/137-human-rights-committee-raises-concerns-about-past-and-upcoming-elections-in-dialogue-with-kenya",
        "news/human-rights-committee-dialogue-2021",
    ),
    ("joomla", f"{APPS}/146-time-to-ensure-...", "news/opinion-on-police-killings"),
    ("joomla", f"{DESIGN}/23-2", GONE),
    (
        "joomla",
        f"{DESIGN}/25-media-urged-to-exercise-responsible-journalism",
        "news/responsible-journalism-election-2017",
    ),
    (
        "joomla",
        "/index.php/24-case-stories/84-group-therapy-model-for-torture-survivors-...",
        "news/group-therapy-for-survivors",
    ),
    ("joomla", "/index.php/24-case-stories/85-from-soars-to-a-star", "news/from-soars-to-a-star"),
    (
        "joomla",
        "/index.php/24-case-stories/86-from-hopelessness-to-revival-...",
        "news/from-hopelessness-to-revival",
    ),
    ("k2", "/index.php/talk-to-us/blog/itemlist/user/753-administrator", "news"),
    ("k2", "/index.php/component/k2/itemlist/user/753-administrator", "news"),
    ("k2", "/index.php/component/k2/item/48-kingongo-prison-case-file", "news/twenty-five-years-story-2019"),
    (
        "k2",
        "/2011-08-04-18-06-26/news/item/39-police-reforms-forum-kakamega-county.html",
        "news/police-reforms-forum-kakamega-2012",
    ),
]
# Section 11 names two more by their list alone ("/index.php/talk-to-us/blog/…"): any number, and the titles as slugs.
SECTION_11 = [
    ("k2", "/index.php/talk-to-us/blog/item/7-counting-on-data-for-justice", "news/counting-on-data-for-justice-2018"),
    (
        "k2",
        "/index.php/talk-to-us/blog/item/8-tackling-extra-judicial-executions-the-forum-syd-conference",
        "news/extrajudicial-executions-conference-2018",
    ),
]
LISTED = [*SECTION_3, *SECTION_11]


def variants(generation, address):
    """{name: another spelling of the address}, all of which people have in their bookmarks."""
    bare = address.rstrip("/").removesuffix(".html").removesuffix(OBJECT)
    inner = bare.removeprefix("/index.php")
    found = {
        "as listed": address,
        "slash": f"{bare}/",
        "no slash": bare,
        "index.php": f"/index.php{inner}",
        "no index.php": inner,
        ".html": f"{bare}.html",
        ".html, index.php": f"/index.php{inner}.html",
        "upper case": bare.upper(),
        "upper case, .HTML": f"{inner.upper()}.HTML",
        "U+FFFC": f"{bare}{OBJECT}/",
        "U+FFFC encoded twice": f"{bare}{quote(OBJECT)}/",
        "U+FFFC, no slash": f"{bare}{OBJECT}",
    }
    dated = re.fullmatch(r"/\d{4}/\d\d/(.+)", inner)
    if dated:
        found["without date"] = f"/{dated[1]}/"
        found["with day"] = inner.replace(dated[1], f"15/{dated[1]}/")
        found["below news"] = f"/news/{dated[1]}/"
    elif generation == "wordpress" and "73rd" in inner:  # the one post among the undated ones
        found["with date"] = f"/2022/10{inner}/"
    elif generation == "joomla" and re.match(r"\d+-", inner.rpartition("/")[2]) and not re.search(r"-\d\d-", inner):
        last = inner.rpartition("/")[2]
        found["other category"] = f"/index.php/another/category/{last}"
        found["other slug"] = f"/index.php/24-case-stories/{last.partition('-')[0]}-another-title"
        found["number alone"] = inner.replace(last, last.partition("-")[0])
    elif "/item/" in inner:
        last = inner.rpartition("/")[2]
        found["other list"] = f"/component/k2/item/{last}"
        found["other list, .html"] = f"/2011-08-04-18-06-26/news/item/{last}.html"
    return found


CASES = [
    pytest.param(spelling, key, id=f"{address[:60]} ({name})")
    for generation, address, key in LISTED
    for name, spelling in variants(generation, address).items()
]


def test_all_listed_addresses_are_here():
    assert len(SECTION_3) == len({address for _generation, address, _key in SECTION_3}) == 32
    assert len(SECTION_11) == 2
    assert {generation for generation, _address, _key in LISTED} == {"wordpress", "joomla", "k2"}
    assert len(CASES) > 12 * len(LISTED)


# --- The site: every page that a rule leads to, live or a draft as in content/ -------------------------------------


def remember(page, key):
    """What the loader remembers of a page that it made."""
    LoadedItem.objects.create(
        key=key, language="en", source_file="x", source_hash="x", model=page._meta.label, object_id=page.pk, page=page
    )


@pytest.fixture(scope="module")
def old_site(django_db_setup, django_db_blocker):
    """{key: page}"""
    with rolled_back(django_db_blocker), unattended():
        pages = {"index": HomePage.objects.get(depth=2)}
        rules = old_addresses.rules()
        keys = {
            target.page for table in rules.tables.values() for target in table.values() if isinstance(target, Moved)
        }
        for key in sorted({*keys, *(key.partition("/")[0] for key in keys), "how-we-work"}):
            above, _slash, slug = key.rpartition("/")
            model = {"news": "news.NewsIndexPage"}.get(key, "news.NewsPage" if above == "news" else "home.ContentPage")
            data = yaml.safe_load((settings.BASE_DIR / f"content/pages/{key}.en.yaml").read_text())
            live = data.get("status", "live") == "live"
            pages[key] = examples.add(pages[above or "index"], model, data["title"], slug=slug, live=live)
            remember(pages[key], key)
        examples.translate(pages["index"], slug="nyumbani")
        yield pages


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize(("address", "key"), CASES)
def test_every_spelling(old_site, rf, address, key):
    """It leads to the page's present address; or it is gone, like what is not published."""
    request = rf.get(address)
    page = old_site.get(key)
    found = redirects.find(request, request.get_full_path())
    if page is None or not page.live:
        assert isinstance(found, redirects.Ended)
    else:
        assert found == redirects.Lead(page.url)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("generation", "address", "key"), LISTED, ids=lambda value: value[:60])
def test_listed_address(old_site, client, generation, address, key):
    """The same as a reader sees it: one hop to a page that is there, or the 410 page."""
    spellings = variants(generation, address)
    page = old_site.get(key)
    for name in ("as listed", "upper case, .HTML", "U+FFFC"):
        response = client.get(spellings[name])
        if page is None or not page.live:
            assert response.status_code == 410
        else:
            assert (response.status_code, response.headers.get("Location")) == (301, page.url)
    assert not page or not page.live or client.get(page.url).status_code == 200


def test_drafts_and_live_pages_among_the_targets():
    """So that the test above can't be satisfied by 410 alone."""
    keys = [key for _generation, _address, key in LISTED if key != GONE]
    states = [yaml.safe_load((settings.BASE_DIR / f"content/pages/{key}.en.yaml").read_text()) for key in keys]
    drafts = [key for key, data in zip(keys, states, strict=True) if data.get("status") == "draft"]
    assert (len(keys), len(drafts)) == (33, 6)


# --- What is not moved ---------------------------------------------------------------------------------------------

UNKNOWN = [
    "/nothing",
    "/nothing/",
    "/index.php/nothing",
    "/2022/07/nothing/",
    "/2022/07/",
    "/2022/07/101-anti-torture-day/",  # WordPress: not Joomla's article 101
    "/index.php/14-sample-data-article/portfolio/apps/999-nothing",
    "/index.php/component/k2/item/999-nothing",
    "/index.php/component/k2/item/101-nothing",  # K2 counts on its own
    "/index.php/apps/48-nothing",
    "/83",
    "/index.php?p=12",
    "/index.php?option=com_content&view=article&id=999",
    "/index.php?option=com_users&view=login",
    "/sw/2022/07/world-torture-day-commemorations/",  # the earlier sites were English
    "/sw/index.php/pages/portfolio",
    "/wp-login.php",
    "/news/nothing/feed",
    "/%00",
    "/about-us%00/",
    "/nothing%2500/",
    "/2022/07/nothing%2500%0A/",
    "/" + "a" * 3000,
    "/%ff/",
    "/%EF%BF%BC/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", UNKNOWN, ids=lambda address: address[:60])
def test_unknown_address_is_404_at_once(old_site, get, address):
    soup = get(address, 404).soup
    assert soup.find("a", href=examples.HELPLINE_URI)
    assert soup.find("form", role="search")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/about/", "/", "/news/feed/"])
def test_existing_page_never_asks(old_site, get, monkeypatch, address):
    monkeypatch.setattr(redirects, "find", None)
    monkeypatch.setattr(old_addresses, "rules", None)
    get(address)


@pytest.mark.django_db
def test_with_debug_a_middleware_asks(old_site, rf):
    """Django's own 404 page then takes the place of our view."""
    second_look = redirects.middleware(lambda request: HttpResponseNotFound())
    assert second_look(rf.get("/about-us/")).headers["Location"] == "/about/"
    assert second_look(rf.get("/nothing/")).status_code == 404


@pytest.mark.django_db
def test_only_reading_is_redirected(old_site, client):
    assert client.head("/about-us/").status_code == 301
    assert client.post("/about-us/").status_code in {404, 405}
    assert client.get(f"/{settings.ADMIN_PATH}about-us/").status_code in {302, 404}


# --- What is gone --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_gone_page_helps_in_both_languages(old_site, get):
    response = get("/index.php/13-sample-data-article/portfolio/design/23-2", 410)
    soup = response.soup
    assert response.headers["Cache-Control"] == "no-store"
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert [len(soup.find_all("h1")), len(soup.find_all("a", href=examples.HELPLINE_URI)) >= 2] == [1, True]
    parts = soup.find("main").find_all("div", lang=True)
    assert [part["lang"] for part in parts] == ["en", "sw"]
    assert [part.find("form")["action"] for part in parts] == ["/search/", "/sw/tafuta/"]
    assert "taken away" in parts[0].get_text() and "umeondolewa" in parts[1].get_text()
    assert all(part.find("a", href="/news/") for part in parts)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_draft_leads_to_its_section_until_it_is_published(old_site, get):
    page = Page.objects.get(pk=old_site["news/from-soars-to-a-star"].pk).specific
    address = "/index.php/24-case-stories/85-from-soars-to-a-star"
    assert get(address, 410).soup.find("main").find("a", href="/news/")
    page.save_revision().publish()
    assert get(address, 301).headers["Location"] == page.url
    Page.objects.get(pk=page.pk).specific.unpublish()
    get(address, 410)


@pytest.mark.django_db
def test_deleted_page_is_gone(old_site, get):
    old_site["news/kma-conference-2022"].delete()
    get("/2022/07/imlu-participation-in-kma-conference-2022/", 410)


@pytest.mark.django_db
def test_private_page_is_gone(old_site, get):
    PageViewRestriction.objects.create(page=old_site["about/history"], restriction_type="login")
    get("/index.php/pages/portfolio", 410)


@pytest.mark.django_db
def test_page_that_was_never_loaded_is_unknown(old_site, get):
    LoadedItem.objects.all().delete()
    get("/index.php/pages/portfolio", 404)
    get("/index.php/14-sample-data-article/portfolio/apps/101-anti-torture-day", 404)


@pytest.mark.django_db
def test_rules_follow_the_page(old_site, get, django_capture_on_commit_callbacks):
    """Its slug changes, then it moves: one hop, to where it is now."""
    page = Page.objects.get(pk=old_site["about/history"].pk).specific
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "our-past"
        page.save()
    assert get("/index.php/pages/portfolio", 301).headers["Location"] == "/about/our-past/"
    page.move(Page.objects.get(pk=old_site["index"].pk), pos="last-child")
    assert get("/index.php/pages/portfolio", 301).headers["Location"] == "/our-past/"


# --- Addresses of ours in another spelling -------------------------------------------------------------------------

OURS = {
    "/ABOUT/HISTORY/": "/about/history/",
    "/about/history": "/about/history/",
    "/about/history.html": "/about/history/",
    "/index.php/about/history/": "/about/history/",
    "/News?kind=story": "/news/?kind=story",
    "/index.php": "/",
    "/index.php/": "/",
    "/INDEX.PHP?utm_source=x": "/?utm_source=x",
    "/news/feed": "/news/feed/",
    "/feed/": "/news/feed/",
    "/medico-legal-circuits-2023": "/news/medico-legal-circuits-2023/",
    "/2026/11/medico-legal-circuits-2023/": "/news/medico-legal-circuits-2023/",
    "/2026/medico-legal-circuits-2023.html": "/news/medico-legal-circuits-2023/",
    "/SW": "/sw/",
    "/index.html": "/",
    "/INDEX.HTM": "/",
    "/donate": "/give/",
    "/Donate/": "/give/",
    "/index.php?option=com_content&view=article&id=102:policy": "/news/african-commission-63rd-session-2018/",
    "/index.php?option=com_k2&view=item&id=39": "/news/police-reforms-forum-kakamega-2012/",
    "/index.php?option=com_k2&view=itemlist&task=user&id=753": "/news/",
    "/index.php/24-case-stories": "/news/",
    "/index.php/talk-to-us/blog": "/news/",
}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("address", "final"), OURS.items())
def test_our_own_addresses(old_site, get, address, final):
    response = get(address, 301)
    assert response.headers["Location"] == final
    assert response.headers["Cache-Control"] == "public, max-age=60"
    get(final)


# --- Names ---------------------------------------------------------------------------------------------------------


def test_a_name_needs_only_its_hash():
    rules = Rules.from_data({"slug_sha256": {old_addresses.sha256(f"words-{NAME}"): "news/x"}})
    for path in (f"/words-{NAME}/", f"/2023/10/WORDS-{NAME}{OBJECT}.html", f"/item/5-words-{NAME}"):
        assert rules.resolve(path) == Moved("news/x")
    assert rules.resolve("/words-somebody-else/") is None


def test_a_path_that_can_t_be_judged_is_not_logged(monkeypatch):
    monkeypatch.setattr(old_addresses, "rules", None)
    assert is_old_address("/x/")


def test_no_rule_holds_what_a_beginning_or_number_stands_for():
    rules = old_addresses.rules()
    beginnings = tuple(rules.tables["slug_beginnings"])
    assert beginnings
    assert not [slug for slug in rules.tables["slugs"] if slug.startswith((*beginnings, "justice-for-"))]


@pytest.fixture
def written(monkeypatch):
    """What the site's own log would hold: its filter and formatter, but everything from DEBUG on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NoVisitor())
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


NAMED = [address for _generation, address, _key in LISTED if NAME in address]


@pytest.mark.django_db
@pytest.mark.parametrize("address", NAMED)
def test_no_name_is_logged_even_when_the_database_fails(old_site, client, monkeypatch, written, address):
    assert len(NAMED) == 2
    client.get(address)
    assert NAME not in written.getvalue()

    def broken(*_):
        raise OperationalError("no database")

    monkeypatch.setattr(redirects, "find", broken)
    client.raise_request_exception = False
    assert client.get(address).status_code == 500
    assert "Internal Server Error: (an old address)" in written.getvalue()
    assert NAME not in written.getvalue()
    client.get("/nothing/")
    assert "Internal Server Error: /nothing/" in written.getvalue()


# --- The file ------------------------------------------------------------------------------------------------------


def test_the_file_is_right():
    """As `load_content` checks it: all keys are pages of content/."""
    text = settings.OLD_ADDRESSES_FILE.read_text()
    keys = {path.relative_to(settings.BASE_DIR / "content/pages").as_posix()[: -len(".en.yaml")]
            for path in (settings.BASE_DIR / "content/pages").rglob("*.en.yaml")}  # fmt: skip
    assert list(old_addresses.problems(parse(text), keys)) == []
    rules = old_addresses.rules()
    counts = {name: len(table) for name, table in rules.tables.items()}
    assert counts["articles"] >= 11 and counts["items"] >= 2 and counts["slugs"] >= 9 and counts["paths"] >= 8


WRONG = """\
posts: nowhere
lists: gone
path: {}
paths:
  About-Us: about
  /about-us/: about
  old.html: about
  right: about
articles:
  eighty: about
  83: nowhere
  84: {page: about, slug: x}
  85: {page: about, route: /feed/}
items: [1, 2]
slugs:
  a/b: about
slug_beginnings:
  the-case-of: about
slug_sha256:
  abc: gone
"""
WRONG_LINES = [1, 2, 3, 5, 6, 7, 10, 11, 12, 14, 16, 18, 20]


@pytest.mark.django_db
def test_mistakes_in_the_file_have_a_line(tmp_path):
    folder = tmp_path / "content"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages/about.en.yaml").write_text("type: home.ContentPage\ntitle: About\nsummary: About us.\n")
    (folder / "pages/index.en.yaml").write_text("type: home.HomePage\ntitle: Home\n")
    (folder / "old-addresses.yaml").write_text(WRONG)
    problems = [problem for problem in make_plan(folder).problems if "old-addresses" in problem.file]
    assert sorted({problem.line for problem in problems}) == WRONG_LINES
    assert str(problems[0]) == "content/old-addresses.yaml:1: expected the key of a page, there is no «nowhere»"
    (folder / "old-addresses.yaml").write_text("paths:\n  a: about\n  b: [\n")
    assert "old-addresses.yaml" in str(make_plan(folder).problems[0])


def test_changed_file_is_read_again(settings, tmp_path, caplog):
    settings.OLD_ADDRESSES_FILE = tmp_path / "rules.yaml"
    assert old_addresses.rules().resolve("/a/") is None
    settings.OLD_ADDRESSES_FILE.write_text("paths: {a: about}")
    assert old_addresses.rules().resolve("/a/") == Moved("about")
    assert old_addresses.rules() is old_addresses.rules()
    settings.OLD_ADDRESSES_FILE.write_text("posts: news\npaths: {a: gone}")
    assert old_addresses.rules().resolve("/a/") == Gone("news")
    settings.OLD_ADDRESSES_FILE.write_text("paths: [")
    assert old_addresses.rules().resolve("/a/") is None
    assert "can't be used" in caplog.text


def test_content_files_leave_the_rules_to_the_one_file():
    pages = list((settings.BASE_DIR / "content/pages").rglob("*.yaml"))
    assert len(pages) > 100
    assert [path.name for path in pages if "\nold_addresses:" in path.read_text()] == []


# --- The command that a log is fed to ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_command_says_what_is_unknown(old_site, tmp_path):
    log = tmp_path / "access.log"
    log.write_text(
        '192.0.2.1 - - [1/Nov/2026] "GET /about-us/ HTTP/1.1" 200 1\n'
        '192.0.2.1 - - [1/Nov/2026] "GET /forgotten/page HTTP/1.1" 200 1\n'
        '192.0.2.1 - - [1/Nov/2026] "GET /forgotten/page HTTP/1.1" 200 1\n'
        "https://www.imlu.org/2023/02/families-of-kingongo-seven-yet-to-get-justice-23-years-later/\n"
        "/about/\n\n"
    )
    out = io.StringIO()
    call_command("old_addresses", str(log), stdout=out)
    assert out.getvalue().split("\n")[0].split() == ["2", "unknown", "/forgotten/page"]
    assert out.getvalue().split("\n")[1] == "1 unknown, 1 moved, 1 gone, 1 a page"
    assert "192.0.2.1" not in out.getvalue() and "kingongo" not in out.getvalue()
    out = io.StringIO()
    call_command("old_addresses", str(log), "--all", stdout=out)
    assert "/about-us/ → /about/" in out.getvalue()


def test_command_hashes_a_slug(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"https://imlu.org/2023/10/words-{NAME}/\nwords-{NAME}\n"))
    out = io.StringIO()
    call_command("old_addresses", "--hash", stdout=out)
    assert out.getvalue() == f"  {old_addresses.sha256(f'words-{NAME}')}: key/of-a-page\n" * 2
