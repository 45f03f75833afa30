"""What every provider can do, and in which words it answers."""

import datetime
from dataclasses import dataclass

from ..money import Money

DEADLINE = 20  # seconds for one question to a provider, all in all: connecting, sending, and reading the last byte
ACCEPTED, PAID, FAILED, PENDING, UNKNOWN = "accepted", "paid", "failed", "pending", "unknown"


class Malformed(ValueError):
    """What a provider told us cannot be read. Its text says what is wrong, and quotes nothing of it."""


@dataclass(frozen=True)
class Started:
    """The answer to `start`: ACCEPTED (not paid!), FAILED (surely nothing was begun) or UNKNOWN."""

    state: str
    code: str = ""
    provider_id: str = ""
    provider_group: str = ""
    checkout_url: str = ""


@dataclass(frozen=True)
class Outcome:
    """How an attempt stands, by the provider's own word: PAID, FAILED, PENDING or UNKNOWN.

    `money`, `number` (the provider's, of the payment), `fee` (minor units), `occurred_at` and `livemode` are there as
    far as the provider tells them. `asked` is False if the provider could not be asked.
    """

    state: str
    code: str = ""
    money: Money | None = None
    number: str = ""
    fee: int = 0
    occurred_at: datetime.datetime | None = None
    livemode: bool | None = None
    provider_id: str = ""
    asked: bool = True


UNASKED = Outcome(UNKNOWN, "no_answer", asked=False)


@dataclass(frozen=True)
class Listed:
    """One payment of a provider's list. `typed` is the account reference as it was typed, `attempt_id` our own name."""

    number: str
    money: Money
    occurred_at: datetime.datetime
    typed: str = ""
    provider_id: str = ""
    fee: int = 0


@dataclass(frozen=True)
class RefundNews:
    """How a refund stands at the provider: PENDING, PAID (the money is back), FAILED or UNKNOWN.

    `dispute` is the number of the dispute that it pays, if it pays one.
    """

    state: str
    provider_id: str = ""
    money: Money | None = None
    payment_number: str = ""
    attempt_id: str = ""
    note: str = ""
    code: str = ""
    occurred_at: datetime.datetime | None = None
    dispute: str = ""


class Provider:
    """The interface. Nothing here touches the database, and every question has a total deadline."""

    name = ""
    has_list = False  # whether `payments` can be asked

    def missing(self, method):
        """What keeps a method from being offered (list of str, names of settings); empty: nothing."""
        raise NotImplementedError

    def currencies(self, method):
        """The currencies (list of ISO 4217 codes) that it takes."""
        raise NotImplementedError

    def limits(self, currency):
        """The least and the most (minor units) that it takes in one payment."""
        return 1, 10**11

    def start(self, attempt, gift, **more):
        """Ask for the money. Returns Started; never raises for what the network or the provider does."""
        raise NotImplementedError

    def ask(self, attempt):
        """Ask how an attempt stands. Returns Outcome; never raises for what the network or the provider does."""
        raise NotImplementedError

    def payments(self, since, until):
        """All payments (list of Listed) that reached us between two datetimes, or None if that cannot be known now."""

    def refund(self, refund, attempt):
        """Ask for a refund. Returns RefundNews."""
        return RefundNews(PENDING, code="by_hand")

    def ask_refund(self, refund, attempt):
        """Ask how a refund stands. Returns RefundNews."""
        return RefundNews(PENDING, code="by_hand")

    def refunds(self, since, until):
        """All refunds (list of RefundNews) made between two datetimes, in the panel too, or None if not to be known."""
