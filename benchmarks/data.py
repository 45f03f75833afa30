"""For bench.py alone, in a process of its own with Django: count queries, make many news items, time a publishing.

python benchmarks/data.py queries PATH … | news NUMBER | publish | desk
"""

import json
import statistics
import sys
import time
import uuid
from copy import copy as copy_of
from datetime import date, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import Page  # noqa: E402

from blocks.examples import every_block  # noqa: E402
from coalitions.models import CoalitionPage  # noqa: E402
from core.loading import unattended  # noqa: E402
from core.models import SiteDocument, SiteImage  # noqa: E402
from home.models import ContactPage, ContentPage, HomePage  # noqa: E402
from news.models import NewsIndexPage, NewsPage  # noqa: E402
from programmes.models import ProgrammeIndexPage  # noqa: E402

BATCH = 2_000


def queries(paths, client=None):
    """How many queries each path takes once its pictures are made and nothing is written any more: {path: number}."""
    client, counts = client or Client(headers={"host": "localhost"}), {}

    def counting(execute, sql, params, many, context):
        counts[path] += 1
        return execute(sql, params, many, context)

    for path in paths:
        for _ in range(2):
            client.get(path)
        counts[path] = 0
        with connection.execute_wrapper(counting):
            client.get(path)
    return counts


def make_news(number):
    """Make news items until there are `number`. Rows are copied: saving 100,000 pages one by one would take hours."""
    index = NewsIndexPage.objects.get(locale__language_code="en")
    pattern = NewsPage.objects.child_of(index).live().first()
    missing = number - NewsPage.objects.child_of(index).count()
    last = index.get_last_child().path
    for start in range(0, missing, BATCH):
        with transaction.atomic():
            last = copy(pattern, index, last, number - missing + start, min(BATCH, missing - start))
    Page.objects.filter(pk=index.pk).update(numchild=index.get_children().count())
    call_command("update_index", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy(pattern, index, last, start, number):
    """Copy `pattern` so many times below `index`, after the tree path `last`. Returns the last path."""
    pages, original = [], Page.objects.get(pk=pattern.pk)
    for place in range(start, start + number):
        last = Page(path=last)._inc_path()
        page = copy_of(original)
        page.pk = page.id = None
        page.path, page.slug, page.numchild, page.translation_key = last, f"example-{place}", 0, uuid.uuid4()
        page.title = page.draft_title = f"Example statement number {place} on the conduct of police"
        page.url_path = f"{index.url_path}example-{place}/"
        pages.append(page)
    Page.objects.bulk_create(pages)
    fields = [field for field in NewsPage._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * (len(fields) + 1))
    rows = []
    for place, page in enumerate(pages, start):
        pattern.date = date(2026, 1, 1) - timedelta(days=place % 6000)
        values = [field.get_db_prep_save(field.pre_save(pattern, False), connection) for field in fields]
        rows.append([page.pk, *values])
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO news_newspage (page_ptr_id, {names}) VALUES ({marks})", rows)  # noqa: S608
    return last


def publish():
    """Milliseconds that it takes to save and publish a change of one news item."""
    page = NewsPage.objects.get(slug="annual-figures-2025", locale__language_code="en")
    page.summary = f"{page.summary[:200]} {time.time():.0f}"
    start = time.perf_counter()
    with unattended():  # as the loader does: nobody is asked for approval
        page.save_revision().publish()
    return (time.perf_counter() - start) * 1000


def desk():
    """Milliseconds (the median of five) and queries of editors' screens: {screen: [milliseconds, queries]}."""
    person = get_user_model().objects.filter(is_superuser=True).first()
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    index = NewsIndexPage.objects.get(locale__language_code="en")
    screens = {
        "dashboard": "/admin/",
        "editing view of a page with 40 blocks": f"/admin/pages/{page_of_forty_blocks().pk}/edit/",
        f"listing of {index.numchild:,} news items": f"/admin/pages/{index.pk}/",
    }
    found = {}
    for name, path in screens.items():
        if client.get(path).status_code != 200:
            sys.exit(f"{path} does not answer")
        number, times = queries([path], client)[path], []
        for _ in range(5):
            start = time.perf_counter()
            client.get(path)
            times.append((time.perf_counter() - start) * 1000)
        found[name] = [statistics.median(times), number]
    return found


def page_of_forty_blocks():
    """A page whose body has 40 blocks of all kinds, made once."""
    page = ContentPage.objects.filter(slug="forty-blocks").first()
    if page is None:
        pages = {
            "programme_index": ProgrammeIndexPage.objects.live().first(),
            "coalition": CoalitionPage.objects.live().first(),
            "press_statement": NewsPage.objects.live().first(),
            "contact": ContactPage.objects.live().first(),
        }
        picture, document = SiteImage.objects.first(), SiteDocument.objects.first() or SiteDocument(pk=0)
        once = {"helpline", "contact_details", "documents"}
        every = [pair for pair in every_block(pages, picture, document).items() if pair[0] not in once]
        body = [{"type": name, "value": value} for name, value in (every * 3)[:40]]
        page = ContentPage(title="Forty blocks", slug="forty-blocks", live=False, body=body)
        HomePage.objects.get(locale__language_code="en").add_child(instance=page)
        page.save_revision()
    return page


def main():
    if settings.VAR_DIR.name != "bench":
        sys.exit("This fills the database with thousands of pages: only for `make bench`.")
    what, *arguments = sys.argv[1:]
    if what == "queries":
        print(json.dumps(queries(arguments)))
    elif what == "news":
        make_news(int(arguments[0]))
    elif what == "publish":
        print(json.dumps(publish()))
    elif what == "desk":
        print(json.dumps(desk()))


main()
