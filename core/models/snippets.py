"""Wording that repeats: menus, footers, the emergency notice, other organisations' helplines."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from ..before_publishing import BeforePublishingPanel
from ..give_link import GiveBlock
from ..kept import until_written
from ..links import LinkBlock
from ..pages import live_in_language, pages_by_id
from ..panels import HandbookPanel
from ..prepared import Prepared
from ..telephones import check_numbers, is_number
from .four_eyes import FourEyes

NOT_CHECKED = _("A helpline can be published only with the day on which its number was checked.")


def helpline_change(helpline):
    """Record a changed number of a live helpline, and tell publishers and approvers."""
    from ..setting_changes import change_of, helpline_values, tell_of_helpline  # they need the models

    return change_of(helpline, helpline_values, tell_of_helpline)


class FooterColumnBlock(blocks.StructBlock):
    """A heading with links below it."""

    heading = blocks.CharBlock(max_length=60)
    links = blocks.ListBlock(LinkBlock())

    class Meta:
        icon = "list-ul"
        label = _("Column")


class GoingLivePanel(PublishingPanel):
    """When it goes live, and no day on which it ends: from then on every page would lack its menu or footer."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.children = [panel for panel in self.children if panel.field_name != "expire_at"]


class ChromeSnippet(FourEyes, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model):
    """A draftable, translatable piece of every page's frame; previewed in the frame itself."""

    title = models.CharField(_("title"), max_length=80, help_text=_("For editors only."))

    chrome_name = None
    override_translatable_fields = [SynchronizedField("title", overridable=False)]

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self):
        return self.title

    def get_preview_template(self, request, mode_name):
        return "core/preview.html"

    def get_preview_context(self, request, mode_name):
        request.chrome_preview = {self.chrome_name: self}
        return {"object": self}


class Menu(ChromeSnippet):
    """A menu. Prepare a new one in peace, then choose it in Settings, Menu and footer."""

    chrome_name = "menu"
    items = StreamField([("link", LinkBlock())], verbose_name=_("items"), blank=True)
    action = StreamField(
        [("give", GiveBlock()), ("link", LinkBlock())],
        verbose_name=_("button"),
        blank=True,
        max_num=1,
        help_text=_(
            "The one link that stands beside the menu as a button, on phones too. “Give” disappears while nothing can "
            "be given."
        ),
    )

    panels = [
        HandbookPanel("menu"),
        FieldPanel("title"),
        FieldPanel("items"),
        FieldPanel("action"),
        GoingLivePanel(),
        BeforePublishingPanel(),
    ]

    class Meta(ChromeSnippet.Meta):
        verbose_name = _("menu")
        verbose_name_plural = _("menus")


class Footer(ChromeSnippet):
    """The words and links at the foot of every page. Address and telephone come from the facts."""

    chrome_name = "footer"
    text = RichTextField(_("text"), blank=True, features=["bold", "italic", "link"])
    columns = StreamField([("column", FooterColumnBlock())], verbose_name=_("columns"), blank=True)
    legal = StreamField([("link", LinkBlock())], verbose_name=_("last line"), blank=True)

    panels = [
        HandbookPanel("menu"),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("columns"),
        FieldPanel("legal"),
        GoingLivePanel(),
        BeforePublishingPanel(),
    ]

    class Meta(ChromeSnippet.Meta):
        verbose_name = _("footer")
        verbose_name_plural = _("footers")


class Notice(FourEyes, DraftStateMixin, RevisionMixin, PreviewableMixin, models.Model):
    """The banner on every page for an emergency or a change: both languages in one form."""

    SEVERITIES = [
        ("information", _("Information")),
        ("warning", _("Warning")),
        ("emergency", _("Emergency")),
    ]

    severity = models.CharField(_("how urgent"), max_length=20, choices=SEVERITIES, default="information")
    text_en = models.CharField(_("text, English"), max_length=240)
    text_sw = models.CharField(
        _("text, Kiswahili"),
        max_length=240,
        blank=True,
        help_text=_("Left empty, Kiswahili pages show the English text."),
    )
    link = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page with more"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    show_from = models.DateTimeField(_("shown from"), default=timezone.now)
    show_until = models.DateTimeField(
        _("shown until"),
        null=True,
        blank=True,
        help_text=_("It disappears by itself. Left empty, it stays until unpublished."),
    )

    panels = [
        HandbookPanel("notice"),
        HelpPanel(content=_("Publishing puts this banner on every page of the site, in both languages.")),
        FieldPanel("severity"),
        FieldPanel("text_en"),
        FieldPanel("text_sw"),
        FieldPanel("link"),
        FieldRowPanel([FieldPanel("show_from"), FieldPanel("show_until")]),
        BeforePublishingPanel(),
    ]

    class Meta:
        ordering = ["-show_from"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self):
        return self.text_en

    def clean(self):
        super().clean()
        if self.show_until and self.show_from and self.show_until <= self.show_from:
            raise ValidationError({"show_until": _("The end must be later than the beginning.")})

    @classmethod
    def current(cls):
        """Return the notices that are live and due now, the most urgent first."""
        now = timezone.now()
        begun = [notice for notice in _live_notices() if notice.show_from <= now]
        due = [notice for notice in begun if not notice.show_until or now < notice.show_until]
        order = [key for key, _label in cls.SEVERITIES]
        return sorted(due, key=lambda notice: -order.index(notice.severity))

    @property
    def target(self):
        """The page with more, in the reader's language, or None where a reader may not see it."""
        return next(iter(live_in_language(pages_by_id([self.link_id]).values())), None)

    @property
    def language(self):
        """The language of `text`."""
        return "sw" if translation.get_language() == "sw" and self.text_sw else "en"

    @property
    def text(self):
        """The words in the active language, else in English."""
        return self.text_sw if self.language == "sw" else self.text_en

    def get_preview_template(self, request, mode_name):
        return "core/preview.html"

    def get_preview_context(self, request, mode_name):
        request.chrome_preview = {"notices": [self]}
        return {"object": self}


_live_notices = until_written(Prepared(lambda: Notice.objects.filter(live=True)))


class HelplineForm(WagtailAdminModelForm):
    """Says beside the field what `save()` would refuse."""

    def clean(self):
        cleaned = super().clean()
        if "action-publish" in self.data and not cleaned.get("checked_on"):
            self.add_error("checked_on", NOT_CHECKED)
        return cleaned


class Helpline(
    FourEyes, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, index.Indexed, models.Model
):
    """Another organisation's helpline. It can't go live before someone has called it and noted the day."""

    name = models.CharField(_("organisation"), max_length=120)
    phone = models.CharField(_("telephone number"), max_length=30)
    description = models.CharField(_("what it is for"), max_length=255)
    url = models.URLField(_("own site"), blank=True)
    source_url = models.URLField(_("where the number comes from"), blank=True)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which someone called the number and reached the right office. Readers see it."),
    )

    base_form_class = HelplineForm
    panels = [
        FieldPanel("name"),
        FieldPanel("phone"),
        FieldPanel("description"),
        MultiFieldPanel([FieldPanel("checked_on"), FieldPanel("source_url"), FieldPanel("url")], _("Checked")),
        PublishingPanel(),
        BeforePublishingPanel(),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("locale_id")]
    override_translatable_fields = [
        SynchronizedField("name", overridable=False),
        SynchronizedField("phone", overridable=False),
        TranslatableField("description"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]
        verbose_name = _("helpline of others")
        verbose_name_plural = _("helplines of others")

    def __str__(self):
        return self.name

    @property
    def uri(self):
        """The `tel:` address (RFC 3966)."""
        return "tel:" + "".join(character for character in self.phone if character.isdigit() or character == "+")

    def clean(self):
        super().clean()
        check_numbers({"phone": (self.phone, is_number)})

    def save(self, *args, **kwargs):
        # In save(), not in a form: scheduled publishing, translation and copies come by other roads.
        if self.live and not self.checked_on:
            raise ValidationError({"checked_on": NOT_CHECKED})
        with helpline_change(self):
            super().save(*args, **kwargs)

    def get_preview_template(self, request, mode_name):
        return "core/preview_helpline.html"
