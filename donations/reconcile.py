"""Asking the providers about all that is open or in doubt, and comparing their lists with the ledger.

Safe to run twice, and at once: nothing here decides by itself, it only brings the providers' word to `settle`, `prove`
and `seen`, which lock what they change.
"""

import datetime
import logging
import time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from . import inbox, paybill, refunds
from .methods import BY_HAND
from .models import Attempt, Entry, Gift, Payment, Refund
from .providers import PROVIDERS, provider_of
from .providers.base import FAILED, PENDING, Outcome
from .settling import News, settle

logger = logging.getLogger(__name__)
NAIROBI = ZoneInfo("Africa/Nairobi")
CHUNK = 500
ENOUGH = 8 * 60  # seconds for one run, so that a provider that hangs does not hold up everything else
GIVE_UP_ASKING = 3  # unanswered questions in a row, after which a provider is left alone for this run
FIRST = datetime.timedelta(seconds=30)  # a donor needs this long to type a PIN
YOUNG, OLD = datetime.timedelta(hours=1), datetime.timedelta(days=3)
NOT_BEGUN = datetime.timedelta(minutes=30)  # after this, what a provider does not know was not begun
ABANDONED = datetime.timedelta(days=1)
PROMPT_ENDS = datetime.timedelta(minutes=15)  # after this no prompt is still on a phone
AWAITED_FOR = datetime.timedelta(days=60)  # a bank transfer takes its days, and donors theirs
LIST_KEEPS = datetime.timedelta(hours=47)  # Safaricom's list goes back 48


def open_attempts(now=None, everything=False):
    """The attempts whose end is not known and about which it is time to ask: often at first, daily in the end."""
    now = now or timezone.now()
    attempts = Attempt.objects.filter(state__in=Attempt.OPEN).exclude(method__in=BY_HAND)
    if everything:
        return attempts
    asked = Q(asked_at=None)
    return attempts.filter(created_at__lt=now - FIRST).filter(
        Q(created_at__gt=now - YOUNG) & (asked | Q(asked_at__lt=now - datetime.timedelta(seconds=45)))
        | Q(created_at__lte=now - YOUNG, created_at__gt=now - OLD) & (asked | Q(asked_at__lt=now - YOUNG))
        | Q(created_at__lte=now - OLD) & (asked | Q(asked_at__lt=now - datetime.timedelta(days=1)))
    )


def ask_about_open(now=None, everything=False):
    """Ask the providers about open attempts. Returns {what they came to: how many}."""
    now, until = now or timezone.now(), time.monotonic() + ENOUGH
    done, unanswered = {}, {}
    # What was asked about last comes last: one about which the provider never answers must not stop all others.
    order = [F("asked_at").asc(nulls_first=True), "pk"]
    numbers = list(open_attempts(now, everything).order_by(*order).values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        news = []
        some = Attempt.objects.filter(pk__in=numbers[start : start + CHUNK], state__in=Attempt.OPEN)
        for attempt in some.select_related("gift").order_by(*order):
            if unanswered.get(attempt.provider, 0) >= GIVE_UP_ASKING or time.monotonic() > until:
                continue
            outcome = provider_of(attempt.method).ask(attempt)
            if outcome.code == "no_answer":
                unanswered[attempt.provider] = unanswered.get(attempt.provider, 0) + 1
                Attempt.objects.filter(pk=attempt.pk).update(asked_at=now)
                continue
            unanswered[attempt.provider] = 0
            news.append(News(attempt.pk, _hopeless(attempt, outcome, now) or outcome))
        for result in settle(news).values():
            done[result] = done.get(result, 0) + 1
    for provider, times in unanswered.items():
        if times >= GIVE_UP_ASKING:
            done[f"{provider} does not answer"] = 1
    return done


def _hopeless(attempt, outcome, now):
    """FAILED (Outcome) where the provider's “not yet” has lasted so long that it means “never”; else None."""
    if outcome.state != PENDING:
        return None
    age = now - attempt.created_at
    if (outcome.code == "not_begun" and age > NOT_BEGUN) or (outcome.code == "abandoned" and age > ABANDONED):
        return Outcome(FAILED, outcome.code)
    if outcome.code == "processing" and age > YOUNG and PROVIDERS["mpesa"].has_list:
        return Outcome(FAILED, "nothing_came")  # no prompt lasts so long, and the list has shown nothing
    return None


def without_number(now, since):
    """Close the prompts whose answer was lost and of which Safaricom's whole list since then shows nothing."""
    lost = Attempt.objects.filter(
        provider="mpesa",
        provider_id=None,
        state__in=Attempt.OPEN,
        created_at__gt=since,
        created_at__lt=now - PROMPT_ENDS,
    )
    return settle([News(pk, Outcome(FAILED, "nothing_came")) for pk in lost.values_list("pk", flat=True)])


def close_awaited(now=None):
    """Cancel the gifts by hand for which nothing came in AWAITED_FOR: their donors are forgotten with the others that
    never came. Money that comes later is entered all the same. Returns how many."""
    now = now or timezone.now()
    with transaction.atomic():
        waiting = Gift.objects.filter(state=Gift.State.AWAITED, created_at__lt=now - AWAITED_FOR)
        told = Payment.objects.exclude(gift=None).exclude(state=Payment.State.REFUSED)
        waiting = waiting.exclude(pk__in=told.values("gift"))
        gifts = list(waiting.locked().values_list("pk", flat=True)[:CHUNK])
        Attempt.objects.filter(gift__in=gifts, state__in=Attempt.OPEN).update(
            state=Attempt.State.FAILED, closed_at=now, result_code="nothing_came"
        )
        return Gift.objects.filter(pk__in=gifts).update(state=Gift.State.CANCELLED)


def prove_payments(now=None):
    """Look for unproven payments in Safaricom's list, or else ask about each. Returns lines (list of str)."""
    now = now or timezone.now()
    daraja, lines = PROVIDERS["mpesa"], []
    if not daraja.missing("mpesa") and daraja.has_list:
        since = now - LIST_KEEPS
        rows = daraja.payments(since, now)
        if rows is None:
            return ["M-Pesa's list cannot be had now"]
        lines += paybill.listed(rows)
        closed = without_number(now, since)
        lines += [f"{len(closed)} prompts without an answer: nothing came"] if closed else []
    elif not daraja.missing("mpesa"):
        unproven = Payment.objects.filter(provider="mpesa", state=Payment.State.UNPROVEN)
        for payment in unproven.filter(Q(asked_at=None) | Q(asked_at__lt=now - YOUNG))[:50]:
            if not paybill.ask_about(payment):
                break
    return lines


def follow_refunds():
    """Ask about refunds that are not ended. Returns how many were asked about."""
    waiting = [Refund.State.APPROVED, Refund.State.PENDING, Refund.State.UNKNOWN]
    found = Refund.objects.filter(state__in=waiting, attempt__provider="paystack").select_related("attempt", "gift")
    for refund in found[:CHUNK]:
        try:
            refunds.follow_up(refund)
        except Exception:  # one bad refund must not keep the others waiting
            logger.exception("A refund could not be followed up (number %d).", refund.pk)
    return len(found[:CHUNK])


def compare(day):
    """Compare a day (date, Nairobi's) of the ledger with the providers' lists. Returns the differences (list of str).

    What the provider has and we have not is brought in by its word; what we have and it has not is only told.
    """
    since = datetime.datetime.combine(day, datetime.time(), NAIROBI)
    until = since + datetime.timedelta(days=1)
    lines = []
    for name in ("mpesa", "paystack"):
        provider = PROVIDERS[name]
        if provider.missing(name) or not provider.has_list:
            continue
        if name == "mpesa" and since < timezone.now() - datetime.timedelta(hours=48):
            lines.append(f"{name}: the list goes back 48 hours only; compare with the statement of {day}")
            continue
        rows = provider.payments(since, min(until, timezone.now()))
        if rows is None:
            lines.append(f"{name}: the list cannot be had now")
            continue
        if name == "mpesa":
            lines += paybill.listed(rows)
            numbers = {row.number for row in rows}
            ours = Payment.objects.filter(provider=name, occurred_at__gte=since, occurred_at__lt=until)
            ours = ours.filter(state=Payment.State.ALLOCATED)
            lines += [
                f"{one.number}: {one.money} is here and not in the list" for one in ours if one.number not in numbers
            ]
            # Paid by the query's word alone, and no number has come by callback or list, which names the reference.
            bare = Attempt.objects.filter(provider=name, state=Attempt.State.PAID, payment=None)
            lines += [
                f"gift {one.gift}: {one.gift.money} is here and not in the list"
                for one in bare.filter(closed_at__gte=since, closed_at__lt=until).select_related("gift")
            ]
        else:
            lines += _compare_cards(rows, since, until)
            seen = provider.refunds(since, min(until, timezone.now()))
            if seen is None:
                lines.append(f"{name}: the list of refunds cannot be had now")
            for one in seen or []:
                try:
                    refund = refunds.seen(one)
                except refunds.Refused as error:
                    lines.append(f"refund {one.provider_id}: {error}")
                    continue
                if refund is not None and refund.in_panel and refund.state == Refund.State.DONE:
                    lines.append(f"refund {one.provider_id}: {one.money}, made in the panel")
    return lines


def _compare_cards(rows, since, until):
    attempts = {
        attempt.key.hex: attempt
        for attempt in Attempt.objects.filter(
            provider="paystack", key__in=[row.provider_id for row in rows if _is_key(row)]
        )
    }
    lines = []
    for row in rows:
        attempt = attempts.get(row.provider_id)
        if attempt is None:
            lines.append(f"{row.number}: {row.money} is in the list and not here")
        elif attempt.state != Attempt.State.PAID:
            outcome = PROVIDERS["paystack"].ask(attempt)
            result = settle([News(attempt.pk, outcome)])[attempt.pk]
            lines.append(f"{row.number}: {row.money} of gift {attempt.gift_id}, {result}")
    listed = {f"paystack/{row.provider_id}" for row in rows}
    entries = Entry.objects.filter(
        provider="paystack", kind=Entry.Kind.GIFT, occurred_at__gte=since, occurred_at__lt=until
    )
    return lines + [
        f"{one.reference}: {one.money} is here and not in the list" for one in entries if one.reference not in listed
    ]


def _is_key(row):
    return len(row.provider_id) == 32 and all(character in "0123456789abcdef" for character in row.provider_id)


def give_up(gift, by, reason):
    """A person closes a gift that no provider will ever say anything more about. Returns the Gift.

    It takes no money away: should it be paid after all, later news makes it paid. Raises paybill.Refused.
    """
    from core.audit import record

    if len(reason.strip()) < 10:
        raise paybill.Refused("A reason is needed.")
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=gift.pk)
        if gift.state == Gift.State.PAID:
            gift.review = ""
        else:
            gift.state, gift.review = Gift.State.CANCELLED, ""
            gift.attempts.filter(state__in=Attempt.OPEN).update(
                state=Attempt.State.FAILED, closed_at=timezone.now(), phone="", result_code="given_up"
            )
        gift.save()
        record("gift.looked-into", by, gift, reason=reason.strip()[:200])
    return gift


def everything(now=None):
    """All of it, as `manage.py reconcile` does. Returns lines (list of str)."""
    now = now or timezone.now()
    lines = [f"told, {state}: {number}" for state, number in inbox.apply_waiting().items()]
    lines += [f"open, {result}: {number}" for result, number in ask_about_open(now, everything=True).items()]
    lines += prove_payments(now)
    follow_refunds()
    return lines
