"""What we do: strategic plans, programmes, service areas."""

from django.apps import apps
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PublishingPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, Orderable, PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from blocks.body import BodyBlock
from core.before_publishing import BeforePublishingPanel
from core.documents import is_public
from core.icons import SERVICE_ICONS
from core.links import PageBlock
from core.locales import active_locale, in_language
from core.models import BasePage
from core.models.four_eyes import FourEyes
from core.pages import live_children, live_in_language, public

RELATED_NEWS = [("page", PageBlock(page_type="news.NewsPage"))]


@register_snippet
class StrategicPlan(FourEyes, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model):
    """A plan with its years. Programmes belong to one; when a plan ends, the next takes its place."""

    title = models.CharField(_("title"), max_length=120)
    first_year = models.PositiveSmallIntegerField(_("from"))
    last_year = models.PositiveSmallIntegerField(_("to"))
    document = models.ForeignKey(
        "core.SiteDocument",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("first_year"), FieldPanel("last_year")]),
        FieldPanel("document"),
        PublishingPanel(),
        BeforePublishingPanel(),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["-first_year"]
        verbose_name = _("strategic plan")
        verbose_name_plural = _("strategic plans")

    def __str__(self):
        return f"{self.title} ({self.first_year}–{self.last_year})"

    def get_preview_template(self, request, mode_name):
        return "programmes/preview_plan.html"


class ProgrammeIndexPage(BasePage):
    """What we do: the service areas and the programmes below this page."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    subpage_types = ["programmes.ServiceAreaPage", "programmes.ProgrammePage", "home.ContentPage"]
    template = "programmes/programme_index_page.html"
    page_description = _("What we do: it lists the service areas and programmes below it by itself.")

    class Meta:
        verbose_name = _("what we do")

    def programmes(self):
        """The live programmes below this page, by plan and number."""
        return sorted(live_children(self, ProgrammePage), key=lambda page: page.number or 0)

    def service_areas(self):
        """All live service areas; the English page stands in where a translation is missing."""
        areas = public(ServiceAreaPage.objects.defer_streamfields()).select_related("listing_image")
        return in_language(areas.order_by("locale_id", "path"), active_locale())


class ServiceAreaPage(BasePage):
    """One of the things that we do. Its summary is the one line shown everywhere."""

    icon = models.CharField(_("icon"), max_length=30, choices=SERVICE_ICONS, help_text=_("Decorative: never read out."))
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    related_news = StreamField(RELATED_NEWS, verbose_name=_("related news"), blank=True)

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary", help_text=_("The one line that is shown with the icon everywhere; 160 characters.")),
        FieldPanel("icon"),
        FieldPanel("listing_image"),
        FieldPanel("body"),
        FieldPanel("related_news"),
    ]
    search_kind = "service"
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["programmes.ProgrammeIndexPage"]
    subpage_types = []
    template = "programmes/service_area_page.html"
    handbook = "service-area"
    page_description = _(
        "One of the things that we do, with an icon and one line. Once published, it appears by itself on the home "
        "page, on How we work and wherever service areas are listed."
    )

    class Meta:
        verbose_name = _("service area")

    @property
    def weave_seed(self):
        """The icon's name: the area has the same pattern in both languages."""
        return self.icon or self.slug

    def clean_fields(self, exclude=None):
        super().clean_fields(exclude)
        MaxLengthValidator(160, _("One line: at most 160 characters."))(self.summary)

    @cached_property
    def programmes(self):
        """The live programmes that deliver this area."""
        links = ProgrammeServiceArea.objects.filter(service_area__translation_key=self.translation_key)
        return live_in_language(
            [link.page for link in links.select_related("page").order_by("page__number")], ProgrammePage
        )

    @cached_property
    def news(self):
        """The chosen news items that are live."""
        return live_in_language([block.value for block in self.related_news], apps.get_model("news.NewsPage"))

    def sections_after_body(self):
        return [
            ("programmes", _("Part of these programmes"), self.programmes),
            ("related-news", _("Related news"), self.news),
        ]

    def structured_data(self, request):
        return [
            {
                "@type": "Service",
                "name": self.title,
                "description": self.summary,
                "url": self.get_full_url(request),
                "provider": {"@id": self.get_site().root_url + "/#organisation"},
                "areaServed": {"@type": "Country", "name": "Kenya"},
            }
        ]


class ProgrammePage(BasePage):
    """A programme of a strategic plan: goal, measures, and the service areas that deliver it."""

    plan = models.ForeignKey(
        StrategicPlan,
        verbose_name=_("strategic plan"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    number = models.PositiveSmallIntegerField(_("number in the plan"), null=True, blank=True)
    goal = models.CharField(_("goal"), max_length=400, blank=True)
    measures = StreamField(
        [("measure", blocks.CharBlock(label=_("Measure"), max_length=300))], verbose_name=_("measures"), blank=True
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    related_news = StreamField(RELATED_NEWS, verbose_name=_("related news"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("plan"), FieldPanel("number")]),
        FieldPanel("goal"),
        FieldPanel("measures"),
        InlinePanel("service_area_links", heading=_("Service areas that deliver it"), label=_("Service area")),
        FieldPanel("body"),
        FieldPanel("related_news"),
    ]
    search_kind = "service"
    search_fields = [*BasePage.search_fields, index.SearchField("goal"), index.SearchField("body")]
    parent_page_types = ["programmes.ProgrammeIndexPage"]
    subpage_types = []
    template = "programmes/programme_page.html"
    page_description = _(
        "A programme of the strategic plan, with its goal, its measures and the service areas that deliver it."
    )

    class Meta:
        verbose_name = _("programme")

    @cached_property
    def service_areas(self):
        """The service areas that deliver this programme, live, in the editors' order."""
        chosen = [link.service_area_id for link in self.service_area_links.all()]
        areas = ServiceAreaPage.objects.in_bulk(chosen)
        return live_in_language([areas[pk] for pk in chosen], ServiceAreaPage)

    @cached_property
    def live_plan(self):
        """The plan, unless it is a draft."""
        return self.plan if self.plan and self.plan.live else None

    @property
    def plan_document(self):
        """The plan as a file, if a visitor may have it."""
        return self.live_plan.document if self.live_plan and is_public(self.live_plan.document) else None

    @cached_property
    def news(self):
        """The chosen news items that are live."""
        return live_in_language([block.value for block in self.related_news], apps.get_model("news.NewsPage"))

    def sections_after_body(self):
        return [
            ("areas", _("Service areas that deliver it"), self.service_areas),
            ("related-news", _("Related news"), self.news),
        ]


class ProgrammeServiceArea(Orderable):
    """A service area that delivers a programme."""

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="service_area_links")
    service_area = models.ForeignKey(
        ServiceAreaPage, verbose_name=_("service area"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("service_area")]
