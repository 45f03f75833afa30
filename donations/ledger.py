"""Writing to the ledger, and summing it up. Every entry has a reference that names the one thing it is about:

mpesa/ws_CO_…          the gift that a prompt brought (by its CheckoutRequestID)
mpesa/NLJ7RT61SV       a gift by hand to the paybill (by its receipt number)
paystack/<key>         the gift that a card brought, and …/fee what Paystack kept of it
manual/<number>        money by bank, in cash or by cheque
refund/<key>           money that went back, by the key of the Refund
dispute/<number>       money that a card's bank took back
correction/<key>       what a person put right
"""

import uuid

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record

from .models import Entry, Refund

NOT_FEES = ~Q(kind=Entry.Kind.FEE)


def entry(kind, gift, amount, reference, provider, occurred_at=None, reason="", by=None):
    """An unsaved Entry of `amount` minor units (negative: it went) in the gift's currency."""
    return Entry(
        kind=kind,
        gift=gift,
        amount=amount,
        currency=gift.currency,
        provider=provider,
        reference=reference,
        livemode=gift.livemode,
        occurred_at=occurred_at or timezone.now(),
        reason=reason[:200],
        by=by,
    )


def of_attempt(attempt):
    """The reference (str) of the gift that an attempt brought."""
    return f"{attempt.provider}/{attempt.provider_id or attempt.key.hex}"


def left_of(gift):
    """What is left of a gift (minor units): what came, less what went back; fees are not the donor's business."""
    return Entry.objects.filter(NOT_FEES, gift=gift).aggregate(all=Sum("amount"))["all"] or 0


def refundable(gift):
    """What may still be refunded of a gift (minor units): what is left, less what has been asked for already."""
    held = gift.refunds.filter(state__in=Refund.OPEN).aggregate(all=Sum("amount"))["all"] or 0
    return max(left_of(gift) - held, 0)


def totals(since=None, until=None, **filters):
    """{(fund code, method, currency, kind): minor units} of real money; test gifts are in no total.

    `since` and `until` are datetimes of when it happened; `filters` are the query's own, `gift__fund=…`.
    """
    entries = Entry.objects.filter(livemode=True, **filters)
    if since:
        entries = entries.filter(occurred_at__gte=since)
    if until:
        entries = entries.filter(occurred_at__lt=until)
    rows = entries.values_list("gift__fund__code", "gift__method", "currency", "kind").annotate(all=Sum("amount"))
    return {(fund, method, currency, kind): amount for fund, method, currency, kind, amount in rows.order_by()}


def correct(gift, amount, reason, by):
    """Put the ledger right by an entry of its own (minor units), with a reason. Returns the Entry.

    Raises ValueError without a reason, and for more than is left: what is to be refunded is spoken for.
    """
    if len(reason.strip()) < 10:
        raise ValueError("A correction needs a reason.")
    with transaction.atomic():
        type(gift).objects.locked().get(pk=gift.pk)
        if -amount > refundable(gift):
            raise ValueError(_("This is more than is left of the gift, less what is to be refunded."))
        made = entry(
            Entry.Kind.CORRECTION, gift, amount, f"correction/{uuid.uuid4().hex}", "manual", reason=reason, by=by
        )
        made.save()
        record("gift.corrected", by, gift, money=str(made.money))
    return made
