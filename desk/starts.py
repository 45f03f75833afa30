"""The ways in: what a person may begin from the dashboard, and the sections with which a new page opens.

A hint is text that begins with “✎ ”. It is there to be written over; a page with hints left cannot go live (the rule
“leftover hints”).
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.signals import init_new_page

from core.memo import current_request
from core.models import Notice
from news.models import NewsIndexPage, NewsPage

HINT = "✎ "
Kind = NewsPage.Kind
KNOWN = _("When, where, what is known and from whom. No names of survivors.")
# The sections (heading, hint) of each kind that has usual ones.
SECTIONS = {
    Kind.PRESS_STATEMENT: [
        (_("What happened"), KNOWN),
        (_("What the law says"), _("The article of the Constitution or the Act, in plain words.")),
        (_("What we ask"), _("Who is to do what, and by when. One demand in each line.")),
    ],
    Kind.JOINT_STATEMENT: [
        (_("What we know"), KNOWN),
        (_("What we ask together"), _("Who is to do what, and by when.")),
        (_("Who we are"), _("A sentence on the coalition. Signatories are listed by themselves.")),
    ],
    Kind.EVENT_REPORT: [
        (_("What took place"), _("Date, place, who invited, how many came.")),
        (_("What was said"), _("Two or three points that a reader should take along.")),
        (_("What follows"), _("What was agreed, and when it will be looked at again.")),
    ],
}


@dataclass(frozen=True)
class Start:
    """One thing to begin: its words, its icon in Wagtail's admin, where it leads."""

    label: str
    icon: str
    url: str


def sections(kind):
    """The body (list for a StreamField) with which a new item of a kind opens."""
    return [
        {"type": "section", "value": {"heading": str(heading), "text": f"<p>{HINT}{hint}</p>"}}
        for heading, hint in SECTIONS.get(kind, [])
    ]


@receiver(init_new_page)
def begin_with_the_usual_sections(sender, page, parent, **kwargs):
    """A new news item has the kind that the address names (`?start=press_statement`), and that kind's sections."""
    request = current_request()
    kind = request.GET.get("start", "") if request else ""
    if isinstance(page, NewsPage) and kind in Kind.values:
        page.kind = kind
        with translation.override(parent.locale.language_code):
            page.body = sections(kind)


def starts_for(user):
    """The Starts (list) of a person: nothing that they may not do."""
    found = []
    news = NewsIndexPage.objects.filter(locale__language_code="en").first()
    if news and news.permissions_for_user(user).can_add_subpage():
        add = reverse("wagtailadmin_pages:add", args=["news", "newspage", news.pk])
        found += [
            Start(label, icon, f"{add}?{urlencode({'start': kind})}")
            for label, icon, kind in (
                (_("Press statement"), "doc-full", Kind.PRESS_STATEMENT),
                (_("Story"), "openquote", Kind.STORY),
            )
        ]
    if user.has_perm("core.change_facts"):
        found.append(Start(_("Contact details"), "mobile-alt", reverse("wagtailsettings:edit", args=["core", "facts"])))
    if user.has_perm("core.add_notice"):
        found.append(Start(_("Notice on every page"), "warning", reverse(Notice.snippet_viewset.get_url_name("add"))))
    if user.has_perm("wagtail_localize.submit_translation"):
        found.append(Start(_("Translate"), "wagtail-localize-language", reverse("desk:translate")))
    return found
