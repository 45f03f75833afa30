"""Forms of the public site that are sent by POST: their token, and the cookie that it is compared with.

The public site knows no session. A page with such a form is kept by nobody, and sets one cookie: a random secret that
the browser sends back to this very address alone and forgets when it is closed.
"""

from functools import wraps

from django.conf import settings
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac


def cookie_name():
    """The cookie's own name: with the admin's, one would shut the other out."""
    return "__Secure-form" if settings.CSRF_COOKIE_SECURE else "form"


class _Protection(CsrfViewMiddleware):
    """Django's protection, with a cookie of its own. What it refuses the view answers, so that no word is lost."""

    def _get_secret(self, request):
        cookies = request.COOKIES
        request.COOKIES = {settings.CSRF_COOKIE_NAME: cookies[cookie_name()]} if cookie_name() in cookies else {}
        try:
            return super()._get_secret(request)
        finally:
            request.COOKIES = cookies

    def _set_csrf_cookie(self, request, response):
        response.set_cookie(
            cookie_name(),
            request.META["CSRF_COOKIE"],
            path=request.path,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        patch_vary_headers(response, ("Cookie",))

    def _reject(self, request, reason):
        request.token_refused = True


def form_page(view):
    """Decorator of a public view with a form: the response is kept by nobody, and a POST needs the form's token.

    A POST without the right token (the cookie is gone, the page is old, another site sent it) reaches the view too,
    with `request.token_refused` set: the view must do nothing then but show the form again, as it was filled in.
    """
    protection = _Protection(view)

    @wraps(view)
    def protected(request, *args, **kwargs):
        request.token_refused = False
        protection.process_request(request)
        protection.process_view(request, view, args, kwargs)
        response = view(request, *args, **kwargs)
        if hasattr(response, "render") and not response.is_rendered:
            response.render()  # the template asks for the token
        response.headers["Cache-Control"] = "no-store"
        return protection.process_response(request, response)

    return protected


def one_time_name(request, *about):
    """A name (64 hex digits) for what this browser does with this form: the same on reload, in two tabs, after "back".

    Args:
        about: words that tell this form from others.
    """
    get_token(request)  # makes the secret, where there is none yet
    return salted_hmac(
        "core.public_forms", "\n".join([request.META["CSRF_COOKIE"], *about]), algorithm="sha256"
    ).hexdigest()
