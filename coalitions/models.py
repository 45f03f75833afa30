"""The coalitions that we convene or belong to."""

from django.apps import apps
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from blocks.body import BodyBlock
from blocks.sources import SOURCES
from core.locales import active_locale, in_language
from core.models import BasePage
from core.pages import live_children

STATEMENTS_SHOWN = 6


class CoalitionIndexPage(BasePage):
    """All coalitions below this page."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    subpage_types = ["coalitions.CoalitionPage"]
    template = "coalitions/coalition_index_page.html"
    page_description = _("The list of our coalitions. It fills itself from the pages below it.")

    class Meta:
        verbose_name = _("coalitions")

    def coalitions(self):
        """The live coalitions below this page."""
        return live_children(self, CoalitionPage)


class PillarBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Pillar"), max_length=120)
    text = blocks.TextBlock(label=_("What it means"), required=False, rows=2)


class CoalitionPage(BasePage):
    """A coalition: our role, since when, members with a date, pillars, its statements."""

    ROLES = [("convener", _("We convene it")), ("member", _("We are a member"))]

    short_name = models.CharField(
        _("short name"),
        max_length=40,
        blank=True,
        help_text=_("PRWG-K for the police group; never PRWG for the prison group."),
    )
    role = models.CharField(_("our role"), max_length=20, choices=ROLES, default="member")
    since = models.CharField(_("since"), max_length=40, blank=True)
    since_note = models.CharField(
        _("note on the date"), max_length=255, blank=True, help_text=_("When sources disagree, say so here.")
    )
    members_as_of = models.CharField(
        _("members as of"), max_length=60, blank=True, help_text=_("A list of members always carries its date.")
    )
    members_note = models.CharField(_("note on the members"), max_length=400, blank=True)
    pillars = StreamField([("pillar", PillarBlock())], verbose_name=_("pillars"), blank=True)
    website = models.URLField(_("own site"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    sources = StreamField(SOURCES, verbose_name=_("sources"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("short_name"), FieldPanel("role")]),
        FieldRowPanel([FieldPanel("since"), FieldPanel("website")]),
        FieldPanel("since_note"),
        FieldPanel("body"),
        FieldPanel("pillars"),
        MultiFieldPanel(
            [FieldPanel("members_as_of"), FieldPanel("members_note"), InlinePanel("members", label=_("Member"))],
            _("Members"),
        ),
        FieldPanel("sources"),
    ]
    search_kind = "coalition"
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("short_name", boost=5),
        index.SearchField("body"),
        index.SearchField("pillars"),
    ]
    parent_page_types = ["coalitions.CoalitionIndexPage"]
    subpage_types = []
    template = "coalitions/coalition_page.html"
    page_description = _(
        "A coalition: our role in it, its members and pillars. Statements appear by themselves, from the news items "
        "that name it."
    )

    class Meta:
        verbose_name = _("coalition")

    @property
    def weave_seed(self):
        """The short name, which both languages share."""
        return self.short_name or self.slug

    @property
    def search_names(self):
        return [self.title, self.short_name]

    @property
    def search_more(self):
        """Its members."""
        return [member.name for member in self.members.all()]

    @cached_property
    def member_list(self):
        """The members, looked up once."""
        return list(self.members.all())

    def sections_after_body(self):
        return [
            ("pillars", _("Pillars"), self.pillars),
            ("members", _("Members"), self.member_list),
            ("statements", _("Its statements"), self.statements),
        ]

    @cached_property
    def statements(self):
        """The newest live news items of this coalition, in any language it has them (list)."""
        news = apps.get_model("news.NewsPage").objects.newest_first().for_cards()
        own = news.filter(coalition__translation_key=self.translation_key).prefer(active_locale())
        return in_language(own[: 2 * STATEMENTS_SHOWN], active_locale())[:STATEMENTS_SHOWN]


class CoalitionMember(Orderable):
    """A member organisation, as of the page's date."""

    page = ParentalKey(CoalitionPage, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=160)
    url = models.URLField(_("own site"), blank=True)

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("url")])]
