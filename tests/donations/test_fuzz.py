"""Whatever is sent to the public addresses where providers tell us: no 500, nothing lost, nothing paid."""

import copy
import hashlib
import hmac
import http.client
import json
import random
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from donations import inbox
from donations.doubles.paystack import SECRET
from donations.models import Entry, Event, Payment
from donations.providers import daraja
from donations.providers.paystack import our_site

ODD = [
    None,
    True,
    -1,
    0,
    10**30,
    1.5,
    "",
    "0",
    "\u0000",
    "\ud800",
    "ﷺ" * 50,
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": {}},
    "1e9",
]
JUNK = [b"", b"{", b"[", b"null", b"0", b'"x"', b"\xff\xfe\x00", b"[" * 5000, b'{"Body":' * 2000, b"a=b&c=d", b"<x/>",
        b'{"a":NaN}', b"9" * 5000, b'{"a":1e999}']  # fmt: skip


def places(data, path=()):
    """The path of every value in JSON."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def changed(data, dice):
    """The JSON with one value made odd, or left out."""
    data, path = copy.deepcopy(data), dice.choice([one for one in places(data) if one])
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    if dice.random() < 0.2 and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = dice.choice(ODD)
    return data


@pytest.fixture
def addresses(house):
    """{path: a good body} of every address where a provider tells us something."""
    house.mpesa.order("plan", {"code": "1032", "callbacks": [], "after": 0, "c2b": []})
    gift = house.give()
    attempt = gift.attempts.get()
    token = "ab" * 32
    Payment.objects.create(
        provider="mpesa", number="TUNPROVEN1", currency="KES", amount=100, occurred_at=gift.created_at,
        state="unproven", livemode=False, status_token=token,
    )  # fmt: skip
    items = [{"Name": "Amount", "Value": 200.0}, {"Name": "MpesaReceiptNumber", "Value": "TFUZZ00001"}]
    prompt = {"MerchantRequestID": "1", "CheckoutRequestID": attempt.provider_id, "ResultCode": 0,
              "CallbackMetadata": {"Item": items}}  # fmt: skip
    rows = [{"Key": "ReceiptNo", "Value": "TOTHER0001"}, {"Key": "Amount", "Value": 1.0},
            {"Key": "TransactionStatus", "Value": "Completed"}]  # fmt: skip
    card = {"event": "charge.success", "data": {"id": 1, "reference": attempt.key.hex, "transaction_reference": "x",
            "transaction": {"reference": "y"}, "metadata": {"site": our_site()}}}  # fmt: skip
    return {
        f"told/d/{attempt.path_token}/": {"Body": {"stkCallback": prompt}},
        f"told/p/{'d0' * 32}/": {"TransID": "TFUZZ00002", "TransAmount": "5.00", "BusinessShortCode": "600999",
                                 "BillRefNumber": "x", "TransTime": "20261126010000"},
        f"told/s/{token}/": {"Result": {"ResultCode": 0, "ResultParameters": {"ResultParameter": rows}}},
        "told/card/": card,
        "told/card/#refund": {**card, "event": "refund.processed"},
        "told/card/#dispute": {**card, "event": "charge.dispute.create"},
    }  # fmt: skip


def signed(path, body):
    signature = hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()
    return {"X-Paystack-Signature": signature} if "card" in path else {}


def test_odd_bodies(house, addresses):
    dice = random.Random(7)
    sent = 0
    for path, good in addresses.items():
        bodies = [json.dumps(changed(good, dice)).encode() for _ in range(25)] + JUNK
        for body in bodies:
            status = house.post(path.partition("#")[0], body, signed(path, body))
            assert status == 200, (path, body[:200], status)
            sent += 1
    assert Event.objects.count() == sent
    for _ in range(5):
        inbox.apply_waiting()
    states = set(Event.objects.values_list("state", flat=True))
    assert "malformed" in states
    stuck = Event.objects.filter(state="stored").exclude(kind="webhook")
    assert not stuck.exists(), [(event.kind, event.body.open()[:300]) for event in stuck]
    # A webhook whose refund or dispute Paystack does not tell about waits, and is told of after an hour.
    assert not Entry.objects.exists()


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_verbs(house, addresses, verb):
    for path in addresses:
        connection = http.client.HTTPConnection(urlsplit(house.url).netloc)
        connection.request(verb, "/" + path.partition("#")[0])
        assert connection.getresponse().status == 405
        connection.close()
    assert not Event.objects.exists()


def test_lengths_that_are_none(house, addresses):
    for path in {path.partition("#")[0] for path in addresses}:
        for length in ("-1", "x", "９", "99999999999", " 1 2"):
            connection = http.client.HTTPConnection(urlsplit(house.url).netloc, timeout=20)
            connection.putrequest("POST", "/" + path)
            connection.putheader("Content-Length", length.encode().decode("latin-1") if length != "９" else "\xb2")
            connection.endheaders()
            status = connection.getresponse().status
            connection.close()
            assert status in (400, 411, 413), (path, length, status)
    assert not Event.objects.exists()


def test_nothing_is_answered_but_what_the_provider_wants(house, addresses):
    for path, good in addresses.items():
        connection = http.client.HTTPConnection(urlsplit(house.url).netloc)
        body = json.dumps(good).encode()
        connection.request("POST", "/" + path.partition("#")[0], body, signed(path, body))
        answer = connection.getresponse()
        assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert answer.read() in (b"", b'{"ResultCode": "0", "ResultDesc": "Accepted"}')
        connection.close()


@pytest.mark.parametrize("told", ["00010101000000", "19991231235959", "99991231235959", "20260230000000", "x"])
def test_a_time_at_which_nobody_can_have_paid_is_the_time_at_which_it_was_told(settings, told):
    """A confirmation is not signed: it must not put money into the year 9998, nor be tried again for ever."""
    settings.MPESA_SHORTCODE = "174379"
    body = {"TransID": "NLJ7RT61SV", "TransAmount": "5.00", "BusinessShortCode": "174379", "TransTime": told}
    assert abs(daraja.read_paybill(body).occurred_at - timezone.now()) < timedelta(minutes=1)
    right = daraja.read_paybill({**body, "TransTime": "20191219102115"}).occurred_at
    assert right.isoformat() == "2019-12-19T10:21:15+03:00"
