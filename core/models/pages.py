"""The base of every page: its fields, edit panels, cache policy, breadcrumbs, alternates and structured data."""

from http import HTTPMethod

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import (
    FieldPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from .. import share
from ..before_publishing import BeforePublishingPanel
from ..indexing import Searchable
from ..locales import with_locales
from ..pages import is_private, live_versions, pages_above
from ..panels import HandbookPanel
from ..pictures import SHARED, renditions
from .four_eyes import FourEyes, RoutedByContent

# Every `id` that a template uses; a section with such a heading gets a number (a test compares the two).
TEMPLATE_IDS = [
    "areas",
    "coalitions",
    "code",
    "contents-heading",
    "errors",
    "files",
    "filter-coalition",
    "filter-kind",
    "filter-year",
    "find-q",
    "find-us",
    "give",
    "main",
    "measures",
    "members",
    "pillars",
    "programmes",
    "q",
    "reach-us",
    "related",
    "related-news",
    "signatories",
    "sources",
    "statements",
    "suggestions",
]


# Seconds. An emergency notice appears within a minute: a page is fresh for half of it, and a cache may show it once
# more in the other half while it fetches the new one. If the site is down, the old page serves for a day.
FRESH = 30
SHARED_CACHE = f"public, max-age={FRESH}, stale-while-revalidate={FRESH}, stale-if-error=86400"


class BasePageForm(WagtailAdminPageForm):
    """A new page is saved before it is published. Wagtail would save it as live, and a refusal would lose its words."""

    def save(self, commit=True):
        if self.instance._state.adding:
            self.instance.live = False
        return super().save(commit)


class BasePage(FourEyes, RoutedByContent, Searchable, Page):
    """What every page has. A page type adds its own fields and a `body`, and lists its panels in `content_panels`."""

    summary = models.CharField(
        _("summary"),
        max_length=255,
        blank=True,
        help_text=_("One or two plain sentences. Shown under the title, in lists, and by search engines."),
    )
    listing_image = models.ForeignKey(
        "core.SiteImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown at the top of the page, and when it is shared."),
    )
    social_title = models.CharField(
        _("title when shared"), max_length=120, blank=True, help_text=_("Left empty, the page's title is used.")
    )
    social_text = models.CharField(
        _("text when shared"), max_length=255, blank=True, help_text=_("Left empty, the summary is used.")
    )
    to_be_supplied = models.TextField(
        _("to be supplied"),
        blank=True,
        help_text=_("What is still missing here, one thing a line. Editors see it in a report; visitors never."),
    )

    base_form_class = BasePageForm
    override_translatable_fields = [SynchronizedField("to_be_supplied", overridable=False)]

    # No page accepts a form: what does is a view of its own, uncached and with a CSRF check.
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    handbook = "page"  # the chapter on this type of page (core.panels)
    content_panels = [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("listing_image")]
    listing_panels = [
        FieldPanel("slug", help_text=_("The page's address. Changed later, the old address leads here by itself.")),
        MultiFieldPanel(
            [FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines and browser tab")
        ),
        MultiFieldPanel([FieldPanel("social_title"), FieldPanel("social_text")], _("When shared")),
    ]
    desk_panels = [FieldPanel("to_be_supplied"), PublishingPanel()]

    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=10),
        index.SearchField("summary", boost=5),
        index.AutocompleteField("summary"),
        index.FilterField("alias_of_id"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def get_edit_handler(cls):
        """Build the tabs once for all page types."""
        if not hasattr(cls, "_edit_handler"):
            cls._edit_handler = TabbedInterface(
                [
                    ObjectList([HandbookPanel(cls.handbook), *cls.content_panels], heading=_("Words")),
                    ObjectList(cls.listing_panels, heading=_("Address, lists, sharing")),
                    ObjectList(cls.desk_panels, heading=_("Desk")),
                    ObjectList([BeforePublishingPanel()], heading=_("Before you publish")),
                ],
            ).bind_to_model(cls)
        return cls._edit_handler

    def get_view_restrictions(self):
        """Wagtail asks for these at every request; where there are none, that is known without a query."""
        return super().get_view_restrictions() if is_private(self) else PageViewRestriction.objects.none()

    @property
    def is_sensitive(self):
        """Whether reading this page can put its reader at risk: quick exit, neutral tab title, `no-store`."""
        return False

    @property
    def weave_seed(self):
        """The word that the page's pattern is drawn from (core.weave)."""
        return self.slug

    @property
    def tab_title(self):
        """The `<title>`: neutral where the page is sensitive; elsewhere the organisation's short name follows it."""
        if self.is_sensitive:
            return self.seo_title or str(_("Information"))
        return self.seo_title or self.title

    @property
    def description(self):
        """For search engines."""
        return self.search_description or self.summary

    def contents(self):
        """The on-page contents list: (anchor, heading) of each section, if there are four or more."""
        entries = [(value.anchor, value["heading"]) for value in self._sections()]
        entries += [(anchor, heading) for anchor, heading, shown in self.sections_after_body() if shown]
        return entries if len(entries) >= 4 else []

    def sections_after_body(self):
        """[(anchor, heading, what it shows)] of the sections that the page's own template has below the body."""
        return []

    def _sections(self):
        """The values of the body's blocks that show a heading with an anchor."""
        return [block.value for block in getattr(self, "body", None) or [] if getattr(block.value, "anchor", "")]

    def _make_anchors_unique(self):
        """Two sections may have the same heading, or one that the page's template uses as an `id` itself."""
        taken = set(TEMPLATE_IDS)
        for value in self._sections():
            name, number = value.anchor, 1
            while value.anchor in taken:
                number += 1
                value.anchor = f"{name}-{number}"
            taken.add(value.anchor)

    @cached_property
    def breadcrumbs(self):
        """The live, public pages above this one, from the home page down."""
        return pages_above(self)

    @cached_property
    def _live_translations(self):
        """This page and those above it, live and in other languages, deepest last."""
        return [page for page in live_versions([*self.breadcrumbs, self]) if page.locale_id != self.locale_id]

    def alternates(self):
        """Return {language code: page} of the live translations of this very page, itself included."""
        found = {
            page.locale.language_code: page
            for page in self._live_translations
            if page.translation_key == self.translation_key
        }
        return {self.locale.language_code: self, **found} if found else {}

    def language_choices(self):
        """What the language switch offers: for each other language its nearest page, and whether it is this one.

        Returns:
            A list of dicts with `code`, `name`, `page`, `same` (bool).
        """
        nearest = {page.locale.language_code: page for page in self._live_translations}
        return [
            {
                "code": code,
                "name": name,
                "page": nearest[code],
                "same": nearest[code].translation_key == self.translation_key,
            }
            for code, name in settings.LANGUAGES
            if code in nearest
        ]

    @property
    def shown_image(self):
        """The page's picture, or None where the public may not see it."""
        return self.listing_image if self.listing_image and self.listing_image.is_shown else None

    @property
    def share_image(self):
        """The address of the picture for `og:image`: the editors' choice, else the one drawn at publishing, or ""."""
        if self.is_sensitive:
            return ""
        if not self.shown_image:
            return share.address_of(self)
        found = renditions(self.shown_image, SHARED).get(SHARED)
        return found.url if found else ""

    def structured_data(self, request):
        """Return the page's own schema.org objects (list of dicts), beside those of the site."""
        return []

    def get_context(self, request, *args, **kwargs):
        with_locales([self])
        self._make_anchors_unique()
        return super().get_context(request, *args, **kwargs)

    def serve(self, request, *args, **kwargs):
        return self.with_cache_policy(super().serve(request, *args, **kwargs))

    def with_cache_policy(self, response):
        """Say in the response who may keep the page, and for how long.

        `Cache-Control` is for browsers and everybody's proxies, `CDN-Cache-Control` (RFC 9213) for our own: it keeps
        help and story pages too, so that they can be served when parts of the site are down.
        """
        response.headers.setdefault("CDN-Cache-Control", SHARED_CACHE)
        if self.is_sensitive:
            # The same for nginx, which hands it to nobody. First: until 1.23 nginx believes what it reads first.
            response.headers["X-Accel-Expires"] = str(FRESH)
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", SHARED_CACHE)
        return response

    def clean(self):
        super().clean()
        if self.is_sensitive and not self.seo_title:
            raise ValidationError(
                {
                    "seo_title": _(
                        "A help or story page needs neutral words for the browser's tab, such as “Information”."
                    )
                }
            )
