"""Moving, renaming, unpublishing: old addresses keep working; no redirect leads in a ring, to a draft or to itself."""

import csv
import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from core import due, redirects
from core.models import User
from core.redirect_admin import harmless
from tests import examples

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]
LANGUAGES = pytest.mark.parametrize("language", ["en", "sw"])
PREFIX = {"en": "", "sw": "/sw"}


def fresh(page):
    """The page as the database has it, as Wagtail's views would find it."""
    return Page.objects.get(pk=page.pk).specific


@pytest.fixture
def rename(django_capture_on_commit_callbacks):
    """Give a page another slug, as the editor's Publish button does."""

    def do(page, slug):
        with django_capture_on_commit_callbacks(execute=True):
            page = fresh(page)
            page.slug = slug
            page.save_revision().publish()

    return do


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    def do(page):
        with django_capture_on_commit_callbacks(execute=True):
            fresh(page).save_revision().publish()

    return do


def move(page, target):
    fresh(page).move(fresh(target), pos="last-child")


@pytest.fixture
def places(kiswahili_home):
    """{language: {name: page}}: two sections; in the first a page, and one below it. The slugs are the names."""
    home = Page.objects.get(translation_key=kiswahili_home.translation_key, locale__language_code="en")
    found = {"en": {"home": home}, "sw": {"home": kiswahili_home}}
    for name, parent in [("one", "home"), ("two", "home"), ("page", "one"), ("child", "page")]:
        found["en"][name] = examples.add(found["en"][parent], "home.ContentPage", name.title(), slug=name)
        found["sw"][name] = examples.translate(found["en"][name], slug=name)
    return found


def assert_clean():
    """Nothing in the table stands on a published page's address or leads a page to itself."""
    rows = list(Redirect.objects.all())
    standing = redirects.pages_at([row.old_path for row in rows])
    for row in rows:
        page = standing.get(row.old_path)
        assert not page or not (page.live or page.pk == row.redirect_page_id), row.old_path


# --- By editors' work ----------------------------------------------------------------------------------------------


@LANGUAGES
def test_there_and_back_then_unpublish(places, get, publish, language):
    pages, base = places[language], PREFIX[language]
    here, there = f"{base}/one/page/", f"{base}/two/page/"
    move(pages["page"], pages["two"])
    assert get(here, 301).headers["Location"] == there
    assert get(f"{here}child/", 301).headers["Location"] == f"{there}child/"
    get(there)
    move(pages["page"], pages["one"])
    get(here)
    assert get(there, 301).headers["Location"] == here
    assert get(f"{there}child/", 301).headers["Location"] == f"{here}child/"
    assert_clean()
    fresh(pages["page"]).unpublish()
    get(here, 404)
    get(there, 404)
    assert get(f"{there}child/", 301).headers["Location"] == f"{here}child/"
    publish(pages["page"])
    assert get(there, 301).headers["Location"] == here
    assert_clean()


@LANGUAGES
def test_the_other_language_stays_where_it_is(places, get, language):
    other = {"en": "sw", "sw": "en"}[language]
    move(places[language]["page"], places[language]["two"])
    get(f"{PREFIX[other]}/one/page/")
    get(f"{PREFIX[other]}/two/page/", 404)


@LANGUAGES
def test_slug_changed_twice_is_one_hop(places, get, rename, language):
    pages, base = places[language], PREFIX[language]
    rename(pages["page"], "second")
    rename(pages["page"], "third")
    for slug in ("page", "second"):
        for below in ("", "child/"):
            response = get(f"{base}/one/{slug}/{below}", 301)
            assert response.headers["Location"] == f"{base}/one/third/{below}"
            assert response.headers["Cache-Control"] == "public, max-age=60"
    get(f"{base}/one/third/child/")
    assert_clean()


@LANGUAGES
def test_slug_there_and_back_then_unpublish(places, get, rename, language):
    pages, base = places[language], PREFIX[language]
    rename(pages["page"], "second")
    rename(pages["page"], "page")
    assert get(f"{base}/one/second/", 301).headers["Location"] == f"{base}/one/page/"
    assert_clean()
    fresh(pages["page"]).unpublish()
    get(f"{base}/one/page/", 404)
    get(f"{base}/one/second/", 404)


def test_subtree_moves_and_is_renamed(places, get, rename):
    pages = places["en"]
    move(pages["one"], pages["two"])
    rename(pages["two"], "second")
    assert get("/one/", 301).headers["Location"] == "/second/one/"
    for old in ("/one/page/child/", "/two/one/page/child/", "/ONE/page/child", "/index.php/one/page/child.html"):
        assert get(old, 301).headers["Location"] == "/second/one/page/child/"
    get("/second/one/page/child/")
    assert_clean()


def test_restored_revision_takes_its_address_back(places, get, rename, django_capture_on_commit_callbacks):
    page = fresh(places["en"]["page"])
    first = page.save_revision()
    first.publish()
    rename(page, "second")
    with django_capture_on_commit_callbacks(execute=True):
        fresh(page).save_revision(previous_revision=first, clean=False)
        restored = first.as_object()
        restored.save_revision(previous_revision=first).publish()
    get("/one/page/")
    assert get("/one/second/", 301).headers["Location"] == "/one/page/"
    assert get("/one/second/child/", 301).headers["Location"] == "/one/page/child/"
    assert_clean()


def test_new_page_at_an_old_address(places, get, rename, publish):
    """While it is a draft, the redirect serves; then the page has its address, also after it is taken down."""
    pages = places["en"]
    rename(pages["page"], "second")
    new = examples.add(pages["one"], "home.ContentPage", "New", slug="page", live=False)
    assert get("/one/page/", 301).headers["Location"] == "/one/second/"
    publish(new)
    get("/one/page/")
    assert_clean()
    fresh(new).unpublish()
    get("/one/page/", 404)


def test_two_pages_swap_their_addresses(places, get, rename):
    pages = places["en"]
    rename(pages["one"], "between")
    rename(pages["two"], "one")
    rename(pages["one"], "two")
    get("/one/")
    get("/two/")
    assert get("/between/", 301).headers["Location"] == "/two/"
    # The pages below took their addresses along.
    get("/two/page/child/")
    assert get("/one/page/child/", 301).headers["Location"] == "/two/page/child/"
    assert_clean()


def test_feed_moves_with_its_list(home, get, rename):
    news = examples.add(home, "news.NewsIndexPage", "News", slug="news")
    rename(news, "press")
    assert get("/news/feed/", 301).headers["Location"] == "/press/feed/"
    assert get("/news/?kind=story", 301).headers["Location"] == "/press/"
    get("/press/feed/")


# --- Whatever stands in the table ----------------------------------------------------------------------------------


def put(*rows):
    """Put rows in as Wagtail's automatic ones come: without `save()`, and so without signals."""
    Redirect.objects.bulk_create([Redirect(**row) for row in rows])


def test_redirect_to_a_draft_or_private_page_answers_404(places, get):
    page = places["en"]["page"]
    put(
        {"old_path": "/old", "redirect_page": page},
        {"old_path": "/link", "redirect_link": "http://localhost/one/page/"},
    )
    get("/old/", 301)
    assert get("/link/", 301).headers["Location"] == "http://localhost/one/page/"
    fresh(page).unpublish()
    get("/old/", 404)
    get("/link/", 404)


def test_redirect_to_itself_answers_404(places, get):
    draft = examples.add(places["en"]["home"], "home.ContentPage", "Draft", slug="draft", live=False)
    put(
        {"old_path": "/draft", "redirect_page": draft},
        {"old_path": "/self", "redirect_link": "/self/"},
        {"old_path": "/whole", "redirect_link": "http://localhost/whole/"},
        {"old_path": "/elsewhere", "redirect_link": "https://example.org/elsewhere/"},
    )
    get("/elsewhere/", 301)
    for address in ("/draft/", "/self/", "/self", "/whole/", "/SELF/"):
        get(address, 404)


def test_ring_of_redirects_answers_404(home, get):
    put(
        {"old_path": "/a", "redirect_link": "/b/"},
        {"old_path": "/b", "redirect_link": "http://localhost/c"},
        {"old_path": "/c", "redirect_link": "/a"},
    )
    for address in ("/a/", "/b/", "/c/"):
        get(address, 404)


def test_chain_of_redirects_is_one_hop(places, get):
    put(
        {"old_path": "/a", "redirect_link": "/b/"},
        {"old_path": "/b", "redirect_link": "http://localhost/c"},
        {"old_path": "/c", "redirect_page": places["en"]["page"]},
        {"old_path": "/d", "redirect_link": "/e/"},
        {"old_path": "/e", "redirect_link": "https://example.org/"},
    )
    assert get("/a/", 301).headers["Location"] == "/one/page/"
    assert get("/d/", 301).headers["Location"] == "https://example.org/"


def test_what_is_no_page_is_the_link_s_own_business(home, get):
    put({"old_path": "/a", "redirect_link": "/search/?q=x"}, {"old_path": "/b", "redirect_link": "/documents/1/x.pdf"})
    assert get("/a/", 301).headers["Location"] == "/search/?q=x"
    assert get("/b/", 301).headers["Location"] == "/documents/1/x.pdf"


def test_two_rows_for_all_sites_are_no_error(places, get):
    """Wagtail's middleware answers 500 here: its table does not forbid two."""
    put(
        {"old_path": "/a", "redirect_page": places["en"]["one"]},
        {"old_path": "/a", "redirect_page": places["en"]["two"]},
        {"old_path": "/b", "redirect_page": places["en"]["one"]},
        {"old_path": "/b", "redirect_page": places["en"]["two"], "site": Site.objects.get()},
    )
    assert get("/a/", 301).headers["Location"] == "/one/"
    assert get("/b/", 301).headers["Location"] == "/two/"


def test_temporary_and_with_a_query(places, get):
    pages = places["en"]
    put(
        {"old_path": "/a", "redirect_page": pages["one"], "is_permanent": False},
        {"old_path": "/b", "redirect_page": pages["one"]},
        {"old_path": "/b?x=1&y=2", "redirect_page": pages["two"]},
        {"old_path": "/mwaka-mpya-é", "redirect_page": pages["two"]},
    )
    assert get("/a/", 302).headers["Location"] == "/one/"
    assert get("/b/?z=1", 301).headers["Location"] == "/one/"
    assert get("/b/?y=2&x=1", 301).headers["Location"] == "/two/"
    assert get("/mwaka-mpya-%C3%A9/", 301).headers["Location"] == "/two/"


def test_timed_job_takes_redirects_off_pages_addresses(places):
    pages = places["en"]
    put(
        {"old_path": "/one", "redirect_page": pages["two"]},
        {"old_path": "/sw/one", "redirect_link": "https://example.org/"},
        {"old_path": "/old", "redirect_page": pages["two"]},
    )
    state, lines = due.run(due.JOBS["tidy redirects"])
    assert (state, lines) == ("ran", ["deleted 2 redirects that stood on a page's address"])
    assert [row.old_path for row in Redirect.objects.all()] == ["/old"]
    assert redirects.tidy_all() == []


def test_saving_a_page_costs_few_queries(places, django_assert_max_num_queries):
    page = fresh(places["en"]["child"])
    Site.get_site_root_paths()
    with django_assert_max_num_queries(2):
        redirects.make_room(page)
    assert "_wagtail_cached_site_root_paths" not in vars(page)


@LANGUAGES
def test_a_page_s_address_and_back(places, language):
    for page in places[language].values():
        path = redirects.path_of(page)
        assert path == redirects.normalise(page.url)
        assert redirects.pages_at([path]) == {path: Page.objects.get(pk=page.pk)}
    assert redirects.path_of(Page.objects.get(depth=1)) == ""


# --- A news item's own list ----------------------------------------------------------------------------------------


@pytest.fixture
def news(places):
    return examples.add(places["en"]["home"], "news.NewsIndexPage", "News", slug="news")


def test_news_item_s_old_addresses(news, get, publish):
    item = examples.add(news, "news.NewsPage", "Item", slug="item", live=False, old_addresses="/x/1-old.html")
    get("/x/1-old.html", 404)
    publish(item)
    assert get("/x/1-old.html", 301).headers["Location"] == "/news/item/"
    item = fresh(item)
    item.old_addresses = "https://www.imlu.org/x/2-old/\n\n /x/3%EF%BF%BC/ \n/x/2-old"
    item.save_revision().publish()
    get("/x/1-old.html", 404)
    for old in ("/x/2-old", "/x/2-old/", "/X/2-OLD/", "/x/3%EF%BF%BC/", "/x/3%EF%BF%BC"):
        assert get(old, 301).headers["Location"] == "/news/item/"
    assert Redirect.objects.count() == 2
    fresh(item).unpublish()
    get("/x/2-old", 404)
    publish(item)
    get("/x/2-old", 301)


def test_news_item_s_list_refuses_what_can_t_work(news):
    Redirect.objects.create(old_path="/taken", redirect_link="https://example.org/")
    item = examples.add(news, "news.NewsPage", "Item", slug="item")
    for line in ("no slash", "/one/", "/taken", "/" + "x" * 300):
        item.old_addresses = f"/good\n{line}"
        with pytest.raises(ValidationError) as error:
            item.save()
        assert list(error.value.message_dict) == ["old_addresses"]
        assert len(error.value.messages) == 1
    item.old_addresses = "/good"
    item.save()
    item.save()


def test_editor_s_redirect_is_not_taken_for_the_list_s(news):
    item = examples.add(news, "news.NewsPage", "Item", slug="item")
    Redirect.objects.create(old_path="/by-hand", redirect_page=item)
    item.old_addresses = "/good"
    item.save()
    item.old_addresses = ""
    item.save()
    assert [row.old_path for row in Redirect.objects.all()] == ["/by-hand"]


def test_copies_and_translations_do_not_compete(news, get, publish):
    item = examples.add(news, "news.NewsPage", "Item", slug="item", old_addresses="/x")
    examples.translate(news, slug="habari")
    twin = examples.translate(item, slug="habari-1", old_addresses="/x")
    copy = fresh(item).copy(update_attrs={"slug": "copy", "title": "Copy"}, keep_live=True)
    assert copy.specific.old_addresses == ""
    publish(twin)
    assert get("/x", 301).headers["Location"] == "/news/item/"
    assert Redirect.objects.count() == 1


# --- The admin -----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    """The client of someone who may do everything."""
    client.force_login(User.objects.create_superuser("desk", "desk@example.org", "a long sentence for tests"))
    return client


def refused(response):
    """The fields (set) whose errors a form shows."""
    return set(response.context["form"].errors)


def test_form_refuses_what_can_t_work(places, desk):
    add = reverse("wagtailredirects:add")
    pages = places["en"]
    draft = examples.add(pages["home"], "home.ContentPage", "Draft", slug="draft", live=False)
    cases = [
        ({"old_path": "/one/", "redirect_link": "https://example.org/"}, {"old_path"}),
        ({"old_path": "/sw/one/page", "redirect_page": pages["two"].pk}, {"old_path"}),
        ({"old_path": "/a", "redirect_page": draft.pk}, {"redirect_page"}),
        ({"old_path": "/a", "redirect_link": "http://localhost/a/"}, {"redirect_link"}),
    ]
    for data, fields in cases:
        response = desk.post(add, {"is_permanent": "on", **data})
        assert response.status_code == 200, data
        assert refused(response) == fields
    assert not Redirect.objects.exists()
    assert (
        desk.post(add, {"is_permanent": "on", "old_path": "/a/", "redirect_page": pages["two"].pk}).status_code == 302
    )
    row = Redirect.objects.get()
    edit = reverse("wagtailredirects:edit", args=[row.pk])
    assert desk.get(edit).status_code == 200
    assert refused(desk.post(edit, {"old_path": "/one", "redirect_page": pages["two"].pk})) == {"old_path"}
    assert desk.post(edit, {"old_path": "/b", "redirect_page": pages["two"].pk}).status_code == 302


def test_capitals_make_no_difference(places, desk, get):
    """Neither those that the editor writes nor those of the reader."""
    add = reverse("wagtailredirects:add")
    target = places["en"]["two"]
    for old in ("/Old-Report", "/SW/Ripoti.PDF", "/Item?Id=A"):
        data = {"is_permanent": "on", "old_path": old, "redirect_page": target.pk}
        assert desk.post(add, data).status_code == 302
    for address in ("/old-report/", "/Old-Report", "/OLD-REPORT", "/sw/ripoti.pdf", "/SW/Ripoti.PDF", "/Item?Id=A"):
        assert get(address, 301).headers["Location"] == target.url
    twice = {"is_permanent": "on", "old_path": "/OLD-report", "redirect_page": target.pk}
    assert desk.post(add, twice).status_code == 200  # there is one already


def test_form_refuses_a_circle(home, desk):
    put({"old_path": "/b", "redirect_link": "http://localhost/c"}, {"old_path": "/c", "redirect_link": "/a"})
    form = {"is_permanent": "on", "old_path": "/a", "redirect_link": "/b/"}
    assert refused(desk.post(reverse("wagtailredirects:add"), form)) == {"redirect_link"}


def export(desk):
    """The rows (list of dicts) of the exported CSV file."""
    response = desk.get(reverse("wagtailredirects:index"), {"export": "csv"})
    assert response.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def import_file(desk, text):
    """Go through both steps of the import; returns the last response."""
    file = io.BytesIO(text.encode())
    file.name = "redirects.csv"
    confirm = desk.post(reverse("wagtailredirects:start_import"), {"import_file": file})
    assert confirm.status_code == 200
    hidden = dict(re.findall(r'name="(import_file_name|input_format)" value="([^"]+)"', confirm.content.decode()))
    data = {**hidden, "from_index": "0", "to_index": "1", "permanent": "on", "site": ""}
    return desk.post(reverse("wagtailredirects:process_import"), data, follow=True)


def test_export_and_import_again(places, desk, get, rename):
    """A link to a page of ours becomes the page itself, and follows it."""
    page = places["en"]["page"]
    Redirect.objects.create(old_path="/old-é", redirect_page=page)
    Redirect.objects.create(old_path="/out", redirect_link="https://example.org/")
    rows = export(desk)
    assert [(row["From"], row["To"]) for row in rows] == [
        ("/old-é", "http://localhost/one/page/"),
        ("/out", "https://example.org/"),
    ]
    Redirect.objects.all().delete()
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    assert "Imported 2 redirects" in import_file(desk, text.getvalue()).content.decode()
    assert Redirect.objects.get(old_path="/old-é").redirect_page_id == page.pk
    rename(page, "second")
    assert get("/old-%C3%A9/", 301).headers["Location"] == "/one/second/"


def test_import_refuses_what_can_t_work(places, desk, get):
    """Row by row, with the reason: a present address, twice the same, itself, a draft, no address."""
    draft = examples.add(places["en"]["one"], "home.ContentPage", "Draft", slug="draft", live=False)
    rows = [
        "From,To",
        "https://imlu.org/old/,http://localhost/two/",
        "/one/,http://localhost/two/",
        "/old/,https://a.example/",
        "/ring,http://localhost/ring",
        f"/to-draft,http://localhost{draft.get_url()}",
        "/nowhere,two",
        "/Old D/x.html,/two/",
    ]
    said = import_file(desk, "\n".join(rows)).content.decode()
    assert "created 2 and found 5 errors" in said
    for reason in ("present address of", "already exists", "leads to itself", "published", "whole address"):
        assert reason in said
    assert {row.old_path: row.redirect_page.slug for row in Redirect.objects.all()} == {
        "/old": "two",
        "/old d/x.html": "two",
    }
    assert "&amp;#" not in said
    get("/one/")
    for address in ("/Old%20D/x.html", "/Old D/x.html", "/old%20d/X.HTML"):
        assert get(address, 301).headers["Location"] == "/two/"


def test_export_runs_no_formula(home, desk):
    put(*({"old_path": f"{sign}1+1", "redirect_link": f"{sign}HYPERLINK(1)"} for sign in "=+-@\t\r"))
    rows = export(desk)
    assert len(rows) == 6
    assert all(row["From"].startswith("'") and row["To"].startswith("'") for row in rows)
    assert harmless("/a") == "/a"
    assert desk.get(reverse("wagtailredirects:index"), {"export": "xlsx"}).status_code == 200


def test_redirects_need_their_rights(home, client):
    for name in ("index", "add", "start_import", "process_import"):
        response = client.get(reverse(f"wagtailredirects:{name}"))
        assert response.status_code == 302 and "/sign-in/" in response.headers["Location"], name
    client.force_login(User.objects.create_user("reader", "reader@example.org", "a long sentence for tests"))
    for name in ("index", "add", "process_import"):
        assert client.get(reverse(f"wagtailredirects:{name}")).status_code in {302, 403}, name


def test_lists_of_redirects_show(places, desk):
    Redirect.objects.create(old_path="/old", redirect_page=places["en"]["one"])
    for name in ("index", "index_results"):
        page = desk.get(reverse(f"wagtailredirects:{name}"), {"q": "old"})
        assert "/old" in page.content.decode()


# --- Moving in the admin -------------------------------------------------------------------------------------------


def test_move_screen_tells_of_the_other_language_and_offers_it(places, desk):
    english, kiswahili = places["en"], places["sw"]
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[english["page"].pk, english["two"].pk])
    shown = desk.get(confirm).content.decode()
    assert "Only this language is moved" in shown and kiswahili["page"].title in shown
    moved = desk.post(confirm, follow=True).content.decode()
    offered = reverse("wagtailadmin_pages:move_confirm", args=[kiswahili["page"].pk, kiswahili["two"].pk])
    assert f'href="{offered}"' in moved and "is still in its old place" in moved
    moved = desk.post(offered, follow=True).content.decode()
    assert fresh(kiswahili["page"]).url == "/sw/two/page/"
    assert "is still in its old place" not in moved


def test_move_to_where_there_is_no_twin(places, desk):
    alone = examples.add(places["en"]["home"], "home.ContentPage", "Alone", slug="alone")
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[places["en"]["page"].pk, alone.pk])
    moved = desk.post(confirm, follow=True).content.decode()
    assert f'href="{reverse("wagtailadmin_pages:move", args=[places["sw"]["page"].pk])}"' in moved


def test_page_in_one_language_says_nothing(places, desk):
    alone = examples.add(places["en"]["home"], "home.ContentPage", "Alone", slug="alone")
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[alone.pk, places["en"]["two"].pk])
    assert "Only this language" not in desk.get(confirm).content.decode()
    assert "old place" not in desk.post(confirm, follow=True).content.decode()


def test_many_pages_moved_at_once(places, desk):
    english = places["en"]
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    moved = desk.post(f"{bulk}?id={english['page'].pk}&next=/admin/", {"chooser": english["two"].pk}, follow=True)
    offered = reverse("wagtailadmin_pages:move_confirm", args=[places["sw"]["page"].pk, places["sw"]["two"].pk])
    assert f'href="{offered}"' in moved.content.decode()
    assert fresh(english["page"]).url == "/two/page/"
