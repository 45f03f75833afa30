"""The guard before every address of the admin."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ..middleware import is_door
from .sessions import TYPE_AGAIN, has_factor, is_fresh, is_over, used_factor
from .throttle import remember_browser

LANGUAGE_COOKIE = "sign-in-language"
# What an administrator does there is as good as being everybody (docs/security.md).
NEEDS_FRESH = tuple(f"/{settings.ADMIN_PATH}{path}" for path in ("users/", "groups/", "people/", "bulk/core/user/"))


def guard(get_response):
    """Nobody gets further than the sign-in pages with a password alone, in an old session, or not freshly signed in."""

    def middleware(request):
        door = is_door(request.path_info)
        with translation.override(_language(request) if door else translation.get_language()):
            refusal = _refusal(request, door) if request.user.is_authenticated else None
            response = refusal or get_response(request)
            if door and request.GET.get("language") in dict(settings.LANGUAGES):
                path, secure = settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_SECURE
                language = request.GET["language"]
                response.set_cookie(LANGUAGE_COOKIE, language, path=path, secure=secure, httponly=True, samesite="Lax")
            if getattr(request, "has_just_signed_in", None):
                remember_browser(request, response, request.has_just_signed_in)
        return response

    middleware.process_view = only_who_signed_in_freshly
    return middleware


def only_who_signed_in_freshly(request, view, args, kwargs):
    """Before people, roles and factors are changed, the person shows again who they are.

    A step later than the rest of the guard, when Django has checked the form's token: what was sent is kept and done
    after the confirmation, and a form that another site forged must not be.
    """
    if not request.path_info.startswith(NEEDS_FRESH) or not request.user.is_authenticated or is_fresh(request):
        return None
    # Kept in the session until then, and so in the database: all but passwords, which are typed again.
    request.POST = request.POST.copy()
    typed = [request.POST.pop(name) for name in list(request.POST) if "password" in name]
    if any(map(any, typed)):
        request.POST[TYPE_AGAIN] = "yes"
    methods = get_adapter().get_reauthentication_methods(request.user)
    return suspend_request(request, methods[0]["url"] if methods else reverse("account_login"))


def _language(request):
    asked = request.GET.get("language") or request.COOKIES.get(LANGUAGE_COOKIE)
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _refusal(request, door):
    """Where to send a person who is signed in, but not well enough; or None."""
    if is_over(request):
        logout(request)
        messages.info(request, _("You were signed out after a while without activity. Please sign in again."))
        return _to_sign_in(request)
    if settings.SECOND_FACTOR and not used_factor(request):
        if has_factor(request.user):
            logout(request)
            return _to_sign_in(request)
        if not door:
            messages.info(request, _("Before you can go on, set up a second way of showing that it is you."))
            return redirect("mfa_index")
    return None


def _to_sign_in(request):
    """To the sign-in page, and from there back to where the person was."""
    if request.method == "GET" and not is_door(request.path_info):
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    return redirect("account_login")
