"""E3 of the requirements: length counts, no composition rules, common and contextual words refused offline."""

import socket

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.models import User


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def refuse(*_args):
        raise AssertionError("a password was checked online")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    "password",
    [
        "Imlu2026Nairobi",
        "IMLU-Kenya-1993!",
        "tortureSurvivors2025",
        "P@ssw0rd2026",
        "karibunairobi",
        "wagtailadmin12345",
        "short7!",
        "aaaaaaaaaaaaaaaa",
        "qwertyuiop",
        "iloveyou2",
        "wanjiku.kamau",
    ],
)
def test_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="wanjiku.kamau", email="wanjiku.kamau@example.org"))


@pytest.mark.parametrize(
    "password",
    ["seven blue kettles sing", "tvbn wmpz", "mwezi juu ya mlima baridi", "x7" * 40 + "zq", "kürbis ñandú über çay"],
)
def test_accepted(password):
    validate_password(password, User(username="wanjiku"))
