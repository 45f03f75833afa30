"""A donation form: what editors prepare and place on pages."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.kept import until_written
from core.locales import active_locale, with_locales
from core.memo import per_request
from core.models.four_eyes import FourEyes
from core.prepared import Prepared

from ..methods import Method, offered
from ..offers import OffersBlock, offers_of
from ..panels import AddressesPanel, ReadinessPanel
from .fund import Fund

RESERVED = {"gift"}  # a word that our addresses use themselves
NO_FUND = _("Choose what the gifts are for: a form can be published only with a fund.")
NO_OFFER = _("Add at least one currency: a form can be published only with amounts.")
NO_METHOD = _("Choose at least one way to give.")


class DonationFormForm(WagtailAdminModelForm):
    """Says beside the field what `save()` would refuse."""

    methods = forms.MultipleChoiceField(
        label=_("ways to give"),
        choices=Method.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Donors are offered those of them that are set up and not stopped."),
    )

    def clean(self):
        cleaned = super().clean()
        if "action-publish" in self.data:
            for name, words in DonationForm.lacking(cleaned.get("fund"), cleaned.get("offers"), cleaned.get("methods")):
                if name not in self.errors:
                    self.add_error(name, words)
        return cleaned


class DonationForm(FourEyes, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model):
    """Words, fund, amounts and methods. Its translations share `code`, which is used in addresses."""

    code = models.SlugField(
        _("code"),
        max_length=30,
        help_text=_("A short word for addresses and reports. Never change it: links and partners use it."),
    )
    title = models.CharField(_("title"), max_length=80)
    words = RichTextField(_("words"), blank=True, features=["bold", "italic", "link"])
    fund = models.ForeignKey(
        "donations.Fund", verbose_name=_("fund"), on_delete=models.PROTECT, related_name="forms", null=True, blank=True
    )
    offers = StreamField(OffersBlock(), verbose_name=_("currencies and amounts"), blank=True)
    methods = models.JSONField(_("ways to give"), default=list, blank=True)
    thanks = RichTextField(_("thanks"), blank=True, features=["bold", "italic", "link"])
    active_from = models.DateTimeField(_("open from"), null=True, blank=True)
    active_to = models.DateTimeField(_("open until"), null=True, blank=True)

    base_form_class = DonationFormForm
    panels = [
        ReadinessPanel(),
        FieldPanel("title", help_text=_("The heading of the pages on which a gift is made.")),
        FieldPanel("code"),
        FieldPanel("words"),
        FieldPanel("fund"),
        FieldPanel("offers"),
        FieldPanel("methods"),
        FieldPanel("thanks", help_text=_("What donors read when the gift has arrived. Empty: a plain sentence.")),
        MultiFieldPanel([FieldRowPanel([FieldPanel("active_from"), FieldPanel("active_to")])], _("When it is open")),
        AddressesPanel(),
        PublishingPanel(),
    ]
    override_translatable_fields = [
        SynchronizedField("code", overridable=False),
        SynchronizedField("methods", overridable=False),
        TranslatableField("title"),
        TranslatableField("words"),
        TranslatableField("thanks"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["title"]
        verbose_name = _("donation form")
        verbose_name_plural = _("donation forms")
        constraints = [models.UniqueConstraint(fields=["code", "locale"], name="one_form_for_each_code_and_language")]

    def __str__(self):
        return self.title

    @staticmethod
    def lacking(fund, offers, methods):
        """[(name of a field, what it lacks)] without which nobody could give."""
        needed = [("fund", fund, NO_FUND), ("offers", offers, NO_OFFER), ("methods", methods, NO_METHOD)]
        return [(name, words) for name, value, words in needed if not value]

    def clean(self):
        super().clean()
        if self.code in RESERVED:
            raise ValidationError({"code": _("This word is used by the site itself; choose another.")})
        if self.first_published_at and type(self).objects.filter(pk=self.pk).exclude(code=self.code).exists():
            raise ValidationError({"code": _("It stays as it was published: links, QR codes and partners use it.")})
        if self.active_from and self.active_to and self.active_to <= self.active_from:
            raise ValidationError({"active_to": _("The end must be later than the beginning.")})

    def save(self, *args, **kwargs):
        # In save(), not in a form: scheduled publishing, translation and copies come by other roads.
        if self.live and (lacking := self.lacking(self.fund_id, self.offers, self.methods)):
            raise ValidationError(dict(lacking))
        super().save(*args, **kwargs)

    @property
    def is_open(self):
        """Whether it takes gifts now: live, within its time, with a fund that is active."""
        now = timezone.now()
        return bool(
            self.live
            and self.fund_id
            and self.fund.active
            and (not self.active_from or self.active_from <= now)
            and (not self.active_to or now < self.active_to)
        )

    def offer_list(self):
        """Its Offers (list of donations.offers.Offer), amounts in minor units."""
        return offers_of(self.offers)

    def offer(self, currency):
        """Its Offer in a currency, or None."""
        return next((offer for offer in self.offer_list() if offer.currency == currency), None)

    def ways(self):
        """The methods (list of Method) by which a gift can be made with it now: its own, set up, not stopped."""
        currencies = [offer.currency for offer in self.offer_list()]
        return [way for way in offered(self) if any(way in offered(self, currency) for currency in currencies)]

    def for_readers(self):
        """Its version in the reader's language, else in another one, if that takes gifts now; else None."""
        found = self.by_code(self.code)
        return found if found and found.is_open and found.ways() else None

    @staticmethod
    def known():
        """{id: live form}, in all languages."""
        return {form.pk: form for form in live_forms()}

    @classmethod
    def by_code(cls, code):
        """The live form of a code, in the reader's language, else in another one; None if there is none."""
        versions = [form for form in live_forms() if form.code == code]
        language = active_locale()
        return next((form for form in versions if form.locale_id == language.pk), next(iter(versions), None))

    def widget(self, **options):
        """Step 1, for templates (donations.widget.Widget)."""
        from ..widget import Widget

        return Widget(self, **options)

    preview_modes = [("", _("The amounts")), ("details", _("The next page"))]

    def get_preview_template(self, request, mode_name):
        return "donations/preview_details.html" if mode_name else "donations/preview.html"

    def get_preview_context(self, request, mode_name):
        from ..views import preview_of

        return preview_of(self, request, mode_name)


_live_forms = Prepared(lambda: DonationForm.objects.filter(live=True))
_funds = Prepared(Fund.objects.all)


@per_request
@until_written
def live_forms():
    """All live DonationForms in all languages, with their funds: two queries, however many are shown."""
    found = with_locales(_live_forms())
    funds = {fund.pk: fund for fund in _funds()} if found else {}
    for form in found:
        if form.fund_id:
            form.fund = funds[form.fund_id]
    return found
