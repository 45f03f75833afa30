"""Applying what is known of attempts: the one place where a gift becomes paid.

`settle()` takes the providers' answers for any number of attempts. In one transaction it locks their gifts, looks at
how they stand now, and writes all that follows with a few queries, however many there are. Applying again changes
nothing. What does not fit is never guessed at: the gift is marked for a person to look at.
"""

import logging
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from .ledger import entry, of_attempt
from .models import Attempt, Entry, Gift, Payment
from .money import Money
from .providers.base import FAILED, PAID, PENDING, Outcome
from .results import OURS
from .sealed import EMPTY
from .signals import gift_paid

logger = logging.getLogger(__name__)
BATCH = 500
TOLD = (Payment.State.ALLOCATED, Payment.State.UNALLOCATED)
LOOSE = Q(attempt=None, state__in=TOLD)
OTHER_AMOUNT = "a callback tells another amount than was asked for"
DISAGREE = "a callback says that it is paid, and the provider says that it is not"


@dataclass(frozen=True)
class Heard:
    """What a callback said: a hint. `state` is PAID or FAILED."""

    state: str
    money: Money | None = None
    number: str = ""
    provider_id: str = ""
    occurred_at: object = None


@dataclass(frozen=True)
class News:
    """What is to be applied to one attempt: the provider's answer, and what a callback had said, if one came."""

    attempt_id: int
    outcome: Outcome
    heard: Heard | None = None


def settle(news):
    """Apply a list of News. Returns {attempt id: what it came to (str)}; “review” where a person must look."""
    results = {}
    for start in range(0, len(news), BATCH):
        part = news[start : start + BATCH]
        try:
            results.update(_apply(part))
        except IntegrityError:
            # Somebody else wrote the same payment in the same moment. One by one, each sees what is there now.
            for one in part:
                try:
                    results.update(_apply([one]))
                except IntegrityError:
                    results.update(_apply([one]))
    return results


@transaction.atomic
def _apply(news):
    gift_ids = Attempt.objects.filter(pk__in=[one.attempt_id for one in news]).values_list("gift_id", flat=True)
    gifts = {gift.pk: gift for gift in Gift.objects.locked().filter(pk__in=set(gift_ids))}
    siblings = {}
    for attempt in Attempt.objects.filter(gift_id__in=gifts):
        attempt.gift = gifts[attempt.gift_id]
        siblings.setdefault(attempt.gift_id, []).append(attempt)
    attempts = {attempt.pk: attempt for group in siblings.values() for attempt in group}
    numbers = {(attempts[one.attempt_id].provider, _number(one)) for one in news if _number(one)}
    # Payments with these numbers, and those of no attempt that are of these gifts or have their references. Locked: one
    # of no gift yet may be allocated by a person in this moment.
    of_gifts = Q(gift__in=gifts) | Q(typed__in=[gift.reference for gift in gifts.values()])
    in_question = Q(number__in=[number for _provider, number in numbers]) | (of_gifts & LOOSE)
    known = {
        (payment.provider, payment.number): payment
        for payment in Payment.objects.filter(in_question).order_by("pk").select_for_update()
    }
    has_payment = set(
        Payment.objects.filter(attempt__in=[one.attempt_id for one in news]).values_list("attempt_id", flat=True)
    )
    work = _Work(known, has_payment)
    results = {}
    for one in news:
        attempt = attempts[one.attempt_id]
        results[one.attempt_id] = work.one(attempt, siblings[attempt.gift_id], one)
    work.write()
    return results


def _number(one):
    return one.outcome.number or (one.heard.number if one.heard else "")


class _Work:
    """Collects what is to be written."""

    def __init__(self, known, has_payment):
        self.known, self.has_payment, self.now = known, has_payment, timezone.now()
        self.entries, self.payments, self.changed_payments, self.paid = [], [], [], []
        self.attempts, self.gifts = {}, {}

    def one(self, attempt, siblings, news):
        """Decide about one attempt. Returns what it came to."""
        outcome, heard, gift = news.outcome, news.heard, attempt.gift
        self.attempts[attempt.pk], self.gifts[gift.pk] = attempt, gift
        if outcome.asked:
            attempt.asked_at, attempt.times_asked = self.now, attempt.times_asked + 1
        if heard and heard.state == PAID and heard.money != gift.money:
            return self.review(gift, OTHER_AMOUNT)
        provider_id = outcome.provider_id or (heard.provider_id if heard else "")
        if outcome.state == PAID:
            return self.is_paid(attempt, siblings, news, provider_id)
        if attempt.state == Attempt.State.PAID:
            if outcome.state == FAILED or (heard and heard.state == FAILED):
                return self.review(gift, "it is paid, and later news says that it failed")
            return "paid"
        if outcome.state == FAILED:
            if heard and heard.state == PAID:
                attempt.result_code = outcome.code
                return self.review(gift, DISAGREE)
            return self.is_failed(attempt, siblings, outcome)
        if outcome.state == PENDING:
            if attempt.state == Attempt.State.MADE and outcome.asked:
                attempt.state = Attempt.State.UNKNOWN  # it was not stored that the provider had answered
            return "open"
        if attempt.is_open and outcome.asked:
            attempt.state, attempt.result_code = Attempt.State.UNKNOWN, outcome.code
            self.move(gift, Gift.State.UNKNOWN)
        return "open"

    def move(self, gift, state):
        """Change a gift's state, unless it is paid or waits for a person."""
        if gift.state not in (Gift.State.PAID, Gift.State.NEEDS_REVIEW):
            gift.state = state

    def review(self, gift, why):
        """Mark a gift for a person. What is paid stays paid."""
        if gift.state != Gift.State.PAID:
            gift.state = Gift.State.NEEDS_REVIEW
        if why not in gift.review:
            gift.told_at = None  # staff are told of this too
            gift.review = f"{gift.review}\n{why}".strip()
        return "review"

    def is_failed(self, attempt, siblings, outcome):
        gift = attempt.gift
        attempt.state, attempt.result_code = Attempt.State.FAILED, outcome.code
        attempt.closed_at, attempt.phone = attempt.closed_at or self.now, EMPTY
        if outcome.code in OURS:
            logger.error("%s refuses gifts because of our configuration: %s.", attempt.provider, outcome.code)
        others = [other for other in siblings if other.pk != attempt.pk]
        if not any(other.is_open for other in others):
            self.move(gift, Gift.State.FAILED)
        return "failed"

    def is_paid(self, attempt, siblings, news, provider_id):
        gift, outcome, heard = attempt.gift, news.outcome, news.heard
        if outcome.money is None and OTHER_AMOUNT in gift.review:
            return "review"  # M-Pesa's query tells no amount: its list must show that
        if outcome.money is not None and outcome.money != gift.money:
            return self.review(gift, "the provider has another amount than was asked for")
        if outcome.livemode is not None and outcome.livemode != gift.livemode:
            return self.review(gift, "a test payment for a real gift, or the other way round")
        if attempt.provider_id and provider_id and attempt.provider_id != provider_id:
            return self.review(gift, "the provider's number is that of another attempt")
        number = _number(news)
        payment = self.known.get((attempt.provider, number)) if number else None
        if payment is not None and payment.attempt_id != attempt.pk and not self.may_take(payment, attempt):
            return self.review(gift, "its receipt number is another payment's")
        was_paid = attempt.state == Attempt.State.PAID
        occurred_at = outcome.occurred_at or (heard.occurred_at if heard else None) or self.now
        if provider_id and not attempt.provider_id:
            attempt.provider_id = provider_id
        explains = None if was_paid else self.told_already(attempt, number)
        if explains is not None:
            number, payment = explains.number, explains
        if explains is not None and explains.state == Payment.State.ALLOCATED:
            self.close(attempt, outcome)
        elif not was_paid:
            self.pay(attempt, siblings, outcome, occurred_at)
        if number and attempt.pk not in self.has_payment:
            self.has_payment.add(attempt.pk)
            self.number_is(attempt, number, payment, occurred_at)
        elif number and payment is None and attempt.provider == "mpesa":
            # Its number is known, so this is other money, perhaps: paid by hand before, and taken for the prompt's.
            self.keep(attempt, number, occurred_at, state=Payment.State.UNPROVEN)
        if explains is not None and explains.gift_id != gift.pk:
            return self.review(gift, "what it brought was allocated to another gift")
        return "paid"

    def may_take(self, payment, attempt):
        """Whether a payment that was heard of by itself (to the paybill, in the list) is this attempt's."""
        return (
            payment.attempt_id is None
            and payment.state != Payment.State.REFUSED
            and payment.gift_id in (None, attempt.gift_id)
            and payment.money == attempt.gift.money
        )

    def told_already(self, attempt, number):
        """The payment, told by the list or brought in by a person, that is what this attempt brought; or None.

        The provider may first say that an attempt failed, then show the payment in its list, and then say that the
        attempt was paid after all. That is one payment, whether it is the gift's already, waits for finance, or was
        given to another gift by them. If there were two, the list would show the other one too.
        """
        gift = attempt.gift
        for payment in self.known.values():
            of_gift = gift.pk == payment.gift_id or gift.reference == payment.typed
            same = of_gift and payment.provider == attempt.provider and payment.money == gift.money
            loose = payment.attempt_id is None and payment.state in TOLD and payment.livemode == gift.livemode
            if same and loose and number in ("", payment.number):
                return payment
        return None

    def close(self, attempt, outcome):
        attempt.state, attempt.result_code = Attempt.State.PAID, outcome.code
        attempt.closed_at, attempt.phone = self.now, EMPTY

    def pay(self, attempt, siblings, outcome, occurred_at):
        gift = attempt.gift
        self.close(attempt, outcome)
        reference = of_attempt(attempt)
        self.entries.append(entry(Entry.Kind.GIFT, gift, gift.amount, reference, attempt.provider, occurred_at))
        if outcome.fee:
            fee = entry(Entry.Kind.FEE, gift, -outcome.fee, f"{reference}/fee", attempt.provider, occurred_at)
            self.entries.append(fee)
        if gift.state == Gift.State.PAID:
            self.review(gift, "it was paid twice")
            return
        # The one contradiction that ends by itself.
        gift.review = "\n".join(line for line in gift.review.splitlines() if line != DISAGREE)
        gift.state, gift.paid_at = Gift.State.PAID, occurred_at
        self.paid.append(gift)

    def number_is(self, attempt, number, payment, occurred_at):
        """Keep the provider's number of what an attempt brought."""
        if payment is not None:
            payment.attempt = attempt
            if payment.state != Payment.State.ALLOCATED:  # else it stays with the gift that finance gave it to
                payment.gift, payment.state = attempt.gift, Payment.State.ALLOCATED
            self.changed_payments.append(payment)
            return
        self.keep(attempt, number, occurred_at, state=Payment.State.ALLOCATED, proof="asked", attempt=attempt)

    def keep(self, asked, number, occurred_at, **fields):
        """Make a payment of what an attempt (`asked`) asked for."""
        payment = Payment(
            provider=asked.provider,
            number=number,
            currency=asked.gift.currency,
            amount=asked.gift.amount,
            occurred_at=occurred_at,
            livemode=asked.gift.livemode,
            gift=asked.gift,
            **fields,
        )
        self.known[asked.provider, number] = payment
        self.payments.append(payment)

    def write(self):
        """Write it all, with a query for each kind of thing."""
        Attempt.objects.bulk_update(
            self.attempts.values(),
            ["state", "result_code", "closed_at", "phone", "asked_at", "times_asked", "provider_id"],
        )
        Gift.objects.bulk_update(self.gifts.values(), ["state", "review", "paid_at", "told_at"])
        Payment.objects.bulk_create(self.payments)
        Payment.objects.bulk_update(self.changed_payments, ["attempt", "gift", "state"])
        Entry.objects.bulk_create(self.entries)
        for gift in self.paid:
            gift_paid.send(Gift, gift=gift)
