"""A real server. Every value that has no safe default must be given; a missing one is one sentence at start."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .env import database, email, value

DEBUG = False
SECRET_KEY = value("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters; see docs/settings.md.")
ALLOWED_HOSTS = value("ALLOWED_HOSTS")
DATABASES = {"default": database()}
WAGTAILADMIN_BASE_URL = value("SITE_URL")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]

vars().update(email())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = value("DEFAULT_FROM_EMAIL")
ADMINS = [(address, address) for address in value("ADMINS")]

SECURITY_CONTACT = value("SECURITY_CONTACT")
SECURITY_ENCRYPTION = value("SECURITY_ENCRYPTION")
for address in [*SECURITY_CONTACT, *([SECURITY_ENCRYPTION] if SECURITY_ENCRYPTION else [])]:
    if not ("@" in address or address.startswith("https://")) or address.startswith("http://"):
        raise ImproperlyConfigured(
            "SECURITY_CONTACT takes e-mail addresses or https:// pages, SECURITY_ENCRYPTION the latter; "
            "see docs/settings.md."
        )

HTTPS = value("HTTPS")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None

ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
if HTTPS:
    # Browsers take such a cookie over https alone. "__Host-" would need the path "/", and so reach public pages.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Secure-session", "__Secure-csrf"

ENVIRONMENT = "production"
