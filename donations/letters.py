"""Mail to donors: a queue of its own that `run_due` drains. A letter that cannot be sent is tried again, ever later.

A letter is claimed by one conditional UPDATE before it is sent, so two processes never send it both. If the machine
stops between sending and noting so, it is sent twice: better than not at all. Subjects say nothing about anybody.
"""

import datetime
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.audit import record

from .models import Letter

logger = logging.getLogger(__name__)
# Minutes until the next try. After the last one a person must look (finance's page of the month says so).
DELAYS = [2, 10, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60]
AT_ONCE = 50  # letters in one run
NO_ADDRESS = "no address"
NO_RECEIPT, NO_VOID_RECEIPT = "no receipt", "no void receipt"
LEFT = "left unsent by a person"
NOTHING_TO_DO = [NO_ADDRESS, NO_RECEIPT, NO_VOID_RECEIPT, LEFT]  # why a letter was given up, and nobody must look


class NothingToSend(Exception):
    """The letter has lost its reason: no address any more, no receipt."""


def write(gift, kind):
    """Put a letter of a kind (a key of KINDS) into the queue; none where the donor left no address. Returns it."""
    if kind not in KINDS:
        raise KeyError(kind)
    if not gift.email:
        return None
    return Letter.objects.create(gift=gift, kind=kind)


def again(letter):
    """Put a letter back into the queue, due now, with all its tries."""
    Letter.objects.filter(pk=letter.pk).exclude(state=Letter.State.SENT).update(
        state=Letter.State.WAITING, due_at=timezone.now(), tries=0, last_error=""
    )


def unsent():
    """The letters (queryset) that were given up and of which a person must know."""
    given_up = Letter.objects.filter(state=Letter.State.GIVEN_UP).exclude(last_error__in=NOTHING_TO_DO)
    return given_up.exclude(gift__email="")  # forgotten since


def leave(letter, by, reason):
    """A person has looked: the address is wrong, say. The letter stays unsent, and waits for nobody any more."""
    unsent().filter(pk=letter.pk).update(last_error=LEFT)
    record("letter.left", by, letter, gift=letter.gift.reference, reason=reason.strip()[:200])


def send_due():
    """Send what is due. Returns what was done (list of lines)."""
    sent = failed = 0
    now = timezone.now()
    due = Letter.objects.filter(state=Letter.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    for letter in due.select_related("gift")[:AT_ONCE]:
        if not _claim(letter, now):
            continue
        if _send(letter):
            sent += 1
        else:
            failed += 1
    return [f"{sent} sent, {failed} failed"] if sent or failed else []


def _claim(letter, now):
    """Whether this process may send the letter. Until it has, the next try stands in the queue already."""
    delay = datetime.timedelta(minutes=DELAYS[min(letter.tries, len(DELAYS) - 1)])
    mine = Letter.objects.filter(pk=letter.pk, state=Letter.State.WAITING, tries=letter.tries, due_at__lte=now)
    return mine.update(tries=letter.tries + 1, due_at=now + delay)


def _send(letter):
    mine = Letter.objects.filter(pk=letter.pk)
    try:
        message = message_of(letter)
        message.send()
    except NothingToSend as reason:
        mine.update(state=Letter.State.GIVEN_UP, last_error=str(reason))
        return False
    except Exception as error:
        # Of the error its kind alone: a mail server's words quote the address.
        state = Letter.State.GIVEN_UP if letter.tries >= len(DELAYS) else Letter.State.WAITING
        reason = f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
        mine.update(state=state, last_error=reason)
        logger.warning("Letter %s: try %s failed: %s", letter.pk, letter.tries + 1, reason)
        return False
    mine.update(state=Letter.State.SENT, sent_at=timezone.now(), last_error="")
    return True


def message_of(letter):
    """The EmailMessage of a letter, in the donor's language. Raises NothingToSend."""
    gift = letter.gift
    if not gift.email:
        raise NothingToSend(NO_ADDRESS)
    with translation.override(gift.language):
        subject, body, files = KINDS[letter.kind](gift)
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [gift.email.open()])
    for name, content in files:
        message.attach(name, content, "application/pdf")
    return message


def _receipt(gift):
    from . import receipts

    receipt = getattr(gift, "receipt", None)
    if receipt is None or receipt.is_void:
        raise NothingToSend(NO_RECEIPT)
    lines = [
        _("Thank you."),
        "",
        _("Your receipt is attached. For %(days)s days you can also fetch it here:") % {"days": receipts.LINK_DAYS},
        receipts.link(receipt),
        "",
        _("If others read your mail, you may want to delete this one."),
    ]
    return receipts.title_of(receipt), "\n".join(lines) + "\n", [(receipts.file_name(receipt), receipts.pdf(receipt))]


def _receipt_void(gift):
    from . import receipts

    receipt = getattr(gift, "receipt", None)
    if receipt is None or not receipt.is_void:
        raise NothingToSend(NO_VOID_RECEIPT)
    body = _("The whole amount was returned, so this receipt is no longer valid.") + "\n"
    return receipts.title_of(receipt), body, []


# kind → function that takes a gift and returns (subject, body, [(file name, PDF)]).
KINDS = {"receipt": _receipt, "receipt_void": _receipt_void}
