"""The export of the ledger: every entry, as it stands in the books."""

from django.utils.translation import gettext_lazy as _

from .export import AT_ONCE, as_text, as_time, as_yes
from .spreadsheet import Amount

# name → (heading, where the value is, function from it to a cell). `by` stays here: it is a member of staff.
COLUMNS = {
    "occurred_at": (_("happened"), "occurred_at", as_time),
    "recorded_at": (_("recorded"), "recorded_at", as_time),
    "kind": (_("kind"), "kind", as_text),
    "currency": (_("currency"), "currency", as_text),
    "amount": (_("amount"), "amount", Amount),
    "fund": (_("fund"), "gift__fund__code", as_text),
    "method": (_("method"), "gift__method", as_text),
    "gift": (_("gift"), "gift__reference", as_text),
    "provider": (_("provider"), "provider", as_text),
    "reference": (_("provider's number"), "reference", as_text),
    "livemode": (_("real money"), "livemode", as_yes),
    "reason": (_("reason"), "reason", as_text),
}
KEPT = {"id", "by"}


def heading():
    """The first row (list of str)."""
    return [str(title) for title, _where, _cell in COLUMNS.values()]


def rows(entries):
    """Yield a list of cells for each of `entries` (a QuerySet), newest first."""
    cells = [cell for _title, _where, cell in COLUMNS.values()]
    wanted = entries.order_by("-pk").values_list("pk", *(where for _title, where, _cell in COLUMNS.values()))
    last = None
    while True:
        page = list((wanted if last is None else wanted.filter(pk__lt=last))[:AT_ONCE])
        for _pk, *values in page:
            yield [cell(value) for cell, value in zip(cells, values, strict=True)]
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]
