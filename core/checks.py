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


# A setting, when it is unsafe, and why: what a real server must not have (docs/security.md).
UNSAFE = [
    ("SECOND_FACTOR", lambda value: not value, "is off: a password alone would open the admin"),
    ("ENVIRONMENT", lambda value: value != "production", "is not production: these are the settings of a demo"),
    ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", bool, "is on: a passkey would be taken over http"),
    ("MFA_TOTP_INSECURE_BYPASS_CODE", bool, "is set: one code would open every account"),
    ("MFA_TOTP_TOLERANCE", bool, "is not 0: a used code would be accepted again"),
    ("MFA_RECOVERY_CODES_SHOW_ONCE", lambda value: not value, "is off: recovery codes could be read again"),
    ("SESSION_COOKIE_HTTPONLY", lambda value: not value, "is off: scripts could read the session"),
    ("CSRF_COOKIE_HTTPONLY", lambda value: not value, "is off: scripts could read the token"),
    ("SESSION_COOKIE_PATH", lambda value: value != "/" + settings.ADMIN_PATH, "lets the session reach public pages"),
    ("SESSION_COOKIE_SAMESITE", lambda value: value not in ("Lax", "Strict"), "lets other sites use the session"),
    ("CONTENT_SECURITY_POLICY", lambda value: "unsafe" in str(value), "allows inline code on public pages"),
    ("WAGTAIL_PASSWORD_MANAGEMENT_ENABLED", bool, "is on: a password could be changed without a fresh sign-in"),
    ("WAGTAIL_PASSWORD_RESET_ENABLED", bool, "is on: a second door for forgotten passwords"),
    ("ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE", lambda value: not value, "is off: old sessions would live on"),
    ("ALLOWED_HOSTS", lambda value: "*" in value, "takes any host: links in mails could lead elsewhere"),
    ("SERVE_MEDIA", bool, "is on: nginx serves pictures, not Django"),
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
