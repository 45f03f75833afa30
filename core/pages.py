"""Finding pages: live, public, in the reader's language, in the order that was asked for.

What a page shows of other pages (menu, footer, breadcrumbs, language switch, links, choosers) is looked up together and
remembered for the request, so that the number of queries does not grow with the number of links.
"""

import uuid
from typing import NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, PageViewRestriction, ReferenceIndex, Site

from .kept import until_written
from .locales import active_locale, in_language, locales, with_locales
from .memo import per_request
from .prepared import Prepared


@per_request
@until_written
def roots():
    """[(url_path of a home page, its address, its language)], of every language of the site."""
    found = []
    for site_root in Site.get_site_root_paths():
        with translation.override(site_root.language_code):
            found.append((site_root.root_path, reverse("wagtail_serve", args=[""]), site_root.language_code))
    return found


def address(page):
    """The path (str) at which a page answers: what `page.get_url()` gives on the one site, without its look-ups.

    Args:
        page: a Page or LinkedPage below a home page.
    """
    for root_path, prefix, _language in roots():
        if page.url_path.startswith(root_path):
            return prefix + page.url_path[len(root_path) :]
    return ""


def full_address(page):
    """The address of a page with scheme and host: what `page.get_full_url()` gives."""
    for site_root in Site.get_site_root_paths():
        if page.url_path.startswith(site_root.root_path):
            return site_root.root_url + address(page)
    return ""


class LinkedPage(NamedTuple):
    """All that a link to a page needs. Making Wagtail's Page objects, of some forty columns, is what costs.

    Templates write its address as they write any page's: `{{ page|address }}`.
    """

    pk: int
    path: str
    title: str
    slug: str
    url_path: str
    live: bool
    locale_id: int
    translation_key: uuid.UUID

    @property
    def locale(self):
        return locales()[self.locale_id]


# From the few restrictions to their pages: a join has SQLite read every page there is.
_restricted = Prepared(
    lambda: Page.objects.filter(pk__in=PageViewRestriction.objects.values("page_id")).order_by().only("path")
)
# By the home pages' own table: it has two rows, while neither `depth` nor `live` has an index.
_draft_homes = Prepared(
    lambda: apps.get_model("home.HomePage").objects.filter(live=False, sites_rooted_here=None).order_by().only("path")
)


@per_request
@until_written
def _private_paths():
    """Tree paths of what nobody may see, with all that lies below.

    These are the pages that need a sign-in or password, and home pages of other languages that aren't published:
    without one, Wagtail finds nothing at all in its language.
    """
    return {page.path for page in [*_restricted(), *_draft_homes()]}


def is_private(page):
    """Whether a page, or one above it, has a view restriction."""
    return any(page.path.startswith(path) for path in _private_paths())


def public(queryset):
    """Only live pages that need no sign-in or password."""
    queryset = queryset.live()
    for path in _private_paths():
        queryset = queryset.exclude(path__startswith=path)
    return queryset


@until_written
def _with_translations(ids, keys, paths):
    """The pages (LinkedPages) with these ids, translation keys and tree paths, with their translations: one query."""
    named = Page.objects.filter(Q(pk__in=ids) | Q(path__in=paths) | Q(translation_key__in=keys))
    pages = Page.objects.filter(translation_key__in=named.values("translation_key")).order_by("path")
    return [LinkedPage._make(row) for row in pages.values_list(*LinkedPage._fields)]


@until_written
def _referred_to(objects):
    """The ids of the pages that objects, each (id of its content type, its own id), refer to: one query."""
    around = Q(pk=None)
    for content_type, pk in objects:
        around |= Q(base_content_type_id=content_type, object_id=pk)
    found = ReferenceIndex.objects.filter(around, to_content_type=ContentType.objects.get_for_model(Page))
    return [int(pk) for pk in found.order_by().values_list("to_object_id", flat=True).distinct()]


class _Known:
    """The pages that this request has seen, with all their translations."""

    def __init__(self):
        self.by_id, self.by_key, self.by_path = {}, {}, {}
        self.asked_ids, self.asked_paths = set(), set()

    def look_up(self, ids=(), keys=(), paths=()):
        """Fetch, in one query, what is not known yet: the pages named, and all translations of each."""
        ids, paths = set(ids) - self.asked_ids - set(self.by_id), set(paths) - self.asked_paths - set(self.by_path)
        keys = set(keys) - set(self.by_key)
        if not (ids or keys or paths):
            return
        self.asked_ids |= ids
        self.asked_paths |= paths
        found = {key: [] for key in keys}
        for page in _with_translations(frozenset(ids), frozenset(keys), frozenset(paths)):
            self.by_id[page.pk] = self.by_path[page.path] = page
            found.setdefault(page.translation_key, []).append(page)
        self.by_key.update(found)

    def readable(self, key):
        """What a reader may see under a translation key: live, public pages, in the tree's order."""
        return [page for page in self.by_key.get(key, ()) if page.live and not is_private(page)]


@per_request
def _known():
    return _Known()


def pages_by_id(ids):
    """Return {id: LinkedPage} of those that exist, live or not. One query for those not yet seen in this request."""
    known, ids = _known(), [int(pk) for pk in ids if pk]
    known.look_up(ids=ids)
    return {pk: known.by_id[pk] for pk in ids if pk in known.by_id}


def live_in_language(pages, model=None):
    """Return what a reader may see of the chosen pages.

    Args:
        pages: pages in any language (None is passed over), in the editor's order.
        model: the page type whose objects to return; without one they are LinkedPages.

    Returns:
        A list in the same order, without duplicates: for each page its live, public translation in the active
        language, else its live, public version in another one. One query for those not yet seen in this request.
    """
    keys = list(dict.fromkeys(page.translation_key for page in pages if page))
    if not keys:
        return []
    language = active_locale()
    if model:
        queryset = public(model.objects.filter(translation_key__in=keys).defer_streamfields()).select_related(
            "listing_image"
        )
        found = {page.translation_key: page for page in in_language(queryset.order_by("path"), language)}
        return [found[key] for key in keys if key in found]
    known = _known()
    known.look_up(keys=keys)
    chosen = []
    for key in keys:
        versions = known.readable(key)
        own = [page for page in versions if page.locale_id == language.pk]
        chosen += (own or versions)[:1]
    return chosen


def pages_above(page):
    """The live, public pages above `page`, from the home page down."""
    known = _known()
    paths = [page.path[: Page.steplen * depth] for depth in range(2, page.depth)]
    known.look_up(paths=paths)
    above = [known.by_path[path] for path in paths if path in known.by_path]
    return [found for found in above if found.live and not is_private(found)]


def live_versions(pages):
    """All live, public versions of the pages, in every language, in the order of the pages given."""
    known = _known()
    keys = [page.translation_key for page in pages]
    known.look_up(keys=keys)
    return [version for key in keys for version in known.readable(key)]


def look_up_together(page, *others):
    """Find at once all pages that a page (or None) and others (model, id) refer to, and those above: two queries.

    What the reference index does not know (it covers what is live, not drafts) is found later, when it is asked for.
    """
    objects = [
        (ContentType.objects.get_for_model(model).pk, str(pk))
        for model, pk in (((Page, page.pk), *others) if page else others)
    ]
    _known().look_up(
        ids=_referred_to(frozenset(objects)),
        keys=[page.translation_key] if page else [],
        paths=[page.path[: Page.steplen * depth] for depth in range(2, page.depth)] if page else [],
    )


def live_children(parent, model=Page):
    """Return the live, public children of a page (in the tree's order), of one page type."""
    queryset = public(model.objects.child_of(parent).defer_streamfields())
    return with_locales(queryset.select_related("listing_image") if model is not Page else queryset)


def specific(pages):
    """The specific objects of `pages`, in order, with their locales: one query, and one for each page type."""
    queryset = Page.objects.filter(pk__in=[page.pk for page in pages]).defer_streamfields().specific()
    found = {page.pk: page for page in with_locales(queryset)}
    return [found[page.pk] for page in pages]
