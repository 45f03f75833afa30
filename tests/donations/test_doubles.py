"""The doubles, judged by other people's work: daraja-v3 and mpesakit as clients, Prism with Paystack's own description.

`.ci/run` installs mpesakit and Prism below var/ (MPESAKIT is its Python, PRISM the program); without them those tests
are skipped. daraja-v3 is one of our tools.
"""

import datetime
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from imlu.settings import env

from donations import inbox, paybill, refunds
from donations.models import Event, Payment
from donations.providers import PROVIDERS, daraja, paystack
from donations.references import new_reference
from tests.donations.conftest import CHECKOUT, DIRECT, in_ledger

pytestmark = pytest.mark.once
MPESAKIT = os.environ.get("MPESAKIT") or str(CHECKOUT / "var/judges/bin/python")
PRISM = os.environ.get("PRISM") or str(CHECKOUT / "var/prism/node_modules/.bin/prism")
DESCRIPTION = CHECKOUT.parent / "shared/specs/paystack.yaml"

DARAJA_V3 = """
import json, sys
from mpesa import MpesaClient
from mpesa.exceptions import MpesaError
url, callback = sys.argv[1:3]
client = MpesaClient("double-key", "double-secret", "600999", passkey="double-passkey", base_url=url)
sent = client.stk_push(phone="0712345678", amount=200, reference="K7MF2QXC", callback_url=callback)
found = client.stk_query(sent.checkout_request_id)
try:
    client.stk_push(phone="0712345678", amount=1, reference="K7MF2QXC", callback_url=callback + "mpesa")
    refused = ""
except MpesaError as error:
    refused = error.code
parsed = [MpesaClient.parse_stk_callback(body) for body in json.load(sys.stdin)]
print(json.dumps([sent.checkout_request_id, found.is_paid, found.result_code, refused,
                  [[one["paid"], str(one["result_code"]), one["amount"], one["mpesa_receipt"]] for one in parsed]]))
"""

MPESAKIT_SCRIPT = """
import json, sys
from mpesakit.auth import TokenManager
from mpesakit.c2b import C2BConfirmationResponse, C2BRegisterUrlRequest, C2B, C2BResponseType, C2BValidationRequest
from mpesakit.http_client import MpesaHttpClient
from mpesakit.mpesa_express import StkPush, StkPushQueryRequest, StkPushSimulateCallback, StkPushSimulateRequest
from mpesakit.transaction_status import TransactionStatusResultCallback
url, callback = sys.argv[1:3]
given = json.load(sys.stdin)
http = MpesaHttpClient(env="sandbox")
http.base_url = url
tokens = TokenManager(consumer_key="double-key", consumer_secret="double-secret", http_client=http)
express = StkPush(http_client=http, token_manager=tokens)
sent = express.push(StkPushSimulateRequest(
    BusinessShortCode=600999, TransactionType="CustomerPayBillOnline", Amount=200, PartyA="254712345678",
    PartyB="600999", PhoneNumber="254712345678", CallBackURL=callback, AccountReference="K7MF2QXC",
    TransactionDesc="Payment", Passkey="double-passkey"))
found = express.query(StkPushQueryRequest(
    BusinessShortCode=600999, CheckoutRequestID=sent.CheckoutRequestID, Passkey="double-passkey"))
read = [StkPushSimulateCallback(**body) for body in given["prompts"]]
hands = [C2BValidationRequest(**body) for body in given["hands"]]
status = TransactionStatusResultCallback(**given["status"])
print(json.dumps([sent.CheckoutRequestID, str(found.ResultCode), [str(one.Body.stkCallback.ResultCode) for one in read],
                  read[0].amount, [one.TransID for one in hands], str(status.Result.ResultCode)]))
"""


def run(python, script, house, given):
    """Run a client in a program of its own, in Nairobi's time: both take the server's for it."""
    done = subprocess.run(
        [python, "-c", script, house.mpesa.url, f"{house.url}told/d/{'0' * 64}/"],
        input=json.dumps(given), capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "TZ": "Africa/Nairobi", "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def told_bodies(house):
    """What the double told the site: bodies of callbacks (paid, failed, a text as code), and of confirmations."""
    house.mpesa.order("next", [{"c2b": [{}]}, {"code": "1032"}, {"code": "SFC_IC0003"}])
    for number in range(3):
        house.give(phone=f"071234567{number}")
        house.mpesa.settled()
    read = [(event.kind, json.loads(event.body.open())) for event in Event.objects.order_by("pk")]
    prompts = [body for kind, body in read if kind == "prompt"]
    assert len(prompts) == 3
    return prompts, [body for kind, body in read if kind == "paybill"]


def test_daraja_v3(house):
    prompts, _hands = told_bodies(house)
    checkout, is_paid, code, refused, parsed = run(sys.executable, DARAJA_V3, house, prompts)
    assert checkout.startswith("ws_CO_") and is_paid and code == "0"
    assert refused == "400.002.02"  # an address with a word that Safaricom refuses
    first = house.mpesa.books()["payments"][0]
    assert [one[:2] for one in parsed] == [[True, "0"], [False, "1032"], [False, "SFC_IC0003"]]
    assert parsed[0][2:] == [200.0, first["number"]]


@pytest.mark.skipif(not Path(MPESAKIT).exists(), reason="mpesakit is not installed: .ci/run does")
def test_mpesakit(house, settings):
    settings.MPESA_INITIATOR, settings.MPESA_CREDENTIAL = "api", "secret"
    prompts, hands = told_bodies(house)
    inbox.apply_waiting()
    paybill.ask_about(Payment.objects.first())
    time.sleep(0.5)
    status = json.loads(Event.objects.get(kind="status").body.open())
    # The one thing on which mpesakit and Safaricom's documentation differ: we read both.
    listed = {
        "Result": {**status["Result"], "ResultParameters": status["Result"]["ResultParameters"]["ResultParameter"]}
    }
    assert daraja.read_status(listed) == daraja.read_status(status)
    given = {"prompts": prompts, "hands": hands, "status": listed}
    checkout, code, codes, amount, numbers, status_code = run(MPESAKIT, MPESAKIT_SCRIPT, house, given)
    assert checkout.startswith("ws_CO_") and code == "0"
    assert codes == ["0", "1032", "SFC_IC0003"] and amount == 200
    assert numbers == [house.mpesa.books()["payments"][0]["number"]] and status_code == "0"


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def prism(house):
    """A function that starts Prism with Paystack's description, as `mock` or as `proxy`; returns its address."""
    started = []

    def start(mode):
        port = free_port()
        words = [PRISM, mode, "-p", str(port), str(DESCRIPTION), "--errors"]
        words += [house.cards.url] if mode == "proxy" else []
        started.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _ in range(300):
            try:
                DIRECT.open(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


needs_prism = pytest.mark.skipif(
    not (Path(PRISM).exists() and DESCRIPTION.exists()),
    reason="Prism or Paystack's description is missing: .ci/run has both",
)


@needs_prism
def test_our_requests_are_those_of_paystacks_description(house, prism, settings):
    """Prism answers by the description, and refuses what breaks it."""
    settings.PAYSTACK_URL = prism("mock")
    answer = paystack._ask("POST", "/transaction/initialize", {"amount": 100})
    assert answer.status in (400, 422)  # Prism does judge: there is no e-mail
    gift = house.give("1000", method="card", phone="")
    started = PROVIDERS["paystack"].start(gift.attempts.get(), gift, return_url=house.url)
    assert started.code == "http_200"  # taken; the address in its example is none
    since = "from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-02T00%3A00%3A00.000Z"
    for verb, path, data in [
        ("GET", f"/transaction/verify/{gift.attempts.get().key.hex}", None),
        ("GET", f"/transaction?status=success&{since}&per_page=100&page=1", None),
        ("POST", "/refund", {"transaction": "x", "amount": 100, "currency": "KES", "merchant_note": "n"}),
        ("GET", f"/refund?{since}&perPage=100&page=1", None),
        ("GET", "/refund/15581137", None),
        ("GET", "/dispute/1", None),
    ]:  # fmt: skip
        assert paystack._ask(verb, path, data).status == 200, path


@needs_prism
def test_the_doubles_answers_are_those_of_paystacks_description(house, prism, settings, people):
    """Prism stands between the site and the double, and turns whatever breaks the description into an error."""
    settings.PAYSTACK_URL = prism("proxy")
    gift = house.give("1000", method="card", phone="")
    attempt = gift.attempts.get()
    assert attempt.state == "accepted" or attempt.result_code == ""
    provider = PROVIDERS["paystack"]
    assert provider.ask(attempt).state == "pending"
    house.cards.order("pay", reference=attempt.key.hex)
    house.told()
    assert house.again(gift).state == "paid" and in_ledger(gift) == [("gift", 100000)]
    refund = refunds.approve(refunds.ask(gift, 40000, "asked by the donor", people[0]), people[1])
    assert refund.state == "done", refund.result
    assert provider.ask_refund(refund, attempt).state == "paid"
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1)
    since = until - datetime.timedelta(days=1)
    assert len(provider.payments(since, until)) == 1 and len(provider.refunds(since, until)) == 1


@pytest.mark.parametrize("program", ["daraja", "paystack"])
@pytest.mark.parametrize("settings", ["imlu.settings.production", ""])
def test_a_double_refuses_to_start_beside_production(program, settings):
    done = subprocess.run(
        [sys.executable, "-m", f"donations.doubles.{program}", "--port", "0"], cwd=CHECKOUT, capture_output=True,
        text=True, timeout=30, check=False, env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
    )  # fmt: skip
    assert done.returncode == 1 and "A double runs beside" in done.stderr


@pytest.mark.parametrize("name", ["MPESA_URL", "PAYSTACK_URL"])
def test_production_cannot_name_a_double(name, monkeypatch):
    for url in ("http://127.0.0.1:9801", "https://127.0.0.1", "https://sandbox.safaricom.co.ke.example.org"):
        monkeypatch.setenv(name, url)
        with pytest.raises(ImproperlyConfigured):
            env.value(name)


def test_references_fit_both(house):
    assert all(len(new_reference()) <= 12 and new_reference().isalnum() for _ in range(100))
