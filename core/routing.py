"""From an address to its page with two look-ups, however deep it lies. Wagtail alone asks for each step of the way."""

from functools import cache

from django.http import Http404
from django.utils import translation
from wagtail.models import Page
from wagtail.views import serve

from .locales import with_locales
from .pages import roots
from .prepared import Prepared

_named = Prepared(
    lambda slug, depth: Page.objects.filter(slug=slug, depth=depth).order_by().only("url_path", "content_type_id"),
    str,
    int,
)


@cache
def _specific(model):
    """The look-up of a page of one type by its id."""
    return Prepared(lambda pk: model.objects.filter(pk=pk).order_by(), int)


def serve_page(request, path):
    """Wagtail's view of all pages; it finds the route on the request, where its own look-up would put it.

    What has no page of its own at exactly this address (a feed below a list, an unknown address) is left to Wagtail.
    """
    page = _page_at(path.strip("/"))
    if page:
        try:
            request._wagtail_route_for_request = page.route(request, [])
        except Http404:  # a draft
            request._wagtail_route_for_request = None
    return serve(request, path)


def _page_at(path):
    """The specific page, live or not, at a path below the home page of the active language, or None."""
    root_path = next((root for root, _prefix, code in roots() if code == translation.get_language()), None)
    if root_path is None:
        return None
    # By slug and depth, which are indexed; url_path is not.
    url_path = f"{root_path}{path}/" if path else root_path
    parts = url_path.strip("/").split("/")
    page = next((page for page in _named(parts[-1], len(parts) + 1) if page.url_path == url_path), None)
    if page is None:
        return None
    model = page.cached_content_type.model_class()
    if model is None:  # of an app that is no longer there
        return None
    found = _specific(model)(page.pk)
    return with_locales(found)[0] if found else None
