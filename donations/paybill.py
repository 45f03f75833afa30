"""Payments that M-Pesa numbers: by hand to the paybill, and the second news of a prompt.

A confirmation is not signed. What it tells is `unproven`, in no total and without a receipt, until Safaricom's list or
its answer about that number shows the payment. Names and telephone numbers in it are not read.
"""

import logging
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record

from . import inbox
from .ledger import entry
from .methods import Method
from .models import Attempt, Entry, Event, Gift, Payment
from .providers import PROVIDERS
from .providers.base import PAID, Outcome
from .references import read_reference
from .settling import Heard, News, settle
from .signals import gift_paid

logger = logging.getLogger(__name__)
State = Payment.State


def gift_of(typed):
    """The M-Pesa Gift whose reference somebody typed, or None."""
    reference = read_reference(typed)
    return Gift.objects.filter(reference=reference).first() if reference else None


def heard(event, news):
    """Apply a confirmation (PaybillNews). Returns the event's state."""
    gift = gift_of(news.typed)
    known = Payment.objects.filter(provider="mpesa", number=news.number).first()
    attempt = None
    if known is None and gift is not None:
        attempt = _attempt_for(gift, news, Attempt.State.values)
        if attempt is not None and attempt.state != Attempt.State.PAID:
            # Perhaps a prompt's, told before its own callback. The query knows.
            outcome = PROVIDERS["mpesa"].ask_about(attempt.provider_id)
            if attempt.provider_id and not outcome.asked:
                raise inbox.NotNow
            if outcome.state == PAID:
                told = Heard(PAID, news.money, news.number, attempt.provider_id, news.occurred_at)
                return inbox.settle_once(event, attempt, News(attempt.pk, outcome, told))
            attempt = None
    with transaction.atomic():
        if gift is not None:
            gift = Gift.objects.locked().get(pk=gift.pk)
        if Event.objects.get(pk=event.pk).state != Event.State.STORED:
            return Event.State.APPLIED
        known = Payment.objects.filter(provider="mpesa", number=news.number).first()
        if known is not None:
            if known.money != news.money:
                return inbox.end(event, Event.State.CONTRADICTING, gift=known.gift, error="another amount than known")
            return inbox.end(event, Event.State.APPLIED, gift=known.gift)
        if attempt is not None and not Payment.objects.filter(attempt=attempt).exists():
            told = Heard(PAID, news.money, news.number, attempt.provider_id, news.occurred_at)
            settle([News(attempt.pk, Outcome(PAID, "0", asked=False), told)])
        else:
            _keep(news, gift)
        return inbox.end(event, Event.State.APPLIED, gift=gift)


def _attempt_for(gift, news, states):
    """The prompt of a gift that this payment may be: the same amount, and no number yet; or None. Paid ones first."""
    if news.money != gift.money or gift.livemode != settings.GIVING_LIVE:
        return None
    prompts = gift.attempts.filter(provider="mpesa", payment=None, state__in=states)
    return min(reversed(prompts), key=lambda attempt: attempt.state != Attempt.State.PAID, default=None)


def _keep(news, gift):
    return Payment.objects.create(
        provider="mpesa",
        number=news.number,
        currency=news.money.currency,
        amount=news.money.amount,
        occurred_at=news.occurred_at,
        typed=news.typed,
        state=State.UNPROVEN,
        gift=gift,
        livemode=settings.GIVING_LIVE,
    )


def prove(payment_id, money, proof):
    """Safaricom has shown a payment. Returns what it came to: the Payment's new state.

    `proof`: its “list”, its answer about the “status”, or its “portal”, in which a person has looked. The first two are
    believed also of a payment that a person has refused as never seen.

    It goes to the gift whose reference was typed if that waits for just this amount; else finance allocates it.
    """
    with transaction.atomic():
        gift_id = Payment.objects.values_list("gift_id", flat=True).get(pk=payment_id)
        gift = Gift.objects.locked().get(pk=gift_id) if gift_id else None
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        if payment.state != State.UNPROVEN and not (payment.state == State.REFUSED and proof != "portal"):
            return payment.state
        payment.proof = proof
        if payment.money != money:
            payment.note = "the confirmation told another amount than the provider"
            payment.amount, payment.state = money.amount, State.UNALLOCATED
        elif gift is not None and _is_prompts(payment, gift):
            payment.refresh_from_db()
            payment.proof = proof
        elif gift is not None and _waits_for(gift, money):
            _bring_in(payment, gift)
        else:
            payment.state = State.UNALLOCATED
        payment.save()
        return payment.state


def _is_prompts(payment, gift):
    """Settle a prompt of the gift, paid or in doubt, with a payment that is proven. Returns whether there was one."""
    attempt = _attempt_for(gift, payment, [Attempt.State.PAID, *Attempt.OPEN])
    if attempt is None:
        return False
    told = Heard(PAID, payment.money, payment.number, occurred_at=payment.occurred_at)
    outcome = Outcome(PAID, "0", payment.money, occurred_at=payment.occurred_at)
    return settle([News(attempt.pk, outcome, told)])[attempt.pk] == "paid"


def _waits_for(gift, money):
    return (
        gift.money == money
        and gift.livemode == settings.GIVING_LIVE
        and gift.state in (Gift.State.AWAITED, Gift.State.OPEN, Gift.State.UNKNOWN, Gift.State.FAILED)
        and not gift.attempts.filter(state__in=Attempt.OPEN).exclude(provider="manual").exists()
        and not gift.entries.exists()
    )


def _bring_in(payment, gift, by=None, reason=""):
    """Enter a payment in the ledger as a gift's. The gift's row is locked."""
    payment.gift, payment.state = gift, State.ALLOCATED
    if payment.provider == "mpesa" and gift.state != Gift.State.PAID:
        # Meant by bank or card, and paid from a phone: the totals by method are compared with M-Pesa's statement.
        gift.method = Method.MPESA
        gift.save(update_fields=["method"])
    entry(
        Entry.Kind.GIFT,
        gift,
        payment.amount,
        f"{payment.provider}/{payment.number}",
        payment.provider,
        payment.occurred_at,
        reason,
        by,
    ).save()
    if gift.state != Gift.State.PAID:
        gift.state, gift.paid_at = Gift.State.PAID, payment.occurred_at
        gift.save(update_fields=["state", "paid_at"])
        gift.attempts.filter(provider="manual", state__in=Attempt.OPEN).update(
            state=Attempt.State.PAID, closed_at=timezone.now()
        )
        gift_paid.send(Gift, gift=gift)


def listed(rows):
    """Compare rows of Safaricom's list (list of Listed) with what we know. Returns lines (list of str) that differ.

    Every row is proof. Unknown ones become payments: of their gift where one waits for them, else `unallocated`.
    """
    lines = []
    known = {
        payment.number: payment
        for payment in Payment.objects.filter(provider="mpesa", number__in=[row.number for row in rows]).select_related(
            "gift"
        )
    }
    references = {row.number: read_reference(row.typed) for row in rows}
    gifts = {gift.reference: gift for gift in Gift.objects.filter(reference__in=filter(None, set(references.values())))}
    for row in rows:
        payment = known.get(row.number)
        if payment is None:
            try:
                lines.append(_new(row, gifts.get(references[row.number])))
            except IntegrityError:
                continue  # a callback has told of it in this moment
        elif payment.state in (State.UNPROVEN, State.REFUSED):
            gift = gifts.get(references[row.number])
            if row.typed and gift != payment.gift:
                # What was typed is also the list's to say: a forged confirmation could bring it to another gift.
                Payment.objects.filter(pk=payment.pk, state=payment.state).update(typed=row.typed, gift=gift)
            prove(payment.pk, row.money, "list")
        elif payment.proof != "list" and payment.money == row.money:
            Payment.objects.filter(pk=payment.pk, proof="asked").update(proof="list")
        elif payment.money != row.money:
            lines.append(f"{row.number}: {payment.money} here, {row.money} in the list")
    return lines


def _new(row, gift):
    """A payment of the list of which nobody had told us. Returns a line about it."""
    with transaction.atomic():
        if gift is not None:
            Gift.objects.locked().get(pk=gift.pk)  # the payment's own callback may be settling it in this moment
        payment = _keep(row, gift)
        state = prove(payment.pk, row.money, "list")
    return f"{row.number}: {row.money}, {state}" + (f", gift {gift.reference}" if gift else "")


def ask_about(payment):
    """Ask Safaricom about an unproven payment; the answer comes to its own address. Returns whether it was taken."""
    token = secrets.token_hex(32)
    Payment.objects.filter(pk=payment.pk).update(status_token=token, asked_at=timezone.now())
    return PROVIDERS["mpesa"].ask_status(payment.number, token)


def status_told(event, news):
    """Apply the answer (StatusNews). Its address is unguessable and good for one payment."""
    payment = Payment.objects.filter(status_token=event.path_token).first() if event.path_token else None
    if payment is None:
        return inbox.end(event, Event.State.UNMATCHED, error="no payment has this address")
    if news.code != "0":  # not found, or not allowed to ask: it stays unproven
        return inbox.end(event, Event.State.APPLIED, gift=payment.gift, error=f"result {news.code}")
    if news.number != payment.number:
        return inbox.end(event, Event.State.CONTRADICTING, gift=payment.gift, error="about another payment")
    if news.is_completed:
        prove(payment.pk, news.money, "status")
    else:
        with transaction.atomic():
            Payment.objects.filter(pk=payment.pk, state=State.UNPROVEN).update(note="not completed at the provider")
    return inbox.end(event, Event.State.APPLIED, gift=payment.gift)


# ---------------------------------------------------------------------------------------------------------------------
# What finance does


class Refused(ValueError):
    """It may not be done. Its text is for the person who tried."""


def seen_in_portal(payment, by):
    """The approver has seen an unproven payment in Safaricom's portal, where neither list nor status can be asked.

    Two have told of it then: the confirmation, and a person who looked. Returns the Payment. Raises Refused.
    """
    with transaction.atomic():
        # `prove` locks the gift first and then the payment, as all do; who came before it is seen by the proof.
        prove(payment.pk, payment.money, "portal")
        if not Payment.objects.filter(pk=payment.pk, proof="portal", confirmed_by=None).update(confirmed_by=by):
            raise Refused(_("This has been decided already."))
        record("payment.seen", by, payment, number=payment.number)
    return Payment.objects.get(pk=payment.pk)


def never_seen(payment, by, reason):
    """The approver has looked, and Safaricom knows no such payment. Returns the Payment. Raises Refused."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if payment.state != State.UNPROVEN:
            raise Refused(_("This has been decided already."))
        payment.confirmed_by, payment.state, payment.note = by, State.REFUSED, reason[:200]
        payment.save()
        record("payment.refused", by, payment)
    return payment


def allocate(payment, gift, by):
    """Give an unallocated, proven payment to a gift. Returns the Gift. Raises Refused."""
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=gift.pk)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if payment.state != State.UNALLOCATED:
            raise Refused(_("Only a payment that was seen at the provider and has no gift yet can be allocated."))
        if payment.currency != gift.currency or payment.livemode != gift.livemode:
            raise Refused(_("The gift is in another currency, or a test."))
        if gift.attempts.filter(state__in=Attempt.OPEN).exclude(provider="manual").exists():
            raise Refused(_("The provider has not yet said how this gift stands. Try again in a few minutes."))
        was_paid = gift.state == Gift.State.PAID
        _bring_in(payment, gift, by=by, reason="allocated")
        payment.save()
        if not was_paid:
            # In doubt was whether it came. What marks a paid gift (a dispute, say) is not answered by more money.
            Gift.objects.filter(pk=gift.pk).update(review="")
        record("payment.allocated", by, payment, gift=gift.reference)
    return gift


def gift_for(payment, fund, by):
    """Make an anonymous gift of an unallocated payment of which no gift is known. Returns the Gift. Raises Refused."""
    with transaction.atomic():
        gift = Gift.objects.create(
            form_token=f"payment-{payment.pk}-{secrets.token_hex(8)}",
            fund=fund,
            currency=payment.currency,
            amount=payment.amount,
            method="mpesa" if payment.provider == "mpesa" else "bank",
            state=Gift.State.AWAITED,
            livemode=payment.livemode,
            anonymous=True,
        )
        record("gift.made", by, gift, payment=payment.number)
        return allocate(payment, gift, by)
