"""The first administrator of a real site, and what `check --deploy` refuses."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.checks import UNSAFE, nothing_unsafe
from core.models import User
from tests.doors.conftest import is_in, password_step

NEW = "nine green lamps dance"


def run(*arguments):
    out = io.StringIO()
    call_command("first_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_a_link_good_once(client, home):
    old = re.search(r"/admin/sign-in/link/\S+", run("ada", "ada@example.org"))[0]
    ada = User.objects.get(username="ada")
    assert not ada.is_superuser
    assert not ada.has_usable_password()
    # Asked again before it was used: the same account, another link, and the old one is void.
    link = re.search(r"/admin/sign-in/link/\S+", run("ada", "ada@example.org"))[0]
    assert "not good any more" in Client().get(old, follow=True).content.decode()
    page = client.get(link, follow=True)
    assert client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}).status_code == 302
    assert "not good any more" in Client().get(link, follow=True).content.decode()
    password_step(client, "ada", NEW)
    assert not is_in(client)  # the second factor comes first
    with pytest.raises(CommandError, match="an administrator already"):
        run("eve", "eve@example.org")
    assert not User.objects.filter(username="eve").exists()


def test_a_wrong_e_mail_makes_nobody(home):
    with pytest.raises(CommandError):
        run("ada", "not an address")
    assert not User.objects.exists()


GOOD = {
    "SECOND_FACTOR": True,
    "ENVIRONMENT": "production",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "SECURE_SSL_REDIRECT": True,
    "WAGTAILADMIN_BASE_URL": "https://example.org",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
    "SERVE_MEDIA": False,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
BAD = {
    "SECOND_FACTOR": False,
    "ENVIRONMENT": "demo",
    "DEBUG": True,
    "SECURE_SSL_REDIRECT": False,
    "WAGTAILADMIN_BASE_URL": "http://example.org",
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "MFA_TRUST_ENABLED": True,
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True,
    "MFA_TOTP_INSECURE_BYPASS_CODE": "123456",
    "MFA_TOTP_TOLERANCE": 1,
    "MFA_RECOVERY_CODES_SHOW_ONCE": False,
    "SESSION_COOKIE_HTTPONLY": False,
    "CSRF_COOKIE_HTTPONLY": False,
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_SAMESITE": "None",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.fallback.FallbackStorage",
    "ACCOUNT_ADAPTER": "allauth.account.adapter.DefaultAccountAdapter",
    "MFA_ADAPTER": "allauth.mfa.adapter.DefaultMFAAdapter",
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": True,
    "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'unsafe-inline'"]}},
    "WAGTAIL_PASSWORD_MANAGEMENT_ENABLED": True,
    "WAGTAIL_EMAIL_MANAGEMENT_ENABLED": True,
    "WAGTAILADMIN_NOTIFICATION_USE_HTML": True,
    "WAGTAIL_PASSWORD_RESET_ENABLED": True,
    "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
    "ALLOWED_HOSTS": ["*"],
    "SERVE_MEDIA": True,
    "MIDDLEWARE": ["core.middleware.admin_sessions", "core.middleware.admin_authentication"],
    "AUTH_PASSWORD_VALIDATORS": [],
    "CACHES": {"shared": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
}


@pytest.fixture
def production(settings):
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def test_every_unsafe_setting_is_tried():
    assert {name for name, _is_unsafe, _why in UNSAFE} == set(BAD)


def test_safe_settings_pass(production):
    assert nothing_unsafe(None) == []


@pytest.mark.parametrize("name", BAD)
def test_unsafe_settings_are_named(production, name):
    setattr(production, name, BAD[name])
    assert [error.id for error in nothing_unsafe(None)] == [f"core.{name}"]
