"""The registry of example pages: one for each page type, with everything that it can hold, or with its title alone.

`build(full=True)` makes a small site of them all in two languages. Tests that need less use `make_site` and `add`.
Everything here is made up; no example names a person.
"""

import datetime
import io
import uuid
from dataclasses import dataclass, field

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.models import Locale, Page, Site

import blocks.examples
from blocks.examples import RICH, link, rich_link  # noqa: F401
from core.models import Facts, Footer, Helpline, Menu, Notice, Phone, SiteDocument, SiteImage, SocialLink, Wording
from home.models import HomePage

HELPLINE = "0800 000 123"
HELPLINE_URI = "tel:0800000123"


# --- The smallest site: home, Kiswahili home, a helpline ------------------------------------------------------------


def make_site():
    """Make an English home page the root of the default site, in place of Wagtail's welcome page."""
    Locale.objects.get_or_create(language_code="sw")
    root = Page.objects.get(depth=1)
    site = Site.objects.get(is_default_site=True)
    site.root_page = root
    site.save()
    Page.objects.filter(depth=2).delete()
    home = add(Page.objects.get(depth=1), "home.HomePage", "Example Unit", slug="home")
    site.root_page = home
    site.hostname, site.port = "localhost", 80
    site.save()
    Site.clear_site_root_paths_cache()


def make_facts(**fields):
    """The organisation's facts of the default site, with one toll-free number."""
    facts = Facts.for_site(Site.objects.get(is_default_site=True))
    for name, value in {"name": "Example Medico-Legal Unit", "short_name": "EMLU", **fields}.items():
        setattr(facts, name, value)
    facts.phones.set([Phone(kind="helpline", number=HELPLINE, toll_free=True)])
    facts.save()
    return facts


def add(parent, model, title, **fields):
    """Add a page below `parent` (live unless said otherwise) and return it.

    Args:
        model: a page class, or its label such as "news.NewsPage".
    """
    model = apps.get_model(model) if isinstance(model, str) else model
    live = fields.setdefault("live", True)
    fields.setdefault("locale_id", parent.locale_id)
    page = model(title=title, last_published_at=timezone.now() if live else None, **fields)
    type(parent).objects.get(pk=parent.pk).add_child(instance=page)
    return page


def translate(page, title="", slug="", live=True, **fields):
    """The Kiswahili twin of a page (its parent's twin must exist)."""
    twin = page.copy_for_translation(Locale.objects.get(language_code="sw"))
    twin.title = twin.draft_title = title or f"{page.title} kwa Kiswahili"
    twin.slug = slug or f"{page.slug}-sw"
    twin.live = live
    twin.latest_revision, twin.has_unpublished_changes = None, False  # the copy's revision is still in English
    twin.last_published_at = timezone.now() if live else None
    for name, value in fields.items():
        setattr(twin, name, value)
    twin.save()
    return type(page).objects.get(pk=twin.pk)


def block(kind, /, **value):
    """One block of a stream, as the database holds it."""
    return {"type": kind, "value": value}


def section(heading="A section", text=RICH):
    """A section block."""
    return block("section", heading=heading, text=text)


def make_picture(title="A room with two chairs", colour="teal", shows="nobody", **fields):
    """A small picture with an alternative text."""
    data = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(data, "PNG")
    words = {"description": "Two empty chairs", "description_sw": "Viti viwili", "credit": "Drawn by us"}
    image = SiteImage(title=title, shows=shows, **{**words, **fields})
    image.file.save("chairs.png", ContentFile(data.getvalue(), name="chairs.png"), save=True)
    return image


def make_document(title="Report of a year", text="Numbers and words.", **fields):
    """A small text file to download."""
    document = SiteDocument(title=title, **{"language": "en", **fields})
    document.file.save("report.txt", ContentFile(text.encode(), name="report.txt"), save=True)
    return document


def make_donation_form(code="general", methods=("bank",), offers=None, language="en", **fields):
    """A live donation form with a fund; both can be found again by their code."""
    form, fund = apps.get_model("donations.DonationForm"), apps.get_model("donations.Fund")
    named = {"name": "General", "label_en": "All our work", "label_sw": "Kazi yetu yote"}
    general, _made = fund.objects.get_or_create(code="general", defaults=named)
    fields = {"title": "Support our work", "fund": general, "last_published_at": timezone.now(), **fields}
    return form.objects.create(
        code=code,
        methods=list(methods),
        offers=offers or [offer()],
        locale=Locale.objects.get_or_create(language_code=language)[0],
        live=True,
        **fields,
    )


def offer(currency="KES", amounts=(200, 500), minimum=50, maximum=250_000, **more):
    """One offer of a donation form, as the database holds it."""
    presets = [{"type": "item", "id": str(uuid.uuid4()), "value": {"amount": amount}} for amount in amounts]
    return block("offer", currency=currency, presets=presets, minimum=minimum, maximum=maximum, **more)


# --- Every block ----------------------------------------------------------------------------------------------------


def every_block(tree):
    """{name of a block of BodyBlock: an example value}, every field filled."""
    return blocks.examples.every_block(tree.pages, tree.picture, tree.document, tree.form)


def every_block_of_body(tree):
    """A body with all of them."""
    return [block(kind, **value) for kind, value in every_block(tree).items()]


# --- The registry ---------------------------------------------------------------------------------------------------

SOURCES = [block("source", name="A newspaper", url="https://example.org/source", date="29 July 2011")]


def _home(tree):
    hero = block("hero", heading="Injuries are evidence", text="We stand by.", link=link(tree.pages["content"]))
    return {"body": [hero, *(block(kind, **value) for kind, value in every_block(tree).items() if kind != "helpline")]}


def _sensitive(tree):
    return {"body": [section(f"Section {number}") for number in range(4)]}


def _contact(tree):
    return {"intro": "<p>Come and see us.</p>", "directions": RICH, "body": [section()]}


def _programme(tree):
    through = apps.get_model("programmes.ProgrammeServiceArea")
    return {
        "plan": tree.plan,
        "number": 1,
        "goal": "A goal in one sentence.",
        "measures": [{"type": "measure", "value": "One measure"}],
        "service_area_links": [through(service_area=tree.pages["service_area"])],
        "related_news": [{"type": "page", "value": tree.pages["press_statement"].pk}],
        "body": [section()],
    }


def _service_area(tree):
    return {
        "related_news": [{"type": "page", "value": tree.pages["press_statement"].pk}],
        "body": [section()],
    }


def _coalition(tree):
    member = apps.get_model("coalitions.CoalitionMember")
    return {
        "short_name": "EXC",
        "role": "convener",
        "since": "2011",
        "since_note": "Sources disagree.",
        "members": [member(name="An organisation", url="https://example.org/"), member(name="Another one")],
        "members_as_of": "February 2021",
        "members_note": "The list changes.",
        "pillars": [block("pillar", title="Oversight", text="What it means.")],
        "website": "https://example.org/coalition",
        "sources": SOURCES,
        "body": [section()],
    }


def _news(tree, **fields):
    signatory = apps.get_model("news.Signatory")
    return {
        "date": datetime.date(2024, 3, 29),
        "author_role": "Communications office",
        "coalition": tree.pages["coalition"],
        "counties": ["Nairobi", "Kisumu"],
        "files": [block("file", document=tree.document.pk, title="The statement")],
        "signatories": [signatory(name="An organisation")],
        "related": [{"type": "page", "value": tree.pages["content"].pk}],
        "sources": SOURCES,
        "body": [section()],
        **fields,
    }


def _story(tree):
    return _news(tree, date_precision="month")


def _vacancy(tree):
    return _news(tree, date_precision="year", closing_date=datetime.date(2099, 1, 31))


def _resource(tree):
    return {
        "kind": "survey",
        "year": 2016,
        "partners": "A university",
        "isbn": "978-0-000000-00-0",
        "pages": 120,
        "files": [block("file", document=tree.document.pk, title="")],
        "sources": SOURCES,
        "body": [section()],
    }


def _with_section(tree):
    return {"body": [section()]}


@dataclass(frozen=True)
class Example:
    """One page of the registry: `fixed` are the fields that make it what it is, `full` returns all others."""

    name: str
    label: str
    parent: str
    full: object
    fixed: dict = field(default_factory=dict)

    @property
    def is_sensitive(self):
        return self.name in {"sensitive", "story"}


NEUTRAL = {"seo_title": "Information"}  # words for the browser's tab, without which a sensitive page can't be saved
EXAMPLES = {
    example.name: example
    for example in [
        Example("home", "home.HomePage", "", _home),
        Example("content", "home.ContentPage", "home", lambda tree: {"body": every_block_of_body(tree)}),
        Example("sensitive", "home.ContentPage", "home", _sensitive, {"sensitive": True, **NEUTRAL}),
        Example("contact", "home.ContactPage", "home", _contact),
        Example("programme_index", "programmes.ProgrammeIndexPage", "home", _with_section),
        Example("programme", "programmes.ProgrammePage", "programme_index", _programme),
        Example("service_area", "programmes.ServiceAreaPage", "programme_index", _service_area, {"icon": "forensic"}),
        Example("coalition_index", "coalitions.CoalitionIndexPage", "home", _with_section),
        Example("coalition", "coalitions.CoalitionPage", "coalition_index", _coalition),
        Example("news_index", "news.NewsIndexPage", "home", _with_section),
        Example("press_statement", "news.NewsPage", "news_index", _news, {"kind": "press_statement"}),
        Example("story", "news.NewsPage", "news_index", _story, {"kind": "story", **NEUTRAL}),
        Example("vacancy", "news.NewsPage", "news_index", _vacancy, {"kind": "vacancy"}),
        Example("resource_index", "resources.ResourceIndexPage", "home", _with_section),
        Example("resource", "resources.ResourcePage", "resource_index", _resource),
    ]
}
CHILDREN = ("members", "signatories", "service_area_links")


@dataclass
class Tree:
    """The example site: English and Kiswahili pages by the registry's names."""

    full: bool
    pages: dict = field(default_factory=dict)
    kiswahili: dict = field(default_factory=dict)
    facts: Facts = None
    picture: SiteImage = None
    document: SiteDocument = None
    plan: object = None
    form: object = None

    def page(self, name, language="en"):
        """A page by its name in the registry."""
        return (self.kiswahili if language == "sw" else self.pages)[name]


def build(full=True):
    """Make the whole example site and return its Tree; with `full=False` every page has its title alone."""
    tree = Tree(full)
    tree.pages["home"] = HomePage.objects.get(depth=2)
    tree.facts = make_facts(**(FACTS if full else {}))
    if full:
        tree.form = make_donation_form()
        tree.facts.social_links.set([SocialLink(name="A network", url="https://example.org/us")])
        tree.facts.save()
        tree.picture, tree.document = make_picture(), make_document()
        tree.plan = apps.get_model("programmes.StrategicPlan").objects.create(
            title="A plan", first_year=2022, last_year=2026, document=tree.document
        )
    for example in EXAMPLES.values():
        if example.parent:
            title = f"Example {example.name.replace('_', ' ')}"
            tree.pages[example.name] = add(tree.pages[example.parent], example.label, title, **example.fixed)
    if full:
        for name, example in EXAMPLES.items():
            tree.pages[name] = _fill(tree.pages[name], example.full(tree), tree)
        _make_frame(tree)
    for name, page in tree.pages.items():
        tree.kiswahili[name] = translate(page)
    Site.clear_site_root_paths_cache()
    return tree


FACTS = {
    "since_year": 1993,
    "street": "Example House, Example Road",
    "area": "Example Estate",
    "city": "Nairobi",
    "postal_address": "P.O. Box 1, Nairobi",
    "map_url": "https://example.org/map",
    "email": "office@example.org",
    "press_email": "press@example.org",
    "hours_en": "Monday to Friday, 8 to 5",
    "hours_sw": "Jumatatu hadi Ijumaa",
    "registration": "No. 1",
}


def _fill(page, fields, tree):
    page = type(page).objects.get(pk=page.pk)
    everywhere = {
        "summary": "A summary in one sentence.",
        "search_description": "For search engines.",
        "listing_image": tree.picture,
        "social_title": "When shared",
        "social_text": "Text when shared.",
        "to_be_supplied": "SECRET GAP",
    }
    for name, value in {**everywhere, **fields}.items():
        if name in CHILDREN:
            getattr(page, name).set(value)
        else:
            setattr(page, name, value)
    page.save()
    return type(page).objects.get(pk=page.pk)


def _make_frame(tree):
    """Menu and footer with links, a notice, a checked helpline of others."""
    pages = tree.pages
    menu = Menu.objects.create(title="Menu", items=[{"type": "link", "value": link(pages["content"], text="")}])
    footer = Footer.objects.create(
        title="Footer",
        text=rich_link(pages["contact"]),
        columns=[block("column", heading="Our work", links=[link(pages["programme_index"])])],
        legal=[{"type": "link", "value": link(pages["sensitive"], text="Safety")}],
    )
    wording = Wording.for_site(Site.objects.get(is_default_site=True))
    wording.menu, wording.footer = menu, footer
    wording.save()
    Notice.objects.create(text_en="A notice.", text_sw="Tangazo.", severity="warning", link=pages["contact"])
    Helpline.objects.create(
        name="Another organisation", phone="1195", description="Violence at home.", checked_on=datetime.date(2026, 1, 5)
    )
