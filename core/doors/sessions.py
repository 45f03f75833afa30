"""How long a session lasts, how strong it is, and how it ends."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from .. import due

IDLE, LONGEST, FRESH = 30 * 60, 12 * 60 * 60, 5 * 60  # seconds
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# In a form that waited for a fresh sign-in: it had a password, which was not kept.
TYPE_AGAIN = "type-again"
# Asked by an open editor by itself: no sign that somebody is there.
NOBODY_S = ("/editing-sessions/", "/comments/")


def has_factor(user):
    """Whether a person has set up a second factor."""
    return user.is_authenticated and Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def used_factor(request):
    """Whether this session began, or was confirmed, with a second factor."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def is_fresh(request):
    """Whether the person has shown who they are within five minutes, with the second factor if they have one."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    if has_factor(request.user):
        records = [record for record in records if record["method"] == "mfa"]
    return any(time.time() - record["at"] < FRESH for record in records)


def is_over(request):
    """Whether a session has lasted too long or been left alone; if not, note that somebody is there."""
    now, session = time.time(), request.session
    began, seen = session.setdefault("began", now), session.setdefault("seen", now)
    if now - began > LONGEST or now - seen > IDLE:
        return True
    if now - seen > 60 and not any(part in request.path_info for part in NOBODY_S):
        session["seen"] = now
    return False


def end_sessions(user, but=None):
    """End all sessions of a person, but for the one with the key `but`."""
    for session in UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or ""):
        session.end()


@due.register("forget sessions that are over", every=60 * 60)
def forget_what_is_over():
    """Delete the rows of sessions that have run out, and the addresses and browsers beside them."""
    SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return []
