"""Money that goes back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..money import CURRENCIES, Money


class Refund(models.Model):
    """Asked for by finance, approved by the approver, or seen in the provider's own panel."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class State(models.TextChoices):
        ASKED = "asked", _("To be approved")
        REFUSED = "refused", _("Refused")
        APPROVED = "approved", _("Approved")  # committed before the provider is asked
        PENDING = "pending", _("Under way")  # the provider is at it, or staff must do it by hand
        UNKNOWN = "unknown", _("Unknown")
        DONE = "done", _("Done")  # in the ledger
        FAILED = "failed", _("Failed")

    OPEN = [State.ASKED, State.APPROVED, State.PENDING, State.UNKNOWN]  # these hold their part of the gift

    gift = models.ForeignKey("donations.Gift", verbose_name=_("gift"), on_delete=models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey("donations.Attempt", null=True, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES)
    amount = models.PositiveBigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED, db_index=True)
    provider_id = models.CharField(_("provider's number"), max_length=100, unique=True, null=True, blank=True)
    in_panel = models.BooleanField(_("made in the provider's own panel"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approved by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    approved_at = models.DateTimeField(_("approved"), null=True)
    sent_at = models.DateTimeField(null=True, editable=False)  # when the provider was asked for it last
    ended_at = models.DateTimeField(_("ended"), null=True)
    result = models.CharField(_("result"), max_length=200, blank=True)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(asked_by=None) | Q(approved_by=None) | ~Q(asked_by=F("approved_by")),
                name="a_refund_is_approved_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.gift}: {Money(-self.amount, self.currency)}"

    @property
    def money(self):
        """What goes back (Money)."""
        return Money(self.amount, self.currency)
