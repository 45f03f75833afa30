"""What each role (setting ROLE) can be reached by, and what a request passes: a new address or layer is seen here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ASK = """
import json, sys
sys.path[:0] = ["site", "."]
import django
django.setup()
from django.conf import settings
from django.urls import get_resolver
def walk(patterns, above=""):
    for pattern in patterns:
        text = above + str(pattern.pattern)
        if hasattr(pattern, "url_patterns") and text != settings.ADMIN_PATH:
            yield from walk(pattern.url_patterns, text)
        else:
            yield text
print(json.dumps({"addresses": list(walk(get_resolver().url_patterns)), "middleware": settings.MIDDLEWARE}))
"""

PUBLIC_ADDRESSES = [
    r"^documents/(\d+)/(.*)$",
    r"^draft/(?P<token>[\w-]{43})/$",
    "sitemap.xml",
    "robots.txt",
    ".well-known/security.txt",
    "site.webmanifest",
    "favicon.ico",
    "^told/d/(?P<token>[0-9a-f]{64})/$",
    "^told/p/(?P<token>[0-9a-f]{64})/$",
    "^told/s/(?P<token>[0-9a-f]{64})/$",
    "told/card/",
    r"^media/(?P<path>images/.+)$",
    "search/",
    "donate/gift/<uuid:uuid>/",
    "donate/gift/<uuid:uuid>/state/",
    "donate/<slug:code>/",
    "donate/<slug:code>/frame/<slug:partner>/",
    "receipt/check/",
    "receipt/<str:token>/",
    r"^((?:[\w\-]+/)*)$",
]
PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.ConditionalMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.headers",
    "core.memo.middleware",
    "core.middleware.language_from_path",
    "django.middleware.common.CommonMiddleware",
    "core.views.wrong_method",
]
ADMIN_MIDDLEWARE = {
    "core.middleware.admin_sessions",
    "core.middleware.admin_csrf",
    "core.middleware.admin_authentication",
    "core.middleware.admin_messages",
    "core.middleware.admin_accounts",
    "core.middleware.admin_guard",
    "core.middleware.admin_forms",
    "core.middleware.admin_refusals",
}
# The sign-in pages, and Wagtail's own doors, which lead to them.
DOORS = ["", "out/", "inactive/", "again/", "password/", "forgotten/", "forgotten/sent/", "forgotten/done/",
         r"^link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "sessions/", "factor/", "factor/ask/", "factor/again/",
         "factor/app/add/", "factor/app/remove/", "factor/codes/", "factor/codes/new/", "factor/codes/file/",
         "factor/keys/", "factor/keys/add/", "factor/keys/again/", "factor/keys/in/", "factor/keys/<int:pk>/",
         "factor/keys/<int:pk>/remove/"]  # fmt: skip
ADMIN_ADDRESSES = [*(f"admin/sign-in/{door}" for door in DOORS), "admin/login/", "^admin/password_reset/", "admin/"]


def of_role(role, tmp_path):
    """The addresses and middleware of a process with this role."""
    environment = {**os.environ, "ROLE": role, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "imlu.settings.demo"}
    environment.pop("DATABASE_URL", None)
    answer = subprocess.run(
        [sys.executable, "-c", ASK], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


def test_public_role_has_no_admin_and_no_session(tmp_path):
    public = of_role("public", tmp_path)
    assert public["addresses"] == PUBLIC_ADDRESSES
    assert public["middleware"] == PUBLIC_MIDDLEWARE


@pytest.mark.parametrize("role", ["admin", "both"])
def test_the_other_roles_add_the_admin_alone(role, tmp_path):
    other = of_role(role, tmp_path)
    assert other["addresses"] == [*ADMIN_ADDRESSES, "styleguide/", *PUBLIC_ADDRESSES]
    assert [name for name in other["middleware"] if name not in ADMIN_MIDDLEWARE] == PUBLIC_MIDDLEWARE
    assert set(other["middleware"]) > ADMIN_MIDDLEWARE


def test_unknown_role_is_one_sentence(tmp_path):
    environment = {**os.environ, "ROLE": "visitor", "VAR_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.strip().startswith("manage.py: ROLE has a wrong value. Wanted: public")
    assert "Traceback" not in answer.stderr
