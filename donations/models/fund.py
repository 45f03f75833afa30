"""What a gift is for."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Fund(models.Model):
    """A purpose for which gifts are kept apart. Its code stands in exports and never changes."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80, help_text=_("For staff: as the accounts call it."))
    label_en = models.CharField(_("what donors read, English"), max_length=120)
    label_sw = models.CharField(_("what donors read, Kiswahili"), max_length=120, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False, help_text=_("Only to be spent on this purpose."))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("fund")
        verbose_name_plural = _("funds")

    def __str__(self):
        return self.name

    @property
    def label(self):
        """What donors read, in the active language, else in English."""
        return self.label_sw if translation.get_language() == "sw" and self.label_sw else self.label_en
