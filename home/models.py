"""The home page, plain pages, and the contact page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from blocks.body import BodyBlock, HomeBodyBlock
from core.models import BasePage

FEATURES = ["bold", "italic", "ol", "ul", "link"]  # an introduction stands before the first heading: no h3


class HomePage(BasePage):
    """The first page: made of blocks alone, so that staff can reorder all of it."""

    body = StreamField(HomeBodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"
    page_description = _("The first page of the site, made of blocks in any order. There is one in each language.")

    class Meta:
        verbose_name = _("home page")

    def contents(self):
        return []  # a home page is not a document

    @property
    def has_opening(self):
        """Whether the body has an opening, whose heading is the page's `<h1>`."""
        return any(block.block_type == "hero" for block in self.body)


class ContentPage(BasePage):
    """A page of sections: How we work, Get help, About, legal pages."""

    sensitive = models.BooleanField(
        _("help or safety page"),
        default=False,
        help_text=_(
            "Readers get “Leave this page”, a neutral title in the browser's tab, and nothing is kept in the "
            "browser's cache."
        ),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    desk_panels = [FieldPanel("sensitive"), *BasePage.desk_panels]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    template = "home/content_page.html"
    page_description = _(
        "A page of sections, for whatever is not news, a service, a coalition or a publication. Tick “help or safety "
        "page” on its last tab, and it gets “Leave this page”."
    )

    class Meta:
        verbose_name = _("page")

    @property
    def is_sensitive(self):
        return self.sensitive

    def needs_second_publisher(self):
        return self.sensitive


class ContactPage(BasePage):
    """How to reach us. Address, numbers and hours come from the organisation facts."""

    intro = RichTextField(_("introduction"), blank=True, features=FEATURES)
    directions = RichTextField(_("how to find us"), blank=True, features=["h3", *FEATURES])
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("directions", help_text=_("In words: landmarks, matatu stage, gate. A map helps only some people.")),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("intro"), index.SearchField("body")]
    max_count_per_parent = 1
    template = "home/contact_page.html"
    page_description = _(
        "How to reach us. Address and numbers come from Settings, Organisation facts: change them there."
    )

    class Meta:
        verbose_name = _("contact page")

    def structured_data(self, request):
        return [{"@type": "ContactPage", "name": self.title, "url": self.get_full_url(request)}]
