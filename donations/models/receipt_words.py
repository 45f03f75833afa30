"""What receipts say besides the gift itself, and how long donors are known. For editors, in the settings."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from core.setting_changes import change_of


@register_setting(icon="doc-full", order=130)
class ReceiptWords(BaseSiteSetting):
    """The words about tax are off until somebody who knows that they are true switches them on."""

    FIELDS = ("tax_on", "pin", "certificate", "tax_en", "tax_sw", "keep_months")

    tax_on = models.BooleanField(
        _("say something about tax"),
        default=False,
        help_text=_("Only with a valid certificate of exemption. The words below are on no receipt until then."),
    )
    pin = models.CharField(_("PIN of the organisation"), max_length=20, blank=True)
    certificate = models.CharField(_("number of the certificate of exemption"), max_length=60, blank=True)
    tax_en = models.CharField(_("sentence about tax, English"), max_length=300, blank=True)
    tax_sw = models.CharField(_("sentence about tax, Kiswahili"), max_length=300, blank=True)
    keep_months = models.PositiveSmallIntegerField(
        _("months for which donors are known"),
        default=60,
        validators=[MinValueValidator(1)],
        help_text=_(
            "So long after a gift came, the donor's name and e-mail address are forgotten; the amounts stay. "
            "Of gifts that never came they are forgotten after 30 days."
        ),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("tax_on"),
                FieldRowPanel([FieldPanel("pin"), FieldPanel("certificate")]),
                FieldPanel("tax_en"),
                FieldPanel("tax_sw"),
            ],
            _("Tax"),
        ),
        FieldPanel("keep_months"),
    ]

    class Meta:
        verbose_name = _("receipts")
        default_permissions = ["change"]

    def clean(self):
        super().clean()
        if self.tax_on and not (self.pin and self.certificate and self.tax_en and self.tax_sw):
            raise ValidationError(
                {"tax_on": _("First fill in the PIN, the certificate, and the sentence in both languages.")}
            )

    def save(self, *args, **kwargs):
        with change_of(self, lambda words: {name: getattr(words, name) for name in self.FIELDS}):
            super().save(*args, **kwargs)

    def lines(self):
        """What a receipt says about tax in the active language (list of str); empty while it is off."""
        if not self.tax_on:
            return []
        sentence = self.tax_sw if translation.get_language() == "sw" else self.tax_en
        return [sentence, f"PIN {self.pin}", f"{translation.gettext('Certificate')} {self.certificate}"]
