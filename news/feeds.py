"""The Atom feed of the news, one for each language, with the full text of every item."""

import datetime
import re
import uuid
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from django.contrib.syndication.views import Feed
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Page

from core.chrome import context_processor
from core.pages import look_up_together

LENGTH = 20
# What a feed reader is given. Everything else is unwrapped, or dropped with what is in it.
TAGS = {
    "a", "b", "blockquote", "br", "caption", "cite", "dd", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4",
    "i", "img", "li", "ol", "p", "strong", "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip
DROPPED = ["button", "form", "iframe", "input", "nav", "noscript", "script", "select", "style", "svg", "template"]
ATTRIBUTES = {"alt", "colspan", "datetime", "height", "href", "lang", "rowspan", "scope", "src", "start", "width"}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FullTextFeed(Atom1Feed):
    """Atom with `content`, dated by what is in it: an empty feed is not new at every look."""

    def latest_post_date(self):
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.feed["updated"])

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"])  # Django's own would call plain text HTML
        handler.addQuickElement("content", item["content"], {"type": "html"})


class NewsFeed(Feed):
    """The newest items below one news list. Stories are left out: a feed reader keeps what a browser forgets."""

    feed_type = FullTextFeed

    def __init__(self, index_page):
        self.index_page = index_page
        self.language = index_page.locale.language_code  # Django takes no method here

    def __call__(self, request, *args, **kwargs):
        self.request = request
        response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=300"
        # The ETag tells every change; the newest item's date would not tell that an older one was taken away.
        del response.headers["Last-Modified"]
        return response

    def title(self):
        return _clean(f"{context_processor(self.request)['chrome'].facts.short_name} – {self.index_page.title}")

    def subtitle(self):
        return _clean(self.index_page.summary)

    def link(self):
        return self.index_page.get_full_url(self.request)

    def feed_url(self):
        return self.link() + "feed/"

    def feed_guid(self):
        return _stable_id(self.index_page, "feed")

    def feed_extra_kwargs(self, obj):
        return {"updated": _updated(self.index_page)}

    def author_name(self):
        return context_processor(self.request)["chrome"].facts.name

    def items(self):
        news = self.index_page.items()
        newest = news.exclude(kind=news.model.Kind.STORY).cut(0, LENGTH)
        items = list(newest.prefetch_related("signatories"))
        look_up_together(self.index_page, *((Page, item.pk) for item in items))
        return items

    def item_title(self, item):
        return _clean(item.title)

    def item_description(self, item):
        return None

    def item_link(self, item):
        return item.get_full_url(self.request)

    def item_guid(self, item):
        return _stable_id(item)

    def item_pubdate(self, item):
        return timezone.make_aware(datetime.datetime.combine(item.date, datetime.time()))

    def item_updateddate(self, item):
        return _updated(item)

    def item_extra_kwargs(self, item):
        html = render_to_string("news/feed_entry.html", {"page": item}, self.request)
        content = portable(_clean(html), item.get_full_url(self.request))
        return {"summary": _clean(item.summary), "content": content}


def portable(html, address):
    """Return HTML that can be read anywhere: plain tags, absolute addresses, nothing that runs or asks."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(DROPPED):
        element.decompose()
    for element in soup.find_all(True):
        if element.name not in TAGS:
            element.unwrap()
            continue
        element.attrs = {name: value for name, value in element.attrs.items() if name in ATTRIBUTES}
        for name in ("href", "src"):
            if name in element.attrs:
                element[name] = urljoin(address, element[name])
    lines = (line.strip() for line in str(soup).splitlines())
    return "\n".join(line for line in lines if line)


def _stable_id(page, what=""):
    """An id that no change of title, slug, place or domain touches."""
    return uuid.uuid5(page.translation_key, f"{page.locale.language_code}{what}").urn


def _updated(page):
    return page.last_published_at or page.first_published_at or page.latest_revision_created_at or EPOCH


EPOCH = datetime.datetime(1993, 1, 1, tzinfo=datetime.UTC)


def _clean(text):
    """Without what XML can't hold."""
    return NOT_IN_XML.sub("", text)
