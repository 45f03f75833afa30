"""Publications."""

from django.apps import apps
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.search import index

from blocks.body import BodyBlock
from blocks.media import FileBlock
from blocks.sources import SOURCES
from core.canonical import canonical_query
from core.locales import active_locale, in_language
from core.models import BasePage
from core.pages import public


class ResourceIndexPage(BasePage):
    """All publications, by year; a GET form shows those of a kind or a year."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    subpage_types = ["resources.ResourcePage"]
    template = "resources/resource_index_page.html"
    page_description = _("The list of our publications, the newest first. It fills itself from the pages below it.")

    class Meta:
        verbose_name = _("publications")

    def publications(self):
        """All live publications, the newest first; those without a known year last."""
        pages = public(apps.get_model("resources.ResourcePage").objects.all()).select_related("listing_image")
        ordered = pages.order_by(models.F("year").desc(nulls_last=True), "title")
        return in_language(ordered, active_locale())

    def get_context(self, request, *args, **kwargs):
        """Read the filters from the query string; what no publication has answers 404."""
        publications = self.publications()
        used = {item.kind for item in publications}
        kinds = [(value, label) for value, label in ResourcePage.Kind.choices if value in used]
        years = list(dict.fromkeys(str(item.year) for item in publications if item.year))
        kind, year = (request.GET.get(name, "") for name in ("kind", "year"))
        if kind not in {"", *used} or year not in {"", *years}:
            raise Http404
        chosen = [item for item in publications if kind in {"", item.kind} and year in {"", str(item.year)}]
        return {
            **super().get_context(request, *args, **kwargs),
            "publications": chosen,
            "kinds": kinds,
            "years": [(year, year) for year in years],
            "chosen": {"kind": kind, "year": year},
            "filtered": bool(kind or year),
            "canonical_query": canonical_query(kind=kind, year=year),
        }


class ResourcePage(BasePage):
    """One publication."""

    class Kind(models.TextChoices):
        SURVEY = "survey", _("Survey")
        STUDY = "study", _("Study")
        TREATY_REPORT = "treaty_report", _("Report to a treaty body")
        MONITORING_REPORT = "monitoring_report", _("Monitoring report")
        MANUAL = "manual", _("Manual")
        COALITION_REPORT = "coalition_report", _("Coalition report")
        STATEMENT = "statement", _("Statement")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.STUDY)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    partners = models.CharField(_("partners"), max_length=255, blank=True)
    isbn = models.CharField(_("ISBN"), max_length=20, blank=True)
    pages = models.PositiveSmallIntegerField(_("number of pages"), null=True, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    files = StreamField([("file", FileBlock())], verbose_name=_("files"), blank=True)
    sources = StreamField(SOURCES, verbose_name=_("sources"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("year")]),
        FieldPanel("partners"),
        FieldRowPanel([FieldPanel("isbn"), FieldPanel("pages")]),
        FieldPanel("body"),
        FieldPanel("files"),
        FieldPanel("sources"),
    ]
    search_kind = "publication"
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("partners"),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("year"),
    ]
    parent_page_types = ["resources.ResourceIndexPage"]
    subpage_types = []
    template = "resources/resource_page.html"
    page_description = _(
        "A report, study or manual, with its files. Readers find it in the list of publications and by search."
    )

    class Meta:
        verbose_name = _("publication")

    @property
    def search_year(self):
        return self.year

    @property
    def search_more(self):
        """Its kind."""
        return [str(self.get_kind_display())]

    @property
    def file_list(self):
        """The files that a visitor may have, as plain values."""
        return [block.value for block in self.files if block.value]

    def sections_after_body(self):
        return [("files", _("Files"), self.file_list)]

    def structured_data(self, request):
        return [
            {
                "@type": "Report",
                "name": self.title,
                "description": self.description,
                "datePublished": str(self.year) if self.year else None,
                # A Report has no property `isbn`; a Book is not what most of these are.
                "identifier": self.isbn and {"@type": "PropertyValue", "propertyID": "ISBN", "value": self.isbn},
                "inLanguage": self.locale.language_code,
                "url": self.get_full_url(request),
                # A coalition's report is its coalition's.
                "publisher": self.kind != self.Kind.COALITION_REPORT
                and {"@id": self.get_site().root_url + "/#organisation"},
            }
        ]
