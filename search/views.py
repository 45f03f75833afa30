"""The search page: pages and documents in the language of the address."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from core import words
from core.canonical import canonical_query
from core.chrome import context_processor
from core.locales import active_locale, in_language, with_locales
from core.models import SiteDocument
from core.pages import public

from . import engine, queries
from .snippets import Wanted, highlight, snippet

PER_PAGE = 10
KINDS = {
    "page": _("Help and information"),
    "service": _("Services and programmes"),
    "coalition": _("Coalitions"),
    "news": _("News"),
    "publication": _("Publications"),
    "document": _("Documents"),
}
NAMED_BY_TYPE = {"service", "coalition"}  # a result of these kinds says which: service area, programme, coalition


@dataclass
class Result:
    """One line of the list: a page or a document, its title and some of its text with the words marked."""

    item: object
    is_document: bool
    title: str
    text: str

    @property
    def kind(self):
        """What sort of page it is, in a word or two; of plain pages nothing."""
        if hasattr(self.item, "get_kind_display"):
            return self.item.get_kind_display()
        return self.item._meta.verbose_name if self.item.search_kind in NAMED_BY_TYPE else ""


@require_safe
def search(request):
    """GET /search/?q=…&kind=…&year=…&page=…: never kept by anybody, in no log, and in no search engine's list."""
    chrome, locale = context_processor(request)["chrome"], active_locale()
    query = queries.clean(request.GET.get("q", ""))
    years = range(date.today().year, _first_year() - 1, -1)
    kind, year = request.GET.get("kind", ""), request.GET.get("year", "")
    if (kind and kind not in KINDS) or (year and year not in map(str, years)):
        raise Http404
    names = (chrome.facts.name, chrome.facts.short_name)
    asked, joined = (
        queries.asked_words(text, locale.language_code, chrome.facts.short_name)
        for text in (query, words.joined(query))
    )
    answer = queries.search(asked, locale, query, kind, year, joined)
    if kind in {"", "page"} and not year and chrome.home and queries.names_us(query, names):
        answer.put_first(chrome.home.pk)
    number = request.GET.get("page", "1")
    found = Paginator(answer.hits, PER_PAGE).get_page(number if number.isascii() and number.isdigit() else 1)
    wanted = Wanted(answer.stems, locale.language_code, answer.how == "beginnings")
    found.object_list = _results(found.object_list, wanted)
    parameters = {"q": query, "kind": kind, "year": year}
    context = {
        "query": query,
        "answer": answer,
        "results": found,
        "kinds": KINDS.items(),
        "years": [(str(year), str(year)) for year in years],
        "chosen": {"kind": kind, "year": year},
        "unfiltered": canonical_query(q=query) if kind or year else "",
        "query_string": canonical_query(**parameters),
        "canonical_query": canonical_query(**parameters, page=found.number),
        "suggestions": [] if answer.hits else _suggestions(locale),
    }
    response = TemplateResponse(request, "search/search.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _results(hits, wanted):
    """The Results for one page of hits. The number of queries grows with the kinds of pages, not with their number."""
    bodies = engine.bodies(hits)
    pages = [hit.pk for hit in hits if hit.model is not SiteDocument]
    pages = with_locales(Page.objects.filter(pk__in=pages).defer_streamfields().specific()) if pages else []
    pages = {page.pk: page for page in pages}
    documents = SiteDocument.objects.in_bulk([hit.pk for hit in hits if hit.model is SiteDocument])
    results = []
    for hit in hits:
        is_document = hit.model is SiteDocument
        item = (documents if is_document else pages).get(hit.pk)
        if item:  # it may have been deleted a moment ago
            text = snippet(bodies.get(hit.entry, ""), wanted) or getattr(item, "summary", "")
            title = highlight(item.title, wanted)
            results.append(Result(item, is_document, title, "" if is_document else text))
    return results


def _first_year():
    """The year of the oldest page that has one (int)."""
    news = public(apps.get_model("news.NewsPage").objects.order_by("date")).values_list("date__year", flat=True)
    publications = public(apps.get_model("resources.ResourcePage").objects.exclude(year=None).order_by("year"))
    years = [news.first(), publications.values_list("year", flat=True).first()]
    return min([date.today().year, *(year for year in years if year)])


def _suggestions(locale):
    """Where to go when nothing is found (list of pages): help, publications, news."""
    help_pages = apps.get_model("home.ContentPage").objects.filter(sensitive=True)
    models = ["resources.ResourceIndexPage", "news.NewsIndexPage"]
    querysets = [help_pages, *(apps.get_model(label).objects.all() for label in models)]
    found = [in_language(public(queryset).order_by("depth", "path"), locale) for queryset in querysets]
    return [pages[0] for pages in found if pages]
