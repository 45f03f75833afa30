"""Receipts: numbered without gaps in each year, never reused; voided ones stay."""

import datetime
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.record import NotChanged


def new_code():
    """The code (str) by which anybody can check a receipt."""
    return secrets.token_hex(8)


class ReceiptQuerySet(models.QuerySet):
    """Refuses to delete: a number that is gone would be a gap."""

    def delete(self):
        raise NotChanged


class Receipt(models.Model):
    """What a donor is given for a gift. The amounts are the ledger's."""

    gift = models.OneToOneField(
        "donations.Gift", verbose_name=_("gift"), on_delete=models.PROTECT, related_name="receipt", editable=False
    )
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    livemode = models.BooleanField(_("real money"), default=True, editable=False)  # tests are counted apart
    language = models.CharField(_("language"), max_length=5, editable=False)
    code = models.CharField(_("code"), max_length=32, unique=True, default=new_code, editable=False)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions = ["view"]
        permissions = [("resend_receipt", "Send a receipt again")]
        constraints = [
            models.UniqueConstraint(fields=["livemode", "year", "number"], name="receipts_are_numbered_once")
        ]

    def __str__(self):
        return f"{'' if self.livemode else 'TEST '}{self.year}/{self.number:05}"

    def delete(self, *args, **kwargs):
        raise NotChanged

    @property
    def is_void(self):
        """Whether it no longer stands for a gift."""
        return isinstance(self.voided_at, datetime.datetime)


class ReceiptCount(models.Model):
    """The last number that was given out in a year. Its row is locked while the next one is."""

    year = models.PositiveSmallIntegerField()
    livemode = models.BooleanField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["livemode", "year"], name="one_count_of_receipts_each_year")]

    def __str__(self):
        return f"{self.year}: {self.last}"
