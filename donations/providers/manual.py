"""Bank transfer, cash, cheque: the donor is told where and with which reference; staff enter what came."""

from ..methods import Method, details
from ..money import MINOR_DIGITS
from .base import ACCEPTED, PENDING, Outcome, Provider, Started

SETTING = {Method.BANK: "BANK_ACCOUNT", Method.CASH: "CASH_PLACE", Method.CHEQUE: "CHEQUE_PAYEE"}


class Manual(Provider):
    """The provider “manual”. Nobody is asked over a network; a person's word, confirmed by another, is the truth."""

    name = "manual"

    def missing(self, method):
        return [] if details(method) else [SETTING[Method(method)]]

    def currencies(self, method):
        return list(MINOR_DIGITS)

    def start(self, attempt, gift, **more):
        return Started(ACCEPTED)

    def ask(self, attempt):
        return Outcome(PENDING, asked=False)
