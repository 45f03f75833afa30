"""Receipts: issued once money has come from a donor who is named and asked for one, and voided when all goes back.

They follow the ledger: `follow(gift)` may be called at any time and as often as one likes. It is called when a gift
became paid or something went back, and by `run_due`, so that one that could not be made at once is made a minute later.
The PDF is made anew whenever somebody asks for it: it is never stored, and can never differ from the ledger.
"""

import contextlib
import json
import logging
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

import typst
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.db.models import Sum
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Site

from core.audit import record
from core.models import Facts

from . import letters
from .ledger import left_of
from .models import Entry, Gift, Receipt, ReceiptCount, ReceiptWords
from .money import Money
from .signals import gift_paid, gift_returned

logger = logging.getLogger(__name__)
TEMPLATE = Path(__file__).with_name("receipt.typ")
NAIROBI = ZoneInfo("Africa/Nairobi")  # the books' time, whatever a person's own setting is
LINK_DAYS = 90  # for which the link in a mail is good
SALT = "donations.receipt"


def local(moment):
    """A time (aware datetime) as the books have it: in Nairobi."""
    return timezone.localtime(moment, NAIROBI)


def money_of(receipt):
    """What a receipt stands for now (Money); nothing, if it is void."""
    return Money(max(0, left_of(receipt.gift)), receipt.gift.currency)


def is_due(gift):
    """Whether a gift's donor gets a receipt: is named (anonymous donors get none), wants one, and something came."""
    return bool(gift.wants_receipt and not gift.anonymous and gift.name and left_of(gift) > 0)


def follow(gift_id):
    """Make a gift's receipt agree with the ledger: issue it, void it, or let it stand again. Returns it, or None."""
    with transaction.atomic():
        gift = Gift.objects.locked().get(pk=gift_id)
        receipt = Receipt.objects.filter(gift=gift).first()
        if receipt is None:
            if not is_due(gift):
                return None
            receipt = _issue(gift)
            letters.write(gift, "receipt")
        elif (left_of(gift) <= 0) != receipt.is_void:
            receipt.voided_at = None if receipt.is_void else timezone.now()
            receipt.save(update_fields=["voided_at"])
            record("receipt.voided" if receipt.is_void else "receipt.restored", None, receipt, number=str(receipt))
            letters.write(gift, "receipt_void" if receipt.is_void else "receipt")
        return receipt


def _issue(gift):
    """The next number of the year, taken in the transaction that makes the receipt: both are there, or neither."""
    now = timezone.now()
    year = local(now).year
    try:
        with transaction.atomic():
            ReceiptCount.objects.create(year=year, livemode=gift.livemode)
    except IntegrityError:
        pass  # not the year's first
    count = ReceiptCount.objects.select_for_update().get(year=year, livemode=gift.livemode)
    count.last += 1
    count.save(update_fields=["last"])
    return Receipt.objects.create(
        gift=gift, year=year, number=count.last, livemode=gift.livemode, language=gift.language, issued_at=now
    )


def follow_all():
    """For run_due: every gift whose receipt does not agree with the ledger. Returns what was done (list of lines)."""
    no_fees = ~models.Q(entries__kind=Entry.Kind.FEE)
    gifts = Gift.objects.annotate(left=Sum("entries__amount", filter=no_fees))
    missing = gifts.filter(receipt=None, wants_receipt=True, anonymous=False, left__gt=0).exclude(name="")
    gone = gifts.filter(receipt__isnull=False, receipt__voided_at=None, left__lte=0)
    again = gifts.filter(receipt__isnull=False, receipt__voided_at__isnull=False, left__gt=0)
    done = 0
    for pk in [pk for found in (missing, gone, again) for pk in found.values_list("pk", flat=True)]:
        done += quietly(pk)
    return [f"{done} made or changed"] if done else []


def quietly(gift_id):
    """`follow` where no mistake may do harm: the gift is safe in the ledger, and `run_due` tries again."""
    try:
        follow(gift_id)
    except Exception as error:
        logger.error("The receipt of gift %s failed: %s", gift_id, type(error).__name__)
        return False
    return True


@receiver([gift_paid, gift_returned])
def the_receipt_follows(gift, **kwargs):
    """Once it is committed; a receipt that fails then cannot harm it. Most gifts have none, and cost nothing here."""
    if gift.wants_receipt and not gift.anonymous and gift.name:
        transaction.on_commit(partial(quietly, gift.pk), robust=True)


# --- The paper ------------------------------------------------------------------------------------------------------


@cache
def _fonts(of_the_machine=False):
    """Those inside typst, so that a receipt looks the same on every machine; the machine's too where they do not do."""
    return typst.Fonts(include_system_fonts=of_the_machine)


def title_of(receipt):
    """What a receipt is called (str) in the active language."""
    return _("Receipt %(number)s") % {"number": receipt}


def content_of(receipt):
    """All that the paper says (dict), in the receipt's language. The amounts are the ledger's."""
    gift = receipt.gift
    entries = list(gift.entries.exclude(kind=Entry.Kind.FEE).order_by("occurred_at", "pk"))
    gave = sum(entry.amount for entry in entries if entry.kind == Entry.Kind.GIFT)
    left = sum(entry.amount for entry in entries)
    first = next((entry for entry in entries if entry.kind == Entry.Kind.GIFT), entries[0])
    facts = Facts.for_site(Site.objects.get(is_default_site=True))
    words = ReceiptWords.for_site(Site.objects.get(is_default_site=True))
    with translation.override(receipt.language):
        day = "j F Y"
        rows = [[_("Received from"), gift.name.open()], [_("Amount"), str(Money(gave, gift.currency))]]
        if left != gave:
            rows.append([_("Of it, returned or corrected"), str(Money(left - gave, gift.currency))])
            rows.append([_("Remains"), str(Money(left, gift.currency))])
        rows += [
            [_("Came on"), date_format(local(first.occurred_at), day)],
            [_("For"), gift.fund.label],
            [pgettext("way of giving", "By"), gift.get_method_display()],
            [_("Reference of the gift"), gift.reference],
            [_("Issued on"), date_format(local(receipt.issued_at), day)],
        ]
        marks = [] if receipt.livemode else [_("A test: no money has moved")]
        if receipt.is_void:
            when = date_format(local(receipt.voided_at), day)
            marks.insert(0, _("No longer valid: the gift was returned on %(date)s") % {"date": when})
        return {
            "language": receipt.language,
            "title": title_of(receipt),
            "issuer": facts.name,
            "address": [line for line in (", ".join(facts.address), facts.postal_address, facts.registration) if line],
            "marks": marks,
            "thanks": "" if receipt.is_void else _("Thank you. This is what came in from you."),
            "rows": rows,
            "tax": words.lines() if receipt.livemode and not receipt.is_void else [],
            "check": {
                "words": _("Anybody can check this receipt here:"),
                "url": settings.WAGTAILADMIN_BASE_URL + reverse("receipt_check"),
                "label": _("Code"),
                "code": spaced(receipt.code),
            },
        }


def pdf(receipt):
    """The receipt as a PDF/UA-1 (bytes).

    The standard allows no character without a picture, and our fonts have none for Amharic, say, or Chinese. Whoever
    has such a name gets a receipt in the machine's fonts, or one with boxes in the name that is no PDF/UA: never none.
    """
    more = {
        "sys_inputs": {"data": json.dumps(content_of(receipt), ensure_ascii=False)},
        "timestamp": int(receipt.issued_at.timestamp()),
    }
    for of_the_machine in (False, True):
        with contextlib.suppress(typst.TypstError):
            return typst.compile(
                TEMPLATE.read_bytes(), font_paths=_fonts(of_the_machine), pdf_standards=["ua-1"], **more
            )
    return typst.compile(TEMPLATE.read_bytes(), font_paths=_fonts(True), **more)


def file_name(receipt):
    """A name for the file (str) that says nothing about the donor."""
    return f"{'receipt' if receipt.livemode else 'test'}-{receipt.year}-{receipt.number:05}.pdf"


# --- Checking and fetching -----------------------------------------------------------------------------------------


def spaced(code):
    """A code as it is printed: in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def by_code(typed):
    """The receipt with the code that somebody typed, in either case and with blanks or hyphens; None: there is none."""
    code = "".join(character for character in typed.lower() if character in "0123456789abcdef")
    return Receipt.objects.filter(code=code).select_related("gift").first() if len(code) == 16 else None


def link(receipt):
    """The address (str) where the donor fetches the receipt, for LINK_DAYS. It tells nothing about anybody."""
    with translation.override(receipt.language):
        return settings.WAGTAILADMIN_BASE_URL + reverse("receipt", args=[signing.dumps(receipt.pk, salt=SALT)])


def by_link(token):
    """The receipt of a signed link. Raises signing.BadSignature (SignatureExpired when it is too old)."""
    pk = signing.loads(token, salt=SALT, max_age=LINK_DAYS * 24 * 60 * 60)
    return Receipt.objects.filter(pk=pk).select_related("gift__fund").first()
