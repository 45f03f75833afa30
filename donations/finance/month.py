"""A month at a glance: what came by fund, method and currency, day by day, and what needs a person. Nairobi's time."""

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from .. import alarms, ledger, letters
from ..methods import Method
from ..models import Entry, Fund, Payment, Refund
from ..money import Money
from ..receipts import NAIROBI, local
from .filters import start_of

BACK = [Entry.Kind.REFUND, Entry.Kind.DISPUTE, Entry.Kind.CORRECTION]


@dataclass(frozen=True)
class Month:
    """A month of the books."""

    year: int
    number: int

    @property
    def first(self):
        return datetime.date(self.year, self.number, 1)

    @property
    def next(self):
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self):
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def since(self):
        """Its first moment (aware datetime)."""
        return start_of(self.first)

    @property
    def until(self):
        """The first moment of the next month."""
        return start_of(self.next.first)

    @property
    def last(self):
        return self.next.first - datetime.timedelta(days=1)

    @property
    def days(self):
        return self.last.day

    def __str__(self):
        return f"{self.year}-{self.number:02}"


def this_month():
    """The present Month."""
    today = local(timezone.now())
    return Month(today.year, today.month)


def read_month(text):
    """The Month in 2026-11; the present one for anything else."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text or "")
    return Month(int(found[1]), int(found[2])) if found else this_month()


def _row(label, sums, currency):
    gave, fees = sums[Entry.Kind.GIFT], sums[Entry.Kind.FEE]
    back = sum(sums[kind] for kind in BACK)
    return {
        "label": label,
        "gave": Money(gave, currency),
        "back": Money(back, currency),
        "fees": Money(fees, currency),
        "net": Money(gave + back + fees, currency),
    }


def tables(month):
    """[(currency, rows by fund, rows by method, row of all)] of real money, by the ledger."""
    sums = defaultdict(lambda: defaultdict(int))
    for (fund, method, currency, kind), amount in ledger.totals(month.since, month.until).items():
        for key in ((currency, "fund", fund), (currency, "method", method), (currency, "all", "")):
            sums[key][kind] += amount
    names = dict(Fund.objects.values_list("code", "name"))
    labels = {"fund": names, "method": dict(Method.choices)}

    def rows(currency, what):
        found = [(labels[what].get(key, key), kinds) for (unit, kind, key), kinds in sums.items()
                 if unit == currency and kind == what]  # fmt: skip
        found.sort(key=lambda one: -one[1][Entry.Kind.GIFT])
        return [_row(label, kinds, currency) for label, kinds in found]

    currencies = sorted(
        {currency for currency, what, _key in sums if what == "all"}, key=lambda code: (code != "KES", code)
    )
    return [
        (code, rows(code, "fund"), rows(code, "method"), _row("", sums[code, "all", ""], code)) for code in currencies
    ]


def by_day(month, currency):
    """{day of the month (int): minor units that came}, real gifts alone."""
    entries = Entry.objects.filter(
        kind=Entry.Kind.GIFT, livemode=True, currency=currency,
        occurred_at__gte=month.since, occurred_at__lt=month.until,
    )  # fmt: skip
    days = entries.annotate(day=TruncDate("occurred_at", tzinfo=NAIROBI)).order_by().values_list("day")
    return {day.day: amount for day, amount in days.annotate(sum=Sum("amount"))}


# The plot, in units of its own: a column for each day on the house's scale, whose segments are the days.
WIDE, HIGH, STEP = 620, 150, 20


def plot(month, currency):
    """What the plot's template needs: bars, the scale's segments, ticks, and the same numbers as rows."""
    came = by_day(month, currency)
    top = max(came.values(), default=0)
    nice = _round_up(top)
    bars = [
        {"x": (day - 1) * STEP + 3, "y": round(HIGH - amount / nice * HIGH, 1), "h": round(amount / nice * HIGH, 1),
         "label": f"{day}: {Money(amount, currency)}"}
        for day, amount in sorted(came.items())
    ]  # fmt: skip
    return {
        "currency": currency,
        "bars": bars,
        "segments": [(day - 1) * STEP for day in range(1, month.days + 1, 2)],
        "days": [(day, (day - 1) * STEP + STEP // 2) for day in range(1, month.days + 1) if day == 1 or day % 5 == 0],
        "lines": [(round(HIGH - HIGH * part / 2, 1), Money(nice * part // 2, currency)) for part in (1, 2)]
        if top
        else [],
        "width": month.days * STEP,
        "rows": [(day, Money(amount, currency)) for day, amount in sorted(came.items())],
        "best": max(came, key=came.get) if came else None,
    }


def _round_up(amount):
    """The next 1, 2 or 5 times a power of ten, in whole units (minor units, int)."""
    step = 100
    while True:
        for times in (1, 2, 5):
            if step * times >= amount:
                return step * times
        step *= 10


# --- What needs a person ---------------------------------------------------------------------------------------------


def needs():
    """[(words, number, address)] of everything that waits for a person, by the rule of the mails to finance."""
    hanging = alarms.hanging()
    entered = Payment.objects.filter(state=Payment.State.ENTERED)
    asked = Refund.objects.filter(state=Refund.State.ASKED)
    waiting = [
        (
            ngettext_lazy(
                "gift hangs for over an hour, or needs to be looked into",
                "gifts hang for over an hour, or need to be looked into",
                "number",
            ),
            hanging["gifts"],
            "needs=yes",
        ),
        (
            ngettext_lazy(
                "payment belongs to no known gift, or is not proven",
                "payments belong to no known gift, or are not proven",
                "number",
            ),
            hanging["payments"],
            "needs=yes",
        ),
        (
            ngettext_lazy("entry by hand waits to be confirmed", "entries by hand wait to be confirmed", "number"),
            entered,
            "state__exact=entered",
        ),
        (
            ngettext_lazy("refund waits for approval", "refunds wait for approval", "number"),
            asked,
            "state__exact=asked",
        ),
        (
            ngettext_lazy("refund is approved and not ended", "refunds are approved and not ended", "number"),
            hanging["refunds"],
            "needs=yes",
        ),
        (
            ngettext_lazy("letter to a donor could not be sent", "letters to donors could not be sent", "number"),
            letters.unsent(),
            "needs=yes",
        ),
        (
            ngettext_lazy(
                "message of a provider could not be applied", "messages of a provider could not be applied", "number"
            ),
            hanging["events"],
            "needs=yes",
        ),
    ]
    counted = [(words, rows.count(), rows.model._meta.model_name, query) for words, rows, query in waiting]
    return [
        (words % {"number": number}, number, f"{reverse(f'donations_{model}_modeladmin_index')}?{query}")
        for words, number, model, query in counted
    ]
