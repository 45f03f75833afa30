"""Logging that keeps nothing of a visitor: no address, no browser, no referrer, no query."""

import contextlib
import hashlib
import logging
import re

from django.core.cache import caches
from django.core.mail import mail_admins
from django.utils.log import AdminEmailHandler

# A part of an address that is a secret: it has 32 hexadecimal digits or more, is a UUID, or is signed.
SECRET = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|:.+:")
TROUBLES, KEPT = "troubles", 24 * 60 * 60  # seconds


def is_old_address(path):
    """Whether a rule of content/old-addresses.yaml knows a path. In doubt it does: better no path than a name."""
    from .old_addresses import rules  # needs the settings, which are not complete when logging is set up

    try:
        return rules().resolve(path) is not None
    except Exception:
        return True


class NoVisitor(logging.Filter):
    """Drop the request object from a record, so that no handler or formatter can write what it holds.

    An address of the earlier websites isn't written either: some of them hold a victim's name. Of an address that is a
    secret (a gift's page, a receipt's link, where a provider tells us) the secret is left out: errors are mailed.
    """

    def filter(self, record):
        path = getattr(getattr(record, "request", None), "path", "")
        shown = "/".join("…" if SECRET.search(part) else part for part in path.split("/"))
        if path and is_old_address(path):
            shown = "(an old address)"
        if shown != path:
            record.args = tuple(shown if arg == path else arg for arg in record.args or ())
        for name in ("request", "server_time", "ip", "client"):
            record.__dict__.pop(name, None)
        return True


class PlainFormatter(logging.Formatter):
    """Show where an error happened (file, line, function), without values.

    A database's or form's error message can quote what a visitor typed: of the exception only its type is written.
    """

    def formatException(self, exc_info):
        kind, _, trace = exc_info
        lines = []
        while trace:
            code = trace.tb_frame.f_code
            lines.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
            trace = trace.tb_next
        return "\n".join([*lines, f"  {kind.__module__}.{kind.__qualname__}"])


class ToldLater(logging.Handler):
    """Keep errors, one of each kind, until somebody takes them with `take_troubles` and mails them.

    For errors that come with every visitor while they last, and in the middle of a payment: none of these must wait
    for a mail server, nor be a mail each.
    """

    def emit(self, record):
        with contextlib.suppress(Exception):  # the database may be what the error is about
            kept = caches["shared"].get(TROUBLES) or {}
            if record.msg not in kept:
                caches["shared"].set(TROUBLES, {**kept, record.msg: record.getMessage()}, KEPT)


def take_troubles():
    """The errors (list of str) that were kept and of whose kind nobody was told within the hour; they are forgotten."""
    cache = caches["shared"]
    kept = cache.get(TROUBLES) or {}
    cache.delete(TROUBLES)
    kinds = {f"{TROUBLES}-{hashlib.sha256(kind.encode()).hexdigest()}": said for kind, said in kept.items()}
    return [said for key, said in kinds.items() if cache.add(key, 1, 60 * 60)]


class QuietMailHandler(AdminEmailHandler):
    """Mail server errors to ADMINS without Django's report, which quotes the request and all variables."""

    def emit(self, record):
        mail_admins(f"{record.levelname} on the website", self.format(record), fail_silently=True)
