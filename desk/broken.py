"""Links that lead nowhere: pages and documents of ours are looked at in the report; other websites at night.

Nights and politeness: at most `A_NIGHT` addresses, a pause between two, one question to a host in each run of a minute,
HEAD first. Nothing is asked of addresses that are not on the public internet.
"""

import datetime
import ipaddress
import re
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from django.apps import apps
from django.db.models import F, Q
from django.utils import timezone
from wagtail.blocks import ListBlock, StreamBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText

from core.models import BasePage, SiteDocument
from core.pages import pages_by_id

from .models import OutsideLink

NIGHT = (1, 5)  # hours of Nairobi
A_RUN = 10  # addresses asked in one run of the job, each of another host
PAUSE = 2  # seconds between two questions
PATIENCE = 10  # seconds
AGAIN = datetime.timedelta(days=7)  # after which a good address is asked anew; a bad one the next night
NIGHTS = 3  # in a row that an address must fail before it is listed
NAME = "Mozilla/5.0 (compatible; IMLU link check; once a week)"
HREF = re.compile(r'href="(https?://[^"]+)"')
PAGE_LINK = re.compile(r'linktype="page"[^>]*?id="(\d+)"|id="(\d+)"[^>]*?linktype="page"')
DOCUMENT_LINK = re.compile(r'linktype="document"[^>]*?id="(\d+)"|id="(\d+)"[^>]*?linktype="document"')


def targets_of(page):
    """What the words of a page link to: ({outside addresses}, {numbers of pages}, {numbers of documents})."""
    found = (set(), set(), set())
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for block in getattr(page, field.name) or []:
                _walk(block.block, block.value, found)
        elif isinstance(field, RichTextField):
            _rich(getattr(page, field.name), found)
    return found


def _walk(block, value, found):
    """Add what a block's value links to."""
    outside, pages, documents = found
    if isinstance(value, RichText):
        _rich(value.source, found)
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            _walk(child, value.get(name), found)
    elif isinstance(block, ListBlock):
        for item in value or []:
            _walk(block.child_block, item, found)
    elif isinstance(block, StreamBlock):
        for item in value or []:
            _walk(item.block, item.value, found)
    elif isinstance(value, str) and value.startswith(("http://", "https://")):
        outside.add(value)
    elif isinstance(value, Page):
        pages.add(value.pk)
    elif isinstance(value, SiteDocument):
        documents.add(value.pk)


def _rich(source, found):
    outside, pages, documents = found
    outside.update(HREF.findall(source or ""))
    pages.update(int(one or other) for one, other in PAGE_LINK.findall(source or ""))
    documents.update(int(one or other) for one, other in DOCUMENT_LINK.findall(source or ""))


def live_pages():
    """Every live page, of its own type: a query for each type."""
    for model in apps.get_models():
        if issubclass(model, BasePage):
            yield from model.objects.live().order_by("path").iterator(chunk_size=200)


def inside():
    """Links of live pages to pages and documents of ours that readers cannot reach: [(page, what it links to)]."""
    rows, wanted = [], {}
    for page in live_pages():
        _outside, pages, documents = targets_of(page)
        wanted[page] = (pages, documents)
    numbers = {number for pages, _documents in wanted.values() for number in pages}
    known = pages_by_id(numbers)
    there = set(SiteDocument.objects.filter(collection__view_restrictions=None).values_list("pk", flat=True))
    for page, (pages, documents) in wanted.items():
        for number in sorted(pages):
            target = known.get(number)
            if target is None or not target.live:
                rows.append((page, target.title if target else f"page {number}"))
        rows += [(page, f"document {number}") for number in sorted(documents - there)]
    return rows


def outside():
    """[(OutsideLink that fails, the pages that link to it)]."""
    failing = list(OutsideLink.objects.filter(failures__gte=NIGHTS).order_by("url"))
    if not failing:
        return []
    linking = {link.url: [] for link in failing}
    for page in live_pages():
        for url in targets_of(page)[0] & linking.keys():
            linking[url].append(page)
    return [(link, linking[link.url]) for link in failing if linking[link.url]]


def is_public_host(host):
    """Whether every address of a host is on the public internet: nobody makes this server ask its own network."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found)


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """Redirects are an answer: they are not followed, least of all into our own network."""

    def redirect_request(self, *args, **kwargs):
        return None


OPENER = urllib.request.build_opener(_Nowhere)


def ask(url):
    """What an address answers: "" if it is there, else a few words. HEAD, and GET where that is not understood."""
    if not is_public_host(urlsplit(url).hostname or ""):
        return "no such host"
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(url, method=method, headers={"User-Agent": NAME})  # noqa: S310
        try:
            with OPENER.open(request, timeout=PATIENCE):
                return ""
        except urllib.error.HTTPError as error:
            if 300 <= error.code < 400:
                return ""
            if method == "HEAD" and error.code in (400, 403, 404, 405, 501):
                continue
            # 401, 403 and 429 say that somebody is there, and wants no machine.
            return "" if error.code in (401, 403, 429) else str(error.code)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            return type(reason).__name__ if not isinstance(reason, str) else reason[:60]
    return ""


def is_night(now=None):
    """Whether it is night in Nairobi."""
    return NIGHT[0] <= timezone.localtime(now).hour < NIGHT[1]


def collect():
    """Note every outside address that a live page links to; forget those that none does. Returns lines."""
    now, urls = timezone.now(), set()
    for page in live_pages():
        urls |= {url for url in targets_of(page)[0] if len(url) <= 500}
    OutsideLink.objects.bulk_create(
        [OutsideLink(url=url, seen_at=now) for url in sorted(urls)],
        update_conflicts=True, unique_fields=["url"], update_fields=["seen_at"],
    )  # fmt: skip
    OutsideLink.objects.filter(seen_at__lt=now).delete()
    return []


def check_some(ask=ask, pause=PAUSE):
    """At night, ask some addresses that are due, each of another host. Returns lines (list of str)."""
    if not is_night():
        return []
    now = timezone.now()
    due = Q(checked_at=None) | Q(checked_at__lt=now - AGAIN)
    due |= Q(failures__gt=0, checked_at__lt=now - datetime.timedelta(hours=20))
    chosen = {}
    for link in OutsideLink.objects.filter(due).order_by(F("checked_at").asc(nulls_first=True), "pk")[:500]:
        chosen.setdefault(urlsplit(link.url).hostname, link)
    failed = 0
    for place, link in enumerate(list(chosen.values())[:A_RUN]):
        if place:
            time.sleep(pause)
        link.answer = ask(link.url)
        link.checked_at = timezone.now()
        link.failures = link.failures + 1 if link.answer else 0
        link.save()
        failed += bool(link.answer)
    asked = min(len(chosen), A_RUN)
    return [f"asked {asked} other websites, {failed} failed"] if asked else []
