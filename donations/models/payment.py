"""Money as the provider numbers it, whichever way we hear of it: by callback, by hand to the paybill, from a list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..money import CURRENCIES, Money


class Payment(models.Model):
    """One payment. Its number is unique over all channels, so that one payment that is told four ways is one."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class State(models.TextChoices):
        UNPROVEN = "unproven", _("Unproven")  # told by somebody; not seen at the provider yet. In no total
        UNALLOCATED = "unallocated", _("Unallocated")  # proven, and of no known gift. In no total
        ENTERED = "entered", _("To be confirmed")  # by staff; an approver confirms
        ALLOCATED = "allocated", _("Allocated")  # in the ledger
        REFUSED = "refused", _("Refused")  # entered wrongly, or never seen at the provider

    provider = models.CharField(_("provider"), max_length=20)
    number = models.CharField(_("provider's number"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES)
    amount = models.PositiveBigIntegerField(_("amount"))
    occurred_at = models.DateTimeField(_("happened"))
    typed = models.CharField(_("reference as typed"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, db_index=True)
    proof = models.CharField(_("proof"), max_length=30, blank=True)  # list, status, portal, confirmed
    livemode = models.BooleanField(_("real money"))
    gift = models.ForeignKey(
        "donations.Gift", verbose_name=_("gift"), null=True, on_delete=models.PROTECT, related_name="payments"
    )
    attempt = models.OneToOneField(
        "donations.Attempt", verbose_name=_("attempt"), null=True, on_delete=models.PROTECT, related_name="payment"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    status_token = models.CharField(max_length=64, blank=True, editable=False, db_index=True)  # of a question asked
    asked_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("heard of"), default=timezone.now)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        default_permissions = ["view"]
        indexes = [models.Index(fields=["typed"], name="payment_by_reference")]  # looked for at each settling
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="one_payment_for_each_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(entered_by=None) | Q(confirmed_by=None) | ~Q(entered_by=models.F("confirmed_by")),
                name="a_payment_is_confirmed_by_another",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def money(self):
        """What came (Money)."""
        return Money(self.amount, self.currency)
