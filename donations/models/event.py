"""The inbox: whatever a provider told us, as it came, before anything else is done with it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..sealed import SealedField


class Event(models.Model):
    """One callback or webhook. Kept whatever it is; applied once."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class State(models.TextChoices):
        STORED = "stored", _("Stored")  # to be applied
        APPLIED = "applied", _("Applied")
        DUPLICATE = "duplicate", _("Duplicate")  # the very same has come before
        UNMATCHED = "unmatched", _("Unmatched")  # about nothing that we know
        MALFORMED = "malformed", _("Malformed")
        CONTRADICTING = "contradicting", _("Contradicting")  # somebody must look
        IGNORED = "ignored", _("Ignored")  # about another website's business

    provider = models.CharField(_("provider"), max_length=20)
    kind = models.CharField(_("kind"), max_length=40)
    received_at = models.DateTimeField(_("received"), default=timezone.now, db_index=True)
    headers = models.JSONField(_("headers"), default=dict)  # the few that matter
    body = SealedField()
    path_token = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # null: of a duplicate
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.STORED, db_index=True)
    attempt = models.ForeignKey(
        "donations.Attempt", verbose_name=_("attempt"), null=True, on_delete=models.PROTECT, related_name="events"
    )
    gift = models.ForeignKey(
        "donations.Gift", verbose_name=_("gift"), null=True, on_delete=models.PROTECT, related_name="events"
    )
    error = models.TextField(_("what was wrong"), blank=True)
    tries = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, editable=False)
    looked_at = models.DateTimeField(_("looked into"), null=True, editable=False)  # by a person, who needs no more

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ["view"]

    def __str__(self):
        received = timezone.localtime(self.received_at, timezone.get_default_timezone())  # the books' time
        return f"{self.provider} {self.kind} {received:%Y-%m-%d %H:%M:%S}"
