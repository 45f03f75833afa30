"""Telling finance of what a person must look at: what hangs for over an hour, what contradicts, what nobody can match.

Each thing is told of once. The mail says how many of what, and where to look; nothing of any donor.
"""

import datetime

from django.core.mail import mail_admins
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.logs import take_troubles
from core.roles import APPROVER, FINANCE, addresses_of
from core.tell import tell

from .models import Event, Gift, Payment, Refund

HANGS = datetime.timedelta(hours=1)


def hanging(now=None):
    """{what: queryset} of what needs a person now. AWAITED gifts do not: a bank transfer takes its days."""
    now = now or timezone.now()
    before = now - HANGS
    waits = [Gift.State.OPEN, Gift.State.UNKNOWN]
    return {
        "gifts": Gift.objects.filter(
            Q(state__in=waits, created_at__lt=before) | Q(state=Gift.State.NEEDS_REVIEW) | ~Q(review="")
        ),
        "events": Event.objects.filter(
            Q(state__in=[Event.State.UNMATCHED, Event.State.MALFORMED, Event.State.CONTRADICTING])
            | Q(state=Event.State.STORED, received_at__lt=before)
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
    words = {
        "gifts": _("%(number)d gifts hang, or need to be looked into"),
        "events": _("%(number)d messages of a provider could not be applied"),
        "payments": _("%(number)d payments belong to no known gift"),
        "refunds": _("%(number)d refunds are not ended"),
    }
    lines = []
    for what, rows in hanging(now).items():
        fresh = list(rows.filter(told_at=None).values_list("pk", flat=True)[:1000])
        if fresh:
            rows.model.objects.filter(pk__in=fresh).update(told_at=now)
            lines.append(words[what] % {"number": len(fresh)})
    if lines:
        tell(addresses_of(FINANCE, APPROVER), "giving", "/admin/", *lines)
    return lines
