"""Addresses. English has no prefix, Kiswahili lives under /sw/. Wagtail's own sign-in is not mounted."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.common import no_append_slash
from django.views.generic import RedirectView
from django.views.static import serve as serve_file
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

from core import sitemaps, views
from core.routing import serve_page
from desk.sharing import shared_draft
from search.views import search

urlpatterns = []
if settings.ROLE != "public":
    from .styleguide import styleguide

    urlpatterns += [
        path(settings.ADMIN_PATH + settings.DOORS_PATH, include("core.doors.urls")),
        # Wagtail's own doors lead to ours.
        path(f"{settings.ADMIN_PATH}login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
        re_path(rf"^{settings.ADMIN_PATH}password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
        path(settings.ADMIN_PATH, include(admin_urls)),
        path("styleguide/", styleguide, name="styleguide"),
    ]
urlpatterns += [
    # Of Wagtail's addresses for documents this one alone: the other asks for a collection's password.
    re_path(r"^documents/(\d+)/(.*)$", views.serve_document, name="wagtaildocs_serve"),
    # In every role: who has such a link has no account.
    # A key has 43 characters, so that a page may still be called “draft”.
    re_path(r"^draft/(?P<token>[\w-]{43})/$", shared_draft, name="shared_draft"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("", include("donations.urls")),
]

if getattr(settings, "SERVE_MEDIA", False):
    # Renditions alone lie here; originals and documents are in private storage.
    urlpatterns += [
        re_path(r"^media/(?P<path>images/.+)$", serve_file, {"document_root": settings.MEDIA_ROOT}, name="media")
    ]

if settings.DEBUG and "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns += [path("__debug__/", include("debug_toolbar.urls"))]

urlpatterns += i18n_patterns(
    # Translators: these are addresses; letters and hyphens only.
    path(_("search/"), search, name="search"),
    path(_("donate/"), include("donations.public_urls")),
    path(_("receipt/"), include("donations.receipt_urls")),
    # A final slash is added where there is such a page (core.redirects); Django would add it to whatever is asked for.
    re_path(wagtail_urls.serve_pattern, no_append_slash(serve_page), name="wagtail_serve"),
    prefix_default_language=False,
)

handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
handler400 = "core.views.bad_request"
