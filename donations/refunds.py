"""Money that goes back: asked by finance, approved by another, done once, and never more than is left.

The database refuses by itself to hold more refunds than is left of a gift (donations/guards.py). A card's refund is
done by Paystack; M-Pesa's, the bank's and cash by staff, in the provider's portal or by hand: they enter its number.
"""

import datetime
import logging
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record

from . import inbox
from .ledger import entry, left_of, refundable
from .models import Attempt, Entry, Event, Gift, Refund
from .paybill import Refused
from .providers import PROVIDERS
from .providers.base import FAILED, PAID, PENDING, RefundNews
from .settling import News, settle
from .signals import gift_returned

logger = logging.getLogger(__name__)
State = Refund.State
# How a dispute ends: accepted by us, or by itself when nobody has answered within some hours; or the money stays.
LOST, WON = ("merchant-accepted", "auto-accepted"), "declined"


def ask(gift, amount, reason, by, attempt=None):
    """Ask for a refund of `amount` minor units. Returns the Refund. Raises Refused."""
    if len(reason.strip()) < 5:
        raise Refused(_("Please give the reason."))
    if amount < 1:
        raise Refused(_("The amount must be more than nothing."))
    try:
        with transaction.atomic():
            gift = Gift.objects.locked().get(pk=gift.pk)
            if amount > refundable(gift):
                raise Refused(_("This is more than is left of the gift."))
            refund = Refund.objects.create(
                gift=gift,
                attempt=attempt or _brought_by(gift, amount),
                currency=gift.currency,
                amount=amount,
                reason=reason.strip()[:200],
                asked_by=by,
            )
            record("refund.asked", by, refund, gift=gift.reference, money=str(refund.money))
    except IntegrityError:
        raise Refused(_("This is more than is left of the gift.")) from None
    return refund


def _brought_by(gift, amount):
    """The paid attempt of which so much is left, the last one first; None: what is left came without one, by hand.

    Of a gift that was paid twice each payment goes back by itself: a provider gives back no more than it took.
    """
    paid, by_hand = gift.attempts.filter(state=Attempt.State.PAID).order_by("-pk"), refundable(gift)
    for attempt in paid:
        back = attempt.refunds.filter(state__in=[*Refund.OPEN, State.DONE]).aggregate(all=Sum("amount"))["all"] or 0
        if back + amount <= gift.amount:
            return attempt
        by_hand -= gift.amount - back
    return None if amount <= by_hand else paid[0]


def approve(refund, by):
    """Approve what somebody else asked for, and have it done. Returns the Refund. Raises Refused.

    The approval is committed before the provider is asked; pressing twice does it once.
    """
    with transaction.atomic():
        refund = _locked(refund)
        if refund.state != State.ASKED:
            raise Refused(_("This has been decided already."))
        if refund.asked_by_id == by.pk:
            raise Refused(_("You asked for this, so somebody else must approve it."))
        refund.state, refund.approved_by, refund.approved_at = State.APPROVED, by, timezone.now()
        refund.save()
        record("refund.approved", by, refund, gift=refund.gift.reference, money=str(refund.money))
    return carry_out(refund)


def refuse(refund, by, reason=""):
    """Do not approve it. Returns the Refund. Raises Refused."""
    with transaction.atomic():
        refund = _locked(refund)
        if refund.state != State.ASKED:
            raise Refused(_("This has been decided already."))
        if refund.asked_by_id == by.pk:
            raise Refused(_("You asked for this, so somebody else must decide about it."))
        refund.state, refund.approved_by, refund.ended_at, refund.result = (
            State.REFUSED,
            by,
            timezone.now(),
            reason[:200],
        )
        refund.save()
        record("refund.refused", by, refund, gift=refund.gift.reference)
    return refund


def carry_out(refund):
    """Ask the provider for an approved refund. Returns the Refund.

    It is marked as in doubt first: a process that dies here leaves a refund that is looked for at the provider, and is
    asked for again only when the provider surely knows of none.
    """
    if not _move(refund, State.APPROVED, State.UNKNOWN, sent_at=timezone.now()):
        return Refund.objects.get(pk=refund.pk)
    attempt = refund.attempt
    provider = PROVIDERS[attempt.provider if attempt else "manual"]
    return apply_news(refund, provider.refund(refund, attempt))


def follow_up(refund):
    """Ask the provider how a refund stands that is not ended. Returns the Refund."""
    if refund.state == State.APPROVED:
        return carry_out(refund)
    attempt = refund.attempt
    if attempt is None or attempt.provider != "paystack":
        return refund
    news = PROVIDERS["paystack"].ask_refund(refund, attempt)
    if news.code == "not_begun":
        since = timezone.now() - (refund.sent_at or refund.approved_at or refund.asked_at)
        if since.total_seconds() < 10 * 60:
            return refund  # its list may be late
        # Another process may have seen the same, and asked for it since: then what we have seen is out of date.
        if _move(refund, State.UNKNOWN, State.APPROVED, {"provider_id": None, "sent_at": refund.sent_at}):
            return carry_out(Refund.objects.get(pk=refund.pk))
        return _fresh(refund)
    return apply_news(refund, news)


def is_by_hand(refund):
    """Whether staff send the money back, and no provider does."""
    return not (refund.attempt and refund.attempt.provider == "paystack")


def done_by_hand(refund, number, by):
    """Staff have sent the money back by hand; `number` is the provider's or the bank's. Returns the Refund."""
    number = " ".join(number.split())[:100]
    if not number:
        raise Refused(_("Type the number of the reversal or transfer."))
    refund = _fresh(refund)
    if refund.state != State.PENDING or not is_by_hand(refund):
        raise Refused(_("Only an approved refund that is done by hand can be closed so."))
    if Refund.objects.filter(provider_id=number).exclude(pk=refund.pk).exists():
        raise Refused(_("Another refund has this number already."))
    record("refund.done", by, refund, gift=refund.gift.reference, number=number)
    return apply_news(refund, RefundNews(PAID, provider_id=number))


def failed_by_hand(refund, by, reason):
    """Staff could not send the money back: the gift is whole again. Returns the Refund. Raises Refused."""
    refund = _fresh(refund)
    if refund.state != State.PENDING or not is_by_hand(refund):
        raise Refused(_("Only an approved refund that is done by hand can be closed so."))
    record("refund.failed", by, refund, gift=refund.gift.reference, reason=reason.strip()[:200])
    return apply_news(refund, RefundNews(FAILED, code=reason.strip()[:200]))


def apply_news(refund, news):
    """Apply what the provider says of a refund: exactly once, whatever comes in whatever order. Returns the Refund."""
    with transaction.atomic():
        refund = _locked(refund)
        if news.provider_id and not refund.provider_id:
            refund.provider_id = news.provider_id
        refund.result = news.code[:200] or refund.result
        if refund.state == State.DONE:
            refund.save()
            if news.state == FAILED:
                _review(refund.gift, "a refund that is in the ledger is said to have failed")
            return refund
        if news.state == PAID:
            refund.state, refund.ended_at = State.DONE, timezone.now()
            refund.save()  # first, so that its part is no longer held
            _enter(refund, news)
            return refund
        if news.state == FAILED:
            refund.state, refund.ended_at = State.FAILED, timezone.now()
        elif left_of(refund.gift) < refund.amount:
            return _fresh(refund)  # the database holds no more than is left; how it ends is applied all the same
        elif news.state == PENDING:
            refund.state = State.PENDING
        refund.save()
        return refund


def _enter(refund, news):
    """Enter what went back. Of what a provider has done already never more than is left; a person sees the rest."""
    provider = refund.attempt.provider if refund.attempt else "manual"
    reference, amount = f"refund/{refund.key.hex}", refund.amount
    if not is_by_hand(refund):
        amount = min(amount, left_of(refund.gift))
    if amount < refund.amount:
        _review(refund.gift, "a refund gave back more than was left: a dispute or a correction took it meanwhile")
    if amount == 0:
        return
    entry(
        Entry.Kind.REFUND,
        refund.gift,
        -amount,
        reference,
        provider,
        news.occurred_at,
        refund.reason,
        refund.approved_by,
    ).save()
    gift_returned.send(Gift, gift=refund.gift, left=left_of(refund.gift))


def _move(refund, old, new, still=None, **more):
    """Change a refund's state (and `more` fields) if it is `old` and its fields are `still` so. Returns whether so.

    What is no longer left (a dispute or a correction took it meanwhile) and was not begun never will be: it has failed.
    """
    with transaction.atomic():
        # The gift first: the database's guard locks it too, when the refund's own row is already held.
        gift = Gift.objects.locked().get(pk=refund.gift_id)
        mine, is_left = Refund.objects.filter(pk=refund.pk, state=old, **(still or {})), refund.amount <= left_of(gift)
        if not is_left:
            mine.update(state=State.FAILED, ended_at=timezone.now(), result="no longer left")
        return is_left and bool(mine.update(state=new, **more))


def _fresh(refund):
    return Refund.objects.select_related("gift", "attempt").get(pk=refund.pk)


def _locked(refund):
    """The refund anew, with its gift's row locked."""
    Gift.objects.locked().get(pk=refund.gift_id)
    return _fresh(refund)


def _review(gift, why):
    """Mark a gift for a person, beside whatever else it has been marked with meanwhile."""
    with transaction.atomic():
        said = Gift.objects.locked().values_list("review", flat=True).get(pk=gift.pk)
        if why not in said:
            Gift.objects.filter(pk=gift.pk).update(review=f"{said}\n{why}".strip(), told_at=None)


# ---------------------------------------------------------------------------------------------------------------------
# What Paystack tells: refunds (those made in its own panel too) and disputes


def seen(news):
    """Take in a refund as Paystack shows it (RefundNews). Returns the Refund, or None if it is of no gift of ours, or
    pays a dispute, which has an entry of its own.

    Raises Refused if more would go back than is left.
    """
    attempt = inbox.paystack_attempt(news.attempt_id)
    if attempt is None:
        attempt = (
            Attempt.objects.select_related("gift")
            .filter(provider="paystack", payment__number=news.payment_number or "-")
            .first()
        )
    if attempt is None:
        return None
    if news.dispute:
        if news.state == PAID:
            with transaction.atomic():
                _lost(Gift.objects.locked().get(pk=attempt.gift_id), news.dispute, news.money.amount)
        return None
    known = Refund.objects.filter(provider_id=news.provider_id).first()
    if known is None:
        known = Refund.objects.filter(attempt=attempt, provider_id=None, key=_key(news.note)).first()
    if known is None:
        if news.state == FAILED:
            return None
        try:
            with transaction.atomic():
                gift = Gift.objects.locked().get(pk=attempt.gift_id)
                if news.money.amount > refundable(gift):  # it has gone: what was only asked for can't hold it back
                    gift.refunds.filter(state=State.ASKED).update(
                        state=State.FAILED, ended_at=timezone.now(), result="no longer left"
                    )
                known = Refund.objects.create(
                    gift=gift,
                    attempt=attempt,
                    currency=news.money.currency,
                    amount=news.money.amount,
                    reason="made in the provider's own panel",
                    state=State.PENDING,
                    provider_id=news.provider_id,
                    in_panel=True,
                )
        except IntegrityError:
            known = Refund.objects.filter(provider_id=news.provider_id).first()
            if known is None:
                raise Refused("more would go back than is left") from None
    return apply_news(known, news)


def _key(note):
    try:
        return uuid.UUID(note)
    except ValueError:
        return uuid.UUID(int=0)


def _gift_first(attempt):
    """What goes back may be told of before what came: then the gift is asked about first. Raises NotNow."""
    if attempt.is_open:
        outcome = PROVIDERS["paystack"].ask(attempt)
        if not outcome.asked:
            raise inbox.NotNow
        settle([News(attempt.pk, outcome)])


def heard(event, news):
    """Apply a webhook about a refund: Paystack's own word is asked for. Returns the event's state."""
    attempt = inbox.paystack_attempt(news.reference)
    if attempt is None:
        return inbox.end(event, Event.State.IGNORED, error="no gift of ours")
    _gift_first(attempt)
    known = PROVIDERS["paystack"].refunds(attempt.created_at - datetime.timedelta(days=1), timezone.now())
    if known is None:
        raise inbox.NotNow
    try:
        for one in known:
            if one.attempt_id == news.reference:
                seen(one)
    except Refused as error:
        _review(attempt.gift, "a refund in the provider's panel is more than is left")
        return inbox.end(event, Event.State.CONTRADICTING, attempt, error=str(error))
    return inbox.end(event, Event.State.APPLIED, attempt)


def dispute_heard(event, news):
    """A donor's bank disputes a card payment. It is looked at by a person; if it is lost, the ledger follows."""
    dispute = PROVIDERS["paystack"].dispute(news.number)
    if dispute is None:
        raise inbox.NotNow
    transaction_ = dispute.get("transaction") if isinstance(dispute.get("transaction"), dict) else {}
    attempt = inbox.paystack_attempt(str(transaction_.get("reference") or news.reference))
    if attempt is None:
        return inbox.end(event, Event.State.IGNORED, error="no gift of ours")
    _gift_first(attempt)
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=attempt.gift_id)
        if Event.objects.get(pk=event.pk).state != Event.State.STORED:
            return Event.State.APPLIED
        is_over, resolution = dispute.get("status") == "resolved", dispute.get("resolution")
        amount = int(dispute.get("refund_amount") or 0)
        if not is_over:
            _review(gift, "the donor's bank disputes it: answer in the provider's panel")
        elif resolution in LOST and amount:
            _lost(gift, news.number, amount)
        elif resolution in LOST:
            _review(gift, "the donor's bank has won a dispute, and the provider does not say how much went")
        elif resolution != WON:
            _review(gift, "a dispute is over, and the provider does not say who has won: look into its panel")
        return inbox.end(event, Event.State.APPLIED, attempt)


def _lost(gift, number, amount):
    """Enter what a lost dispute took (minor units), once, and never more than is left. The gift's row is locked.

    Told twice: by the dispute itself, and by the refund with which Paystack pays it.
    """
    reference, amount = f"dispute/{number}", min(amount, left_of(gift))
    if amount > 0 and not Entry.objects.filter(reference=reference).exists():
        entry(Entry.Kind.DISPUTE, gift, -amount, reference, "paystack").save()
        gift_returned.send(Gift, gift=gift, left=left_of(gift))
