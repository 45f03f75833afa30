"""Giving over HTTP: the site's own code behind a real socket, the doubles as programs of their own, real commits."""

import contextlib
import datetime
import json
import os
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from wagtail.models import Locale

from core.loading import unattended
from core.models import User
from core.roles import APPROVER, FINANCE
from donations import giving, inbox, reconcile
from donations.doubles import daraja as daraja_double
from donations.doubles import paystack as paystack_double
from donations.models import DonationForm, Entry, Fund, Gift
from donations.providers.daraja import token

CHECKOUT = Path(__file__).resolve().parents[2]
TABLES = "letter receipt receiptcount refund entry event payment attempt gift donationform fund methodstop".split()
QUICK = {"after": 0, "callbacks": [{}], "c2b": []}  # what most tests want of a prompt: paid at once, told at once
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Double:
    """One double, running as a program; `order` and `books` speak with it."""

    def __init__(self, name):
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"donations.doubles.{name}", "--port", "0"],
            cwd=CHECKOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "imlu.settings.test", "PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        words = self.process.stdout.readline().split()
        self.url = next(word for word in words if word.startswith("http"))

    def order(self, what, data=None, **more):
        """POST to /_double/<what>; returns the answer."""
        body = json.dumps(data if data is not None else more).encode()
        request = urllib.request.Request(f"{self.url}/_double/{what}", body, {"Content-Type": "application/json"})
        with DIRECT.open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def books(self):
        """What money really moved."""
        with DIRECT.open(f"{self.url}/_double/books", timeout=30) as answer:
            return json.loads(answer.read())

    def settled(self, patience=10):
        """Wait until nothing is under way any more. Returns the books."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            books = self.books()
            if not books["waiting"]:
                return books
            time.sleep(0.02)
        raise AssertionError("the double is still busy")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def programs():
    """Both doubles, for the whole run."""
    doubles = {name: Double(name) for name in ("daraja", "paystack")}
    yield doubles
    for double in doubles.values():
        double.stop()


def empty_tables():
    """Remove what a test has committed. On PostgreSQL the ledger's triggers stop every DELETE, but not TRUNCATE."""
    from django.core.cache import caches

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f"donations_{name}" for name in TABLES)
            cursor.execute(f"TRUNCATE {names}, core_record CASCADE")
        else:
            for name in [f"donations_{name}" for name in TABLES] + ["core_record"]:
                cursor.execute(f"DELETE FROM {name}")
    User.objects.filter(username__in=["faith", "grace"]).delete()
    caches["shared"].clear()


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In place of pytest-django's: no transaction around the test, so that the server's threads see every commit."""
    with django_db_blocker.unblock():
        empty_tables()
        yield
        empty_tables()


class House:
    """The site, its doubles, and short ways to use them."""

    def __init__(self, url, mpesa, cards, form):
        self.url, self.mpesa, self.cards, self.form = url, mpesa, cards, form

    def give(self, amount="200", method="mpesa", phone="0712 345 678", token=None, **more):
        """Begin a gift as a donor does. Returns the Gift."""
        data = {"currency": "KES", "amount": amount, "method": method, "phone": phone, "language": "en", **more}
        return giving.start(self.form, data, token or secrets.token_hex(16))

    def post(self, path, body, headers=None):
        """POST to the site over its socket. Returns the status (int)."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json", **(headers or {})})
        try:
            with DIRECT.open(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def told(self):
        """Wait until the doubles have told everything, and apply it. Returns {state: how many}."""
        self.mpesa.settled()
        self.cards.settled()
        return inbox.apply_waiting()

    def reconcile(self):
        """What run_due does, for everything that is open. Returns lines."""
        return reconcile.everything()

    @staticmethod
    def again(gift):
        """The gift anew from the database."""
        return Gift.objects.get(pk=gift.pk)


def in_ledger(gift):
    """The kinds and amounts (sorted list) of a gift's entries, without fees."""
    return sorted((entry.kind, entry.amount) for entry in Entry.objects.filter(gift=gift).exclude(kind="fee"))


@contextlib.contextmanager
def served(port=0):
    """The site behind a socket of this process. Yields its address."""
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def make_form():
    """A live form that takes KES and USD by every method."""
    fund = Fund.objects.create(code="general", name="General", label_en="Where it is needed most")
    with unattended():
        return DonationForm.objects.create(
            code="general",
            title="Give",
            fund=fund,
            locale=Locale.objects.get_or_create(language_code="en")[0],
            live=True,
            methods=["mpesa", "card", "bank", "cash", "cheque"],
            offers=[
                ("offer", {"currency": "KES", "presets": [{"amount": 200}, {"amount": 1000}], "own_amount": True,
                           "minimum": 50, "maximum": 300_000}),
                ("offer", {"currency": "USD", "presets": [{"amount": 10}], "own_amount": True, "minimum": 5,
                           "maximum": 1000}),
            ],
        )  # fmt: skip


@pytest.fixture
def house(db, programs, settings, monkeypatch):
    """The site with both doubles behind it."""
    mpesa, cards = programs["daraja"], programs["paystack"]
    mpesa.order("reset")
    cards.order("reset")
    mpesa.order("plan", QUICK)
    token.until = 0
    settings.MPESA_URL, settings.PAYSTACK_URL = mpesa.url, cards.url
    settings.MPESA_KEY, settings.MPESA_SECRET = daraja_double.KEY, daraja_double.SECRET
    settings.MPESA_SHORTCODE, settings.MPESA_PASSKEY = daraja_double.SHORTCODE, daraja_double.PASSKEY
    settings.MPESA_PAYBILL_TOKEN, settings.MPESA_LIST = daraja_double.PAYBILL_TOKEN, True
    settings.PAYSTACK_SECRET = paystack_double.SECRET
    settings.BANK_ACCOUNT, settings.CASH_PLACE, settings.CHEQUE_PAYEE = "Bank: Example|Account: 1", "Desk", "IMLU"
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(giving, "SAME_AGAIN", datetime.timedelta(0))
    with served() as url:
        settings.WAGTAILADMIN_BASE_URL = url.rstrip("/")
        mpesa.order("told-at", url=f"{url}told/p/{daraja_double.PAYBILL_TOKEN}/")
        cards.order("told-at", url=f"{url}told/card/")
        yield House(url, mpesa, cards, make_form())
    connections.close_all()


@pytest.fixture
def people(db):
    """(finance, approver): two people, each with one role."""
    faith = User.objects.create_user("faith", "faith@example.org", "a long sentence for tests")
    grace = User.objects.create_user("grace", "grace@example.org", "a long sentence for tests")
    faith.groups.add(Group.objects.get(name=FINANCE.name))
    grace.groups.add(Group.objects.get(name=APPROVER.name))
    return faith, grace
