"""No two ever wait for each other (a deadlock): whoever changes anything of a gift locks the gift first."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from donations import inbox, ledger, paybill, refunds
from donations.models import Attempt, Event, Gift, Payment, Refund
from donations.providers.base import PAID, Listed, Outcome
from donations.settling import Heard, News, settle


class Meanwhile(threading.Thread):
    """Something that another process does while this one holds a gift's lock. `ended()` gives its result."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.result = work, None
        self.start()
        self.join(0.5)  # seconds in which it comes as far as it can

    def run(self):
        try:
            self.result = self.work()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def ended(self):
        self.join(30)
        assert not self.is_alive()
        return self.result


@pytest.fixture
def gift(house):
    """A gift by M-Pesa of which its provider has not told yet."""
    house.mpesa.order("next", [{"callbacks": []}])
    return house.give()


def test_the_list_shows_a_payment_that_is_being_settled(gift):
    row = Listed("SKE52PAWR9", gift.money, timezone.now(), gift.reference)
    with transaction.atomic():
        Gift.objects.locked().get(pk=gift.pk)
        listing = Meanwhile(lambda: paybill.listed([row]))
        Payment.objects.create(
            provider="mpesa", number=row.number, currency="KES", amount=gift.amount, occurred_at=row.occurred_at,
            state=Payment.State.ALLOCATED, gift=gift, attempt=gift.attempts.get(), livemode=gift.livemode,
        )  # fmt: skip
    assert listing.ended() == []
    assert Payment.objects.get().state == Payment.State.ALLOCATED


@pytest.fixture
def refund(gift):
    """An approved refund of a part of the gift, which was paid by card."""
    attempt = gift.attempts.get()
    Gift.objects.filter(pk=gift.pk).update(state=Gift.State.PAID)
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.PAID, provider="paystack")
    ledger.entry("gift", gift, gift.amount, "a gift", "paystack").save()
    return Refund.objects.create(
        gift=gift, attempt=attempt, currency="KES", amount=100, reason="a wrong amount", state=Refund.State.APPROVED,
        approved_at=timezone.now(),
    )  # fmt: skip


def test_paystack_tells_of_a_refund_while_it_is_carried_out(gift, refund):
    with transaction.atomic():
        Gift.objects.locked().get(pk=gift.pk)
        carrying = Meanwhile(lambda: refunds._move(refund, Refund.State.APPROVED, Refund.State.UNKNOWN))
        Refund.objects.filter(pk=refund.pk).update(result="seen")
    assert carrying.ended() is True
    refund.refresh_from_db()
    assert (refund.state, refund.result) == (Refund.State.UNKNOWN, "seen")


def test_an_event_is_closed_while_its_gift_is_settled(gift):
    event = inbox.keep("mpesa", inbox.PROMPT, b"{}")
    with transaction.atomic():
        locked = Gift.objects.locked().get(pk=gift.pk)
        closing = Meanwhile(lambda: inbox.end(event, Event.State.CONTRADICTING, gift.attempts.get()))
        inbox.end(event, Event.State.APPLIED, gift.attempts.get(), locked)
    assert not isinstance(closing.ended(), Exception)
    assert Event.objects.get().state in (Event.State.APPLIED, Event.State.CONTRADICTING)


def test_a_payment_is_allocated_while_a_prompts_news_brings_its_number(house, gift, people):
    """It is of one gift: what a person gives to another one is not taken away by the prompt whose number it was."""
    other = house.give(phone="0712 345 679", method="bank")
    payment = Payment.objects.create(
        provider="mpesa", number="SKE52PAWR9", currency="KES", amount=gift.amount, occurred_at=timezone.now(),
        state=Payment.State.UNALLOCATED, livemode=gift.livemode,
    )  # fmt: skip
    attempt = gift.attempts.get()
    news = News(attempt.pk, Outcome(PAID, "0"), Heard(PAID, gift.money, payment.number))
    with transaction.atomic():
        paybill.allocate(payment, other, people[0])
        settling = Meanwhile(lambda: settle([news]))
    assert settling.ended() == {attempt.pk: "review"}
    assert ledger.left_of(other) == gift.amount and ledger.left_of(gift) == 0


def test_finance_is_told_of_a_refund_while_it_is_carried_out(gift, refund):
    with transaction.atomic():
        Gift.objects.locked().get(pk=gift.pk)
        telling = Meanwhile(lambda: Refund.objects.filter(pk=refund.pk).update(told_at=timezone.now()))
        Refund.objects.filter(pk=refund.pk).update(state=Refund.State.UNKNOWN)
    assert telling.ended() == 1
