"""The whole story of a gift in its order: what was tried, told, entered, sent back, written and done, and by whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from core.models import Record
from core.records_report import label_of

from ..models import Event
from ..money import Money
from ..receipts import local
from ..results import words


@dataclass(frozen=True)
class Step:
    """`kind` is a word for the list's left margin, `text` the sentence, `detail` what is said in small print."""

    at: datetime
    kind: str
    text: str
    detail: str = ""

    @property
    def when(self):
        """The time as the books have it."""
        return local(self.at).strftime("%Y-%m-%d %H:%M:%S")


def story_of(gift):
    """The Steps (list) of a gift, oldest first. Nothing in it says who the donor is."""
    steps = [Step(gift.created_at, _("Gift"), _("Begun: %(money)s, %(method)s") % {
        "money": gift.money, "method": gift.get_method_display()})]  # fmt: skip
    for part in (_attempts, _events, _payments, _entries, _refunds, _receipt, _letters, _records):
        steps += part(gift)
    return sorted((step for step in steps if step.at), key=lambda step: step.at)


def _attempts(gift):
    kind = _("Attempt")
    for attempt in gift.attempts.all():
        end = f" …{attempt.phone_end}" if attempt.phone_end else ""
        yield Step(attempt.created_at, kind, f"{attempt.provider}{end}", attempt.provider_id or "")
        if attempt.answered_at:
            yield Step(attempt.answered_at, kind, _("The provider answered"), attempt.result_code)
        if attempt.closed_at:
            code = attempt.result_code
            said = "" if attempt.state == attempt.State.PAID else words(code)
            yield Step(attempt.closed_at, kind, attempt.get_state_display(), f"{said} {code}".strip())


def _events(gift):
    for event in Event.objects.filter(Q(gift=gift) | Q(attempt__gift=gift)).distinct():
        yield Step(event.received_at, _("Event"), f"{event.provider} {event.kind}: {event.get_state_display()}",
                   event.error)  # fmt: skip


def _payments(gift):
    for payment in gift.payments.all():
        text = f"{payment.provider} {payment.number}: {payment.money}, {payment.get_state_display()}"
        yield Step(payment.created_at, _("Payment"), text, payment.note)


def _entries(gift):
    for entry in gift.entries.all():
        text = f"{entry.get_kind_display()}: {Money(entry.amount, entry.currency)}"
        yield Step(entry.recorded_at, _("Ledger"), text, entry.reason or entry.reference)


def _refunds(gift):
    kind = _("Refund")
    for refund in gift.refunds.select_related("asked_by", "approved_by"):
        money = Money(refund.amount, refund.currency)
        who = _("in the provider's panel") if refund.in_panel else str(refund.asked_by or "")
        yield Step(refund.asked_at, kind, _("Asked for: %(money)s, by %(who)s") % {"money": money, "who": who},
                   refund.reason)  # fmt: skip
        if refund.ended_at:
            yield Step(refund.ended_at, kind, refund.get_state_display(), refund.result)


def _receipt(gift):
    receipt = getattr(gift, "receipt", None)
    if receipt:
        yield Step(receipt.issued_at, _("Receipt"), _("Issued: %(number)s") % {"number": receipt})
        if receipt.is_void:
            yield Step(receipt.voided_at, _("Receipt"), _("Became void"))


def _letters(gift):
    for letter in gift.letters.all():
        tries = _("tries: %(number)s") % {"number": letter.tries}
        yield Step(letter.sent_at or letter.due_at, _("Letter"), f"{letter.kind}: {letter.get_state_display()}",
                   f"{tries} {letter.last_error}".strip())  # fmt: skip


def _records(gift):
    """What people did, from the record: to the gift, and to what belongs to it."""
    about = {"donations.Gift": [gift.pk]}
    about["donations.Payment"] = list(gift.payments.values_list("pk", flat=True))
    about["donations.Refund"] = list(gift.refunds.values_list("pk", flat=True))
    about["donations.Letter"] = list(gift.letters.values_list("pk", flat=True))
    about["donations.Event"] = list(gift.events.values_list("pk", flat=True))
    about["donations.Receipt"] = [gift.receipt.pk] if hasattr(gift, "receipt") else []
    wanted = Q(pk__in=[])
    for model, numbers in about.items():
        wanted |= Q(model=model, object_id__in=[str(number) for number in numbers])
    for row in Record.objects.filter(wanted):
        detail = ", ".join(f"{name}: {value}" for name, value in row.detail.items())
        yield Step(row.at, row.person or _("By itself"), str(label_of(row.action)), detail)
