"""`make run`: production, with this short list of differences."""

import os

from .env import key_file, load_dotenv, sealing_key_file, value

load_dotenv()
port = os.environ.get("PORT", "8000")
var = value("VAR_DIR")

for name, default in {
    "SECRET_KEY": key_file(f"{var}/secret-key"),  # made once, kept in var/
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "DATABASE_URL": f"sqlite:///{var}/db.sqlite3",  # nothing to install
    "SITE_URL": f"http://localhost:{port}",
    "SEALING_KEYS": sealing_key_file(f"{var}/sealing-key"),
    "SECOND_FACTOR": "off",  # a password is enough; a banner in the admin says so
    "HTTPS": "off",  # plain HTTP on localhost: no redirect, no HSTS, cookies without "secure"
}.items():
    os.environ[name] = os.environ.get(name, "").strip() or default  # empty, as in an `.env` that waits to be filled in

from .production import *  # noqa: E402

# Giving: programs that stand in for the providers, where `make run` or a test has started them. No money moves.
if os.environ.get("DARAJA_DOUBLE") and not MPESA_KEY:
    from donations.doubles import daraja as _double

    MPESA_URL = os.environ["DARAJA_DOUBLE"]
    MPESA_KEY, MPESA_SECRET = _double.KEY, _double.SECRET
    MPESA_SHORTCODE, MPESA_PASSKEY, MPESA_LIST = _double.SHORTCODE, _double.PASSKEY, True
    MPESA_PAYBILL_TOKEN = MPESA_PAYBILL_TOKEN or _double.PAYBILL_TOKEN
if os.environ.get("PAYSTACK_DOUBLE") and not PAYSTACK_SECRET:
    from donations.doubles import paystack as _double

    PAYSTACK_URL, PAYSTACK_SECRET = os.environ["PAYSTACK_DOUBLE"], _double.SECRET
    BANK_ACCOUNT = BANK_ACCOUNT or "Bank: a demo, no bank|Account: 000 000 000"
    CASH_PLACE = CASH_PLACE or "At the desk of this demo"
    CHEQUE_PAYEE = CHEQUE_PAYEE or "Payable to: a demo"

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # mail lies in var/mail/
EMAIL_FILE_PATH = f"{var}/mail"
SERVE_MEDIA = True  # in production nginx serves /media/
ENVIRONMENT = "demo"  # a banner in the admin says so
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
