"""/styleguide/: tokens, type, every component and block in its states, from the site's own templates. Not in public.

What it shows are the examples of `blocks.examples`, which the tests render too, with pages of this very site.
"""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blocks import examples
from blocks.body import HomeBodyBlock
from coalitions.models import CoalitionPage
from core.colours import colours, contrast
from core.icons import shapes
from core.locales import active_locale
from core.models import Notice, SiteDocument, SiteImage
from core.pages import public
from donations.forms import GiftForm
from donations.methods import Method
from donations.models import DonationForm, Fund, Gift
from donations.widget import Widget
from home.models import ContactPage, HomePage
from news.models import NewsPage
from programmes.models import ProgrammeIndexPage, ServiceAreaPage

LINKED = {
    "programme_index": ProgrammeIndexPage,
    "coalition": CoalitionPage,
    "press_statement": NewsPage,
    "contact": ContactPage,
}


FILE = {
    "title": "Report of a year",
    "url": "#g-lists",
    "file_extension": "pdf",
    "get_file_size": 734_003,
    "get_language_display": "English",
}


class ExampleForm(forms.Form):
    """Shown empty, and as it comes back with mistakes."""

    name = forms.CharField(label="What may we call you?", help_text="Any name will do.")
    phone = forms.RegexField(r"^\+?[\d ]+$", label="Telephone")
    words = forms.CharField(label="What is it about?", widget=forms.Textarea({"rows": 3}), required=False)


def _swatches():
    """[(scheme, [(token, colour, contrast on the paper)])]."""
    return [
        (scheme, [(name, value, contrast(value, found["paper"])) for name, value in found.items()])
        for scheme, found in colours().items()
    ]


def _whole_body(pages):
    """A page (not saved) whose body has every block that this site has an example for, then the states of some."""
    home = HomePage()
    values = examples.states()
    if all(pages.values()):
        picture, document = (model.objects.first() or model(pk=0) for model in (SiteImage, SiteDocument))
        every = examples.every_block(pages, picture, document)
        values = [*every.items(), *values]
    home.body = [{"type": name, "value": value} for name, value in values]
    home._make_anchors_unique()
    return {"body": home.body, "contents": [(value.anchor, value["heading"]) for value in home._sections()]}


def _offer(currency, amounts, line="", source=""):
    presets = [{"amount": amount, "line": line, "source": source} for amount in amounts]
    value = {"currency": currency, "presets": presets, "own_amount": True, "minimum": 1, "maximum": 100_000}
    return {"type": "offer", "value": value}


def _giving():
    """The giving pages' components: amounts in one currency, in two with what they do; the details; what was given."""
    fund = Fund(code="general", label_en="All our work")
    ways = [Method.MPESA, Method.CARD, Method.BANK]
    plain = DonationForm(code="general", title="Give", fund=fund, offers=[_offer("KES", [200, 500, 1000, 5000])])
    two = [_offer("KES", [200, 500], "What it does, in a few words", "Accounts of 2025"), _offer("USD", [10, 25])]
    abroad = DonationForm(code="abroad", title="Give", fund=fund, offers=two)
    wrong = {"fund": "general", "currency": "KES", "amount": "0", "method": "mpesa", "phone": "abc"}
    mistaken = GiftForm(abroad, ways, {f"wrong-{name}": value for name, value in wrong.items()}, prefix="wrong")
    mistaken.full_clean()
    mistaken.errors.clear()  # that nothing can be given with an example
    for name in ("amount", "phone"):
        mistaken.add_error(name, "What is wrong, in words.")
    return {
        "gives": [Widget(plain), Widget(abroad)],
        "gift_forms": [GiftForm(plain, ways, prefix="gift"), mistaken],
        "gift": Gift(fund=fund, method=Method.MPESA),
        "amount": "KES 200",
        "lines": ["Bank: an example", "Account: 000 000 000"],
    }


@require_safe
@never_cache
def styleguide(request):
    """The designer's and the tester's one page."""
    here = active_locale()
    pages = {name: public(model.objects.filter(locale=here)).first() for name, model in LINKED.items()}
    news = list(NewsPage.objects.filter(locale=here).for_cards()[:3])
    numbers = Paginator(range(30), 10)
    context = {
        "swatches": _swatches(),
        "icons": shapes(),
        "whole": _whole_body(pages),
        "hero": HomeBodyBlock().child_blocks["hero"].get_preview_value(),
        "frame": {
            "notices": [Notice(severity=name, text_en=f"A notice: {label}.") for name, label in Notice.SEVERITIES]
        },
        "areas": public(ServiceAreaPage.objects.filter(locale=here)),
        "coalitions": public(CoalitionPage.objects.filter(locale=here)),
        "news": news,
        "heads": [page for page in (pages["programme_index"], pages["coalition"], *news[:1]) if page],
        "pages_of_many": [numbers.page(number) for number in (1, 2, 3)],
        "filter_options": [("survey", "Survey"), ("study", "Study")],
        "files": [{"title": "Report of a year", "document": FILE}],
        **_giving(),
        "forms": [ExampleForm(prefix="one"), ExampleForm({"two-phone": "abc"}, prefix="two")],
    }
    return render(request, "styleguide.html", context)
