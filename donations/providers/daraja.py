"""M-Pesa, through Safaricom's Daraja: prompts on the phone, their query, payments by hand to the paybill.

Nothing that Safaricom sends is signed, so what it sends is a hint, and what it answers when asked is its word.
"""

import base64
import datetime
import logging
import threading
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ..money import Money, NotMoney, of_provider
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
    Started,
)
from .http import NoAnswer, NotSent, call, deadline

logger = logging.getLogger(__name__)
NAIROBI = ZoneInfo("Africa/Nairobi")  # Daraja's passwords hold the time there; with UTC every prompt is refused
TOKEN_LASTS = 50 * 60  # seconds; Safaricom says 3599, as a number or a text
LEAST, MOST = 1_00, 250_000_00  # of one payment, in cents
# Result codes after which no money can have moved. Whatever else comes is unknown.
NOT_PAID = set(
    "1 2 3 4 8 17 26 1001 1019 1025 1032 1037 2001 2028 8006 9999 SFC_IC0003".split()
)  # fmt: skip
# What the query answers while the phone is busy: an error 500.001.1001 with these words, or this result.
PROCESSING, STILL_PROCESSING = "is being processed", "4999"
PHONE_BUSY = "Unable to lock subscriber"  # the answer to a prompt while the phone has another M-Pesa request
BAD_TOKEN = "404.001.03"  # noqa: S105
FIRST_EVER = datetime.datetime(2007, 3, 1, tzinfo=NAIROBI)  # when M-Pesa began
STEP = 1000  # payments in one answer of the list


class _Token:
    """The access token, kept by each process."""

    def __init__(self):
        self.lock, self.value, self.until, self.of = threading.Lock(), "", 0, None

    def get(self, until, fresh=False):
        """The token (str). With `fresh` a new one is asked for. Raises NotSent or NoAnswer."""
        account = (settings.MPESA_URL, settings.MPESA_KEY, settings.MPESA_SECRET)
        with self.lock:
            if fresh or self.of != account or time.monotonic() >= self.until:
                basic = base64.b64encode(f"{settings.MPESA_KEY}:{settings.MPESA_SECRET}".encode()).decode()
                path = "/oauth/v1/generate?grant_type=client_credentials"
                reply = call("GET", settings.MPESA_URL + path, until, {"Authorization": f"Basic {basic}"})
                if reply.status != 200 or not isinstance(reply.data, dict) or not reply.data.get("access_token"):
                    logger.error("M-Pesa gives no access token (HTTP %d).", reply.status)
                    raise NotSent("no token")
                self.value, self.of = str(reply.data["access_token"]), account
                self.until = time.monotonic() + TOKEN_LASTS
            return self.value


token = _Token()


def _post(path, data, until=None):
    """Ask Daraja; where the token has ended, fetch one and ask once more. Returns Reply; raises NotSent, NoAnswer."""
    until = until or deadline()
    for fresh in (False, True):
        headers = {"Authorization": f"Bearer {token.get(until, fresh)}"}
        reply = call("POST", settings.MPESA_URL + path, until, headers, data)
        # With a bad token nothing was done, so asking again cannot ask twice.
        if not (reply.status == 401 or _code(reply) == BAD_TOKEN):
            break
    return reply


def _code(reply):
    return str(reply.data.get("errorCode", "")) if isinstance(reply.data, dict) else ""


def _password():
    stamp = datetime.datetime.now(NAIROBI).strftime("%Y%m%d%H%M%S")
    text = settings.MPESA_SHORTCODE + settings.MPESA_PASSKEY + stamp
    return {
        "BusinessShortCode": settings.MPESA_SHORTCODE,
        "Password": base64.b64encode(text.encode()).decode(),
        "Timestamp": stamp,
    }


def _ours(name, **arguments):
    """One of our own addresses for Safaricom: absolute, and without the words that it refuses (“mpesa”, “query”)."""
    return settings.WAGTAILADMIN_BASE_URL + reverse(name, kwargs=arguments)


class Daraja(Provider):
    """The provider “mpesa”."""

    name = "mpesa"

    @property
    def has_list(self):
        return settings.MPESA_LIST

    def missing(self, method):
        names = ["MPESA_KEY", "MPESA_SECRET", "MPESA_SHORTCODE", "MPESA_PASSKEY", "MPESA_PAYBILL_TOKEN"]
        gone = [name for name in names if not getattr(settings, name)]
        if settings.GIVING_LIVE and "api.safaricom.co.ke" not in settings.MPESA_URL:
            gone.append("MPESA_URL is not that of real money, and GIVING_LIVE is on")
        if not settings.GIVING_LIVE and "api.safaricom.co.ke" in settings.MPESA_URL:
            gone.append("MPESA_URL is that of real money, and GIVING_LIVE is off")
        return gone

    def currencies(self, method):
        return ["KES"]

    def limits(self, currency):
        return LEAST, MOST

    def start(self, attempt, gift, **more):
        """Send the prompt. The texts on the phone are neutral: others see it."""
        phone = attempt.phone.open()
        data = {
            **_password(),
            "TransactionType": "CustomerBuyGoodsOnline" if settings.MPESA_TILL else "CustomerPayBillOnline",
            "Amount": gift.money.whole,
            "PartyA": phone,
            "PartyB": settings.MPESA_TILL or settings.MPESA_SHORTCODE,
            "PhoneNumber": phone,
            "CallBackURL": _ours("told_prompt", token=attempt.path_token),
            "AccountReference": gift.reference,
            "TransactionDesc": "Payment",
        }
        try:
            reply = _post("/mpesa/stkpush/v1/processrequest", data)
        except NotSent:
            return Started(FAILED, "not_sent")
        except NoAnswer:
            return Started(UNKNOWN, "no_answer")
        answer = reply.data if isinstance(reply.data, dict) else {}
        if reply.status == 200 and str(answer.get("ResponseCode")) == "0" and answer.get("CheckoutRequestID"):
            return Started(
                ACCEPTED,
                provider_id=str(answer["CheckoutRequestID"])[:100],
                provider_group=str(answer.get("MerchantRequestID", ""))[:100],
            )
        if PHONE_BUSY in str(answer.get("errorMessage", "")):
            return Started(FAILED, "1001")  # an error 500 too, and yet sure: no prompt was sent
        code = (_code(reply) or f"http_{reply.status}")[:40]
        logger.error("M-Pesa did not take a prompt: %s.", code)
        # A refusal in Daraja's own form with a 4xx is sure; anything else may have been sent all the same.
        return Started(FAILED if 400 <= reply.status < 500 and _code(reply) else UNKNOWN, code)

    def ask(self, attempt):
        """The query. It tells neither amount nor receipt; nor, while the phone is busy, more than that."""
        return self.ask_about(attempt.provider_id)

    def ask_about(self, checkout_id):
        """The same for a CheckoutRequestID."""
        if not checkout_id:
            return Outcome(PENDING, "no_number", asked=False)
        try:
            reply = _post("/mpesa/stkpushquery/v1/query", {**_password(), "CheckoutRequestID": checkout_id})
        except (NotSent, NoAnswer):
            return UNASKED
        answer = reply.data if isinstance(reply.data, dict) else {}
        if PROCESSING in str(answer.get("errorMessage", "")):
            return Outcome(PENDING, "processing")
        if reply.status != 200 or str(answer.get("ResponseCode")) != "0" or "ResultCode" not in answer:
            return Outcome(UNKNOWN, (_code(reply) or f"http_{reply.status}")[:40], asked=False)
        code = str(answer["ResultCode"])[:40]
        if code == STILL_PROCESSING:
            return Outcome(PENDING, "processing")
        if code == "0":
            return Outcome(PAID, "0", livemode=settings.GIVING_LIVE, provider_id=checkout_id)
        if code in NOT_PAID:
            return Outcome(FAILED, code, provider_id=checkout_id)
        logger.error("M-Pesa's query answers with an unknown result: %s.", code)
        return Outcome(UNKNOWN, code)

    def payments(self, since, until):
        """The paybill's list (Pull Transactions); Safaricom keeps the last 48 hours."""
        found, offset = [], 0
        while settings.MPESA_LIST:
            data = {
                "ShortCode": settings.MPESA_SHORTCODE,
                "StartDate": since.astimezone(NAIROBI).strftime("%Y-%m-%d %H:%M:%S"),
                "EndDate": until.astimezone(NAIROBI).strftime("%Y-%m-%d %H:%M:%S"),
                "OffSetValue": str(offset),
            }
            try:
                reply = _post("/pulltransactions/v1/query", data)
            except (NotSent, NoAnswer):
                return None
            answer = reply.data if isinstance(reply.data, dict) else {}
            if str(answer.get("ResponseCode")) == "1001":  # none, or no more
                return found
            if reply.status != 200 or str(answer.get("ResponseCode")) not in ("1000", "0"):
                return None
            try:
                rows = _rows(answer.get("Response"))
                found += [_listed(row) for row in rows]
            except (Malformed, NotMoney):
                logger.error("M-Pesa's list cannot be read.")
                return None
            offset += len(rows)
            if len(rows) < STEP:
                return found
        return None

    def ask_status(self, number, status_token):
        """Ask for a payment by its number; the answer comes later, to our own address. Returns whether it was taken."""
        if not (settings.MPESA_INITIATOR and settings.MPESA_CREDENTIAL):
            return False
        data = {
            "Initiator": settings.MPESA_INITIATOR,
            "SecurityCredential": settings.MPESA_CREDENTIAL,
            "CommandID": "TransactionStatusQuery",
            "TransactionID": number,
            "PartyA": settings.MPESA_SHORTCODE,
            "IdentifierType": "4",
            "ResultURL": _ours("told_status", token=status_token),
            "QueueTimeOutURL": _ours("told_status", token=status_token),
            "Remarks": "Payment",
            "Occasion": "",
        }
        try:
            reply = _post("/mpesa/transactionstatus/v1/query", data)
        except (NotSent, NoAnswer):
            return False
        return reply.status == 200 and isinstance(reply.data, dict) and str(reply.data.get("ResponseCode")) == "0"

    def register(self):
        """Tell Safaricom where to tell us of payments by hand, once. Returns Daraja's answer (dict)."""
        data = {
            "ShortCode": settings.MPESA_SHORTCODE,
            # "Completed", and no validation: with "Cancelled" an outage of ours would refuse gifts.
            "ResponseType": "Completed",
            "ConfirmationURL": _ours("told_paybill", token=settings.MPESA_PAYBILL_TOKEN),
            "ValidationURL": _ours("told_paybill", token=settings.MPESA_PAYBILL_TOKEN),
        }
        reply = _post("/mpesa/c2b/v2/registerurl", data)
        return reply.data if isinstance(reply.data, dict) else {"errorCode": f"HTTP {reply.status}"}


# ---------------------------------------------------------------------------------------------------------------------
# What Safaricom tells us


@dataclass(frozen=True)
class PromptNews:
    """A prompt's callback. `money` and `number` (the receipt) are there if it says that it was paid."""

    checkout_id: str
    code: str
    money: Money | None
    number: str
    occurred_at: datetime.datetime | None


@dataclass(frozen=True)
class PaybillNews:
    """A payment by hand (C2B), or one of the list. `typed` is the account reference as it was typed."""

    number: str
    money: Money
    typed: str
    occurred_at: datetime.datetime


@dataclass(frozen=True)
class StatusNews:
    """The answer to a question about a payment."""

    code: str
    number: str
    is_completed: bool
    money: Money | None
    occurred_at: datetime.datetime | None


def _text(data, key, longest=100):
    value = data.get(key)
    text = "" if value is None or isinstance(value, dict | list) else str(value).strip()
    if not text or len(text) > longest or not text.isprintable():
        raise Malformed(f"no {key}")
    return text


def _typed(value):
    """What was typed as the account reference, as far as it can be shown."""
    text = "" if value is None or isinstance(value, dict | list) else str(value)
    return "".join(character for character in text if character.isprintable())[:60]


def _moment(value):
    """A datetime of “20191219102115”, which is Nairobi's; None for one at which nobody can have paid."""
    try:
        moment = datetime.datetime.strptime(str(value), "%Y%m%d%H%M%S").replace(tzinfo=NAIROBI)
    except ValueError:
        return None
    return moment if FIRST_EVER < moment < timezone.now() + datetime.timedelta(days=1) else None


def _money(value):
    try:
        money = of_provider(value, "KES")
    except NotMoney:
        raise Malformed("no amount") from None
    if not money.amount:
        raise Malformed("an amount of nothing")
    return money


def read_prompt(data):
    """The PromptNews in a callback's JSON (already parsed). Raises Malformed."""
    if not isinstance(data, dict) or not isinstance(data.get("Body"), dict):
        raise Malformed("no Body")
    callback = data["Body"].get("stkCallback")
    if not isinstance(callback, dict):
        raise Malformed("no stkCallback")
    checkout_id, code = _text(callback, "CheckoutRequestID"), _text(callback, "ResultCode", 40)
    if code != "0":
        return PromptNews(checkout_id, code, None, "", None)
    metadata = callback.get("CallbackMetadata")
    items = metadata.get("Item") if isinstance(metadata, dict) else None
    if not isinstance(items, list):
        raise Malformed("no CallbackMetadata")
    # By name and never by place; "Balance" comes without a value.
    values = {item["Name"]: item["Value"] for item in items if isinstance(item, dict) and {"Name", "Value"} <= set(item)
              and isinstance(item["Name"], str)}  # fmt: skip
    return PromptNews(
        checkout_id,
        code,
        _money(values.get("Amount")),
        _text(values, "MpesaReceiptNumber", 30).upper(),
        _moment(values.get("TransactionDate")),
    )


def own_numbers():
    """The paybill and the till (set of str) that the settings name."""
    return {number for number in (settings.MPESA_SHORTCODE, settings.MPESA_TILL) if number}


def read_paybill(data):
    """The PaybillNews in a confirmation's JSON. Names and the (masked) number are not read. Raises Malformed."""
    if not isinstance(data, dict):
        raise Malformed("no object")
    if str(data.get("BusinessShortCode") or "none") not in own_numbers():
        raise Malformed("another paybill")
    return PaybillNews(
        _text(data, "TransID", 30).upper(),
        _money(data.get("TransAmount")),
        _typed(data.get("BillRefNumber")),
        _moment(data.get("TransTime")) or timezone.now(),
    )


def read_status(data):
    """The StatusNews in the answer to a question about a payment. Raises Malformed."""
    result = data.get("Result") if isinstance(data, dict) else None
    if not isinstance(result, dict):
        raise Malformed("no Result")
    code = _text(result, "ResultCode", 40)
    if code != "0":
        return StatusNews(code, "", False, None, None)  # its TransactionID is the question's own
    parameters = result.get("ResultParameters")
    # An object that holds the list, says Safaricom's documentation; the list itself, say other people's clients.
    rows = parameters.get("ResultParameter") if isinstance(parameters, dict) else parameters
    if not isinstance(rows, list):
        raise Malformed("no ResultParameters")
    values = {}
    for row in rows:  # keys repeat: the first one counts
        if isinstance(row, dict) and isinstance(row.get("Key"), str) and "Value" in row:
            values.setdefault(row["Key"], row["Value"])
    return StatusNews(
        code,
        _text(values, "ReceiptNo", 30).upper(),
        str(values.get("TransactionStatus")) == "Completed",
        _money(values.get("Amount")),
        _moment(values.get("FinalisedTime")),
    )


def _rows(response):
    """The rows of the list's answer, which puts one list into another."""
    if not isinstance(response, list):
        raise Malformed("no list")
    rows = [row for part in response for row in (part if isinstance(part, list) else [part])]
    if not all(isinstance(row, dict) for row in rows):
        raise Malformed("no rows")
    return rows


def _listed(row):
    try:
        when = datetime.datetime.fromisoformat(_text(row, "trxDate"))
    except ValueError:
        raise Malformed("no date") from None
    when = when if when.tzinfo else when.replace(tzinfo=NAIROBI)
    return Listed(
        _text(row, "transactionId", 30).upper(),
        _money(row.get("amount")),
        when,
        _typed(row.get("billreference")),
    )
