"""Mail to donors: a queue of its own, drained by `run_due`, retried with growing delays."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """One mail about one gift. Its words are made when it is sent; the address is the gift's, so it is purged there."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        GIVEN_UP = "given_up", _("Given up")

    gift = models.ForeignKey("donations.Gift", verbose_name=_("gift"), on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=30)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ["view"]

    def __str__(self):
        return f"{self.kind} {self.gift_id}"
