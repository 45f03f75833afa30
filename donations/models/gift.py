"""A gift as it was meant, and each attempt to bring it in. What came is in the ledger (Entry)."""

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..methods import Method
from ..money import CURRENCIES, Money
from ..references import new_reference
from ..sealed import SealedField


def new_path_token():
    """256 random bits in hexadecimal: such a path holds no word that Safaricom refuses (“exe”, “sql”, “query”)."""
    return secrets.token_hex(32)


class Gifts(models.QuerySet):
    def locked(self):
        """These gifts, locked until the transaction ends.

        Whoever changes anything of a gift (attempt, payment, refund, event, entry) locks the gift first, so that no two
        ever wait for each other. NO KEY: whoever only writes a row that points at the gift does not wait (PostgreSQL
        shares the gift's key with it, and that was the other half of a deadlock).
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Gift(models.Model):
    """What a donor wants to give. One form token is one gift, however often it is sent."""

    wagtail_reference_index_ignore = True  # “usage” of a donation form lists no gifts; and a save is cheap

    class State(models.TextChoices):
        OPEN = "open", _("Open")  # being asked for
        AWAITED = "awaited", _("Awaited")  # by bank, in cash, by cheque, or by hand to the paybill: may take days
        UNKNOWN = "unknown", _("Unknown")  # the provider did not answer clearly; it may have been paid
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        NEEDS_REVIEW = "needs_review", _("Needs review")  # not paid as far as is known, and a person must look

    class Dedication(models.TextChoices):
        NONE = "", _("None")
        MEMORY = "memory", _("In memory of")
        HONOUR = "honour", _("In honour of")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    form_token = models.CharField(max_length=64, unique=True, editable=False)
    form = models.ForeignKey(
        "donations.DonationForm", verbose_name=_("form"), null=True, on_delete=models.PROTECT, related_name="gifts"
    )
    fund = models.ForeignKey("donations.Fund", verbose_name=_("fund"), on_delete=models.PROTECT, related_name="gifts")
    partner = models.SlugField(_("partner"), max_length=30, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES)
    amount = models.PositiveBigIntegerField(_("amount"))
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.OPEN, db_index=True)
    review = models.TextField(_("to be looked into"), blank=True)  # also of a gift that stays paid; empty: nothing is
    livemode = models.BooleanField(_("real money"))
    language = models.CharField(_("language"), max_length=5, default="en")
    anonymous = models.BooleanField(_("anonymous"), default=False)
    name = SealedField(_("name"))
    email = SealedField(_("e-mail"))
    wants_receipt = models.BooleanField(_("wants a receipt"), default=False)
    dedication = models.CharField(
        _("dedication"), max_length=10, choices=Dedication.choices, blank=True, default=Dedication.NONE
    )
    dedicated_to = SealedField(_("dedicated to"))
    created_at = models.DateTimeField(_("begun"), default=timezone.now, db_index=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True, db_index=True)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)  # when staff was told that it hangs

    objects = Gifts.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        default_permissions = ["view"]
        permissions = [
            ("enter_payment", "Enter money that came by bank, in cash or by cheque"),
            ("confirm_payment", "Confirm money that somebody else entered"),
            ("allocate_payment", "Allocate payments to gifts"),
            ("ask_refund", "Ask for a refund"),
            ("approve_refund", "Approve a refund that somebody else asked for"),
            ("correct_gift", "Correct the ledger with a reason"),
            ("see_donor", "See a donor's name and e-mail address"),
            ("erase_donor", "Forget who a donor is"),
            ("export_gift", "Export gifts"),
            ("stop_method", "Stop and start a way to give"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_gift_is_more_than_nothing")]

    def __str__(self):
        return self.reference

    @property
    def money(self):
        """What was to be given (Money)."""
        return Money(self.amount, self.currency)


class Attempt(models.Model):
    """One try to bring a gift in through a provider. It is committed before the provider is called."""

    class State(models.TextChoices):
        MADE = "made", _("Made")  # committed; the provider may or may not have been called
        ACCEPTED = "accepted", _("Waiting for the donor")
        UNKNOWN = "unknown", _("Unknown")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")

    OPEN = [State.MADE, State.ACCEPTED, State.UNKNOWN]

    gift = models.ForeignKey(Gift, verbose_name=_("gift"), on_delete=models.PROTECT, related_name="attempts")
    provider = models.CharField(_("provider"), max_length=20)  # a name in donations.providers
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the idempotency key
    path_token = models.CharField(max_length=64, unique=True, default=new_path_token, editable=False)
    # The provider's own name for this attempt: M-Pesa's CheckoutRequestID; for Paystack the key, which we chose.
    provider_id = models.CharField(_("provider's number"), max_length=100, unique=True, null=True, blank=True)
    provider_group = models.CharField(max_length=100, blank=True)  # M-Pesa's MerchantRequestID
    checkout_url = models.URLField(max_length=500, blank=True)  # the provider's page, for a card
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MADE, db_index=True)
    result_code = models.CharField(_("result"), max_length=40, blank=True)
    phone = SealedField()  # whole, and only while the attempt is open
    phone_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone_end = models.CharField(_("telephone ends in"), max_length=3, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, db_index=True)
    asked_at = models.DateTimeField(null=True, blank=True)  # when the provider was last asked how it stands
    answered_at = models.DateTimeField(null=True, blank=True)  # when it accepted or refused
    closed_at = models.DateTimeField(null=True, blank=True)
    times_asked = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ["view"]

    def __str__(self):
        begun = timezone.localtime(self.created_at, timezone.get_default_timezone())  # the books' time
        return f"{self.gift_id} {self.provider} {begun:%Y-%m-%d %H:%M}"

    @property
    def is_open(self):
        """Whether its end is not known yet."""
        return self.state in self.OPEN
