"""Gifts and entries for finance's tests, as the service layer leaves them behind."""

import datetime
import itertools

from django.utils import timezone

from donations.models import Attempt, Entry, Event, Fund, Gift, Letter, Payment, Receipt, Refund
from donations.sealed import seal

KINDS = ["gift", "payment", "entry", "refund", "receipt", "letter", "event"]  # what finance has lists of
NAME, EMAIL, PHONE = "Zawadi Marked-Donor", "zawadi.marked@example.org", "254700999321"
_numbers = itertools.count(1)


def make_fund(code="general", **fields):
    return Fund.objects.get_or_create(
        code=code, defaults={"name": code.title(), "label_en": f"Where {code} is needed", **fields}
    )[0]


def make_gift(amount=20000, state="paid", at=None, entry=True, **fields):
    """A gift of `amount` minor units; paid, with its entry in the ledger, unless said otherwise."""
    at = at or timezone.now()
    fields = {
        "fund": fields.pop("fund", None) or make_fund(),
        "currency": "KES", "method": "mpesa", "livemode": True, "language": "en",
        "name": seal(NAME), "email": seal(EMAIL), "wants_receipt": True, "created_at": at,
        "form_token": f"token-{next(_numbers)}", **fields,
    }  # fmt: skip
    gift = Gift.objects.create(amount=amount, state=state, paid_at=at if state == "paid" else None, **fields)
    if state == "paid" and entry:
        make_entry(gift, amount, at=at)
    return gift


def make_entry(gift, amount, kind="gift", at=None, **fields):
    number = f"{'NUM' if kind == 'gift' else kind.upper()}{next(_numbers):07}"
    return Entry.objects.create(
        gift=gift, kind=kind, amount=amount, currency=gift.currency, livemode=gift.livemode,
        **{"provider": "mpesa", "reference": number, "occurred_at": at or timezone.now(), **fields},
    )  # fmt: skip


def make_attempt(gift, state="paid", **fields):
    fields = {"provider": "mpesa", "method": gift.method, "phone": seal(PHONE), "phone_hash": "h" * 64,
              "phone_end": PHONE[-3:], **fields}  # fmt: skip
    return Attempt.objects.create(gift=gift, state=state, **fields)


def ago(**how_long):
    return timezone.now() - datetime.timedelta(**how_long)


def make_payment(gift=None, state="unallocated", amount=20000, number="NLJ7RT61SV", **fields):
    return Payment.objects.create(
        provider="mpesa", number=number, currency="KES", amount=amount, occurred_at=timezone.now(), state=state,
        livemode=True, gift=gift, **fields,
    )  # fmt: skip


def one_of_each():
    """One of each of KINDS, all of one gift."""
    gift = make_gift()
    make_attempt(gift, provider_id="ws_CO_1")
    refund = Refund.objects.create(gift=gift, currency="KES", amount=100, reason="asked by the donor")
    event = Event.objects.create(provider="mpesa", kind="prompt", body=seal(PHONE), gift=gift, state="unmatched")
    receipt = Receipt.objects.create(gift=gift, year=2026, number=1, language="en")
    letter = Letter.objects.create(gift=gift, kind="receipt")
    return [gift, make_payment(gift, "allocated"), gift.entries.get(), refund, receipt, letter, event]
