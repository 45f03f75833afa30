"""The inbox: what the providers tell us is stored as it came, answered, and applied later, exactly once.

`keep()` does one insert and nothing else. `apply_waiting()` is called by whoever looks at a gift, and by `run_due`
every minute. An event is applied in one transaction, with the gift's row locked and the event's state read again under
that lock. Whatever cannot be applied is kept with the reason, and staff are told.
"""

import logging

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import record

from . import paybill, refunds
from .models import Attempt, Event
from .providers import PROVIDERS, daraja, paystack
from .providers.base import FAILED, PAID, PENDING, UNKNOWN, Malformed, Outcome
from .providers.http import read_json
from .references import LENGTH as REFERENCE_LENGTH
from .sealed import Unreadable, fingerprint, seal
from .settling import Heard, News, settle

logger = logging.getLogger(__name__)
LARGEST = 64_000  # bytes of a body; the largest of theirs has four thousand
PROMPT, PAYBILL, STATUS, WEBHOOK = "prompt", "paybill", "status", "webhook"
MOST_AT_ONCE = 500  # events in one run
GIVE_UP_ASKING = 3  # unanswered questions to a provider, after which the rest of this run waits for the next
State = Event.State
NEEDS_A_PERSON = (State.UNMATCHED, State.MALFORMED, State.CONTRADICTING)


class NotNow(Exception):
    """The provider could not be asked, or a key is missing: the event waits for the next time."""


def keep(provider, kind, body, headers=None, path_token=""):
    """Store what came (bytes), before anything else is done with it. Returns the Event.

    The very same body at the same address is a duplicate; it is kept too, and never applied.
    """
    digest = fingerprint("event", b"\0".join([provider.encode(), kind.encode(), path_token.encode(), body]))
    fields = {
        "provider": provider,
        "kind": kind,
        "headers": headers or {},
        "path_token": path_token,
    }
    try:
        with transaction.atomic():
            return Event.objects.create(body=seal(body), digest=digest, **fields)
    except IntegrityError:
        first = Event.objects.get(digest=digest)
        # The body is the first one's: twenty thousand repetitions fill no disk.
        return Event.objects.create(duplicate_of=first, state=State.DUPLICATE, attempt=first.attempt, **fields)


def apply_waiting(gift=None, limit=MOST_AT_ONCE, patience=GIVE_UP_ASKING):
    """Apply what is stored: everything, or what is about one gift. Returns {state: how many}; “stored” must wait.

    `patience` is how many questions to a provider may stay unanswered.
    """
    # What was tried least comes first: an event about which the provider never answers must not stop all others.
    events = Event.objects.filter(state=State.STORED).order_by("tries", "received_at", "pk")
    if gift is not None:
        events = events.filter(path_token__in=gift.attempts.values("path_token"))
    done, unanswered = {}, {}
    for pk, provider in list(events.values_list("pk", "provider")[:limit]):
        if unanswered.get(provider, 0) >= patience:
            continue
        try:
            state = apply(pk)
        except NotNow:
            unanswered[provider] = unanswered.get(provider, 0) + 1
            state = State.STORED
        except Exception:
            # One bad event must not keep the others waiting. It stays stored, and is told of when it has waited long.
            logger.exception("An event could not be applied (number %d).", pk)
            state = State.STORED
        done[state] = done.get(state, 0) + 1
    return done


def apply(pk):
    """Apply one event. Returns its state afterwards. Raises NotNow if the provider could not be asked."""
    event = Event.objects.get(pk=pk)
    if event.state != State.STORED:
        return event.state
    Event.objects.filter(pk=pk).update(tries=event.tries + 1)
    if not event.body:
        return end(event, State.MALFORMED, error="its time is over: nothing of it is left")
    try:
        data = read_json(event.body.open())
    except Unreadable:
        raise NotNow from None  # as when `run_due` has other keys: nothing is judged by keys that are not there
    except ValueError as error:
        return end(event, State.MALFORMED, error=type(error).__name__)
    try:
        return READERS[event.kind](event, data)
    except Malformed as error:
        return end(event, State.MALFORMED, error=str(error))


def end(event, state, attempt=None, gift=None, error=""):
    """Close an event, if nobody else has. Returns its state."""
    changes = {"state": state, "error": error[:500], "applied_at": timezone.now()}
    if attempt is not None:
        changes["attempt"], gift = attempt, gift or attempt.gift
    if gift is not None:
        changes["gift"] = gift
    if state in NEEDS_A_PERSON:
        changes["looked_at"] = changes["told_at"] = None  # it may have been looked into while it only waited
    Event.objects.filter(pk=event.pk, state=State.STORED).update(**changes)
    if state in NEEDS_A_PERSON:
        logger.warning("An event of %s needs a person: number %d is %s.", event.provider, event.pk, state)
    return state


def looked_into(event, by, reason):
    """A person has looked into an event that needs one: it stays as it is, and waits for nobody any more.

    One that is only stored is still tried, and comes back if it then turns out to be wrong. Raises paybill.Refused.
    """
    with transaction.atomic():
        now = timezone.now()
        if not Event.objects.filter(pk=event.pk, looked_at=None, state__in=[State.STORED, *NEEDS_A_PERSON]).update(
            looked_at=now
        ):
            raise paybill.Refused(_("This has been decided already."))
        record("event.looked-into", by, event, reason=reason.strip()[:200])


def settle_once(event, attempt, news):
    """Settle and close an event in one transaction: never the one without the other. Returns the event's state."""
    with transaction.atomic():
        locked = type(attempt.gift).objects.locked().get(pk=attempt.gift_id)
        if Event.objects.get(pk=event.pk).state != State.STORED:
            return State.APPLIED
        result = settle([news])[attempt.pk]
        state = State.CONTRADICTING if result == "review" else State.APPLIED
        return end(event, state, attempt, locked)


def _prompt(event, data):
    """A prompt's callback. It is found by its address, and is a hint: the query decides."""
    news = daraja.read_prompt(data)
    attempt = Attempt.objects.select_related("gift").filter(path_token=event.path_token, provider="mpesa").first()
    if attempt is None:
        return end(event, State.UNMATCHED, error="no attempt has this address")
    if attempt.provider_id and attempt.provider_id != news.checkout_id:
        return end(event, State.CONTRADICTING, attempt, error="another CheckoutRequestID than the attempt's")
    other = Attempt.objects.filter(provider_id=news.checkout_id).exclude(pk=attempt.pk).exists()
    if other:
        return end(event, State.CONTRADICTING, attempt, error="the CheckoutRequestID of another attempt")
    said_paid = news.code == "0"
    heard = Heard(PAID if said_paid else FAILED, news.money, news.number, news.checkout_id, news.occurred_at)
    if said_paid and news.money != attempt.gift.money:
        outcome = Outcome(UNKNOWN, "other_amount", asked=False)
    elif attempt.state == Attempt.State.PAID:
        outcome = Outcome(PAID if said_paid else PENDING, asked=False, provider_id=news.checkout_id)
    else:
        outcome = PROVIDERS["mpesa"].ask_about(news.checkout_id)
        if not outcome.asked:
            raise NotNow
        if outcome.state == PENDING:
            raise NotNow  # the phone is still busy: ask again in a minute
    return settle_once(event, attempt, News(attempt.pk, outcome, heard))


def _paybill(event, data):
    """A payment by hand to the paybill, or the second news of a prompt."""
    if not daraja.own_numbers():
        raise NotNow  # run without M-Pesa's settings: whether it is ours can be told once they are there
    return paybill.heard(event, daraja.read_paybill(data))


def _status(event, data):
    return paybill.status_told(event, daraja.read_status(data))


def _webhook(event, data):
    """Paystack's, whose signature was checked before it was stored. It can be replayed, so Paystack is asked too."""
    news = paystack.read_webhook(data)
    if news.site is not None and news.site != paystack.our_site():
        return end(event, State.IGNORED, error="another website's")
    if news.kind.startswith("refund."):
        return refunds.heard(event, news)
    if news.kind.startswith("charge.dispute."):
        return refunds.dispute_heard(event, news)
    if not news.kind.startswith("charge."):
        return end(event, State.IGNORED, error="not about gifts")
    attempt = paystack_attempt(news.reference)
    if attempt is None:
        ours = news.site == paystack.our_site() or len(news.reference) == REFERENCE_LENGTH
        state = State.UNMATCHED if ours else State.IGNORED
        return end(event, state, error="no attempt has this reference")
    outcome = PROVIDERS["paystack"].ask(attempt)
    if not outcome.asked:
        raise NotNow
    heard = Heard(PAID, attempt.gift.money) if news.kind == "charge.success" and outcome.state == FAILED else None
    return settle_once(event, attempt, News(attempt.pk, outcome, heard))


def paystack_attempt(reference):
    """The Attempt with Paystack's reference (which is our key in hexadecimal), or None."""
    if len(reference) != 32 or not all(character in "0123456789abcdef" for character in reference):
        return None
    attempts = Attempt.objects.select_related("gift").filter(provider="paystack")
    return attempts.filter(key=reference).first()


READERS = {PROMPT: _prompt, PAYBILL: _paybill, STATUS: _status, WEBHOOK: _webhook}
