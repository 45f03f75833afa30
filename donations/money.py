"""Money: a whole number of minor units (cents) with an ISO 4217 code. Nothing else ever."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

# ISO 4217: code → digits after the point. These we can take; all have two.
MINOR_DIGITS = {"KES": 2, "USD": 2, "EUR": 2, "GBP": 2}
CURRENCIES = [(code, code) for code in MINOR_DIGITS]

# ASCII digits alone: int() would also read "1_000", "-5" and other scripts' digits. Nine of them are more than anybody
# gives, and far from the database's limit.
TYPED = re.compile(r"([0-9]{1,9})(?:\.([0-9]{2}))?")
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{2})?")


class NotMoney(ValueError):
    """What was typed is no amount. Its text is for the person who typed it."""


@dataclass(frozen=True, order=True)
class Money:
    """`amount` in minor units (int), `currency` an ISO 4217 code."""

    amount: int
    currency: str

    def __str__(self):
        """As “KES 1,200” or “USD 10.50”: ASCII, the same in every language, for logs and for providers."""
        whole, part = divmod(abs(self.amount), 10 ** MINOR_DIGITS[self.currency])
        sign = "-" if self.amount < 0 else ""
        return f"{self.currency} {sign}{whole:,}" + (f".{part:02}" if part else "")

    @property
    def whole(self):
        """The amount in whole units (int). Raises ValueError if there are cents."""
        units, part = divmod(self.amount, 10 ** MINOR_DIGITS[self.currency])
        if part:
            raise ValueError("There are cents.")
        return units


def read_amount(typed, currency, whole_only=False):
    """The Money in what a person typed: “200”, “1,500”, “10.50”, blanks around it or between thousands.

    `whole_only`: cents are refused (M-Pesa has none). Raises NotMoney.
    """
    if currency not in MINOR_DIGITS:
        raise NotMoney(_("Choose a currency."))
    text = str(typed).strip(" ")
    spaced = text.replace(" ", ",").replace("\u00a0", ",")
    if GROUPED.fullmatch(spaced):
        text = spaced.replace(",", "")
    found = TYPED.fullmatch(text)
    if not found:
        raise NotMoney(_("Type the amount in digits, for example 200."))
    units, cents = int(found[1]), int(found[2] or 0)
    if whole_only and cents:
        raise NotMoney(_("M-Pesa takes whole shillings only."))
    amount = units * 10 ** MINOR_DIGITS[currency] + cents
    if not amount:
        raise NotMoney(_("The amount must be more than nothing."))
    return Money(amount, currency)


def of_provider(value, currency, minor=False):
    """The Money in what a provider sent as a number: 200, 1.00, "5.00"; with `minor` in cents already.

    Goes by the digits and not through a float. Raises NotMoney.
    """
    text = str(value)
    if currency not in MINOR_DIGITS:
        raise NotMoney(f"currency {currency!r}"[:40])
    if minor:
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise NotMoney("not a number")
        return Money(int(text), currency)
    found = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,2})0*)?", text)
    if not found:
        raise NotMoney("not a number")
    return Money(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")), currency)
