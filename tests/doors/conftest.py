"""People who sign in through the real pages, with the second factor compulsory as on a real site."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client

from core.models import User

PASSWORD = "seven blue kettles sing"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/admin/sign-in/"


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def person(home):
    """Make a person: `person("ann", "Writer", factor=True)`."""

    def make(name, *roles, factor=False, **fields):
        user = User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)
        user.groups.set(Group.objects.filter(name__in=roles))
        if factor:
            TOTP.activate(user, SECRET)
        return user

    return make


@pytest.fixture
def now(monkeypatch):
    """A clock that can be moved: `now.add(60)`."""

    class Clock:
        ahead = 0

        def add(self, seconds):
            self.ahead += seconds

    clock, real = Clock(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + clock.ahead)
    return clock


def code(secret=SECRET):
    """The code that an app shows now, never in the last second of its thirty: it must still be good when it arrives."""
    left = 30 - time.time() % 30
    if left < 1:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def password_step(client, name, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def sign_in(client, name):
    """Password and code; returns the last answer."""
    first = password_step(client, name)
    assert first.headers["Location"] == "/admin/sign-in/factor/ask/"
    return client.post("/admin/sign-in/factor/ask/", {"code": code()})


def is_in(client):
    """Whether the dashboard is shown."""
    return client.get("/admin/").status_code == 200


@pytest.fixture
def another_client():
    return Client()


@pytest.fixture
def committing(monkeypatch):
    """What waits for the end of the transaction happens at once: a test's own transaction never ends."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, *args, **kwargs: function())


@pytest.fixture
def system():
    """Here nothing is done by the system: every page that goes live needs its approvals."""
