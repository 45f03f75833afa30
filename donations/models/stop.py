"""The one switch that stops a way to give."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..methods import Method


class MethodStop(models.Model):
    """A way to give that is stopped: as long as this row is there, nobody is offered it and no gift begins with it."""

    method = models.CharField(_("method"), max_length=10, choices=Method.choices, unique=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("stopped way to give")
        verbose_name_plural = _("stopped ways to give")

    def __str__(self):
        return self.get_method_display()
