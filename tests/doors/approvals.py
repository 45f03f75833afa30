"""What the tests of approval share: a story, a statement, a help page, and people at their desks."""

from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from lxml.html import fromstring
from wagtail.fields import StreamField

from core.approvals import Words
from core.checklist import QUESTIONS
from core.loading import unattended
from tests import examples

WORDS = {"seo_title": "Information", "summary": "Words."}


def make(home, kind, title="What happened", **fields):
    """A draft of a kind (a kind of news, or "help"); nobody has written it yet."""
    fields = {**WORDS, "live": False, "slug": title.lower().replace(" ", "-"), **fields}
    with unattended():
        if kind == "help":
            return examples.add(home, "home.ContentPage", title, sensitive=True, **fields)
        return examples.add(news(home), "news.NewsPage", title, kind=kind, **fields)


def news(home):
    """The list of news below the home page."""
    found = type(home).objects.get(pk=home.pk).get_children().filter(slug="news").first()
    with unattended():
        return found.specific if found else examples.add(home, "news.NewsIndexPage", "News", slug="news")


def write(page, user, **changes):
    """A person changes words and saves a draft; returns the revision."""
    page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in {"summary": f"Words of {user}.", **changes}.items():
        setattr(page, name, value)
    return page.save_revision(user=user)


def is_live(page):
    return type(page).objects.get(pk=page.pk).live


def at_desk(user):
    """A client in which a person is signed in (the second factor has tests of its own)."""
    client = Client()
    client.force_login(user)
    return client


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_of(client, address, model):
    """What the browser would send of the editor at an address (dict); its stream fields are empty."""
    [form] = fromstring(client.get(address).content).xpath("//form[@data-edit-form or @id='page-edit-form']")
    sent = {f"{field.name}-count": "0" for field in model._meta.get_fields() if isinstance(field, StreamField)}
    return sent | {name: value.lstrip("\n") for name, value in form.form_values()}


def post(client, address, sent):
    """Press a button; the answer, not followed: the screen behind it takes longer than all else, and has its tests."""
    if "_messages" in client.session:
        session = client.session
        del session["_messages"]  # what was said before, and not shown since
        session.save()
    return client.post(address, sent)


def press(client, page, button="publish", **changes):
    """Open the editor of a page, change fields, press a button; the answer."""
    sent = {**form_of(client, edit(page), type(page)), **changes, f"action-{button}": "1"}
    sent.pop("action-submit", None) if button != "submit" else None
    return post(client, edit(page), sent)


def said(response):
    """The messages of an answer, as one text."""
    if response.status_code == 302:
        return " ".join(map(str, get_messages(response.wsgi_request)))
    return BeautifulSoup(response.content, "lxml").select_one(".messages").get_text(" ", strip=True)


def approve(client, page, **more):
    """Answer the questions, if there are any, and press “Approve these words”."""
    from django.contrib.contenttypes.models import ContentType

    address = reverse("approve", args=[ContentType.objects.get_for_model(type(page)).pk, page.pk])
    words = Words(type(page).objects.get(pk=page.pk).get_latest_revision_as_object()).approved_as
    return post(client, address, {"words": words, "ticked": list(QUESTIONS), **more})
