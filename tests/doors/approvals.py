"""What the tests of approval share: a story, a statement, a help page, and people at their desks."""

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
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
    soup = BeautifulSoup(client.get(address).content, "lxml")
    form = soup.select_one("form[data-edit-form]") or soup.select_one("#page-edit-form")
    sent = {f"{field.name}-count": "0" for field in model._meta.get_fields() if isinstance(field, StreamField)}
    for item in form.select("input[name], textarea[name], select[name]"):
        if item.name == "select":
            chosen = item.select_one("option[selected]") or item.select_one("option")
            sent[item["name"]] = chosen.get("value", "") if chosen else ""
        elif item.get("type") not in ("checkbox", "radio") or item.has_attr("checked"):
            empty = "on" if item.get("type") in ("checkbox", "radio") else ""
            sent[item["name"]] = item.get("value", empty) if item.name == "input" else item.text.lstrip("\n")
    return sent


def press(client, page, button="publish", **changes):
    """Open the editor of a page, change fields, press a button; the answer, followed."""
    sent = {**form_of(client, edit(page), type(page)), **changes, f"action-{button}": "1"}
    sent.pop("action-submit", None) if button != "submit" else None
    return client.post(edit(page), sent, follow=True)


def said(response):
    """The messages of a screen, as one text."""
    return BeautifulSoup(response.content, "lxml").select_one(".messages").get_text(" ", strip=True)


def approve(client, page, **more):
    """Answer the questions, if there are any, and press “Approve these words”."""
    from django.contrib.contenttypes.models import ContentType

    address = reverse("approve", args=[ContentType.objects.get_for_model(type(page)).pk, page.pk])
    words = Words(type(page).objects.get(pk=page.pk).get_latest_revision_as_object()).approved_as
    return client.post(address, {"words": words, "ticked": list(QUESTIONS), **more}, follow=True)
