"""Slows guessing down: after a few wrong tries each further one must wait longer, up to 40 seconds.

Counted for each account and for each address, in the cache that all processes share. Nobody is ever locked out: a try
that comes too early is answered with 429 and changes nothing. A browser in which the person has signed in before is
counted by itself, so that a stranger's guessing does not keep the person waiting.
"""

import hashlib
import hmac
import ipaddress
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from math import ceil

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import get_random_string

FREE = {"account": 3, "browser": 3, "address": 10}  # wrong tries without a wait
LONGEST = 40  # seconds
MEMORY = 30 * 60  # seconds without a try, after which all is forgotten
COOKIE, COOKIE_AGE = "known-browser", 90 * 24 * 60 * 60


def client_address(request):
    """The address (str) that a request comes from: nginx's word for it, where there is a proxy that is trusted."""
    if settings.TRUST_PROXY:
        return request.META.get("HTTP_X_REAL_IP") or "127.0.0.1"
    return request.META.get("REMOTE_ADDR") or "127.0.0.1"


def network_of(address):
    """What is counted as one address (str): of IPv6 its first half, since whoever has one there has all of these."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return found.packed[:8].hex() if found.version == 6 else str(found)


def account_of(request):
    """The name (str, perhaps empty) of the account that a form on the sign-in pages is about.

    Only where a name is typed does the form say it: a code is for whoever gave the password, whatever else is sent.
    """
    if request.user.is_authenticated:
        return request.user.get_username().lower()
    if request.path_info in (reverse("account_login"), reverse("account_reset_password")):
        name = request.POST.get("login") or request.POST.get("email") or ""
    else:
        login = unstash_login(request, peek=True)
        name = login.user.get_username() if login and login.user else ""
    return name.strip().lower()


def _hashed(kind, text):
    """A cache key that tells nobody anything, and another one every day."""
    day = datetime.now(UTC).date().isoformat()
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{day} {kind} {text}".encode(), hashlib.sha256)
    return f"throttle-{kind}-{digest.hexdigest()}"


def keys_of(request, account):
    """Return {kind: cache key} under which a try is counted."""
    try:
        name, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_AGE)
    except (signing.BadSignature, ValueError):
        name = browser = None
    if account and name == account:
        return {"browser": _hashed("browser", browser)}
    keys = {"address": _hashed("address", network_of(client_address(request)))}
    return {"account": _hashed("account", account), **keys} if account else keys


def remember_browser(request, response, user):
    """Mark the browser as one in which `user` has signed in, and forget the wrong tries of the account."""
    account = user.get_username().lower()
    keys = keys_of(request, account)
    caches["shared"].delete_many([key for kind, key in keys.items() if kind != "address"])
    if "browser" not in keys:
        response.set_cookie(
            COOKIE,
            signing.dumps([account, get_random_string(20)], salt=COOKIE),
            max_age=COOKIE_AGE,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def delay(kind, tries):
    """Seconds to wait after so many wrong tries: 0 at first, then 2, 4, 8 … 40."""
    return min(LONGEST, 2 ** (tries - FREE[kind])) if tries > FREE[kind] else 0


@contextmanager
def alone(keys):
    """Hold the counts under these keys (dict), in all processes: many tries at once would all read the same one.

    Gives whether they could be had within a second.
    """
    cache, held, until = caches["shared"], [], time.monotonic() + 1
    try:
        for key in sorted(f"{key}-held" for key in keys.values()):
            while not cache.add(key, True, 5):
                if time.monotonic() > until:
                    yield False
                    return
                time.sleep(0.02)
            held.append(key)
        yield True
    finally:
        cache.delete_many(held)


def throttled(view, always=False):
    """Wrap a view: a POST that is not answered with a redirect was a wrong try (with `always`: any POST counts)."""

    @wraps(view)
    def guard(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        cache, keys = caches["shared"], keys_of(request, account_of(request))
        with alone(keys) as may_count:
            now = time.time()
            before = {key: cache.get(key, (0, 0)) for key in keys.values()}
            wait = ceil(max(until for _tries, until in before.values()) - now)
            if wait > 0 or not may_count:
                return too_many(request, max(wait, 1))
            # Counted before it is looked at, so that many tries at once are not all free.
            for kind, key in keys.items():
                tries = before[key][0] + 1
                cache.set(key, (tries, now + delay(kind, tries)), MEMORY)
        response = view(request, *args, **kwargs)
        if 300 <= response.status_code < 400 and not always:
            with alone(keys):
                for key in keys.values():
                    tries, until = cache.get(key, (0, 0))
                    # Others may have tried in the meantime: theirs stay counted.
                    still = before[key] if tries == before[key][0] + 1 else (max(tries - 1, 0), until)
                    cache.set(key, still, MEMORY)
        return response

    return guard


def too_many(request, wait):
    """429, with the seconds to wait in words and in `Retry-After`."""
    response = render(request, "account/wait.html", {"seconds": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
