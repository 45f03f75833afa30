"""Telling finance of what a person must look at: what hangs for over an hour, what contradicts, what nobody can match.

Each thing is told of once. The mail says how many of what, and where to look; nothing of any donor.
"""

import datetime

from django.core.mail import mail_admins
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from core.logs import take_troubles
from core.roles import APPROVER, FINANCE, addresses_of
from core.tell import tell

from . import inbox
from .models import Event, Gift, Payment, Refund

HANGS = datetime.timedelta(hours=1)
WORDS = {
    "gifts": ngettext_lazy(
        "%(number)d gift hangs, or needs to be looked into",
        "%(number)d gifts hang, or need to be looked into",
        "number",
    ),
    "events": ngettext_lazy(
        "%(number)d message of a provider could not be applied",
        "%(number)d messages of a provider could not be applied",
        "number",
    ),
    "payments": ngettext_lazy(
        "%(number)d payment belongs to no known gift, or is not proven",
        "%(number)d payments belong to no known gift, or are not proven",
        "number",
    ),
    "refunds": ngettext_lazy(
        "%(number)d refund is approved and not ended", "%(number)d refunds are approved and not ended", "number"
    ),
}


def hanging(now=None):
    """{what: queryset} of what needs a person now. AWAITED gifts do not: a bank transfer takes its days."""
    now = now or timezone.now()
    before = now - HANGS
    waits = [Gift.State.OPEN, Gift.State.UNKNOWN]
    return {
        "gifts": Gift.objects.filter(
            Q(state__in=waits, created_at__lt=before) & ~Q(attempts__created_at__gte=before)  # not tried again just now
            | Q(state=Gift.State.NEEDS_REVIEW)
            | ~Q(review="")
        ),
        "events": Event.objects.filter(looked_at=None).filter(
            Q(state__in=inbox.NEEDS_A_PERSON) | Q(state=Event.State.STORED, received_at__lt=before)
        ),
        "payments": Payment.objects.filter(
            Q(state=Payment.State.UNALLOCATED) | Q(state=Payment.State.UNPROVEN, created_at__lt=before)
        ),
        "refunds": Refund.objects.filter(
            state__in=[Refund.State.APPROVED, Refund.State.PENDING, Refund.State.UNKNOWN], asked_at__lt=before
        ),
    }


def tell_administrators():
    """Mail ADMINS what is wrong between us and the providers: keys, clocks, settings. Returns lines (list of str).

    Each kind once an hour. Donors are told “we have been told”, so somebody must be.
    """
    lines = take_troubles()
    if lines:
        mail_admins("Payments on the website", "\n".join(lines) + "\n", fail_silently=True)
    return lines


def tell_finance(now=None):
    """Mail finance about what hangs and was not told of before. Returns lines (list of str)."""
    now = now or timezone.now()
    lines = []
    for what, rows in hanging(now).items():
        fresh = list(rows.filter(told_at=None).values_list("pk", flat=True)[:1000])
        if fresh:
            with transaction.atomic():
                found = rows.model.objects.filter(pk__in=fresh)
                if what == "gifts":
                    list(found.locked().values_list("pk"))  # in their order, as reconciling locks many
                found.update(told_at=now)
            lines.append(WORDS[what] % {"number": len(fresh)})
    if lines:
        tell(addresses_of(FINANCE, APPROVER), "giving", "/admin/", *lines)
    return lines
