"""What finance and the approver may do. Each action has a right, is confirmed, and leaves a line in the record.

Its screen (donations.finance.action_screens) shows what would happen before it does it. What may not be done now is
refused by the services (donations.refunds and so on) whatever the screens show.
"""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record

from .. import alarms, byhand, inbox, ledger, letters, paybill, privacy, receipts, reconcile, refunds
from ..methods import BY_HAND
from ..models import Event, Gift, Letter, Payment, Receipt, Refund
from ..money import Money
from ..receipt_views import paper
from ..receipts import local
from . import forms

HAND = [method.value for method in BY_HAND]
UNREADABLE = gettext_lazy(
    "This donor cannot be read: the server's setting SEALING_KEYS lacks the key. The administrator can put it back."
)


class Action:
    """`key` stands in the address; `permission` is of donations; `right_now` says whether it makes sense for an object.

    `sentence` says what confirming will do; `do` does it, records it (or the service does), and returns what to say.
    """

    key = title = permission = ""
    model = None
    form = forms.Plain
    is_grave = False

    def right_now(self, obj):
        return True

    def may(self, user):
        return user.has_perm(f"donations.{self.permission}")

    def address(self, obj):
        return reverse(f"finance_{self.key}", args=[obj.pk])

    def home(self, obj):
        """Where one comes from, and goes back to."""
        return reverse(f"donations_{self.model._meta.model_name}_modeladmin_inspect", args=[obj.pk])


class AskRefund(Action):
    key, title, permission, model = "refund", gettext_lazy("Ask for a refund"), "ask_refund", Gift
    form, is_grave = forms.RefundForm, True

    def right_now(self, gift):
        return ledger.refundable(gift) > 0

    def sentence(self, gift, data):
        money = Money(data["amount"], gift.currency)
        return _("%(money)s of gift %(gift)s goes back to the donor, once somebody else has approved it.") % {
            "money": money, "gift": gift}  # fmt: skip

    def do(self, gift, data, user):
        refunds.ask(gift, data["amount"], data["reason"], user)
        return _("Asked for. It now waits for approval.")


class Correct(Action):
    key, title, permission, model = "correct", gettext_lazy("Correct the ledger"), "correct_gift", Gift
    form, is_grave = forms.CorrectionForm, True

    def right_now(self, gift):
        return gift.entries.exists()

    def sentence(self, gift, data):
        return _("The ledger gets one more entry for gift %(gift)s, a correction of %(money)s. It can never be taken "
                 "out; only another correction can balance it.") % {
            "money": Money(data["amount"], gift.currency), "gift": gift}  # fmt: skip

    def do(self, gift, data, user):
        ledger.correct(gift, data["amount"], data["reason"], user)
        receipts.quietly(gift.pk)
        return _("Corrected.")


class EnterMoney(Action):
    key, title, permission, model = "enter", gettext_lazy("Enter the money that came"), "enter_payment", Gift
    form = forms.Came

    def right_now(self, gift):
        return gift.method in HAND and gift.state != Gift.State.PAID and not waits_for_confirmation(gift)

    def sentence(self, gift, data):
        return _("%(money)s came for gift %(gift)s on %(day)s, number %(number)s. Somebody else confirms it.") % {
            "money": data["money"], "gift": gift, "day": data["day"], "number": data["number"]}  # fmt: skip

    def do(self, gift, data, user):
        byhand.enter(gift, data["money"], data["number"], data["occurred_at"], user, data["note"])
        return _("Entered. It now waits for somebody else to confirm it.")


class LookInto(Action):
    key, title, permission, model = "looked-into", gettext_lazy("Close: looked into"), "correct_gift", Gift
    form = forms.Reason

    def right_now(self, gift):
        hanging = [Gift.State.OPEN, Gift.State.UNKNOWN, Gift.State.AWAITED, Gift.State.NEEDS_REVIEW]
        return bool(gift.review) or gift.state in hanging

    def sentence(self, gift, data):
        if gift.state == Gift.State.PAID:
            return _("Gift %(gift)s stays paid, and is no longer listed as needing somebody.") % {"gift": gift}
        return _("Gift %(gift)s is given up. Should the provider say later that it was paid, it becomes paid.") % {
            "gift": gift}  # fmt: skip

    def do(self, gift, data, user):
        reconcile.give_up(gift, user, data["reason"])
        return _("Closed.")


class Resend(Action):
    key, title, permission, model = "resend", gettext_lazy("Send the receipt again"), "resend_receipt", Gift

    def right_now(self, gift):
        receipt = getattr(gift, "receipt", None)
        return bool(receipt and not receipt.is_void and gift.email)

    def sentence(self, gift, data):
        return _("Receipt %(receipt)s is mailed to the donor's address once more, with the same number.") % {
            "receipt": gift.receipt}  # fmt: skip

    def do(self, gift, data, user):
        letters.write(gift, "receipt")
        record("receipt.resent", user, gift.receipt, gift=gift.reference)
        return _("The receipt is in the queue and leaves within a minute.")


class ResendFromReceipt(Resend):
    key, model = "resend-receipt", Receipt

    def right_now(self, receipt):
        return super().right_now(receipt.gift)

    def sentence(self, receipt, data):
        return super().sentence(receipt.gift, data)

    def do(self, receipt, data, user):
        return super().do(receipt.gift, data, user)


class FetchReceipt(Action):
    """For donors without an e-mail address: cash at the desk, say. The paper is printed, or sent by post."""

    key, title, permission, model = "receipt-pdf", gettext_lazy("Fetch the receipt (PDF)"), "see_donor", Receipt

    def right_now(self, receipt):
        return bool(receipt.gift.name)

    def sentence(self, receipt, data):
        return _("Receipt %(receipt)s names the donor: it is recorded that you have fetched it.") % {
            "receipt": receipt}  # fmt: skip

    def show(self, request, receipt):
        made = paper(receipt)
        record("receipt.fetched", request.user, receipt, gift=receipt.gift.reference)
        return made


class SeeDonor(Action):
    key, title, permission, model = "donor", gettext_lazy("See who the donor is"), "see_donor", Gift

    def right_now(self, gift):
        return bool(gift.name or gift.email or gift.dedicated_to)

    def sentence(self, gift, data):
        return _("It is recorded that you have seen who gave %(gift)s.") % {"gift": gift}

    def show(self, request, gift):
        """The page that this action ends with."""
        donor = {
            _("Name"): gift.name, _("E-mail"): gift.email,
            gift.get_dedication_display() or _("Dedicated to"): gift.dedicated_to,
        }  # fmt: skip
        known = {label: sealed.open() for label, sealed in donor.items() if sealed}
        record("donor.seen", request.user, gift, reference=gift.reference)
        return TemplateResponse(
            request, "donations/finance/donor.html", {"gift": gift, "known": known, "home": self.home(gift)}
        )


class Erase(Action):
    key, title, permission, model = "forget", gettext_lazy("Forget the donor"), "erase_donor", Gift
    is_grave = True

    def right_now(self, gift):
        return bool(gift.name or gift.email or gift.dedicated_to or gift.attempts.exclude(phone_end="").exists())

    def sentence(self, gift, data):
        return _("Who gave %(gift)s is forgotten at once and for ever: name, e-mail, telephone, and what the provider "
                 "sent. The amounts stay in the ledger.") % {"gift": gift}  # fmt: skip

    def do(self, gift, data, user):
        privacy.erase(gift, user)
        return _("Forgotten.")


class Allocate(Action):
    key, title, permission, model = "allocate", gettext_lazy("Give it to a gift"), "allocate_payment", Payment
    form = forms.Allocation

    def right_now(self, payment):
        return payment.state == Payment.State.UNALLOCATED

    def sentence(self, payment, data):
        gift = data["reference"]
        words = _("%(money)s, number %(number)s, goes into the ledger as gift %(gift)s (%(meant)s, %(state)s).") % {
            "money": payment.money, "number": payment.number, "gift": gift, "meant": gift.money,
            "state": gift.get_state_display()}  # fmt: skip
        return words + (
            "" if gift.money == payment.money else " " + _("The amounts differ: be sure that it is this one.")
        )

    def do(self, payment, data, user):
        paybill.allocate(payment, data["reference"], user)
        receipts.quietly(data["reference"].pk)
        return _("Allocated.")


class MakeGift(Action):
    key, title, permission, model = "make-gift", gettext_lazy("Make a gift of it"), "allocate_payment", Payment
    form = forms.FundChoice

    def right_now(self, payment):
        return payment.state == Payment.State.UNALLOCATED

    def sentence(self, payment, data):
        return _("%(money)s, number %(number)s, goes into the ledger as a new anonymous gift for %(fund)s.") % {
            "money": payment.money, "number": payment.number, "fund": data["fund"]}  # fmt: skip

    def do(self, payment, data, user):
        return _("Gift %(gift)s was made.") % {"gift": paybill.gift_for(payment, data["fund"], user)}


class Confirm(Action):
    key, title, permission, model = "confirm", gettext_lazy("Confirm"), "confirm_payment", Payment

    def right_now(self, payment):
        return payment.state == Payment.State.ENTERED

    def sentence(self, payment, data):
        words = _(
            "You have seen that %(money)s came on %(day)s, number %(number)s. It goes into the ledger as gift %(gift)s."
        ) % {"money": payment.money, "day": local(payment.occurred_at).date(), "number": payment.number,
             "gift": payment.gift}  # fmt: skip
        if payment.money != payment.gift.money:
            words += " " + _("%(meant)s was meant.") % {"meant": payment.gift.money}
        if payment.gift.state == Gift.State.PAID:
            words += " " + _("That gift is paid already: be sure that this is other money, and not the same once more.")
        return words

    def do(self, payment, data, user):
        byhand.confirm(payment, user)
        return _("Confirmed: it is in the ledger.")


class RefuseMoney(Confirm):
    key, title = "refuse", gettext_lazy("Refuse")
    form = forms.Reason

    def sentence(self, payment, data):
        return _("%(money)s, number %(number)s, was entered wrongly and never gets into the ledger.") % {
            "money": payment.money, "number": payment.number}  # fmt: skip

    def do(self, payment, data, user):
        byhand.refuse(payment, user, data["reason"])
        return _("Refused.")


class Seen(Action):
    """For the time without Safaricom's list and without an API operator: a person looks into the portal instead."""

    key, title, permission, model = "seen", gettext_lazy("Seen in M-Pesa's portal"), "confirm_payment", Payment

    def right_now(self, payment):
        return payment.state == Payment.State.UNPROVEN

    def sentence(self, payment, data):
        return _("You have seen number %(number)s with %(money)s in M-Pesa's portal yourself. It goes into the ledger "
                 "if its gift waits for it; else finance allocates it.") % {
            "money": payment.money, "number": payment.number}  # fmt: skip

    def do(self, payment, data, user):
        return _("Seen: %(state)s.") % {"state": paybill.seen_in_portal(payment, user).get_state_display()}


class NeverSeen(Seen):
    key, title, is_grave = "never-seen", gettext_lazy("Not in M-Pesa's portal"), True
    form = forms.Reason

    def sentence(self, payment, data):
        return _("Nobody has paid %(money)s with number %(number)s: whoever told us of it made it up. Should M-Pesa's "
                 "list show it all the same, it counts.") % {
            "money": payment.money, "number": payment.number}  # fmt: skip

    def do(self, payment, data, user):
        paybill.never_seen(payment, user, data["reason"])
        return _("Refused.")


class ApproveRefund(Action):
    key, title, permission, model = "approve", gettext_lazy("Approve"), "approve_refund", Refund
    is_grave = True

    def right_now(self, refund):
        return refund.state == Refund.State.ASKED

    def sentence(self, refund, data):
        words = _("%(money)s of gift %(gift)s goes back to the donor.") % {
            "money": Money(refund.amount, refund.currency), "gift": refund.gift}  # fmt: skip
        by_hand = _("Finance does it by hand and enters its number.")
        return words + " " + (by_hand if refunds.is_by_hand(refund) else _("Paystack is asked to do it at once."))

    def do(self, refund, data, user):
        return _("Approved: %(state)s.") % {"state": refunds.approve(refund, user).get_state_display()}


class RefuseRefund(ApproveRefund):
    key, title, is_grave = "refuse-refund", gettext_lazy("Refuse"), False
    form = forms.Reason

    def sentence(self, refund, data):
        return _("Nothing goes back of gift %(gift)s.") % {"gift": refund.gift}

    def do(self, refund, data, user):
        refunds.refuse(refund, user, data["reason"])
        return _("Refused.")


class RefundDone(Action):
    key, title, permission, model = "refund-done", gettext_lazy("It is sent back"), "ask_refund", Refund
    form = forms.Number

    def right_now(self, refund):
        return refund.state == Refund.State.PENDING and refunds.is_by_hand(refund)

    def sentence(self, refund, data):
        return _("%(money)s of gift %(gift)s was sent back by hand, number %(number)s. The ledger will say so.") % {
            "money": Money(refund.amount, refund.currency), "gift": refund.gift, "number": data["number"]}  # fmt: skip

    def do(self, refund, data, user):
        refunds.done_by_hand(refund, data["number"], user)
        receipts.quietly(refund.gift_id)
        return _("Entered in the ledger.")


class RefundFailed(RefundDone):
    key, title = "refund-failed", gettext_lazy("It could not be sent back")
    form = forms.Reason

    def sentence(self, refund, data):
        return _("%(money)s of gift %(gift)s did not go back. The gift is whole again, and another refund can be asked "
                 "for.") % {"money": Money(refund.amount, refund.currency), "gift": refund.gift}  # fmt: skip

    def do(self, refund, data, user):
        refunds.failed_by_hand(refund, user, data["reason"])
        return _("Closed.")


class LetterAgain(Action):
    key, title, permission, model = "letter-again", gettext_lazy("Try again"), "resend_receipt", Letter

    def right_now(self, letter):
        return letter.state == Letter.State.GIVEN_UP and bool(letter.gift.email)

    def sentence(self, letter, data):
        return _("This letter goes back into the queue and leaves within a minute.")

    def do(self, letter, data, user):
        letters.again(letter)
        record("letter.again", user, letter, gift=letter.gift.reference)
        return _("It is in the queue.")


class LeaveLetter(Action):
    key, title, permission, model = "letter-leave", gettext_lazy("Leave it unsent"), "resend_receipt", Letter
    form = forms.Reason

    def right_now(self, letter):
        return letters.unsent().filter(pk=letter.pk).exists()

    def sentence(self, letter, data):
        return _(
            "This letter stays unsent, and is no longer listed as needing somebody. A receipt stands all the same."
        )

    def do(self, letter, data, user):
        letters.leave(letter, user, data["reason"])
        return _("Closed.")


class LookIntoEvent(Action):
    key, title, permission, model = "event-looked-into", gettext_lazy("Close: looked into"), "correct_gift", Event
    form = forms.Reason

    def right_now(self, event):
        return alarms.hanging()["events"].filter(pk=event.pk).exists()

    def sentence(self, event, data):
        return _("This message stays in the list as it is, and no longer waits for somebody. It changes no gift.")

    def do(self, event, data, user):
        inbox.looked_into(event, user, data["reason"])
        return _("Closed.")


ACTIONS = [kind() for kind in (
    EnterMoney, AskRefund, Resend, Correct, LookInto, SeeDonor, Erase, Allocate, MakeGift, Confirm, RefuseMoney,
    Seen, NeverSeen, ApproveRefund, RefuseRefund, RefundDone, RefundFailed, ResendFromReceipt, FetchReceipt,
    LetterAgain, LeaveLetter, LookIntoEvent,
)]  # fmt: skip


def waits_for_confirmation(gift):
    """Whether somebody has entered money for it that nobody has confirmed yet."""
    return gift.payments.filter(state=Payment.State.ENTERED).exists()


def for_object(obj, user):
    """[(title, address, is_grave)] of the actions that this person may do to an object now."""
    return [
        (action.title, action.address(obj), action.is_grave)
        for action in ACTIONS
        if action.model is type(obj) and action.may(user) and action.right_now(obj)
    ]
