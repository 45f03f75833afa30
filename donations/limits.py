"""How often a gift may be begun: against prompts that pester a telephone, and cards that are tried out one by one.

Telephones and addresses are counted in the cache that all processes share, under keyed hashes that are gone within the
hour; forms and the whole site by the attempts that the database holds anyway. Nothing here asks a third party, and
nobody is asked a riddle.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from core.doors.throttle import client_address
from core.roles import APPROVER, FINANCE, addresses_of
from core.tell import tell

from .models import Attempt
from .sealed import fingerprint


@dataclass(frozen=True)
class Limit:
    """At most `most` within any `seconds`."""

    name: str
    most: int
    seconds: int


PHONE = Limit("phone", 3, 60 * 60)
# Many Kenyan phones share one address of their network, so this one is wide.
ADDRESS = Limit("address", 30, 10 * 60)
FORM = Limit("form", 120, 10 * 60)
ALL = Limit("all", 300, 10 * 60)
ALARM = Limit("alarm", 1, 60 * 60)  # mails of one kind


class TooMany(Exception):
    """A limit is reached. `limit` is which one; `seconds` after which to try again, at most."""

    def __init__(self, limit):
        super().__init__(limit.name)
        self.limit, self.seconds = limit, limit.seconds


def check(request, form, token, phone=""):
    """Count one more gift that is about to be begun.

    Args:
        request: whose address counts.
        form: the DonationForm.
        token: the form's token (str): a second click on the same button is not counted again.
        phone: the number that would be prompted, if any.

    Raises:
        TooMany: nothing may be begun. Staff is told where a form or the whole site is at its limit.
    """
    begun = Attempt.objects.filter(created_at__gt=timezone.now() - timedelta(seconds=ALL.seconds))
    for limit, attempts in ((ALL, begun), (FORM, begun.filter(gift__form__code=form.code))):
        if attempts.count() >= limit.most:
            alarm(limit, form)
            raise TooMany(limit)
    for limit, what in ((ADDRESS, client_address(request)), (PHONE, phone)):
        if what and not _take(limit, what, token):
            raise TooMany(limit)


def _take(limit, what, who):
    """Take one of the limit's places, each of which is free again after its time; False if others have them all.

    `add` succeeds for one of many processes that ask at once, so nobody gets past by hurrying.
    """
    cache, name = caches["shared"], f"giving-{fingerprint(limit.name, what)}"
    places = [f"{name}-{place}" for place in range(limit.most)]
    taken = cache.get_many(places)
    free = [place for place in places if place not in taken]
    return who in taken.values() or any(
        cache.add(place, who, limit.seconds) or cache.get(place) == who for place in free
    )


def alarm(limit, form):
    """Tell finance and the approver, once an hour, that giving is at a limit."""
    if _take(ALARM, f"{limit.name} {form.code if limit is FORM else ''}", get_random_string(12)):
        tell(addresses_of(FINANCE, APPROVER), "giving_limit", reverse("giving_ways"))
