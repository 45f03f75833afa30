"""Forms, gifts, and the ledger. Only entries are money; everything else tells how they came."""

from .entry import Entry, NotChanged
from .event import Event
from .form import DonationForm
from .fund import Fund
from .gift import Attempt, Gift
from .letter import Letter
from .payment import Payment
from .receipt import Receipt, ReceiptCount
from .receipt_words import ReceiptWords
from .refund import Refund
from .stop import MethodStop

__all__ = [
    "Attempt",
    "DonationForm",
    "Entry",
    "Event",
    "Fund",
    "Gift",
    "Letter",
    "MethodStop",
    "NotChanged",
    "Payment",
    "Receipt",
    "ReceiptCount",
    "ReceiptWords",
    "Refund",
]
