"""What is answered where the site has no page: redirects of editors, our own addresses in another spelling, old rules.

All roads end in `find()`, and only its answer reaches a reader: whatever stands in the table of redirects, nobody is
led to a draft, to where they are already, or in a ring. `make_room()` and `tidy_all()` keep the table itself clean.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.http import HttpResponseGone, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.loader import get_template
from django.urls import Resolver404
from django.utils.encoding import uri_to_iri
from django.utils.translation import get_language, gettext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from . import due, old_addresses
from .middleware import is_admin, language_of
from .pages import is_private, public

LONGEST = 1000  # characters of an address; ours and the old ones have at most 200
BATCH = 500
PLAIN = re.compile(r"(?:/[\w-]+)+", re.ASCII)
normalise = Redirect.normalise_path


@dataclass(frozen=True)
class Lead:
    """The final address that an old one leads to."""

    address: str
    permanent: bool = True


@dataclass(frozen=True)
class Ended:
    """Gone on purpose, or not published now; `section` is the page (or None) to offer instead."""

    section: Page | None


# --- Answering -----------------------------------------------------------------------------------------------------


def answer(request):
    """Return the response that takes the place of a 404: a redirect, the 410 page, or None. For the 404 view."""
    path = request.path_info
    if request.method not in {"GET", "HEAD"} or is_admin(path) or len(path) > LONGEST or "\0" in path:
        return None
    if path.startswith("//"):  # `urlsplit` would take what follows for a host
        return None
    found = find(request, request.get_full_path())
    if isinstance(found, Ended):
        response = gone(request, found.section)
    elif found and not (unquote(urlsplit(found.address).path) == path and path_inside(found.address, request)):
        response = (HttpResponsePermanentRedirect if found.permanent else HttpResponseRedirect)(found.address)
        # Without this, browsers keep a permanent redirect for ever: a page that moves back could never be reached.
        response.headers["Cache-Control"] = "public, max-age=60"
    else:
        response = None
    return response


def middleware(get_response):
    """The same after a 404, for `make dev` alone."""

    def second_look(request):
        response = get_response(request)
        return (answer(request) or response) if response.status_code == 404 else response

    return second_look


def gone(request, section=None):
    """The 410 page: in both languages, since nobody knows who follows an old link."""
    first = get_language()
    languages = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != first)
    html = get_template("410.html").render({"languages": languages, "section": section}, request)
    return HttpResponseGone(html, headers={"Cache-Control": "no-store"})


def find(request, address, seen=()):
    """Return where an address that the site does not know leads: Lead, Ended or None.

    Args:
        request: for the site, and the form of its addresses.
        address: path and query, percent-encoded, as `request.get_full_path()` gives them.
        seen: paths already followed, of redirects that lead to other old addresses.
    """
    return _by_row(request, address, seen) or _by_own_pages(request, address) or _by_rule(request, address)


def _rows(request, address):
    """The redirects for an address, the best first: with its query, without it, in another spelling."""
    full, path = normalise(address, decode_unicode=False), normalise(urlsplit(address).path, decode_unicode=False)
    plain = "/" + old_addresses.tidy(path)
    spellings = [uri_to_iri(full), full, uri_to_iri(path), path, unquote(path), small_letters(unquote(path)), plain]
    spellings.append(f"/index.php{plain}")
    wanted = list(dict.fromkeys(spellings))
    rows = Redirect.get_for_site(Site.find_for_request(request)).filter(old_path__in=wanted)
    rows = rows.select_related("redirect_page").order_by("pk")
    return sorted(rows, key=lambda row: (wanted.index(row.old_path), row.site_id is None))


def _by_row(request, address, seen):
    for row in _rows(request, address):
        if row.redirect_page_id:
            target = page_address(row.redirect_page, request, row.redirect_page_route_path)
        else:
            target = _final(request, row.redirect_link, (*seen, normalise(urlsplit(address).path)))
        if target:
            return Lead(target, row.is_permanent)
    return None


def _final(request, link, seen):
    """Where a redirect's link ends, in one hop: None for a draft, or for a ring of redirects."""
    inside = path_inside(link, request)
    if inside is None:
        return link
    path = normalise(urlsplit(inside).path)
    page = pages_at([path]).get(path)
    if page:
        return page_address(page, request) and link
    if path in seen:
        return None
    further = find(request, inside, seen)
    if isinstance(further, Lead):
        return further.address
    # What is neither a page nor an old address is a document, the search, or nothing: the link's own business.
    return None if further or _rows(request, inside) else link


def _by_own_pages(request, address):
    """A present address in another spelling, or a news item's slug without (or with) what once stood before it."""
    parts = urlsplit(address)
    target = _in_another_spelling(request, parts)
    if target:
        return Lead(f"{target}?{parts.query}" if parts.query else target)
    slug = old_addresses.post_slug(parts.path)
    if slug:
        _known, news = loaded_page(old_addresses.rules().posts)
        page = news and news.get_children().filter(slug=slug).first()
        target = page and page_address(page, request)
    return Lead(target) if target else None


def _in_another_spelling(request, parts):
    place = "/" + old_addresses.tidy(parts.path)
    above, _slash, last = place.rpartition("/")
    if old_addresses.is_home(parts.path, parts.query):
        home = pages_at(["/"]).get("/")
        return home and page_address(home, request)
    if not PLAIN.fullmatch(place):
        return None
    pages = pages_at([place, above or "/"])
    if place in pages:
        return page_address(pages[place], request)
    route = f"/{last}/"  # /news/feed: an address of a page that isn't a page of its own
    target = page_address(pages[above or "/"], request, route) if (above or "/") in pages else None
    return target if target and target.endswith(route) else None


def _by_rule(request, address):
    parts = urlsplit(address)
    if language_of(parts.path) != settings.LANGUAGE_CODE:
        return None  # the earlier sites were English
    rules = old_addresses.rules()
    outcome = rules.resolve(parts.path, parts.query)
    if isinstance(outcome, old_addresses.Gone):
        return Ended(_section(rules, None))
    known, page = loaded_page(outcome.page) if outcome else (False, None)
    target = page and page_address(page, request, outcome.route)
    if target:
        return Lead(target)
    return Ended(_section(rules, page)) if known else None


def _section(rules, page):
    """The nearest page above `page` that readers can see, but not home; else the news."""
    if page:
        above = public(page.get_ancestors().filter(depth__gt=2)).order_by("-depth").first()
        if above:
            return above
    _known, news = loaded_page(rules.posts)
    return news if news and news.live and not is_private(news) else None


# --- Pages and addresses -------------------------------------------------------------------------------------------


def page_address(page, request=None, route=""):
    """Return the address (str) of a page that readers can see, else None; `route` is an address below it."""
    if not page.live or is_private(page):
        return None
    address = page.get_url(request)
    if address and route:
        try:
            page.specific_deferred.resolve_subpage(route)
        except (AttributeError, Resolver404):
            return address
        return address.rstrip("/") + route
    return address


def loaded_page(key):
    """Return (whether the content files have such a page, the English page or None if it has been deleted)."""
    items = apps.get_model("core.LoadedItem").objects.filter(key=key, language=settings.LANGUAGE_CODE)
    found = list(items.select_related("page")) if key else []
    return bool(found), next((item.page for item in found if item.page), None)


def pages_at(paths):
    """Return {path: Page} of the pages, live or not, whose present address each path is. One query.

    Args:
        paths: as redirects have them (`Redirect.normalise_path`): decoded, without final slash and host.
    """
    wanted = {}
    for path in paths:
        language = language_of(path)
        rest = path if language == settings.LANGUAGE_CODE else path.removeprefix(f"/{language}")
        for root in Site.get_site_root_paths():
            if root.language_code == language:
                wanted[f"{root.root_path.rstrip('/')}/{rest.strip('/')}/".replace("//", "/")] = path
    slugs = {url_path.rstrip("/").rpartition("/")[2] for url_path in wanted}  # the slug has an index, url_path none
    return {wanted[page.url_path]: page for page in Page.objects.filter(slug__in=slugs, url_path__in=wanted)}


def path_of(page):
    """Return a page's present address as redirects have it, or "" outside all sites: the reverse of `pages_at`.

    `page.get_url_parts()` would leave its look-up of sites on the object, where it soon may be wrong.
    """
    for root in Site.get_site_root_paths():
        if page.url_path.startswith(root.root_path):
            prefix = "" if root.language_code == settings.LANGUAGE_CODE else f"/{root.language_code}"
            return normalise(f"{prefix}/{page.url_path.removeprefix(root.root_path)}")
    return ""


def path_inside(link, request=None):
    """Return path and query of a link that leads into this site, else None."""
    parts = urlsplit(link)
    hosts = {root.hostname for root in Site.objects.all()} | set(settings.ALLOWED_HOSTS)
    if request:
        hosts.add(request.get_host().partition(":")[0])
    if parts.scheme not in {"", "http", "https"} or (parts.netloc and parts.hostname not in hosts):
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


# --- Keeping the table clean ---------------------------------------------------------------------------------------


def leads_back(path, old):
    """Whether a path is another, or leads to it by the redirects there are (bool). Both as redirects have them."""
    seen = set()
    while path and path != old and path not in seen:
        seen.add(path)
        row = Redirect.objects.filter(old_path=path).exclude(redirect_link="").first()
        inside = path_inside(row.redirect_link) if row else None
        path = normalise(inside) if inside else ""
    return path == old


def make_room(page, below=False):
    """Delete the redirects that stand on a page's present address; with `below`, on those of all pages below it.

    Wagtail makes its own redirects with `bulk_create` and moves pages with `update()`, so no `save()` sees them.
    """
    path = path_of(page)
    if not path:
        return
    rows = Q(old_path=path)
    if below:
        rows |= Q(old_path__startswith=path.rstrip("/") + "/")
    delete_standing(Redirect.objects.filter(rows))


def delete_standing(rows):
    """Delete those of `rows` that stand on a published page's address, or lead a page to itself. Returns how many.

    A redirect on a draft's address stays, unless it leads to that draft: it serves until the draft is published.
    """
    deleted = 0
    rows = list(rows.values_list("pk", "old_path", "redirect_page_id"))
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        pages = pages_at({path for _pk, path, _target in batch})
        wrong = [pk for pk, path, target in batch if path in pages and (pages[path].live or pages[path].pk == target)]
        deleted += Redirect.objects.filter(pk__in=wrong).delete()[0]
    return deleted


def tidy_all():
    """Look over all redirects: whatever road they came by, none stays on a page's address. Returns lines to print."""
    deleted = delete_standing(Redirect.objects.order_by("pk"))
    return [f"deleted {deleted} redirects that stood on a page's address"] if deleted else []


due.register("tidy redirects", every=3600)(tidy_all)


# --- A page's own list of old addresses ----------------------------------------------------------------------------


def small_letters(path):
    """How editors' redirects keep a path, so that capitals make no difference; a query is kept as it is."""
    return path if "?" in path else path.lower()


def listed(text):
    """The paths (list of str) in a text with an address a line, as redirects have them."""
    return list(dict.fromkeys(small_letters(normalise(line)) for line in text.splitlines() if line.strip()))


def faults(page, text):
    """Return what is wrong with a page's list of old addresses (list of str); an empty list if nothing is."""
    found, paths = [], listed(text)
    for line in text.splitlines():
        if line.strip() and not line.strip().startswith(("/", "http://", "https://")):
            found.append(gettext("“%s”: an old address begins with / or http.") % line.strip())
    found += [gettext("“%s” is too long.") % path for path in paths if len(path) > 255]
    found += [
        gettext("“%(path)s” is the present address of “%(title)s”.") % {"path": path, "title": other.title}
        for path, other in pages_at(paths).items()
        if other.live
    ]
    for row in Redirect.objects.filter(old_path__in=paths).select_related("redirect_page"):
        if not row.redirect_page or row.redirect_page.translation_key != page.translation_key:
            found.append(gettext("“%s” already leads elsewhere: see Settings, Redirects.") % row.old_path)
    return found


def keep_old_addresses(page, text):
    """Make the redirects of a published page's own list, and delete those that are no longer in it.

    They are told from others by being automatic and for all sites: Wagtail's automatic ones are for one site. Those
    of a page that isn't published are left as they are; they lead nowhere until it is published again.
    """
    if not page.live:
        return
    paths = listed(text)
    Redirect.objects.filter(redirect_page_id=page.pk, automatically_created=True, site=None).exclude(
        old_path__in=paths
    ).delete()
    taken = set(Redirect.objects.filter(old_path__in=paths).values_list("old_path", flat=True))
    taken |= {path for path, other in pages_at(paths).items() if other.live}
    for path in paths:
        if path not in taken:
            Redirect.objects.create(old_path=path, redirect_page_id=page.pk, automatically_created=True)
