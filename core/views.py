"""Views that belong to no page: errors, robots.txt, private files for people who are signed in."""

import datetime
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
    HttpResponseServerError,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve

from . import redirects
from .chrome import chrome_of
from .file_policies import picture_policy
from .middleware import is_admin, language_of
from .models import Facts, Rendition, SiteDocument, SiteImage
from .storage import SIZES, private_storage

SECURITY_TXT_VALID = datetime.timedelta(days=180)


def page_not_found(request, exception=None):
    """The 404 page, in the language that the address asks for, with the helpline and a search field.

    Before that, old addresses and redirects have their turn: only here, so that no existing page pays for them.
    """
    with translation.override(language_of(request.path_info)):
        response = redirects.answer(request)
        if response is None:
            html = get_template("404.html").render({}, request)
            response = HttpResponseNotFound(html, headers={"Cache-Control": "no-store"})
    return response


def server_error(request):
    """The 500 page. It must not ask the database anything: the helpline comes from a file."""
    with translation.override(language_of(request.path_info)):
        html = get_template("500.html").render({"facts": Facts.last_known()})
    return HttpResponseServerError(html, headers={"Cache-Control": "no-store"})


def bad_request(request, exception=None):
    """The 400 page: plain and in English, since what came in can't be trusted, its language neither."""
    with translation.override("en"):
        html = get_template("400.html").render({"facts": Facts.last_known()})
    return HttpResponseBadRequest(html, headers={"Cache-Control": "no-store"})


def wrong_method(get_response):
    """A middleware: who sends a form to what can only be read is told so; Django's own 405 is an empty page."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not is_admin(request.path_info):
            response.content = get_template("405.html").render({"facts": Facts.last_known()})
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _search_paths():
    """The search page's path in each language."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield reverse("search")


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request):
    """robots.txt: everything but the admin and search answers."""
    lines = [
        "User-agent: *",
        f"Disallow: /{settings.ADMIN_PATH}",
        *(f"Disallow: {path}" for path in _search_paths()),
        "",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request):
    """Where to report a security hole (RFC 9116). Without a contact in the settings there is none."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # Valid for half a year from today; by the day, so that the same request has the same answer.
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + SECURITY_TXT_VALID
    contacts = [contact if ":" in contact else f"mailto:{contact}" for contact in settings.SECURITY_CONTACT]
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {expires.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        *([f"Encryption: {settings.SECURITY_ENCRYPTION}"] if settings.SECURITY_ENCRYPTION else []),
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.WAGTAILADMIN_BASE_URL}{reverse('security_txt')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request):
    """Browsers ask for /favicon.ico whatever the page says."""
    return HttpResponsePermanentRedirect(static("img/favicon-48.png"))


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request):
    """The web manifest: what a phone shows of the site when it is put on the home screen."""
    facts = chrome_of(request).facts
    icons = [("img/icon-192.png", "192x192"), ("img/icon-512.png", "512x512")]
    return JsonResponse(
        {
            "name": facts.name,
            "short_name": facts.short_name,
            "start_url": "/",
            "display": "browser",
            "background_color": "#fbf6ec",
            "theme_color": "#1d3f9e",
            "icons": [{"src": static(path), "sizes": size, "type": "image/png"} for path, size in icons],
        },
        content_type="application/manifest+json",
    )


def private_file(request, path):
    """An original picture, for those who may change it, or a thumbnail of one, for those who may choose pictures.

    Mounted inside the admin's addresses.
    """
    if path.startswith(f"{SIZES}/"):
        image = get_object_or_404(Rendition.objects.select_related("image"), file=path).image
        allowed = picture_policy.user_has_any_permission_for_instance(request.user, ["choose", "change"], image)
    else:
        image = get_object_or_404(SiteImage, file=path)
        allowed = image.is_editable_by_user(request.user)
    if not allowed:
        raise PermissionDenied
    try:
        file = private_storage().open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        file,
        as_attachment=True,
        headers={"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"},
    )


def serve_document(request, pk, name):
    """Wagtail's view of a document, for who knows the key in its address (SiteDocument)."""
    key = get_object_or_404(SiteDocument.objects.only("address_key"), pk=pk).address_key
    if key:
        given, _slash, name = name.partition("/")
        if not constant_time_compare(given, key):
            raise Http404
    return serve(request, pk, name)
