"""Names that must not appear on the site, as keyed digests (core.rules.names)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProtectedName(models.Model):
    """A name of so many words. Nobody, not even the database's thief, can read it; `note` helps to find it again."""

    digest = models.CharField(max_length=64, unique=True)
    words = models.PositiveSmallIntegerField()
    note = models.CharField(_("note"), max_length=80, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-added_at"]
        default_permissions = []

    def __str__(self):
        return self.note or str(self.pk)
