"""Step 2 as a page shows it. What may be given `giving.check` decides, by the form as it is at that moment."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import giving
from .methods import Method, offered
from .models import Gift
from .widget import SHORT


class GiftForm(forms.Form):
    """What is asked of a donor, and no more.

    Args:
        donation_form: the DonationForm.
        ways: the methods (list of Method) that can be chosen now.

    After `is_valid()`, `cleaned_data` is what giving.start() takes, and `order` what it came to (giving.Order).
    `tampered` tells that the browser sent what no page of ours offers now: the answer is 400.
    """

    fund = forms.CharField(widget=forms.HiddenInput, required=False)
    partner = forms.CharField(widget=forms.HiddenInput, required=False)
    currency = forms.CharField(label=_("Currency"), required=False)
    amount = forms.CharField(label=_("Amount"), required=False)
    method = forms.CharField(label=_("How would you like to give?"), required=False)
    phone = forms.CharField(
        label=_("M-Pesa telephone number"),
        required=False,
        help_text=_("For example 0712 345 678. We forget it when the payment is through."),
    )
    name = forms.CharField(label=_("Your name"), required=False, help_text=_("Left empty, you give anonymously."))
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        help_text=_("We send the receipt there, which needs your name. Left empty, you get no e-mail and no receipt."),
    )
    dedication = forms.CharField(label=_("In memory or in honour of somebody"), required=False)
    dedicated_to = forms.CharField(label=_("Of whom?"), required=False)

    def __init__(self, donation_form, ways, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.donation_form, self.ways, self.tampered, self.order = donation_form, ways, False, None
        self.codes = [offer.currency for offer in donation_form.offer_list()]
        fields = self.fields
        fields["fund"].initial = donation_form.fund.code
        fields["currency"].initial = self.codes[0]
        fields["currency"].widget = (
            forms.Select(choices=[(code, code) for code in self.codes])
            if self.asks_for_currency
            else forms.HiddenInput()
        )
        fields["amount"].widget.attrs.update(inputmode="decimal", autocomplete="off", maxlength=20)
        fields["method"].widget = forms.RadioSelect(choices=[(way.value, way.label) for way in ways])
        taken = offered(donation_form, self.initial.get("currency") or self.codes[0])
        fields["method"].initial = next((way for way in ways if way in taken), ways[0]).value
        fields["phone"].widget = forms.TextInput({"type": "tel", "autocomplete": "tel", "maxlength": 30})
        fields["name"].widget.attrs.update(autocomplete="name", maxlength=giving.LONGEST_NAME)
        fields["email"].widget = forms.EmailInput({"autocomplete": "email", "maxlength": giving.LONGEST_EMAIL})
        fields["dedication"].widget = forms.Select(choices=[("", _("No")), *Gift.Dedication.choices[1:]])
        fields["dedicated_to"].widget.attrs.update(autocomplete="off", maxlength=giving.LONGEST_NAME)
        if Method.MPESA not in ways:
            del fields["phone"]

    @property
    def asks_for_currency(self):
        """Whether there is more than one currency to choose from."""
        return len(self.codes) > 1

    @property
    def asks_for_method(self):
        """Whether there is more than one way to choose from."""
        return len(self.ways) > 1

    @property
    def how(self):
        """The only way, in words, where there is nothing to choose."""
        return gettext("By %(ways)s.") % {"ways": SHORT[self.ways[0]]}

    @property
    def more_is_open(self):
        """Whether the part that may be left empty is shown open: something in it is filled in, or wrong."""
        return any(self[name].value() or self[name].errors for name in ("name", "email", "dedication", "dedicated_to"))

    def clean_partner(self):
        """The partner's code; what is none of ours is left out."""
        code = self.cleaned_data["partner"]
        return code if code in settings.GIVING_PARTNERS else ""

    def clean(self):
        # A character that no field takes (NUL) leaves its field out: the mistake is beside it, and it counts as empty.
        cleaned = {**dict.fromkeys(self.fields, ""), **super().clean()}
        self.tampered = (
            cleaned["fund"] != self.donation_form.fund.code
            or cleaned["currency"] not in self.codes
            or cleaned["method"] not in self.ways
        )
        if cleaned["fund"] != self.donation_form.fund.code:
            self.add_error(None, _("What the gifts are for has changed. Please read this page again."))
        cleaned["anonymous"] = not cleaned["name"].strip()
        cleaned["wants_receipt"] = bool(cleaned["email"].strip())
        if cleaned["wants_receipt"] and cleaned["anonymous"]:
            self.add_error("name", _("A receipt needs your name. Write it, or leave the e-mail address empty."))
        if bool(cleaned["dedication"]) != bool(cleaned["dedicated_to"].strip()):
            self.add_error("dedicated_to", _("Choose in memory or in honour, and write of whom; or leave both out."))
        try:
            self.order = giving.check(self.donation_form, cleaned)
        except giving.Refused as refused:
            for name, words in refused.errors.items():
                self.add_error(name if name in self.fields else None, words)
        return cleaned


class RetryForm(forms.Form):
    """The telephone number for another request, after one that failed."""

    phone = forms.CharField(
        label=_("M-Pesa telephone number"),
        required=False,
        help_text=_("For example 0712 345 678. We forget it when the payment is through."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "maxlength": 30}),
    )
