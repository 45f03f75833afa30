"""Money by bank, in cash or by cheque: one person enters it, another confirms it; then it is in the ledger."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Replace, Upper
from django.utils.translation import gettext as _

from core.audit import record

from .models import Gift, Payment
from .paybill import Refused, _bring_in

State = Payment.State


def enter(gift, money, number, occurred_at, by, note=""):
    """Enter money that came for a gift: `number` is the bank's, or the receipt book's. Returns the Payment.

    Raises Refused; the same number is entered once, and not when M-Pesa has told of it.
    """
    number = " ".join(number.split())[:60]
    if not number:
        raise Refused(_("Type the number of the bank’s statement, the cheque or the receipt book."))
    if money.currency != gift.currency:
        raise Refused(_("The gift is in another currency."))
    if gift.state == Gift.State.PAID:
        raise Refused(_("This gift is paid already."))
    if settings.GIVING_LIVE and not gift.livemode:
        # Its entry would be a test's too, and the money in no total.
        raise Refused(_("This gift is a test. Money that really came is entered as a new gift that came by hand."))
    if _is_known(number):
        raise Refused(_("Money with this number has been entered already."))
    try:
        with transaction.atomic():
            _set_free(number)
            payment = Payment.objects.create(
                provider="manual",
                number=number,
                currency=money.currency,
                amount=money.amount,
                occurred_at=occurred_at,
                state=State.ENTERED,
                gift=gift,
                livemode=gift.livemode,
                entered_by=by,
                note=note[:200],
            )
            record("payment.entered", by, payment, gift=gift.reference, money=str(money))
    except IntegrityError:
        raise Refused(_("Money with this number has been entered already.")) from None
    return payment


def _is_known(number):
    """Whether money has this number already, however its letters and spaces are typed."""
    told = Payment.objects.filter(provider__in=["manual", "mpesa"]).exclude(provider="manual", state=State.REFUSED)
    plain = told.annotate(plain=Upper(Replace("number", Value(" "), Value(""))))
    return plain.filter(plain=number.replace(" ", "").upper()).exists()


def _set_free(number):
    """What was entered wrongly, and refused, is entered again with the same number: the refused one yields it."""
    for refused in Payment.objects.select_for_update().filter(provider="manual", number=number, state=State.REFUSED):
        refused.number = f"{number[:40]} #{refused.pk}"
        refused.save(update_fields=["number"])


def confirm(payment, by):
    """Confirm what somebody else entered: it goes into the ledger. Returns the Payment. Raises Refused."""
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=payment.gift_id)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        _check(payment, by)
        payment.confirmed_by, payment.proof = by, "confirmed"
        _bring_in(payment, gift, by=by)
        payment.save()
        record("payment.confirmed", by, payment, gift=gift.reference)
    return payment


def refuse(payment, by, reason):
    """Say that what somebody else entered is wrong. Returns the Payment. Raises Refused."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        _check(payment, by)
        payment.confirmed_by, payment.state, payment.note = by, State.REFUSED, reason[:200]
        payment.save()
        record("payment.refused", by, payment)
    return payment


def _check(payment, by):
    if payment.state != State.ENTERED:
        raise Refused(_("This has been decided already."))
    if payment.entered_by_id == by.pk:
        raise Refused(_("You entered this, so somebody else must confirm it."))
