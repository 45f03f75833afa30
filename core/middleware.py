"""The request's short way: headers, language, and what only the admin needs."""

from copy import copy

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.middleware.http import ConditionalGetMiddleware
from django.urls import get_resolver
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.module_loading import import_string

FEATURES = [
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
]  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FEATURES)
# The sign-in pages ask for a passkey.
PASSKEYS_ALLOWED = PERMISSIONS_POLICY.replace("credentials-get=()", "credentials-get=(self)")


def is_admin(path):
    """Whether a request path (str, with its leading slash) belongs to the admin."""
    return path.startswith("/" + settings.ADMIN_PATH)


def is_door(path):
    """Whether a request path (str) is one of the sign-in pages, which lie below the admin's."""
    return path.startswith("/" + settings.ADMIN_PATH + settings.DOORS_PATH)


def admin_only_hook(hook):
    """The same for a middleware's `process_view` or `process_exception`."""
    return lambda request, *args: hook(request, *args) if is_admin(request.path_info) else None


def admin_only(dotted_path):
    """Wrap a middleware so that it acts on the admin's addresses alone.

    Public pages are the same for everybody: without session, sign-in, messages and CSRF token they set no cookie
    and send no `Vary: Cookie`. A public view that accepts a POST uses `csrf_protect` itself.
    """

    def factory(get_response):
        wrapped = import_string(dotted_path)(get_response)

        def middleware(request):
            return wrapped(request) if is_admin(request.path_info) else get_response(request)

        for name in ("process_view", "process_exception"):
            if hasattr(wrapped, name):
                setattr(middleware, name, admin_only_hook(getattr(wrapped, name)))
        return middleware

    return factory


admin_sessions = admin_only("django.contrib.sessions.middleware.SessionMiddleware")
admin_csrf = admin_only("django.middleware.csrf.CsrfViewMiddleware")
admin_authentication = admin_only("django.contrib.auth.middleware.AuthenticationMiddleware")
admin_messages = admin_only("django.contrib.messages.middleware.MessageMiddleware")
admin_accounts = admin_only("allauth.account.middleware.AccountMiddleware")
admin_refusals = admin_only("core.approval_screens.middleware")
admin_guard = admin_only("core.doors.middleware.guard")
admin_forms = admin_only("core.middleware.whole_forms")


class ConditionalMiddleware(ConditionalGetMiddleware):
    """An ETag, and 304, as Django's own does it for GET; for HEAD too.

    Django says that a HEAD's answer has no body to make a tag of. Ours have: the body is left out by the web server.
    """

    def process_response(self, request, response):
        if request.method == "HEAD":
            request = copy(request)
            request.method = "GET"
        return super().process_response(request, response)


def whole_forms(get_response):
    """A form without the fields that the admin's own scripts add, or without any, is a bad request (400).

    Wagtail's views take it for a fault of the site (500). A browser's forms bring at least their token, so that a fault
    behind a button alone stays one.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        has_answer = isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation)
        is_lacking = isinstance(exception, MultiValueDictKeyError) or not (request.POST or request.FILES)
        if request.method != "POST" or has_answer or not is_lacking:
            return None
        return get_resolver().resolve_error_handler(400)(request, exception=exception)

    middleware.process_exception = process_exception
    return middleware


def headers(get_response):
    """Security headers that Django has no setting for, and the admin's own Content Security Policy."""

    def middleware(request):
        response = get_response(request)
        door = is_door(request.path_info)
        response.headers.setdefault("Permissions-Policy", PASSKEYS_ALLOWED if door else PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_admin(request.path_info):
            if not door:  # the sign-in pages are as strict as the public ones
                # django-csp reads this attribute: the bare directives (wrapped in {"DIRECTIVES": …} it is a 500).
                response._csp_config = settings.ADMIN_CONTENT_SECURITY_POLICY
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def language_of(path):
    """Return the language code that a path asks for: its first segment, if that is one of ours, else English."""
    first = path.lstrip("/").partition("/")[0]
    codes = {code for code, _ in settings.LANGUAGES}
    return first if first in codes and first != settings.LANGUAGE_CODE else settings.LANGUAGE_CODE


def language_from_path(get_response):
    """Take the language from the path alone.

    Django's LocaleMiddleware looks at the browser too, and so adds `Vary: Accept-Language` to every page.
    """

    def middleware(request):
        language = language_of(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            if not is_admin(request.path_info):
                response.headers.setdefault("Content-Language", language)
            return response

    return middleware
