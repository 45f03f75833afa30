"""The frame around every page: facts, menu, footer, notices, languages. Worked out when asked for, once a request.

What follows from the database alone is worked out only after something was written to it (core.kept).
"""

from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.http import urlencode
from wagtail.models import Site

from .kept import until_written
from .links import resolve as resolve_links
from .locales import active_locale, locales, with_locales
from .memo import current_request, per_request
from .models import Facts, Footer, Menu, Notice, Phone, SocialLink, Wording
from .pages import address, live_versions, look_up_together, pages_by_id
from .pictures import LOGO, renditions
from .prepared import Prepared

_sites = until_written(Prepared(Site.objects.all))
_facts = until_written(Prepared(lambda site: Facts.objects.filter(site_id=site), int))
_phones = until_written(Prepared(lambda facts: Phone.objects.filter(facts_id=facts), int))
_social_links = until_written(Prepared(lambda facts: SocialLink.objects.filter(facts_id=facts), int))
_wording = until_written(Prepared(lambda site: Wording.objects.filter(site_id=site), int))
SNIPPETS = {"menu": Menu, "footer": Footer}
_versions = {name: per_request(Prepared(model.objects.all)) for name, model in SNIPPETS.items()}


class FrameLink(NamedTuple):
    """A link of the menu or footer that leads somewhere, as templates write it (components/link.html)."""

    href: str
    label: str
    is_outside: bool
    is_page: bool
    current: bool = False


class MenuLinks(NamedTuple):
    """A menu: its links, and the button as (name of its block, stored value), or (None, None)."""

    links: list
    action: tuple


class FooterLinks(NamedTuple):
    """A footer: its text and whose language that is in, [(heading, links)], and the links of the last line."""

    text: str
    language: str
    columns: list
    legal: list


def _frame_links(values):
    """The FrameLinks of those LinkValues that lead somewhere, in the active language."""
    return [FrameLink(link.href, link.label, link.is_outside, bool(link.target_page)) for link in values if link]


def _links_of_menu(menu):
    links = [block.value for block in menu.items]
    resolve_links(links)
    button = next(iter(menu.action.raw_data), None)
    return MenuLinks(_frame_links(links), (button["type"], button["value"]) if button else (None, None))


def _links_of_footer(footer):
    legal = [block.value for block in footer.legal]
    columns = [(block.value["heading"], list(block.value["links"])) for block in footer.columns]
    resolve_links([*legal, *(link for _heading, links in columns for link in links)])
    shown = [(heading, _frame_links(links)) for heading, links in columns]
    filled = [(heading, links) for heading, links in shown if links]
    own = locales().get(footer.locale_id)  # none in the preview of a new one
    language = own.language_code if own else translation.get_language()
    return FooterLinks(footer.text, language, filled, _frame_links(legal))


def _chosen(name, wanted, language):
    """The live version of a chosen menu or footer (`wanted`: its id, or None) in a language (id), or None.

    Without one in that language, the chosen one itself, if it is live.
    """
    snippets = {snippet.pk: snippet for snippet in with_locales(_versions[name]())} if wanted else {}
    if wanted not in snippets:
        return None
    chosen = snippets[wanted]
    versions = [chosen, *(each for each in snippets.values() if each.translation_key == chosen.translation_key)]
    own = (each for each in versions if each.live and each.locale_id == language)
    return next(own, chosen if chosen.live else None)


@until_written
def _chosen_id(name, wanted, language):
    chosen = _chosen(name, wanted, language)
    return chosen.pk if chosen else None


@until_written
def _menu(wanted, language):
    """The MenuLinks in a language (id, the active one's), or None."""
    chosen = _chosen("menu", wanted, language)
    return _links_of_menu(chosen) if chosen else None


@until_written
def _footer(wanted, language):
    """The FooterLinks in a language (id, the active one's), or None."""
    chosen = _chosen("footer", wanted, language)
    return _links_of_footer(chosen) if chosen else None


def site_of(request):
    """The Site of a request, or None, remembered where Wagtail remembers it; with one site there is no choice."""
    if not hasattr(request, "_wagtail_site"):
        sites = _sites()
        if len(sites) == 1 and sites[0].is_default_site:
            request._wagtail_site = sites[0]
    return Site.find_for_request(request)


class Chrome:
    """`{{ chrome }}` in templates."""

    def __init__(self, request):
        self.request = request
        self.preview = getattr(request, "chrome_preview", {})

    @cached_property
    def site(self):
        return site_of(self.request)

    @cached_property
    def facts(self):
        found = _facts(self.site.pk) if self.site else []
        return found[0] if found else Facts()

    @cached_property
    def phones(self):
        """All telephone numbers, in the editors' order."""
        return _phones(self.facts.pk) if self.facts.pk else []

    @cached_property
    def helpline(self):
        """The first toll-free number, or None."""
        return next((phone for phone in self.phones if phone.toll_free), None)

    @cached_property
    def logo(self):
        """The rendition of the organisation's own logo, or None."""
        return renditions(self.facts.logo, LOGO).get(LOGO) if self.facts.logo else None

    @cached_property
    def social_links(self):
        return _social_links(self.facts.pk) if self.facts.pk else []

    @property
    def can_be_reached(self):
        """Whether the facts hold any way to reach the organisation."""
        facts = self.facts
        return bool(self.phones or facts.address or facts.email or facts.hours or self.social_links)

    @cached_property
    def wording(self):
        found = _wording(self.site.pk) if self.site else []
        return found[0] if found else None

    def _wanted(self, name):
        return getattr(self.wording, f"{name}_id", None), active_locale().pk

    @cached_property
    def _menu(self):
        previewed = self.preview.get("menu")
        return _links_of_menu(previewed) if previewed else _menu(*self._wanted("menu"))

    @cached_property
    def footer(self):
        """The FooterLinks in the active language, or None."""
        previewed = self.preview.get("footer")
        return _links_of_footer(previewed) if previewed else _footer(*self._wanted("footer"))

    @cached_property
    def menu(self):
        """The menu's links (FrameLinks) that lead somewhere, with `current` set on the section the reader is in."""
        here = self.request.path
        links = self._menu.links if self._menu else []
        return [link._replace(current=link.is_page and here.startswith(link.href)) for link in links]

    @cached_property
    def action(self):
        """The link that stands beside the menu as a button, or None. Giving begins and ends by the clock."""
        kind, raw = self._menu.action if self._menu else (None, None)
        if not kind:
            return None
        value = Menu.action.field.stream_block.child_blocks[kind].bulk_to_python([raw])[0]
        return value or None

    @cached_property
    def notices(self):
        return self.preview.get("notices") or Notice.current()

    @cached_property
    def languages(self):
        """What the language switch offers where there is no page (search, errors): the same view, or home."""
        found = {page.locale.language_code: page for page in self.homes}
        active = translation.get_language()
        return [
            {"code": code, "name": name, "url": self._same_view(code) or address(found[code]), "same": True}
            for code, name in settings.LANGUAGES
            if code != active and code in found
        ]

    @cached_property
    def homes(self):
        """The live home pages, one a language."""
        if not self.site:
            return []
        return live_versions(pages_by_id([self.site.root_page_id]).values())

    def look_up_together(self, page=None):
        """Find the pages that this page (if any), the menu and the footer refer to at once, before a template asks."""
        chosen = [(name, _chosen_id(name, *self._wanted(name))) for name in SNIPPETS]
        look_up_together(page, *((SNIPPETS[name], pk) for name, pk in chosen if pk))

    @cached_property
    def home(self):
        """The home page in the active language, else in English."""
        code = active_locale().language_code
        homes = {page.locale.language_code: page for page in self.homes}
        return homes.get(code) or homes.get(settings.LANGUAGE_CODE)

    def _same_view(self, code):
        try:
            match = resolve(self.request.path_info)
            if match.url_name == "wagtail_serve":
                return ""
            here = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
            with translation.override(code):
                there = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except (Resolver404, NoReverseMatch):
            return ""
        if there != here:
            # A view may say what of its query the same view needs in another language: {name: value}.
            query = getattr(self.request, "query_in_other_languages", None)
            return f"{there}?{urlencode(query)}" if query else there
        return ""  # some addresses are in no language, such as /robots.txt

    @property
    def environment(self):
        return settings.ENVIRONMENT


def chrome_of(request):
    """The request's one Chrome."""
    if not hasattr(request, "_chrome"):
        request._chrome = Chrome(request)
    return request._chrome


def current_chrome():
    """The Chrome of the request being answered, or None where there is no request (commands, the search index)."""
    request = current_request()
    return chrome_of(request) if request else None


def context_processor(request):
    """Put `chrome` into every template's context; it asks the database nothing until it is used."""
    return {"chrome": chrome_of(request)}
