"""The export of gifts: chosen columns and no donors, with amounts from the ledger, in Nairobi's time.

A new field of a gift leaves the house only when somebody adds it here (tests/finance/test_export.py makes sure that
each is either exported or in KEPT). Rows are plain values: model instances would take three times as long.
"""

from collections import defaultdict

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from ..models import Entry, Payment
from ..receipts import local
from .spreadsheet import Amount

# Fields that never leave: who gave, and keys that mean nothing to anybody.
KEPT = {"id", "uuid", "form_token", "name", "email", "dedicated_to", "dedication", "told_at", "review"}
AT_ONCE = 2000  # gifts in memory


def as_time(moment):
    return local(moment).replace(microsecond=0) if moment else ""


def as_yes(answer):
    return "yes" if answer else "no"


def as_text(value):
    return value or ""


# name → (heading, where the value is, function from it to a cell)
COLUMNS = {
    "reference": (_("reference"), "reference", as_text),
    "created_at": (_("begun"), "created_at", as_time),
    "paid_at": (_("paid"), "paid_at", as_time),
    "state": (_("state"), "state", as_text),
    "livemode": (_("real money"), "livemode", as_yes),
    "fund": (_("fund"), "fund__code", as_text),
    "form": (_("form"), "form__code", as_text),
    "partner": (_("partner"), "partner", as_text),
    "method": (_("method"), "method", as_text),
    "language": (_("language"), "language", as_text),
    "anonymous": (_("anonymous"), "anonymous", as_yes),
    "wants_receipt": (_("wants a receipt"), "wants_receipt", as_yes),
    "currency": (_("currency"), "currency", as_text),
    "amount": (_("amount meant"), "amount", Amount),
}
# The kinds of entries → heading of their sum.
SUMS = {
    Entry.Kind.GIFT: _("came"),
    Entry.Kind.FEE: _("fees"),
    Entry.Kind.REFUND: _("refunded"),
    Entry.Kind.DISPUTE: _("disputed"),
    Entry.Kind.CORRECTION: _("corrected"),
}
RECEIPT = ["receipt__livemode", "receipt__year", "receipt__number"]


def heading():
    """The first row (list of str)."""
    titles = [title for title, _where, _cell in COLUMNS.values()]
    return [str(title) for title in [*titles, *SUMS.values(), _("receipt"), _("provider's number")]]


def rows(gifts):
    """Yield a list of cells for each of `gifts` (a QuerySet), newest first. Some thousand are in memory at a time."""
    cells = [cell for _title, _where, cell in COLUMNS.values()]
    wanted = gifts.order_by("-pk").values_list("pk", *RECEIPT, *(where for _title, where, _cell in COLUMNS.values()))
    last = None
    while True:
        page = list((wanted if last is None else wanted.filter(pk__lt=last))[:AT_ONCE])
        sums = _sums([gift[0] for gift in page])
        for pk, real, year, number, *values in page:
            found = sums[pk]
            yield [
                *(cell(value) for cell, value in zip(cells, values, strict=True)),
                *(Amount(found[kind]) for kind in SUMS),
                f"{'' if real else 'TEST '}{year}/{number:05}" if number else "",
                " ".join(found["numbers"]),
            ]
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]


def _sums(gifts):
    """{gift: {kind of entry: minor units, "numbers": the providers' numbers}} of gifts (list of pk, descending)."""
    found = defaultdict(lambda: {**dict.fromkeys(SUMS, 0), "numbers": []})
    if not gifts:
        return found
    span = {"gift_id__gte": gifts[-1], "gift_id__lte": gifts[0]}  # a list of thousands is too long for SQLite
    entries = Entry.objects.filter(**span).order_by().values_list("gift_id", "kind").annotate(sum=Sum("amount"))
    for gift, kind, amount in entries:
        found[gift][kind] = amount
    for gift, number in Payment.objects.filter(**span).order_by("pk").values_list("gift_id", "number"):
        found[gift]["numbers"].append(number)
    return found
