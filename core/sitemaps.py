"""The sitemap of all languages. Wagtail's own walks only the site's root page, which is the English one.

Addresses are put together from the database's columns: with Page objects, and Django asking each for its address in
each language, a hundred thousand pages took minutes.
"""

from django.conf import settings
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Q
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from .kept import until_written
from .locales import locales
from .pages import public

# The format allows 50,000; so many are written in half a second.
PER_FILE = 5_000


def _below(homes):
    """The live, public, canonical pages below these tree paths of home pages, in the tree's order."""
    below = Q(pk__in=[])
    for path in homes:
        below |= Q(path__startswith=path)
    return public(Page.objects.filter(below, alias_of=None)).order_by("path")


@until_written
def _count(homes):
    """How many: the one question whose answer takes longer with each page."""
    return _below(homes).count()


class Tree:
    """The live, public, canonical pages below the home pages of a site, in all languages."""

    def __init__(self, request):
        site = Site.find_for_request(request)
        roots = Page.objects.filter(translation_key=site.root_page.translation_key) if site else []
        # {tree path of a home page: (its address, the length of its url_path)}
        self.homes = {home.path: (home.get_full_url(request), len(home.url_path)) for home in roots}
        self.pages = _below(self.homes)
        self.languages = {pk: locale.language_code for pk, locale in locales().items()}

    def address(self, path, url_path):
        """A page's address (str), from its home page's."""
        home, length = self.homes[path[: 2 * Page.steplen]]
        return iri_to_uri(home + url_path[length:])

    def entries(self, part):
        """What the sitemap says of a part (slice) of the pages (list of dicts). Two queries."""
        columns = ("path", "url_path", "locale_id", "translation_key")
        versions = {}
        for path, url_path, locale, key in self.pages.filter(
            translation_key__in=part.values("translation_key")
        ).values_list(*columns):
            versions.setdefault(key, {})[self.languages[locale]] = self.address(path, url_path)
        return [
            {
                "location": self.address(path, url_path),
                "lastmod": published,
                "alternates": _alternates(versions[key]),
            }
            for path, url_path, key, published in part.values_list(
                "path", "url_path", "translation_key", "last_published_at"
            )
        ]


def _alternates(versions):
    """The versions of a page in several languages, English being for everybody else too."""
    if len(versions) < 2:
        return []
    alternates = [{"lang_code": code, "location": address} for code, address in versions.items()]
    if settings.LANGUAGE_CODE in versions:
        alternates.append({"lang_code": "x-default", "location": versions[settings.LANGUAGE_CODE]})
    return alternates


@require_safe
@x_robots_tag
def sitemap(request):
    """GET /sitemap.xml: the pages, or, of more than PER_FILE, the list of its parts (?p=1, ?p=2 …)."""
    tree = Tree(request)
    parts = Paginator(tree.pages, PER_FILE)
    parts.count = _count(tuple(tree.homes))
    if parts.num_pages > 1 and "p" not in request.GET:
        address = request.build_absolute_uri(request.path)
        context = {"sitemaps": [SitemapIndexItem(f"{address}?p={number}") for number in parts.page_range]}
        template = "sitemap_index.xml"
    else:
        try:
            part = parts.page(request.GET.get("p", 1))
        except InvalidPage as error:
            raise Http404 from error
        context, template = {"urlset": tree.entries(part.object_list)}, "sitemap.xml"
    headers = {"Cache-Control": "public, max-age=3600"}
    return TemplateResponse(request, template, context, content_type="application/xml", headers=headers)
