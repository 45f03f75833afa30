"""Step 1 as templates show it: a form's amounts, ready for a plain GET form on any page."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.memo import per_request

from .methods import Method
from .money import Money

NAMES = {"KES": _("Kenyan shillings"), "USD": _("US dollars"), "EUR": _("euros"), "GBP": _("British pounds")}

SHORT = {
    Method.MPESA: _("M-Pesa"),
    Method.CARD: _("card"),
    Method.BANK: _("bank transfer"),
    Method.CASH: _("cash"),
    Method.CHEQUE: _("cheque"),
}


def typed(money):
    """The number of a sum as a person would type it (str): “200”, “12.50”."""
    return str(money).partition(" ")[2].replace(",", "")


@dataclass(frozen=True)
class Amount:
    """One amount to choose: `value` is what the form sends, `label` what donors read, `line` what it does."""

    value: str
    label: str
    line: str
    source: str


@dataclass
class Currency:
    """The amounts in one currency."""

    code: str
    presets: list = field(default_factory=list)

    @property
    def name(self):
        """The currency in words."""
        return NAMES[self.code]

    @property
    def has_lines(self):
        """Whether any amount says what it does: then they stand below each other."""
        return any(preset.line for preset in self.presets)


@per_request
def _places():
    return []


def _next_id():
    """A name for the form's elements that no other form of this page has."""
    places = _places()
    places.append(1)
    return f"give-{len(places)}"


class Widget:
    """Step 1 of a donation form.

    Args:
        form: the DonationForm, in the language to show.
        partner: the code of the partner that brings the gift, or "".
        framed: whether it stands in another site's frame: step 2 then opens in the whole window.
    """

    def __init__(self, form, partner="", framed=False):
        self.form, self.partner, self.framed = form, partner, framed
        self.action = reverse("giving_form", args=[form.code])
        self.id = _next_id()
        offers = form.offer_list()
        self.currencies = [
            Currency(
                offer.currency,
                [
                    Amount(
                        f"{offer.currency}-{typed(Money(preset.amount, offer.currency))}",
                        str(Money(preset.amount, offer.currency)),
                        preset.line,
                        preset.source,
                    )
                    for preset in offer.presets
                ],
            )
            for offer in offers
        ]
        self.own = [Currency(offer.currency) for offer in offers if offer.own_amount]

    @property
    def has_presets(self):
        """Whether there is an amount to choose."""
        return any(currency.presets for currency in self.currencies)

    @property
    def is_test(self):
        """Whether no real money moves."""
        return not settings.GIVING_LIVE

    @property
    def how(self):
        """One line on how to pay."""
        ways = [SHORT[way] for way in self.form.ways()]
        return gettext("By %(ways)s.") % {"ways": get_text_list(ways, gettext("or"))} if ways else ""
