"""What is the same everywhere. What differs is in production.py, demo.py, dev.py and test.py."""

from pathlib import Path
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .env import CHECKOUT as BASE_DIR
from .env import load_dotenv, syslog, value

load_dotenv()

INSTALLED_APPS = [
    "imlu",
    "core",
    "blocks",
    "home",
    "programmes",
    "coalitions",
    "news",
    "resources",
    "search",
    "donations",
    "desk",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.frontend_cache",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.sites",
    "core.doors.apps.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "taggit",
    "allauth",
    "core.doors.apps.AccountConfig",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

# One list for the public site and the admin: what needs a session passes through outside the admin's addresses.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.ConditionalMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.headers",
    "core.memo.middleware",
    "core.middleware.language_from_path",
    "core.middleware.admin_sessions",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.admin_csrf",
    "core.middleware.admin_authentication",
    "core.middleware.admin_messages",
    "core.middleware.admin_accounts",
    "core.middleware.admin_guard",
    "core.middleware.admin_forms",
    "core.middleware.admin_refusals",
    "core.views.wrong_method",
]

# A public process has no admin: neither its addresses nor anything that knows a session.
ROLE = value("ROLE")
if ROLE == "public":
    MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("core.middleware.admin_")]

ROOT_URLCONF = "imlu.urls"
WSGI_APPLICATION = "imlu.wsgi.application"
ADMIN_PATH = "admin/"
DOORS_PATH = "sign-in/"  # below it: the session's cookie has the path /admin/

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.chrome.context_processor",
            ],
        },
    },
]

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "core.doors.passwords.NotOfOurWorld"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds for which a link of that kind is good, once

# Signing in (core.doors). allauth's own limits are off: core.doors.throttle counts, and says how long to wait.
SECOND_FACTOR = value("SECOND_FACTOR")
TRUST_PROXY = value("TRUST_PROXY")
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
ACCOUNT_ADAPTER = "core.doors.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]  # nobody signs up; allauth wants to know
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "core.doors.adapter.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "core.doors.adapter.ActivateTOTP",
    "login_webauthn": "core.doors.adapter.LoginWebAuthn",
    "authenticate_webauthn": "core.doors.adapter.AuthenticateWebAuthn",
    "reauthenticate_webauthn": "core.doors.adapter.ReauthenticateWebAuthn",
    "add_webauthn": "core.doors.adapter.AddWebAuthn",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "IMLU"

# What signing in and giving count is shared by all processes; everything else stays in each one's memory.
CACHES = {
    "default": {"BACKEND": "core.cache.Cache"},
    "shared": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Django's 300 would let a stranger push out what is counted of others.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages: English has no prefix, Kiswahili lives under /sw/. The path alone decides (core.middleware).
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("sw", _("Kiswahili"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("sw", "Kiswahili")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "Africa/Nairobi"
FORMAT_MODULE_PATH = ["imlu.formats"]

# Rules for the addresses of the earlier websites (docs/old-addresses.md).
OLD_ADDRESSES_FILE = BASE_DIR / "content" / "old-addresses.yaml"

# Files. Only `static` and `media` are ever served by address; originals and documents lie in `private`.
VAR_DIR = Path(value("VAR_DIR"))
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "core.styles.BundleFinder",
    "core.styles.SourceFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # The address is a view for people who are signed in (core.views.private_file).
        "OPTIONS": {"location": VAR_DIR / "private", "base_url": f"/{ADMIN_PATH}private/"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

UPLOAD_PICTURE_MAX_BYTES = value("UPLOAD_PICTURE_MAX_BYTES")
UPLOAD_PICTURE_MAX_PIXELS = value("UPLOAD_PICTURE_MAX_PIXELS")
UPLOAD_DOCUMENT_MAX_BYTES = value("UPLOAD_DOCUMENT_MAX_BYTES")

# Giving (donations/, docs/giving.md)
SEALING_KEYS = value("SEALING_KEYS")
GIVING_LIVE = value("GIVING_LIVE")
MPESA_URL = value("MPESA_URL")
MPESA_KEY, MPESA_SECRET = value("MPESA_KEY"), value("MPESA_SECRET")
MPESA_SHORTCODE, MPESA_TILL, MPESA_PASSKEY = value("MPESA_SHORTCODE"), value("MPESA_TILL"), value("MPESA_PASSKEY")
MPESA_PAYBILL_TOKEN = value("MPESA_PAYBILL_TOKEN")
MPESA_INITIATOR, MPESA_CREDENTIAL = value("MPESA_INITIATOR"), value("MPESA_CREDENTIAL")
MPESA_LIST = value("MPESA_LIST")
PAYSTACK_URL, PAYSTACK_SECRET = value("PAYSTACK_URL"), value("PAYSTACK_SECRET")
# {partner's code: the one site that may show the form in a frame for it}
GIVING_PARTNERS = dict(partner.split("=", 1) for partner in value("GIVING_PARTNERS"))
BANK_ACCOUNT, CASH_PLACE, CHEQUE_PAYEE = value("BANK_ACCOUNT"), value("CASH_PLACE"), value("CHEQUE_PAYEE")

# Wagtail
WAGTAIL_SITE_NAME = "IMLU"
WAGTAILIMAGES_IMAGE_MODEL = "core.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.forms.SiteImageForm"
WAGTAILIMAGES_RENDITION_STORAGE = "core.storage.SizesStorage"
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpg", "jpeg", "png", "webp"]
# Wagtail would turn WebP into PNG, ten times as heavy.
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"webp": "webp", "avif": "webp"}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = UPLOAD_PICTURE_MAX_BYTES
WAGTAILIMAGES_MAX_IMAGE_PIXELS = UPLOAD_PICTURE_MAX_PIXELS
# Told when a page is published, and when a picture is withdrawn (core.clearances). nginx forgets by itself.
if value("FRONT_CACHE_URL"):
    WAGTAILFRONTENDCACHE = {
        "front": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": value("FRONT_CACHE_URL"),
        }
    }
WAGTAILDOCS_DOCUMENT_MODEL = "core.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "core.forms.SiteDocumentForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = []
WAGTAILEMBEDS_FINDERS = []
# A new translation begins as a draft: its words are still English.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# Passwords, forgotten ones too, and e-mail addresses are the sign-in pages' and the administrators' business.
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_REQUIRED = False  # the person chooses it, not who makes the account (core.doors.users)
WAGTAIL_WORKFLOW_ENABLED = True
# Without the names that only some systems have ("localtime"): browsers refuse them.
WAGTAIL_USER_TIME_ZONES = ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone)]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]},
    }
}
# "simple" keeps words like "About", which the English configuration drops; then PostgreSQL equals SQLite.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "core.search_backend", "SEARCH_CONFIG": "simple"},
}
# Wagtail updates its reference index through tasks: they run at once, so that it is never stale.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Security. Each of these is tested on a real response (tests/test_headers.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        # 'self' and not 'none': Wagtail shows previews in a frame of the admin.
        "frame-ancestors": [SELF],
    }
}
# Wagtail's admin has inline scripts and styles (safety.md, finding 5): its own policy, by path.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
# `no-referrer` would make browsers send "Origin: null" and Django refuse every form.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the CSRF middleware is there, inside core.middleware.admin_csrf: tested on the sign-in form
    "security.W019",  # SAMEORIGIN and not DENY: Wagtail shows previews in a frame of the admin
]
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/" + ADMIN_PATH
# Django would keep what is said above a page, a draft's title too, in a cookie for every address of the site.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's editor sends many

# No address, browser, referrer or query of a visitor is ever logged: the request logger is silent below ERROR,
# and errors are written with their path only (core.logs).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_visitor": {"()": "core.logs.NoVisitor"}},
    "formatters": {
        "plain": {"()": "core.logs.PlainFormatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "record": {"format": "imlu-record: %(message)s"},
    },
    "handlers": {
        "record": syslog(),
        "console": {"class": "logging.StreamHandler", "filters": ["no_visitor"], "formatter": "plain"},
        "mail": {
            "class": "core.logs.QuietMailHandler",
            "level": "ERROR",
            "filters": ["no_visitor"],
            "formatter": "plain",
        },
        "later": {"class": "core.logs.ToldLater", "level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": value("LOG_LEVEL")},
    "loggers": {
        "django": {"level": "INFO"},
        # Of the providers of payments: mailed by `run_due` (donations.alarms.tell_administrators).
        "donations.providers": {"handlers": ["later"]},
        "donations.settling": {"handlers": ["later"]},
        "imlu.record": {"handlers": ["record"], "level": "INFO", "propagate": False},  # core.audit
        "wagtail": {"level": "WARNING"},  # Wagtail's log actions are kept in the database
        "django_tasks": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "handlers": ["mail"]},
        "django.security": {"level": "ERROR"},
        # It would write down what came as the host name.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
