"""Forgetting: telephone numbers when an attempt ends, what providers sent after 30 days, donors when it is time.

The amounts stay. Run by `run_due`; what is done twice changes nothing. All periods stand here and in ReceiptWords.
"""

import contextlib
import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Site

from core.audit import record

from .letters import NO_ADDRESS
from .models import Attempt, Event, Gift, Letter, Payment, ReceiptWords
from .references import read_reference
from .sealed import EMPTY, Unreadable

BODIES = datetime.timedelta(days=30)  # events' bodies, references as typed, donors of gifts that never came
MONTH = datetime.timedelta(days=30.4375)
ENDED = [Gift.State.FAILED, Gift.State.CANCELLED]
DONOR = {"name": EMPTY, "email": EMPTY, "dedicated_to": EMPTY}
KNOWN = ~(Q(name="") & Q(email="") & Q(dedicated_to=""))  # donors of whom anything is left


def purge():
    """Forget what is due. Returns what was done (list of lines)."""
    now = timezone.now()
    done = {
        "telephone numbers": _phones(),
        "marks of telephones": _marks(now),
        "bodies of events": _bodies(now),
        "references as typed": _typed(now),
        "donors of gifts that did not come": _forget(Gift.objects.filter(state__in=ENDED, created_at__lt=now - BODIES)),
        "donors whose time is over": _forget(Gift.objects.filter(created_at__lt=now - _kept())),
    }
    return [f"{count} {what} forgotten" for what, count in done.items() if count]


def _kept():
    """How long donors are known (timedelta): the setting of the default site."""
    site = Site.objects.filter(is_default_site=True).first()
    return (ReceiptWords.for_site(site).keep_months if site else 60) * MONTH


def _phones():
    """Of an attempt that has ended, the hash and the last three digits stay."""
    return Attempt.objects.exclude(state__in=Attempt.OPEN).exclude(phone="").update(phone=EMPTY)


def _marks(now):
    """The hash serves for two minutes (17), and all numbers of a country are tried quickly by who has the key; the last
    three digits help to tell a donor's gifts apart, as long as the donor is known."""
    ended = Attempt.objects.exclude(state__in=Attempt.OPEN)
    hashes = ended.filter(created_at__lt=now - BODIES).exclude(phone_hash="").update(phone_hash="")
    ends = ended.filter(gift__created_at__lt=now - _kept()).exclude(phone_end="").update(phone_end="")
    return hashes + ends


def _bodies(now):
    """Also of events that nobody has looked at: they hold names and numbers."""
    old = Event.objects.filter(received_at__lt=now - BODIES)
    return old.filter(~Q(body="") | ~Q(headers={})).update(body=EMPTY, headers={})


def _typed(now):
    """What people typed at the paybill, unless it is one of our references: it may be a name."""
    old = Payment.objects.filter(created_at__lt=now - BODIES).exclude(typed="")
    words = [payment.pk for payment in old.only("typed") if not read_reference(payment.typed)]
    return Payment.objects.filter(pk__in=words).update(typed="")


def _forget(gifts):
    return gifts.filter(KNOWN).update(**DONOR)


# --- At a donor's wish ---------------------------------------------------------------------------------------------


def gifts_of(email):
    """The gifts (list) given with an e-mail address, and how many (int) cannot be read.

    All are opened for it: no index of donors is kept.
    """
    wanted = email.strip().casefold()
    found, unreadable = [], 0
    for gift in Gift.objects.exclude(email="").only("pk", "email", "reference").iterator(500):
        try:
            if gift.email.open().strip().casefold() == wanted:
                found.append(gift)
        except Unreadable:
            unreadable += 1
    return found, unreadable


def _of_no_gift_then(gift):
    """Yield the events (their pk) that told of the gift's payments before somebody allocated these to it: they name who
    paid, and only their bodies say which payment they are about. Bodies are kept for BODIES alone, so these are few."""
    payments = list(gift.payments.filter(provider="mpesa").values_list("number", flat=True))
    events = Event.objects.filter(gift=None, attempt=None).exclude(body="").exclude(state=Event.State.STORED)
    for event in events.only("pk", "body").iterator(500) if payments else []:
        with contextlib.suppress(Unreadable):
            body = event.body.open().upper()
            if any(number in body for number in payments):
                yield event.pk


@transaction.atomic
def erase(gift, person):
    """Forget who gave a gift, at once and for ever: names, address, telephone's marks, what providers sent about it.

    Amounts, dates, references and receipts' numbers stay. Letters that wait are not sent. `person` is recorded.
    """
    gift = Gift.objects.locked().get(pk=gift.pk)
    Gift.objects.filter(pk=gift.pk).update(**DONOR)
    Attempt.objects.filter(gift=gift).update(phone=EMPTY, phone_hash="", phone_end="")
    about = Q(gift=gift) | Q(attempt__gift=gift)
    numbers = [*Event.objects.filter(about).values_list("pk", flat=True), *_of_no_gift_then(gift)]
    Event.objects.filter(Q(pk__in=numbers) | Q(duplicate_of__in=numbers)).update(body=EMPTY, headers={})
    for payment in Payment.objects.filter(gift=gift).exclude(typed=""):
        if not read_reference(payment.typed):
            Payment.objects.filter(pk=payment.pk).update(typed="")
    Letter.objects.filter(gift=gift, state=Letter.State.WAITING).update(
        state=Letter.State.GIVEN_UP, last_error=NO_ADDRESS
    )
    record("donor.erased", person, gift, reference=gift.reference)
