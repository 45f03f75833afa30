"""What actions ask for. Amounts are typed as people write them, and read by digits alone."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..ledger import refundable
from ..methods import BY_HAND, Method
from ..models import Fund, Gift
from ..money import CURRENCIES, Money, NotMoney, read_amount
from ..receipts import NAIROBI, local
from ..references import read_reference
from .filters import start_of


def amount_field(**more):
    return forms.CharField(label=_("Amount"), max_length=20, **more)


def read(typed, currency):
    """The minor units (int) that somebody typed. Raises ValidationError with the words for it."""
    try:
        return read_amount(typed, currency).amount
    except NotMoney as error:
        raise ValidationError(str(error)) from None


class Plain(forms.Form):
    """Asks for nothing. `obj` is what it is about."""

    def __init__(self, *args, obj=None, **kwargs):
        self.obj = obj
        super().__init__(*args, **kwargs)


class Reason(Plain):
    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=200, help_text=_("In a sentence. No names."))


class Number(Plain):
    number = forms.CharField(label=_("Number of the reversal or transfer"), max_length=60)


class RefundForm(Plain):
    amount = amount_field(help_text=_("In the gift's currency."))
    reason = forms.CharField(label=_("Reason"), min_length=5, max_length=200, help_text=_("In a sentence. No names."))
    field_order = ["amount", "reason"]

    def __init__(self, *args, obj=None, **kwargs):
        super().__init__(*args, obj=obj, **kwargs)
        whole, part = divmod(refundable(obj), 100)
        self.fields["amount"].initial = f"{whole}.{part:02}" if part else str(whole)

    def clean_amount(self):
        return read(self.cleaned_data["amount"], self.obj.currency)


class CorrectionForm(Plain):
    direction = forms.ChoiceField(
        label=_("The gift is"), choices=[("less", _("less than the ledger says")), ("more", _("more than it says"))]
    )
    amount = amount_field(help_text=_("By how much, in the gift's currency."))
    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=200, help_text=_("In a sentence. No names."))

    def clean(self):
        data = super().clean()
        if data.get("amount"):
            try:
                amount = read(data["amount"], self.obj.currency)
            except ValidationError as error:
                self.add_error("amount", error)
                return data
            data["amount"] = -amount if data.get("direction") == "less" else amount
            if refundable(self.obj) + data["amount"] < 0:
                self.add_error("amount", _("This is more than is left of the gift, less what is to be refunded."))
        return data


class Came(Plain):
    """Money that came: its number, amount and day."""

    number = forms.CharField(
        label=_("Number"), max_length=60, help_text=_("On the bank's statement, the cheque, or in the receipt book.")
    )
    amount = amount_field()
    day = forms.DateField(label=_("Came on"), widget=AdminDateInput)
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("No names."))

    def __init__(self, *args, obj=None, **kwargs):
        super().__init__(*args, obj=obj, **kwargs)
        if obj is not None:
            whole, part = divmod(obj.amount, 100)
            self.fields["amount"].initial = f"{whole}.{part:02}" if part else str(whole)
            self.fields["amount"].help_text = obj.currency
        self.fields["day"].initial = local(timezone.now()).date()

    def currency(self):
        return self.obj.currency

    def clean_day(self):
        day = self.cleaned_data["day"]
        today = local(timezone.now()).date()
        if day > today:
            raise ValidationError(_("This day is still to come."))
        if day < today - datetime.timedelta(days=366):
            raise ValidationError(_("This is more than a year ago."))
        return day

    def clean(self):
        data = super().clean()
        if data.get("amount") and self.currency():
            try:
                data["money"] = Money(read(data["amount"], self.currency()), self.currency())
            except ValidationError as error:
                self.add_error("amount", error)
        if data.get("day"):
            noon = start_of(data["day"]) + datetime.timedelta(hours=12)
            data["occurred_at"] = min(noon, timezone.now().astimezone(NAIROBI))
        return data


class GiftByHand(Came):
    """A gift that came without a form: by bank, in cash, by cheque."""

    method = forms.ChoiceField(label=_("Method"), choices=[(method, Method(method).label) for method in BY_HAND])
    currency_code = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    fund = forms.ModelChoiceField(label=_("Fund"), queryset=Fund.objects.filter(active=True))
    name = forms.CharField(
        label=_("Name of the donor"), max_length=100, required=False,
        help_text=_("Only if the donor wants a receipt. It is encrypted."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail of the donor"), required=False, help_text=_("For the receipt."))
    language = forms.ChoiceField(label=_("Language of the receipt"), choices=[("en", "English"), ("sw", "Kiswahili")])
    field_order = ["method", "fund", "currency_code", "amount", "number", "day", "name", "email", "language", "note"]

    def clean(self):
        data = super().clean()
        if data.get("email") and not data.get("name", "").strip():
            self.add_error("name", _("A receipt needs the donor's name. Write it, or leave the e-mail address empty."))
        return data

    def currency(self):
        return self.cleaned_data.get("currency_code")


class Allocation(Plain):
    reference = forms.CharField(
        label=_("Reference of the gift"),
        max_length=20,
        help_text=_("Eight characters. Blanks and hyphens do not matter."),
    )

    def clean_reference(self):
        reference = read_reference(self.cleaned_data["reference"])
        gift = Gift.objects.filter(reference=reference).first() if reference else None
        if gift is None:
            raise ValidationError(_("There is no gift with this reference."))
        return gift


class FundChoice(Plain):
    fund = forms.ModelChoiceField(label=_("Fund"), queryset=Fund.objects.filter(active=True))


class Email(Plain):
    email = forms.EmailField(label=_("E-mail address of the donor"))
