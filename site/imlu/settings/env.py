"""Every setting that comes from the environment or from an `.env` file, in one table.

`docs/settings.md` is written from this table (`manage.py write_settings_doc`); a test compares the two.
"""

import base64
import io
import os
import re
import secrets
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

CHECKOUT = Path(__file__).resolve().parents[3]
REQUIRED = object()


@dataclass(frozen=True)
class Variable:
    """One environment variable: its `kind` is one of PARSERS."""

    name: str
    kind: str
    default: object
    meaning: str
    pattern: str = ""  # what a text must look like

    def read(self, env=None):
        """Return the variable's value; raise ImproperlyConfigured with one sentence if missing or wrong."""
        given = os.environ.get(self.name, "").strip()
        if not given and self.default is REQUIRED:
            raise ImproperlyConfigured(f"{self.name} must be set ({self.meaning}); see docs/settings.md.")
        if not given:
            return self.default
        try:
            value = PARSERS[self.kind](given)
        except (KeyError, ValueError) as error:
            raise self.wrong() from error
        if value == [] or (self.pattern and not re.fullmatch(self.pattern, given)):
            raise self.wrong()
        return value

    def wrong(self):
        """The error for a value that does not fit; it never quotes the value, which may be a secret."""
        form = {"bool": "on or off, ", "int": "a whole number, "}.get(self.kind, "")
        return ImproperlyConfigured(
            f"{self.name} has a wrong value. Wanted: {form}{self.meaning}; see docs/settings.md."
        )


def _not_negative(text):
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


YES, NO = ("on", "true", "yes", "y", "1"), ("off", "false", "no", "n", "0")
PARSERS = {
    "str": str,
    "int": _not_negative,
    "bool": lambda text: {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[text.lower()],
    "list": lambda text: [part.strip() for part in text.split(",") if part.strip()],
}

VARIABLES = {
    variable.name: variable
    for variable in [
        Variable("SECRET_KEY", "str", REQUIRED, "a long random text, at least 50 characters, known to nobody"),
        Variable("ALLOWED_HOSTS", "list", REQUIRED, "the host names of the site, with commas: imlu.org,www.imlu.org"),
        Variable("DATABASE_URL", "str", REQUIRED, "postgres://user:password@host:5432/name or sqlite:////path"),
        Variable(
            "SITE_URL",
            "str",
            REQUIRED,
            "the address of the site: https://imlu.org, without a final slash",
            r"https?://[\w.-]+(:\d+)?",
        ),
        Variable(
            "ROLE", "str", "both", "public (no admin, no session), admin, or both in one process", "public|admin|both"
        ),
        Variable("VAR_DIR", "str", str(CHECKOUT / "var"), "folder for pictures, documents, static files and logs"),
        Variable("EMAIL_URL", "str", "smtp://localhost:25", "where mail goes: smtp+tls://user:password@host:587"),
        Variable("DEFAULT_FROM_EMAIL", "str", "website@localhost", "sender of the site's own mail"),
        Variable("ADMINS", "list", [], "addresses that are told of server errors, with commas"),
        Variable(
            "SECURITY_CONTACT",
            "list",
            [],
            "where security holes are reported (security.txt): e-mail addresses or https:// pages, with commas",
        ),
        Variable("SECURITY_ENCRYPTION", "str", "", "the https:// address of the OpenPGP key for such reports"),
        Variable("HTTPS", "bool", True, "redirect to https, send HSTS, mark cookies as secure"),
        Variable(
            "TRUST_PROXY",
            "bool",
            False,
            "believe X-Forwarded-Proto, and X-Real-IP at sign-in and giving: only behind a proxy that sets both",
        ),
        Variable("SECOND_FACTOR", "bool", True, "ask everybody for a second factor at sign-in; off in `make run`"),
        Variable(
            "FRONT_CACHE_URL",
            "str",
            "",
            "a front cache that forgets an address on PURGE (Varnish, Squid): http://127.0.0.1:6081",
            r"https?://[\w.:-]+",
        ),
        Variable("LOG_LEVEL", "str", "INFO", "DEBUG, INFO, WARNING or ERROR", "DEBUG|INFO|WARNING|ERROR"),
        Variable(
            "RECORD_SYSLOG",
            "str",
            "",
            "where each line of the record goes too, as JSON: /dev/log, or host:port (UDP) of another machine",
            r"/[\w./-]+|[\w.-]+:\d+",
        ),
        Variable("UPLOAD_PICTURE_MAX_BYTES", "int", 15 * 1024**2, "largest picture that editors may upload, in bytes"),
        Variable("UPLOAD_PICTURE_MAX_PIXELS", "int", 40_000_000, "largest picture in pixels (width times height)"),
        Variable("UPLOAD_DOCUMENT_MAX_BYTES", "int", 25 * 1024**2, "largest document, in bytes"),
        # Giving (docs/giving.md). A way to give that is not set up here is offered to nobody.
        Variable("SEALING_KEYS", "list", [], "keys that encrypt what is kept of donors, newest first: docs/giving.md"),
        Variable("GIVING_LIVE", "bool", False, "real money; else every giving page says that it is a test"),
        Variable(
            "MPESA_URL",
            "str",
            "https://sandbox.safaricom.co.ke",
            "Safaricom's Daraja: https://sandbox.safaricom.co.ke, or https://api.safaricom.co.ke for real money",
            r"https://(sandbox|api)\.safaricom\.co\.ke",
        ),
        Variable("MPESA_KEY", "str", "", "the consumer key of the Daraja app; without it M-Pesa is not offered"),
        Variable("MPESA_SECRET", "str", "", "the consumer secret of the Daraja app"),
        Variable("MPESA_SHORTCODE", "str", "", "the paybill, or the till's store number", r"\d{5,8}"),
        Variable("MPESA_TILL", "str", "", "the till, where gifts go to one and not to a paybill", r"\d{5,8}"),
        Variable("MPESA_PASSKEY", "str", "", "the passkey for prompts (Lipa na M-Pesa online)"),
        Variable(
            "MPESA_PAYBILL_TOKEN",
            "str",
            "",
            "a secret in the address where Safaricom tells of payments by hand: 64 characters of 0-9 and a-f",
            r"[0-9a-f]{64}",
        ),
        Variable("MPESA_INITIATOR", "str", "", "the API operator who asks for a transaction's status"),
        Variable("MPESA_CREDENTIAL", "str", "", "the API operator's encrypted password (SecurityCredential)"),
        Variable("MPESA_LIST", "bool", False, "Safaricom has opened its Pull Transactions list for the paybill"),
        Variable(
            "PAYSTACK_URL",
            "str",
            "https://api.paystack.co",
            "Paystack's address",
            r"https://api\.paystack\.co",
        ),
        Variable(
            "PAYSTACK_SECRET",
            "str",
            "",
            "Paystack's secret key, sk_test_… or sk_live_…",
            r"sk_(test|live)_[A-Za-z0-9]+",
        ),
        Variable(
            "BANK_ACCOUNT",
            "str",
            "",
            "what donors need for a transfer, lines divided by |: Bank: …|Account: …|Branch: …",
        ),
        Variable("CASH_PLACE", "str", "", "where and when cash is taken, lines divided by |"),
        Variable(
            "GIVING_PARTNERS",
            "list",
            [],
            "who may show the giving form in a frame, with commas: code=https://partner.example.org",
            r"\s*[a-z0-9-]{1,30}=https?://[\w.:-]+(\s*,\s*[a-z0-9-]{1,30}=https?://[\w.:-]+)*\s*,?\s*",
        ),
        Variable("CHEQUE_PAYEE", "str", "", "to whom cheques are made out and sent, lines divided by |"),
    ]
}


def load_dotenv():
    """Read `.env` of the checkout, if there is one; what the environment already says wins.

    Raises ImproperlyConfigured, in one sentence, for a file or a line that can't be read: it would be passed over.
    """
    try:
        text = (CHECKOUT / ".env").read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured("The file .env can't be read as UTF-8 text; see docs/settings.md.") from error
    lines = [line if line.strip() and not line.lstrip().startswith("#") else "" for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and not re.match(r"(export )?\w+=", line):
            raise ImproperlyConfigured(
                f"Line {number} of .env must be NAME=value, without spaces around the name; see docs/settings.md."
            )
    environ.Env.read_env(io.StringIO("\n".join(lines)), overwrite=False)


def value(name):
    """Return the value of one variable of the table. Raises ImproperlyConfigured, in one sentence."""
    return VARIABLES[name].read()


def database():
    """Return Django's DATABASES["default"] from DATABASE_URL.

    Only PostgreSQL and SQLite are accepted. Raises ImproperlyConfigured with one sentence for anything else.
    """
    url = value("DATABASE_URL")
    scheme = url.partition("://")[0]
    if scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:// ; see docs/settings.md.")
    try:
        config = environ.Env.db_url_config(url)
    except Exception as error:  # django-environ raises whatever urllib raised
        raise ImproperlyConfigured("DATABASE_URL can't be read as an address; see docs/settings.md.") from error
    if not config.get("NAME") or (scheme == "sqlite" and config["NAME"] == ":memory:"):
        raise ImproperlyConfigured("DATABASE_URL names no database; see docs/settings.md.")
    if scheme == "sqlite":
        config["OPTIONS"] = {
            # Tried with two writers: deferred transactions failed 150 of 200 writes, IMMEDIATE none.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        options = config.setdefault("OPTIONS", {})
        options.setdefault("connect_timeout", 5)
        # Our queries take milliseconds; compiling one first (just in time, as PostgreSQL does) takes longer.
        options.setdefault("options", "-c jit=off")
    config["CONN_MAX_AGE"] = 60  # seconds
    return config


def email(prefix=""):
    """Return Django's EMAIL_* settings from EMAIL_URL. Raises ImproperlyConfigured."""
    try:
        return environ.Env.email_url_config(value("EMAIL_URL"))
    except Exception as error:
        raise ImproperlyConfigured("EMAIL_URL can't be read as an address; see docs/settings.md.") from error


def key_file(path):
    """Return the secret key kept in the file at `path`, making one first if there is none (demo, dev, tests)."""
    path = Path(path)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def sealing_key_file(path):
    """Return the key kept in the file at `path` for SEALING_KEYS, making one first (demo, dev, tests)."""
    path = Path(path)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return path.read_text()


def syslog():
    """Return the logging handler (dict) for the record: syslog where RECORD_SYSLOG says so, else nothing."""
    where = value("RECORD_SYSLOG")
    if not where:
        return {"class": "logging.NullHandler"}
    host, _, port = where.rpartition(":")
    return {
        "class": "logging.handlers.SysLogHandler",
        "address": (host, int(port)) if host else where,
        "facility": "authpriv",
        "formatter": "record",
    }


@contextmanager
def one_sentence(program):
    """End the program with one clear sentence and exit code 1 for a wrong setting or an unreachable database."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"{program}: {error}")
    except Exception as error:
        from django.db.migrations.exceptions import MigrationSchemaMissing
        from django.db.utils import DatabaseError, OperationalError

        # Unreachable; no database at all (a file of another kind); one in which the user may make no tables.
        is_known = type(error) in (OperationalError, DatabaseError, MigrationSchemaMissing)
        if not is_known and not str(error).startswith("invalid dsn"):  # a misspelt option behind the address's "?"
            raise
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"{program}: the database can't be used ({reason}). Check DATABASE_URL and that it is running.")
