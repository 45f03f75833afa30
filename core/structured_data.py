"""What search engines are told of the organisation, the site and a page, in schema.org's words.

Facts alone, and no person's name. An empty fact is left out. There is no Event: an event report is an article about
something past, and the site holds neither an event's own day nor its place.
"""

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from .pages import full_address

KENYA = {"@type": "Country", "name": "Kenya"}


def structured_data_of(request, chrome, page=None):
    """The objects (list of dicts) for a page, or for a view without one; none for help and story pages."""
    if not chrome.site or getattr(page, "is_sensitive", False):
        return []
    root = chrome.site.root_url
    graph = [_organisation(chrome, root), _website(chrome.facts, root)]
    if hasattr(page, "breadcrumbs"):
        if page.breadcrumbs:
            graph.append(_breadcrumbs([*page.breadcrumbs, page]))
        graph += page.structured_data(request)
    return _without_empty(graph)


def _organisation(chrome, root):
    facts, helpline = chrome.facts, chrome.helpline
    return {
        "@type": "NGO",
        "@id": f"{root}/#organisation",
        "name": facts.name,
        "alternateName": facts.short_name,
        "url": f"{root}/",
        "logo": root + (chrome.logo.url if chrome.logo else static("img/mark.svg")),
        "email": facts.email,
        "foundingDate": str(facts.since_year) if facts.since_year else "",
        "areaServed": KENYA,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": facts.street,
            "addressLocality": facts.area or facts.city,
            "addressRegion": facts.city,
            "addressCountry": "KE",
        },
        "contactPoint": helpline
        and {
            "@type": "ContactPoint",
            "contactType": "helpline",
            "telephone": helpline.international or helpline.number,
            "contactOption": "https://schema.org/TollFree",
            "areaServed": KENYA,  # a toll-free number works inside the country alone; in which languages is not known
        },
        "sameAs": [link.url for link in chrome.social_links],
    }


def _website(facts, root):
    return {
        "@type": "WebSite",
        "@id": f"{root}/#website",
        "url": f"{root}/",
        "name": facts.name,
        "inLanguage": translation.get_language(),
        "publisher": {"@id": f"{root}/#organisation"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{root}{reverse('search')}?q={{words}}"},
            "query-input": "required name=words",
        },
    }


def _breadcrumbs(pages):
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": page.title, "item": full_address(page)}
            for place, page in enumerate(pages, 1)
        ],
    }


def _without_empty(value):
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in (None, False, "", [], {})}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value
