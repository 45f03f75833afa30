"""Asking Wagtail's search index for pages and documents, in one query, ranked alike on SQLite and PostgreSQL.

Wagtail's own `.search()` can't be used for this page: on SQLite it knows no weights and asks the index once for every
page found, and on both databases it ranks all that matches, however many. Here the index is read directly, and at most
MOST matches are ranked: a search costs the same with a hundred pages and with a hundred thousand.
"""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Exists, F, FloatField, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from core.documents import public_documents
from core.indexing import facet, mark, name_facet
from core.models import BasePage, SiteDocument
from core.pages import public

# So many matches are ranked (those with the words in the title first, then the newest).
MOST = 300
# What a word counts in title, summary and body.
TITLE, SUMMARY, BODY = 1.0, 0.3, 0.05
# What is called exactly as was typed comes before all that only speaks of it.
NAMED = 2.0
# Help and services before the news about them; a page before the file that it offers.
BOOSTS = {"page": 1.4, "service": 1.3, "document": 0.8}


@dataclass(frozen=True)
class Hit:
    """A match: `entry` is the key of its index entry, `model` and `pk` say whose."""

    entry: int
    model: type
    pk: int
    score: float
    in_title: bool = False  # every word


@dataclass(frozen=True)
class Request:
    """What is looked for: stems, the name that they may be, and facets to filter by."""

    stems: tuple
    language: str
    name: str
    kind: str = ""
    year: int | None = None
    prefix: bool = False  # the stems are beginnings of words
    any_word: bool = False  # one of the words is enough

    @property
    def facets(self):
        return [facet(name, value) for name, value in (("kind", self.kind), ("year", self.year)) if value]


def find(request, locale):
    """Return the best Hits (list, at most MOST) for a Request, and whether there were more than could be ranked."""
    hits = _matches(request, locale)
    more = len(hits) == MOST
    if more:  # the newest MOST of many: those of this name, or with the words in the title, must be among them
        best = _matches(request, locale, "name")
        if not all(hit.in_title for hit in hits):  # else these are the newest with the words in the title
            best += _matches(request, locale, "title")
        hits = {hit.entry: hit for hit in [*best, *hits]}.values()
    return sorted(hits, key=best_first)[:MOST], more


def best_first(hit):
    """The key by which Hits are sorted: the best first; of equals the newest."""
    return -hit.score, -hit.entry


def bodies(hits):
    """Return {entry id: its indexed text} of a few Hits (one query)."""
    text = "body_text" if _is_postgresql() else "body"
    return dict(IndexEntry.objects.filter(pk__in=[hit.entry for hit in hits]).values_list("pk", text))


def _matches(request, locale, only=""):
    """The newest MOST matches (list of Hits) that a visitor may see, in one query; only by "title" or "name"."""
    entries = _on_postgresql(request, only) if _is_postgresql() else _on_sqlite(request, only)
    # Mostly nothing has the name, and this is less work than the whole query. With a limit PostgreSQL reads the table.
    if only == "name" and not list(entries.values_list("entry")):
        return []
    # Wagtail keeps every key as text; the models that are searched here have numbers.
    entries = entries.annotate(number=Cast("key", BigIntegerField()))
    visible = public(Page.objects.filter(pk=OuterRef("number"), locale=locale, alias_of=None, depth__gt=1))
    # Not Exists(): PostgreSQL would read all pages first, to look them up in a table of its own.
    entries = entries.annotate(visible=Subquery(visible.values("pk")[:1]))
    types = {
        content_type.pk: model
        for model, content_type in ContentType.objects.get_for_models(*_page_types(), SiteDocument).items()
    }
    pages = [pk for pk, model in types.items() if model is not SiteDocument and request.kind in {"", model.search_kind}]
    wanted = Q(visible__isnull=False, type__in=pages)
    if request.kind in {"", SiteDocument.search_kind}:
        wanted |= Q(type__in=set(types) - set(pages), key__in=_shown_documents(request.language))
    rows = entries.filter(wanted).order_by("-entry").values_list("entry", "type", "number", "score", "rank")[:MOST]
    return [
        # The database's own rank (how often, how near, in how long a text) decides among equals.
        Hit(
            entry,
            types[kind],
            number,
            score * BOOSTS.get(types[kind].search_kind, 1) + rank / (1 + rank) / 20,
            score >= TITLE,
        )
        for entry, kind, number, score, rank in rows
    ]


def _on_sqlite(request, only):
    """The matching entries, by FTS5. The columns of its table: autocomplete (title and summary), body, title."""
    table = "wagtailsearch_indexentry_fts"
    words = [f'"{stem}"*' if request.prefix else f'"{mark(stem)}"' for stem in request.stems]
    match = f"({(' OR ' if request.any_word else ' AND ').join(words)})"
    if only == "title":
        match = "({title} : " + match + ")"
    match = " AND ".join([match, *(f'"{word}"' for word in _facets(request, only))])
    tests = [f"instr({table}.{column}, %s)" for column in ("title", "autocomplete", "body")]
    words = [stem if request.prefix else mark(stem) for stem in request.stems]
    return (
        apps.get_model("wagtailsearch.SQLiteFTSIndexEntry")
        .objects.filter(_sql(f"{table} MATCH %s", [match], BooleanField()))
        .annotate(
            entry=F("pk"),
            type=F("index_entry__content_type_id"),
            key=F("index_entry__object_id"),
            score=_score(tests, words, request.name),
            rank=_sql(*_rank_on_sqlite(table, match, only), FloatField()),
        )
    )


def _rank_on_sqlite(table, match, only):
    """The database's rank (SQL, parameters). bm25() reads all that matches before it ranks the first: only of few."""
    if only:  # asked for where there are many
        return "0.0", []
    many = f"{MOST} < (SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s LIMIT {MOST + 1}))"  # noqa: S608
    return f"CASE WHEN {many} THEN 0.0 ELSE -bm25({table}, {SUMMARY}, {BODY}, {TITLE}) END", [match]


def _on_postgresql(request, only):
    """The matching entries, by tsvectors. Their weights: A the title, B the summary, D the body."""
    table = IndexEntry._meta.db_table
    words = [f"'{stem}':*" if request.prefix else f"'{mark(stem)}'" for stem in request.stems]
    title, summary, body = (
        f"{table}.{column} @@ to_tsquery('simple', %s)" for column in ("title", "autocomplete", "body")
    )
    # Title and body are asked one by one: each has an index, both together have none.
    each = f" {'OR' if request.any_word else 'AND'} ".join([f"({title} OR {body})"] * len(words))
    entries = IndexEntry.objects.filter(_sql(f"({each})", [word for word in words for _ in range(2)], BooleanField()))
    if only == "title":
        entries = entries.filter(_sql(title, [(" | " if request.any_word else " & ").join(words)], BooleanField()))
    for word in _facets(request, only):
        entries = entries.filter(_sql(body, [f"'{word}'"], BooleanField()))
    everything = f"({table}.title || {table}.body)"
    rank = f"ts_rank('{{{BODY}, {BODY}, {SUMMARY}, {TITLE}}}', {everything}, to_tsquery('simple', %s), 1)"
    return entries.annotate(
        entry=F("pk"),
        type=F("content_type_id"),
        key=F("object_id"),
        score=_score([title, summary, body], words, request.name),
        rank=_sql(rank, [" | ".join(words)], FloatField()),
    )


def _facets(request, only):
    """The facets (list of str) that a match must have."""
    return [*request.facets, *([name_facet(request.name)] if only == "name" else [])]


def _score(tests, words, name):
    """How well the words match: of each, only the best place counts; divided by their number. More for the name.

    Args:
        tests: SQL that says, given a word, whether it is in the title, in the summary, in the body.
    """
    title, summary, body = tests
    case = f"CASE WHEN {title} THEN {TITLE} WHEN {summary} THEN {SUMMARY} WHEN {body} THEN {BODY} ELSE 0 END"
    named = f"CASE WHEN {body} THEN {NAMED} ELSE 0 END"
    parameters = [*(word for word in words for _test in tests), name_facet(name)]
    return _sql(f"({' + '.join([case] * len(words))}) / {float(len(words))} + {named}", parameters, FloatField())


def _sql(text, parameters, field):
    """A piece of SQL. Our own constants are written into it; what a visitor typed is always a parameter."""
    return RawSQL(text, parameters, field)  # noqa: S611


def _is_postgresql():
    return connection.vendor == "postgresql"


def _page_types():
    return [model for model in apps.get_models() if issubclass(model, BasePage)]


def _shown_documents(language):
    """The keys (as text) of public documents that a live, public page shows.

    Who knows its address has a document as soon as it is uploaded; but nobody should find the file of a report that is
    still a draft.
    """
    types = ContentType.objects.get_for_models(Page, SiteDocument)
    documents = public_documents(SiteDocument.objects.filter(language__in=[language, ""]))
    pages = public(Page.objects.filter(pk=OuterRef("number")))
    return (
        ReferenceIndex.objects.filter(base_content_type=types[Page], to_content_type=types[SiteDocument])
        .annotate(number=Cast("object_id", BigIntegerField()), document=Cast("to_object_id", BigIntegerField()))
        .filter(Exists(pages), document__in=documents.values("pk"))
        .values("to_object_id")
    )
