"""Pages of ours, shown on other pages: service areas, coalitions, news, any page."""

from functools import cache

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page

from core.kept import until_written
from core.links import PageBlock
from core.locales import active_locale, in_language, locales
from core.pages import is_private, live_in_language, public, specific
from core.prepared import Prepared

from .base import QuietChoiceBlock, RichTextBlock, SectionBlock, rich


@cache
def _live(label):
    """The look-up of all live pages of a type."""
    model = apps.get_model(label)
    return until_written(Prepared(lambda: model.objects.live().defer_streamfields().order_by()))


def all_live(label):
    """All live, public pages of the type `label` ("app.Model") in the active language, in the tree's order."""
    pages = [page for page in _live(label)() if not is_private(page)]
    # English first, so that the order is that of the English tree also where translations are missing.
    return in_language(sorted(pages, key=lambda page: (page.locale_id, page.path)), active_locale())


class ChosenPagesBlock(SectionBlock):
    """The base of the blocks below: an introduction, and pages that the editors chose (none chosen: all)."""

    page_type = None
    intro = RichTextBlock(label=_("Introduction"), required=False)

    def pages(self, value):
        """The pages to show (list)."""
        chosen = list(value.get("chosen") or [])
        return live_in_language(chosen, apps.get_model(self.page_type)) if chosen else all_live(self.page_type)

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), "pages": self.pages(value)}


class ServiceAreasBlock(ChosenPagesBlock):
    """The service areas, all or chosen ones; each is a page of its own, so one source feeds all places."""

    page_type = "programmes.ServiceAreaPage"
    chosen = blocks.ListBlock(
        PageBlock(page_type=page_type),
        label=_("Service areas"),
        default=[],
        help_text=_("None chosen: all of them, also those added later."),
    )

    class Meta:
        icon = "grip"
        label = _("Service areas")
        group = _("Our pages")
        description = _("The service areas with icon and one line. Add a service area page, and it appears here.")
        template = "blocks/service_areas.html"
        preview_value = {"heading": "What we do", "intro": rich(""), "chosen": []}


class CoalitionsBlock(ChosenPagesBlock):
    """The coalitions, all or chosen ones."""

    page_type = "coalitions.CoalitionPage"
    chosen = blocks.ListBlock(
        PageBlock(page_type=page_type),
        label=_("Coalitions"),
        default=[],
        help_text=_("None chosen: all of them."),
    )

    class Meta:
        icon = "group"
        label = _("Coalitions")
        group = _("Our pages")
        description = _("The coalitions with our role in each.")
        template = "blocks/coalitions.html"
        preview_value = {"heading": "Together", "intro": rich(""), "chosen": []}


def example_pages():
    """For the preview: three pages right below the home page."""
    return {"heading": "Read more", "intro": rich(""), "chosen": list(public(Page.objects.filter(depth=3))[:3])}


class PageCardsBlock(SectionBlock):
    """Chosen pages with their summaries."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    chosen = blocks.ListBlock(PageBlock(), label=_("Pages"))

    class Meta:
        icon = "doc-empty"
        label = _("Pages")
        group = _("Our pages")
        description = _("Chosen pages with their summaries. Unpublished ones are left out.")
        template = "blocks/page_cards.html"
        preview_value = staticmethod(example_pages)

    def pages(self, value):
        """The chosen pages that a reader may see (list)."""
        return live_in_language(list(value.get("chosen") or []))

    def shows(self, value):
        return bool(self.pages(value))

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), "pages": specific(self.pages(value))}


def news_kinds():
    """The kinds of news, asked for late: the model is loaded after the blocks."""
    return apps.get_model("news.NewsPage").Kind.choices


@until_written
def _newest(count, kind, coalition, language):
    """The newest items (list), of a kind and a coalition (translation key) if given, first those in a language (id)."""
    news = apps.get_model("news.NewsPage").objects.newest_first().for_cards()
    if kind:
        news = news.filter(kind=kind)
    if coalition:
        news = news.filter(coalition__translation_key=coalition)
    locale = locales()[language]
    return in_language(news.prefer(locale)[: 2 * count], locale)[:count]


class LatestNewsBlock(SectionBlock):
    """The newest items, by themselves."""

    count = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=4)
    kind = QuietChoiceBlock(label=_("Only this kind"), choices=news_kinds, required=False)
    coalition = PageBlock(label=_("Only this coalition's"), page_type="coalitions.CoalitionPage", required=False)

    class Meta:
        icon = "date"
        label = _("Latest news")
        group = _("Our pages")
        description = _("The newest news items, always up to date by itself.")
        template = "blocks/latest_news.html"
        preview_value = {"heading": "Latest statements", "count": 3, "kind": "", "coalition": None}

    def pages(self, value):
        """The items to show (list), asked for once."""
        if not hasattr(value, "found_pages"):
            value.found_pages = self._find_pages(value)
        return value.found_pages

    def _find_pages(self, value):
        coalition = value["coalition"].translation_key if value.get("coalition") else None
        return _newest(value.get("count") or 4, value.get("kind"), coalition, active_locale().pk)

    def shows(self, value):
        return bool(self.pages(value))

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), "pages": self.pages(value)}
