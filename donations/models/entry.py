"""The ledger. Entries are only ever added, hold nothing personal, and are the only thing that is summed up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.record import NotChanged

from ..money import CURRENCIES, Money


class EntryQuerySet(models.QuerySet):
    """Refuses what would change the ledger. PostgreSQL refuses by itself too (donations/migrations)."""

    def update(self, **kwargs):
        raise NotChanged

    def delete(self):
        raise NotChanged

    def bulk_update(self, *args, **kwargs):
        raise NotChanged


class Entry(models.Model):
    """An amount that came (above nothing) or went (below)."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class Kind(models.TextChoices):
        GIFT = "gift", _("Gift")
        FEE = "fee", _("Fee")
        REFUND = "refund", _("Refund")
        DISPUTE = "dispute", _("Dispute")
        CORRECTION = "correction", _("Correction")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    gift = models.ForeignKey(
        "donations.Gift", verbose_name=_("gift"), on_delete=models.PROTECT, related_name="entries", editable=False
    )
    amount = models.BigIntegerField(_("amount"), editable=False)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, editable=False)
    provider = models.CharField(_("provider"), max_length=20, editable=False)
    # Names the one thing that this entry is about, so that it can be entered once: see donations.ledger.
    reference = models.CharField(_("provider's number"), max_length=150, unique=True, editable=False)
    livemode = models.BooleanField(_("real money"), editable=False)
    occurred_at = models.DateTimeField(_("happened"), db_index=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        default_permissions = ["view"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="an_entry_is_not_nothing"),
            models.CheckConstraint(condition=~Q(kind="gift") | Q(amount__gt=0), name="a_gift_comes"),
            models.CheckConstraint(condition=~Q(kind__in=["fee", "refund"]) | Q(amount__lt=0), name="a_refund_goes"),
        ]

    def __str__(self):
        return self.reference

    @property
    def money(self):
        """What came or went (Money)."""
        return Money(self.amount, self.currency)

    def save(self, *args, **kwargs):
        if self.pk:
            raise NotChanged
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise NotChanged
