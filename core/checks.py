"""The project's own rules as system checks: a broken one stops the start, not a reviewer."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from wagtail.models import Page


@register()
def page_types_are_base_pages(app_configs, **kwargs):
    """Every page type of ours has the base page's cache policy, panels and alternates."""
    from core.models import BasePage

    ours = [model for model in apps.get_models() if issubclass(model, Page) and model is not Page]
    return [
        Error(f"{model._meta.label} must inherit from core.models.BasePage.", id="core.E001")
        for model in ours
        if not issubclass(model, BasePage)
    ]


def is_fast(hasher):
    """Whether passwords hashed so can be guessed by the million."""
    return not any(name in hasher for name in ("PBKDF2", "Argon2", "BCrypt", "Scrypt"))


def is_guarded(middleware):
    """Whether core.doors.middleware.guard stands before the admin, where there is one."""
    wanted = ["admin_sessions", "admin_csrf", "admin_authentication", "admin_accounts", "admin_guard"]
    found = [name.rpartition(".")[2] for name in middleware]
    return settings.ROLE == "public" or [name for name in found if name in wanted] == wanted


# A setting, when it is unsafe, and why: what a real server must not have (docs/security.md).
UNSAFE = [
    ("SECOND_FACTOR", lambda value: not value, "is off: a password alone would open the admin"),
    ("ENVIRONMENT", lambda value: value != "production", "is not production: these are the settings of a demo"),
    ("DEBUG", bool, "is on: an error would show the settings and what was typed"),
    ("SECURE_SSL_REDIRECT", lambda value: not value, "is off (HTTPS=off): passwords would travel in the open"),
    (
        "WAGTAILADMIN_BASE_URL",
        lambda value: not value.startswith("https:"),
        "is not https: links in mails would be open",
    ),
    ("SESSION_COOKIE_SECURE", lambda value: not value, "is off: the session would travel over http"),
    ("CSRF_COOKIE_SECURE", lambda value: not value, "is off: the token would travel over http"),
    ("SESSION_ENGINE", lambda value: not value.endswith(".db"), "keeps sessions where nobody could end them"),
    ("PASSWORD_HASHERS", lambda value: is_fast(value[0]), "begins with a fast one: a stolen database would tell all"),
    ("MFA_TRUST_ENABLED", bool, "is on: a browser that is trusted would be asked for a password alone"),
    ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", bool, "is on: a passkey would be taken over http"),
    ("MFA_TOTP_INSECURE_BYPASS_CODE", bool, "is set: one code would open every account"),
    ("MFA_TOTP_TOLERANCE", bool, "is not 0: a used code would be accepted again"),
    ("MFA_RECOVERY_CODES_SHOW_ONCE", lambda value: not value, "is off: recovery codes could be read again"),
    ("SESSION_COOKIE_HTTPONLY", lambda value: not value, "is off: scripts could read the session"),
    ("CSRF_COOKIE_HTTPONLY", lambda value: not value, "is off: scripts could read the token"),
    ("SESSION_COOKIE_PATH", lambda value: value != "/" + settings.ADMIN_PATH, "lets the session reach public pages"),
    ("SESSION_COOKIE_SAMESITE", lambda value: value not in ("Lax", "Strict"), "lets other sites use the session"),
    (
        "MESSAGE_STORAGE",
        lambda value: not value.endswith(".SessionStorage"),
        "keeps what the admin says in a cookie that public pages get",
    ),
    (
        "ACCOUNT_ADAPTER",
        lambda value: not value.startswith("core.doors."),
        "is not core.doors' own: a password alone would confirm a change of factors",
    ),
    ("MFA_ADAPTER", lambda value: not value.startswith("core.doors."), "keeps the second factors readable"),
    ("ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS", bool, "is on: a stranger could have mail sent to anybody"),
    ("CONTENT_SECURITY_POLICY", lambda value: "unsafe" in str(value), "allows inline code on public pages"),
    ("WAGTAIL_PASSWORD_MANAGEMENT_ENABLED", bool, "is on: a password could be changed without a fresh sign-in"),
    ("WAGTAIL_EMAIL_MANAGEMENT_ENABLED", bool, "is on: an address could be changed without a fresh sign-in"),
    ("WAGTAILADMIN_NOTIFICATION_USE_HTML", bool, "is on: Wagtail's own mails quote pages and comments"),
    ("WAGTAIL_PASSWORD_RESET_ENABLED", bool, "is on: a second door for forgotten passwords"),
    ("ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE", lambda value: not value, "is off: old sessions would live on"),
    ("ALLOWED_HOSTS", lambda value: "*" in value, "takes any host: links in mails could lead elsewhere"),
    ("SERVE_MEDIA", bool, "is on: nginx serves pictures, not Django"),
    ("MIDDLEWARE", lambda value: not is_guarded(value), "lacks the guard, or the sessions that it looks at"),
    (
        "AUTH_PASSWORD_VALIDATORS",
        lambda value: not any("NotOfOurWorld" in validator["NAME"] for validator in value),
        "lacks core.doors.passwords.NotOfOurWorld",
    ),
    (
        "CACHES",
        lambda value: value["shared"]["BACKEND"].endswith(("LocMemCache", "DummyCache")),
        "has no cache that all processes share: guessing would be counted in each alone",
    ),
    (
        "EMAIL_BACKEND",
        lambda value: not value.endswith("smtp.EmailBackend"),
        "sends no mail: nobody would get a link, an alarm or a warning",
    ),
]


@register(Tags.security, deploy=True)
def nothing_unsafe(app_configs, **kwargs):
    """`check --deploy` names each setting with which the admin's doors would not hold."""
    return [
        Error(f"{name} {why}.", id=f"core.{name}")
        for name, is_unsafe, why in UNSAFE
        if is_unsafe(getattr(settings, name, ""))
    ]
