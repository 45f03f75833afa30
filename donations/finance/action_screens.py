"""The screens of finance's actions: a form, one sentence on what would happen, and only confirming that does it."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit import record

from .. import byhand, privacy
from ..models import Attempt, Gift
from ..sealed import Unreadable, seal
from . import forms
from .actions import ACTIONS, UNREADABLE


def view_of(action):
    """The view of an action: a form, a sentence to confirm, and what follows."""

    def view(request, pk):
        if not action.may(request.user):
            raise PermissionDenied
        obj = get_object_or_404(action.model, pk=pk)
        if not action.right_now(obj):
            messages.warning(request, _("That cannot be done now: somebody may have done it already."))
            return redirect(action.home(obj))
        form = action.form(request.POST if request.method == "POST" else None, obj=obj)
        asked = bool(form.fields)
        sentence = ""
        if not asked:
            sentence = action.sentence(obj, {})
        elif form.is_valid():
            sentence = action.sentence(obj, form.cleaned_data)
        if request.method == "POST" and form.is_valid() and "confirmed" in request.POST:
            try:
                if hasattr(action, "show"):
                    return action.show(request, obj)
                said = action.do(obj, form.cleaned_data, request.user)
            except Unreadable:
                form.add_error(None, UNREADABLE)
            except ValueError as refusal:  # the services' Refused is one; its text is for people
                form.add_error(None, str(refusal))
            except IntegrityError:
                form.add_error(None, _("The database refuses this: less than nothing would be left."))
            else:
                messages.success(request, said)
                return redirect(action.home(obj))
            sentence = ""
        context = {"action": action, "obj": obj, "form": form, "sentence": sentence, "home": action.home(obj)}
        return TemplateResponse(request, "donations/finance/action.html", context)

    return view


def enter_gift(request):
    """A gift that came by hand without a form: it is made, and the money entered; an approver confirms it."""
    if not request.user.has_perm("donations.enter_payment"):
        raise PermissionDenied
    form = forms.GiftByHand(request.POST if request.method == "POST" else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        sentence = _("%(money)s came on %(day)s, number %(number)s, for %(fund)s. Somebody else confirms it.") % {
            "money": data["money"], "day": data["day"], "number": data["number"], "fund": data["fund"]}  # fmt: skip
        if "confirmed" in request.POST:
            try:
                gift = _make(data, request.user)
            except ValueError as refusal:
                form.add_error(None, str(refusal))
                sentence = ""
            else:
                messages.success(request, _("Entered. It now waits for somebody else to confirm it."))
                return redirect("donations_gift_modeladmin_inspect", gift.pk)
    home = reverse("donations_gift_modeladmin_index")
    context = {"action": {"title": _("Enter a gift that came by hand")}, "form": form, "sentence": sentence}
    return TemplateResponse(request, "donations/finance/action.html", {**context, "home": home})


@transaction.atomic
def _make(data, user):
    gift = Gift.objects.create(
        form_token=f"hand-{secrets.token_hex(16)}",
        fund=data["fund"], currency=data["money"].currency, amount=data["money"].amount, method=data["method"],
        state=Gift.State.AWAITED, livemode=settings.GIVING_LIVE, language=data["language"],
        anonymous=not data["name"], name=seal(data["name"]), email=seal(data["email"]),
        wants_receipt=bool(data["name"]),
    )  # fmt: skip
    Attempt.objects.create(gift=gift, provider="manual", method=gift.method, state=Attempt.State.ACCEPTED)
    record("gift.made", user, gift, reference=gift.reference)
    byhand.enter(gift, data["money"], data["number"], data["occurred_at"], user, data["note"])
    return gift


def forget_by_email(request):
    """All gifts of one e-mail address: found by opening each, listed by reference, and forgotten when confirmed."""
    if not request.user.has_perm("donations.erase_donor"):
        raise PermissionDenied
    form = forms.Email(request.POST if request.method == "POST" else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        gifts, unreadable = privacy.gifts_of(form.cleaned_data["email"])
        # Who asks to be forgotten may be among these.
        doubt = (
            ngettext(
                "%(number)d gift cannot be read, as SEALING_KEYS lacks its key: it may have this address too.",
                "%(number)d gifts cannot be read, as SEALING_KEYS lacks their key: they may have this address too.",
                unreadable,
            )
            % {"number": unreadable}
            if unreadable
            else ""
        )
        if not gifts:
            form.add_error("email", f"{_('No gift that we keep has this address.')} {doubt}".strip())
        elif "confirmed" in request.POST:
            for gift in gifts:
                privacy.erase(gift, request.user)
            words = ngettext(
                "Forgotten: the donor of %(number)d gift.", "Forgotten: the donor of %(number)d gifts.", len(gifts)
            )
            messages.success(request, words % {"number": len(gifts)})
            return redirect("donations_gift_modeladmin_index")
        else:
            sentence = _("The donor of these gifts is forgotten at once and for ever: %(gifts)s. The amounts stay.") % {
                "gifts": ", ".join(gift.reference for gift in gifts)}  # fmt: skip
            sentence = f"{sentence} {doubt}".strip()
    home = reverse("donations_gift_modeladmin_index")
    context = {"action": {"title": _("Forget a donor"), "is_grave": True}, "form": form, "sentence": sentence}
    return TemplateResponse(request, "donations/finance/action.html", {**context, "home": home})


urls = [
    *(path(f"gifts/{action.key}/<int:pk>/", view_of(action), name=f"finance_{action.key}") for action in ACTIONS),
    path("gifts/enter-by-hand/", enter_gift, name="finance_enter_gift"),
    path("gifts/forget-by-email/", forget_by_email, name="finance_forget_by_email"),
]
