"""The frame around every page: facts, menu, footer, notices, languages. Worked out once a request, when asked for."""

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.http import urlencode
from wagtail.models import Site

from .links import resolve as resolve_links
from .locales import active_locale, with_locales
from .memo import current_request
from .models import Facts, Footer, Menu, Notice, Phone, SocialLink, Wording
from .pages import address, live_versions, look_up_together, pages_by_id
from .pictures import LOGO, renditions
from .prepared import Prepared

_sites = Prepared(Site.objects.all)
_facts = Prepared(lambda site: Facts.objects.filter(site_id=site), int)
_phones = Prepared(lambda facts: Phone.objects.filter(facts_id=facts), int)
_social_links = Prepared(lambda facts: SocialLink.objects.filter(facts_id=facts), int)
_wording = Prepared(lambda site: Wording.objects.filter(site_id=site), int)
_snippets = {"menu": Prepared(Menu.objects.all), "footer": Prepared(Footer.objects.all)}


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

    def _in_language(self, name):
        """The chosen menu or footer, or its live translation into the active language."""
        if name in self.preview:
            return self.preview[name]
        wanted = getattr(self.wording, f"{name}_id", None)
        snippets = {snippet.pk: snippet for snippet in with_locales(_snippets[name]())} if wanted else {}
        if wanted not in snippets:
            return None
        chosen, language = snippets[wanted], active_locale()
        versions = [chosen, *(each for each in snippets.values() if each.translation_key == chosen.translation_key)]
        live = [each for each in versions if each.live]
        return next((each for each in live if each.locale_id == language.pk), chosen if chosen.live else None)

    @cached_property
    def _menu_snippet(self):
        return self._in_language("menu")

    @cached_property
    def footer(self):
        return self._in_language("footer")

    @cached_property
    def _links(self):
        """Give every link of menu and footer its page, in one go."""
        menu = [block.value for block in self._menu_snippet.items] if self._menu_snippet else []
        action = [block.value for block in self._menu_snippet.action] if self._menu_snippet else []
        legal = [block.value for block in self.footer.legal] if self.footer else []
        columns = [block.value for block in self.footer.columns] if self.footer else []
        links = [*menu, *action, *legal, *(link for column in columns for link in column["links"])]
        resolve_links(links)
        return {"menu": menu, "action": action, "legal": legal, "columns": columns}

    @cached_property
    def menu(self):
        """The menu's links that lead somewhere, with `current` set on the section that the reader is in."""
        links = [link for link in self._links["menu"] if link]
        for link in links:
            link.current = bool(link.target_page) and self.request.path.startswith(link.href)
        return links

    @cached_property
    def action(self):
        """The link that stands beside the menu as a button, or None."""
        return next((link for link in self._links["action"] if link), None)

    @cached_property
    def footer_columns(self):
        """[(heading, links)] without empty columns."""
        columns = [(column["heading"], [link for link in column["links"] if link]) for column in self._links["columns"]]
        return [(heading, links) for heading, links in columns if links]

    @cached_property
    def footer_legal(self):
        return [link for link in self._links["legal"] if link]

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
        look_up_together(page, *(snippet for snippet in (self._menu_snippet, self.footer) if snippet))

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
