"""Cards, through Paystack's own page: no card data ever comes near ours."""

import contextlib
import datetime
import hashlib
import hmac
import logging
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from ..money import NotMoney, of_provider
from ..sealed import Unreadable
from .base import (
    ACCEPTED,
    FAILED,
    PAID,
    PENDING,
    UNASKED,
    UNKNOWN,
    Listed,
    Malformed,
    Outcome,
    Provider,
    RefundNews,
    Started,
)
from .http import NoAnswer, NotSent, call, deadline

logger = logging.getLogger(__name__)
WAITING = {"abandoned", "ongoing", "pending", "processing", "queued"}  # the card may still be charged
# “Reversed” is a payment of which all went back, by a refund or a dispute: it came, and these are told by themselves.
CAME = ("success", "reversed")
PAGE = 100
MOST_PAGES = 1000
REFUND_STATES = {"processed": PAID, "failed": FAILED, "pending": PENDING, "processing": PENDING,
                 "needs-attention": PENDING}  # fmt: skip


def _ask(verb, path, data=None):
    headers = {"Authorization": f"Bearer {settings.PAYSTACK_SECRET}"}
    return call(verb, settings.PAYSTACK_URL + path, deadline(), headers, data)


def _data(reply, kind=dict):
    """The `data` of a good answer, or None."""
    good = reply.status == 200 and isinstance(reply.data, dict) and reply.data.get("status") is True
    found = reply.data.get("data") if good else None
    return found if isinstance(found, kind) else None


def _when(text):
    try:
        return datetime.datetime.fromisoformat(str(text)).astimezone(datetime.UTC)
    except ValueError:
        return None


def our_site():
    """How our own payments are told from those of another website on the same account."""
    return urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc


class Paystack(Provider):
    """The provider “paystack”."""

    name = "paystack"
    has_list = True

    def missing(self, method):
        key = settings.PAYSTACK_SECRET
        gone = [] if key else ["PAYSTACK_SECRET"]
        if key and key.startswith("sk_live_") != settings.GIVING_LIVE:
            gone.append("PAYSTACK_SECRET is a key for real money or for tests, and GIVING_LIVE says otherwise")
        return gone

    def currencies(self, method):
        return ["KES", "USD"]

    def start(self, attempt, gift, **more):
        """`return_url`: where Paystack sends the donor afterwards (never proof of anything)."""
        data = {
            "email": _address(gift),
            "amount": gift.amount,
            "currency": gift.currency,
            "reference": attempt.key.hex,
            "callback_url": more.get("return_url", ""),
            "channels": ["card"],
            "metadata": {"site": our_site(), "reference": gift.reference},
        }
        try:
            reply = _ask("POST", "/transaction/initialize", data)
        except NotSent:
            return Started(FAILED, "not_sent")
        except NoAnswer:
            return Started(UNKNOWN, "no_answer", provider_id=attempt.key.hex)
        answer = _data(reply)
        page = urlsplit(str(answer.get("authorization_url", ""))) if answer else urlsplit("")
        # The double's page is not on https, and production's settings name no double.
        if page.netloc and page.scheme in ("https", urlsplit(settings.PAYSTACK_URL).scheme):
            return Started(ACCEPTED, provider_id=attempt.key.hex, checkout_url=str(answer["authorization_url"])[:500])
        logger.error("Paystack did not begin a payment: HTTP %d.", reply.status)
        sure = 400 <= reply.status < 500 and isinstance(reply.data, dict)
        return Started(FAILED if sure else UNKNOWN, f"http_{reply.status}", provider_id=attempt.key.hex)

    def ask(self, attempt):
        """Verify."""
        try:
            reply = _ask("GET", f"/transaction/verify/{attempt.key.hex}")
        except (NotSent, NoAnswer):
            return UNASKED
        answer = _data(reply)
        if answer is None:
            unknown_there = reply.status in (400, 404) and isinstance(reply.data, dict)
            return Outcome(PENDING, "not_begun") if unknown_there else UNASKED
        return outcome_of(answer, attempt.key.hex)

    def payments(self, since, until):
        query = {"from": _zulu(since), "to": _zulu(until), "per_page": PAGE}
        rows = []
        for status in CAME:
            some = self._pages("/transaction", {"status": status, **query})
            if some is None:
                return None
            rows += some
        try:
            return [
                Listed(
                    str(row["id"]),
                    of_provider(row["amount"], row["currency"], minor=True),
                    _when(row.get("paid_at")) or since,
                    typed=_metadata(row).get("reference", ""),
                    provider_id=str(row["reference"]),
                    fee=int(row.get("fees") or 0),
                )
                for row in rows
                if row.get("status") in CAME and _metadata(row).get("site") == our_site()
            ]
        except (KeyError, TypeError, ValueError):
            logger.error("Paystack's list of payments cannot be read.")
            return None

    def refund(self, refund, attempt):
        """Ask for a refund. Paystack has no idempotency key: our own key goes into the note, and is looked for."""
        data = {
            "transaction": attempt.key.hex,
            "amount": refund.amount,
            "currency": refund.currency,
            "merchant_note": refund.key.hex,
        }
        try:
            reply = _ask("POST", "/refund", data)
        except NotSent:
            return RefundNews(UNKNOWN, code="not_sent")
        except NoAnswer:
            return RefundNews(UNKNOWN, code="no_answer")
        answer = _data(reply)
        if answer:
            return refund_of(answer)
        sure = 400 <= reply.status < 500 and isinstance(reply.data, dict)
        return RefundNews(FAILED if sure else UNKNOWN, code=f"http_{reply.status}")

    def ask_refund(self, refund, attempt):
        if refund.provider_id:
            try:
                answer = _data(_ask("GET", f"/refund/{quote(refund.provider_id)}"))
            except (NotSent, NoAnswer):
                return RefundNews(UNKNOWN, code="no_answer")
            return refund_of(answer) if answer else RefundNews(UNKNOWN, code="no_answer")
        known = self.refunds(refund.asked_at - datetime.timedelta(days=1), datetime.datetime.now(datetime.UTC))
        if known is None:
            return RefundNews(UNKNOWN, code="no_answer")
        return next((news for news in known if news.note == refund.key.hex), RefundNews(UNKNOWN, code="not_begun"))

    def refunds(self, since, until):
        rows = self._pages("/refund", {"from": _zulu(since), "to": _zulu(until), "perPage": PAGE})
        if rows is None:
            return None
        try:
            return [refund_of(row) for row in rows]
        except Malformed:
            logger.error("Paystack's list of refunds cannot be read.")
            return None

    def dispute(self, number):
        """A dispute (dict) by Paystack's number, or None."""
        try:
            return _data(_ask("GET", f"/dispute/{quote(str(number))}"))
        except (NotSent, NoAnswer):
            return None

    @staticmethod
    def _pages(path, query):
        found = []
        for page in range(1, MOST_PAGES):
            try:
                reply = _ask("GET", f"{path}?{urlencode({**query, 'page': page})}")
            except (NotSent, NoAnswer):
                return None
            rows = _data(reply, list)
            if rows is None or not all(isinstance(row, dict) for row in rows):
                return None
            found += rows
            if len(rows) < PAGE:
                return found
        return found


def _address(gift):
    """Paystack wants an e-mail address and mails its own receipt there; a donor who gave none (or whose address no key
    opens any more, at a second try) gets none."""
    with contextlib.suppress(Unreadable):
        if gift.email:
            return gift.email.open()
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"{gift.reference.lower()}@{host}"


def _zulu(moment):
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _metadata(row):
    return row["metadata"] if isinstance(row.get("metadata"), dict) else {}


def outcome_of(answer, reference):
    """The Outcome in a transaction (dict) as verify answers it."""
    status = str(answer.get("status", ""))[:40]
    if str(answer.get("reference")) != reference:
        return Outcome(UNKNOWN, "other_reference")
    if status in WAITING:
        return Outcome(PENDING, status)
    if status == "failed" or (status == "reversed" and not answer.get("paid_at")):
        return Outcome(FAILED, status)
    if status not in CAME:
        return Outcome(UNKNOWN, status)
    try:
        money = of_provider(answer.get("amount"), str(answer.get("currency")), minor=True)
        fee = int(answer.get("fees") or 0)
        number = str(int(answer["id"]))
    except (NotMoney, KeyError, TypeError, ValueError):
        return Outcome(UNKNOWN, "unreadable")
    return Outcome(
        PAID,
        status,
        money=money,
        number=number,
        fee=max(fee, 0),
        occurred_at=_when(answer.get("paid_at")),
        livemode=answer.get("domain") == "live",
        provider_id=reference,
    )


def refund_of(answer):
    """The RefundNews in a refund (dict) as Paystack answers it. Raises Malformed."""
    transaction = answer.get("transaction")
    if isinstance(transaction, dict):
        payment, reference = transaction.get("id"), transaction.get("reference")
    else:
        payment, reference = transaction, answer.get("transaction_reference")
    try:
        money = of_provider(answer["amount"], str(answer["currency"]), minor=True)
        number = str(int(answer["id"]))
    except (NotMoney, KeyError, TypeError, ValueError):
        raise Malformed("no refund") from None
    dispute = answer.get("dispute")  # its number, or the whole of it
    dispute = dispute.get("id") if isinstance(dispute, dict) else dispute
    return RefundNews(
        REFUND_STATES.get(str(answer.get("status")), UNKNOWN),
        provider_id=number,
        money=money,
        payment_number=str(payment or ""),
        attempt_id=str(reference or ""),
        note=str(answer.get("merchant_note") or ""),
        code=str(answer.get("status"))[:40],
        occurred_at=_when(answer.get("refunded_at") or answer.get("createdAt")),
        dispute=str(dispute or ""),
    )


# ---------------------------------------------------------------------------------------------------------------------
# What Paystack tells us


@dataclass(frozen=True)
class WebhookNews:
    """`kind` as charge.success; `reference` our attempt's; `number` of the refund or dispute; `site` whose it is."""

    kind: str
    reference: str
    number: str
    site: str | None


def is_signed(body, signature):
    """Whether a webhook's raw body (bytes) has Paystack's signature (hex HMAC-SHA512 with our secret key)."""
    if not settings.PAYSTACK_SECRET:
        return False
    right = hmac.new(settings.PAYSTACK_SECRET.encode(), body, hashlib.sha512).hexdigest()
    return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace"))


def read_webhook(data):
    """The WebhookNews in a webhook's JSON. Raises Malformed."""
    if not isinstance(data, dict) or not isinstance(data.get("event"), str) or not isinstance(data.get("data"), dict):
        raise Malformed("no event")
    kind, about = data["event"][:40], data["data"]
    transaction = about["transaction"] if isinstance(about.get("transaction"), dict) else {}
    metadata = _metadata(about) or _metadata(transaction)
    reference = (
        about.get("reference")
        if kind.startswith("charge.") and not kind.startswith("charge.dispute")
        else about.get("transaction_reference") or transaction.get("reference")
    )
    site = metadata.get("site")
    number = str(about.get("id") or "")
    return WebhookNews(kind, str(reference or "")[:100], number if number.isdecimal() else "0", site if site else None)
