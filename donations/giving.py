"""A gift from the donor's side: begin it, look at it, try again. The pages call nothing else of this room.

gift = start(form, data, token)     step 2 was sent; the attempt is committed before the provider is called
gift = refresh(gift)                step 3 is looked at again, by reload or by polling
gift = retry(gift, phone)           it failed, and the donor tries again
"""

import datetime
import logging
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import inbox
from .methods import BY_HAND, Method, offered
from .models import Attempt, Gift, Payment
from .money import NotMoney, read_amount
from .phones import NotAPhone, phone_hash, read_phone
from .providers import provider_of
from .providers.base import ACCEPTED, FAILED
from .results import words
from .sealed import EMPTY, seal
from .settling import News, settle

logger = logging.getLogger(__name__)
SAME_AGAIN = datetime.timedelta(minutes=2)  # M-Pesa refuses the same amount from the same phone before that (17)
ASK_EVERY = datetime.timedelta(seconds=5)  # not more often than so is the provider asked about one attempt
TOKEN = re.compile(r"[0-9A-Za-z_-]{16,64}")
LONGEST_NAME, LONGEST_EMAIL = 100, 254
EMAIL = re.compile(r"[^\s@<>,;:\"]+@(?:[^\s@<>,;:\".]+\.)+[^\s@<>,;:\".]+")


class Refused(Exception):
    """`errors` is {field: sentence} for the donor; the field is "" where the form as a whole is meant."""

    def __init__(self, errors):
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class Wait(Exception):
    """A prompt for the same amount may still be on this telephone: `seconds` (int) to wait before another."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Order:
    """What a donor wants, checked against the form as it is now. `phone` is twelve digits, or ""."""

    money: object
    method: Method
    phone: str
    anonymous: bool
    name: str
    email: str
    wants_receipt: bool
    dedication: str
    dedicated_to: str
    partner: str
    language: str


def check(form, data):
    """Check what was typed (a mapping of texts) against a DonationForm as it is now. Returns Order.

    data: currency, amount, method, phone (M-Pesa only), anonymous, name, email, wants_receipt, dedication ("",
    "memory", "honour"), dedicated_to, partner, language. The amounts of an older, cached page are accepted within the
    limits. Raises Refused.
    """
    errors = {}
    if not form.is_open:
        raise Refused({"": _("This form takes no gifts at the moment.")})
    currency = str(data.get("currency") or "")
    offer = form.offer(currency)
    if not offer:
        raise Refused({"currency": _("Choose a currency.")})
    method = str(data.get("method") or "")
    methods = offered(form, currency)
    if method not in methods:
        errors["method"] = (
            _("%(method)s does not take %(currency)s. Choose another way, or another currency.")
            % {"method": Method(method).label, "currency": currency}
            if method in form.ways()
            else _("Choose how you want to give.")
        )
    money, phone = None, ""
    try:
        money = read_amount(data.get("amount") or "", currency, whole_only=method == Method.MPESA)
        errors.update(_limits(money, offer, method if method in methods else None))
    except NotMoney as error:
        errors["amount"] = str(error)
    if method == Method.MPESA and "method" not in errors:
        try:
            phone = read_phone(data.get("phone") or "")
        except NotAPhone as error:
            errors["phone"] = str(error)
    name, email = str(data.get("name") or "").strip(), str(data.get("email") or "").strip()
    dedicated_to = str(data.get("dedicated_to") or "").strip()
    wants_receipt = bool(data.get("wants_receipt"))
    if len(name) > LONGEST_NAME or "\n" in name:
        errors["name"] = _("This name is too long.")
    if len(dedicated_to) > LONGEST_NAME or "\n" in dedicated_to:
        errors["dedicated_to"] = _("This name is too long.")
    if (email and not EMAIL.fullmatch(email)) or len(email) > LONGEST_EMAIL:
        errors["email"] = _("This is not a whole e-mail address. It looks like name@example.org.")
    elif wants_receipt and not email:
        errors["email"] = _("To send you a receipt we need your e-mail address.")
    dedication = str(data.get("dedication") or "")
    if dedication not in Gift.Dedication.values:
        errors["dedication"] = _("Choose one of these.")
    if errors:
        raise Refused(errors)
    anonymous = bool(data.get("anonymous"))
    partner = str(data.get("partner") or "")
    return Order(
        money=money,
        method=Method(method),
        phone=phone,
        anonymous=anonymous,
        name="" if anonymous else name,
        email=email,
        wants_receipt=wants_receipt,
        dedication=dedication if dedicated_to else "",
        dedicated_to=dedicated_to if dedication else "",
        partner=partner if re.fullmatch(r"[\w-]{1,30}", partner, re.ASCII) else "",
        language=data.get("language") or translation.get_language() or "en",
    )


def _limits(money, offer, method):
    least, most = offer.minimum, offer.maximum
    if method:
        lowest, highest = provider_of(method).limits(money.currency)
        least, most = max(least, lowest), min(most, highest)
    if money.amount < least:
        return {"amount": _("The least is %(amount)s.") % {"amount": type(money)(least, money.currency)}}
    if money.amount > most:
        return {"amount": _("The most is %(amount)s.") % {"amount": type(money)(most, money.currency)}}
    return {}


def start(form, data, token):
    """Begin a gift. Returns the Gift; with a token that was sent before, the gift of that time, and nothing is done.

    The gift and its attempt are committed first, then the provider is called (up to 20 seconds). Look at `gift.state`
    and `gift.attempts` afterwards: for a card, `checkout_url(gift)` is where the donor goes next.

    token: 16 to 64 letters, digits, - and _, unguessable, made when step 2 was shown.
    Raises Refused (what was typed), Wait (a prompt for the same may still be on that phone).
    """
    if not TOKEN.fullmatch(str(token)):
        raise Refused({"": _("This form is out of date. Please begin again.")})
    known = Gift.objects.filter(form_token=token).first()
    if known:
        return known
    order = check(form, data)
    gift = Gift(
        form_token=token,
        form=form,
        fund=form.fund,
        partner=order.partner,
        currency=order.money.currency,
        amount=order.money.amount,
        method=order.method,
        state=Gift.State.AWAITED if order.method in BY_HAND else Gift.State.OPEN,
        livemode=settings.GIVING_LIVE,
        language=order.language[:5],
        anonymous=order.anonymous,
        name=seal(order.name),
        email=seal(order.email),
        wants_receipt=order.wants_receipt,
        dedication=order.dedication,
        dedicated_to=seal(order.dedicated_to),
    )
    try:
        with transaction.atomic(durable=True):
            _refuse_too_soon(order.phone, order.money, token)
            gift.save()  # the token is unique
            attempt = _new_attempt(gift, order.phone)
    except IntegrityError:
        # The same form was sent twice at once: the other one has begun the gift.
        return Gift.objects.get(form_token=token)
    _bring(attempt)
    return Gift.objects.get(pk=gift.pk)


def _new_attempt(gift, phone):
    provider = provider_of(gift.method).name
    return Attempt.objects.create(
        gift=gift,
        provider=provider,
        method=gift.method,
        phone=seal(phone),
        phone_hash=phone_hash(phone) if phone else "",
        phone_end=phone[-3:],
    )


def _refuse_too_soon(phone, money, token=""):
    """Raise Wait if a prompt for the same amount may still be on the phone. A second one would be a second gift.

    `token`: the form's. What the same form has begun in this moment (a double click) is nothing to wait for.
    """
    if not phone:
        return
    if connection.vendor == "postgresql":
        # One beginning at a time for a phone; SQLite has one writer at a time anyway.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [phone_hash(phone)])
    since = timezone.now() - SAME_AGAIN
    last = (
        Attempt.objects.filter(
            phone_hash=phone_hash(phone),
            created_at__gt=since,
            gift__amount=money.amount,
            gift__currency=money.currency,
        )
        .exclude(result_code="not_sent")
        .exclude(gift__form_token=token)
        .order_by("-created_at")
        .first()
    )
    if last:
        raise Wait(max(1, int((last.created_at - since).total_seconds()) + 1))


def _return_url(gift):
    """Where a provider's own page sends the donor back to, as an absolute address."""
    try:
        return settings.WAGTAILADMIN_BASE_URL + reverse("giving_gift", kwargs={"uuid": gift.uuid})
    except NoReverseMatch:
        return settings.WAGTAILADMIN_BASE_URL


def _bring(attempt):
    """Call the provider, outside any transaction, and keep what it answered."""
    gift = attempt.gift
    with translation.override(gift.language):
        return_url = _return_url(gift)
    answer = provider_of(attempt.method).start(attempt, gift, return_url=return_url)
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=gift.pk)
        attempt = Attempt.objects.get(pk=attempt.pk)
        if not attempt.provider_id and answer.provider_id:
            attempt.provider_id = answer.provider_id
        attempt.provider_group, attempt.checkout_url = answer.provider_group, answer.checkout_url
        attempt.answered_at = timezone.now()
        if attempt.is_open:  # a callback may have been quicker
            if answer.state == ACCEPTED:
                attempt.state = Attempt.State.ACCEPTED
            elif answer.state == FAILED:
                attempt.state, attempt.closed_at, attempt.phone = Attempt.State.FAILED, timezone.now(), EMPTY
            else:
                attempt.state = Attempt.State.UNKNOWN
            attempt.result_code = answer.code
            if answer.state != ACCEPTED and gift.state in (Gift.State.OPEN, Gift.State.UNKNOWN):
                gift.state = Gift.State.FAILED if answer.state == FAILED else Gift.State.UNKNOWN
        attempt.save()
        gift.save(update_fields=["state"])


def refresh(gift, now=None):
    """Bring a gift up to date: apply what was told about it, and ask the provider if it is time. Returns the Gift anew.

    Cheap when called often: one provider's attempt is asked about every five seconds at most.
    """
    waits = inbox.apply_waiting(gift=gift, patience=1)
    if inbox.State.STORED in waits:
        return Gift.objects.get(pk=gift.pk)  # the provider was asked just now, and does not say: once is enough
    now = now or timezone.now()
    due = [
        attempt
        for attempt in gift.attempts.filter(state__in=Attempt.OPEN).select_related("gift")
        if (attempt.asked_at or attempt.created_at) < now - ASK_EVERY and attempt.method not in BY_HAND
    ]
    # Marked first, so that two tabs do not both ask.
    for attempt in due:
        if Attempt.objects.filter(pk=attempt.pk, asked_at=attempt.asked_at).update(asked_at=now):
            settle([News(attempt.pk, provider_of(attempt.method).ask(attempt))])
    return Gift.objects.get(pk=gift.pk)


def may_retry(gift):
    """Whether the donor may try again: it failed, and nothing of it is in doubt.

    A test's page says that no money moves: once gifts are real, it sends no request for real money.
    """
    failed = gift.state == Gift.State.FAILED and not gift.attempts.filter(state__in=Attempt.OPEN).exists()
    return failed and gift.livemode == settings.GIVING_LIVE and not is_told(gift)


def changed_since(gift):
    """What keeps its form, as it is now, from taking such a gift again ({field: sentence}); empty: nothing."""
    form = gift.form
    if not form or not form.is_open or gift.method not in offered(form, gift.currency):
        return {"": _("This form takes no gifts at the moment.")}
    if form.fund_id != gift.fund_id:
        return {"": _("What the gifts are for has changed. Please begin again.")}
    offer = form.offer(gift.currency)
    return _limits(gift.money, offer, Method(gift.method)) if offer else {"currency": _("Choose a currency.")}


def is_told(gift):
    """Whether a payment by hand for a failed gift was told of and is not decided yet: it must not be paid twice."""
    told = [Payment.State.UNPROVEN, Payment.State.UNALLOCATED, Payment.State.ENTERED]
    return gift.state in (Gift.State.FAILED, Gift.State.CANCELLED) and gift.payments.filter(state__in=told).exists()


def may_pay_by_hand(gift):
    """Whether a failed gift can be paid from the phone's M-Pesa menu: a paybill takes our reference, a till none."""
    return gift.method == Method.MPESA and not settings.MPESA_TILL


def retry(gift, phone=""):
    """Try a failed gift again, with another telephone number (as typed) if one is given. Returns the Gift.

    Raises Refused (it may not be tried again, the form has changed, or the number is wrong), Wait (too soon for the
    same phone).
    """
    if errors := changed_since(gift):
        raise Refused(errors)
    digits = ""
    if gift.method == Method.MPESA:
        try:
            digits = read_phone(phone)
        except NotAPhone as error:
            raise Refused({"phone": str(error)}) from None
    with transaction.atomic(durable=True):
        gift = Gift.objects.locked().get(pk=gift.pk)
        if not may_retry(gift):
            raise Refused({"": _("We still wait for news of this gift. Please look again in a few minutes.")})
        _refuse_too_soon(digits, gift.money)
        gift.state = Gift.State.OPEN
        gift.save(update_fields=["state"])
        attempt = _new_attempt(gift, digits)
    _bring(attempt)
    return Gift.objects.get(pk=gift.pk)


def last_attempt(gift):
    """The newest Attempt, or None."""
    return gift.attempts.order_by("-created_at", "-pk").first()


def checkout_url(gift):
    """The provider's own page on which the donor goes on (card), or ""."""
    attempt = last_attempt(gift)
    return attempt.checkout_url if attempt and attempt.is_open else ""


def why_failed(gift):
    """The sentence (str) that says why a gift failed, in the active language."""
    attempt = last_attempt(gift)
    return words(attempt.result_code if attempt else "")
