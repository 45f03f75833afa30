"""The ways in which a gift can come, and which of them are there now."""

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.kept import until_written
from core.memo import per_request


class Method(TextChoices):
    """A way to give, as the donor sees it."""

    MPESA = "mpesa", _("M-Pesa")
    CARD = "card", _("Card")
    BANK = "bank", _("Bank transfer")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")


BY_HAND = [Method.BANK, Method.CASH, Method.CHEQUE]  # staff enter the money, an approver confirms it


def missing(method):
    """What keeps a method from being set up (list of str, names of settings with what is wrong); empty: nothing."""
    from .providers import provider_of

    gone = [] if settings.SEALING_KEYS else ["SEALING_KEYS"]
    return gone + provider_of(method).missing(method)


@per_request
def set_up():
    """The methods (list of Method) for which all settings are there."""
    return [method for method in Method if not missing(method)]


@per_request
@until_written
def stopped():
    """The methods (set of str) that somebody has stopped."""
    from .models import MethodStop

    return set(MethodStop.objects.values_list("method", flat=True))


def offered(form, currency=None):
    """The methods (list of Method, in the form's order) by which it takes gifts now, in a currency if one is given."""
    from .providers import provider_of

    there, off = set_up(), stopped()
    return [
        Method(name)
        for name in form.methods
        if name in there and name not in off and (currency is None or currency in provider_of(name).currencies(name))
    ]


def details(method):
    """What a donor needs for a gift by hand (list of lines), from the settings."""
    text = {Method.BANK: settings.BANK_ACCOUNT, Method.CASH: settings.CASH_PLACE, Method.CHEQUE: settings.CHEQUE_PAYEE}
    return [line.strip() for line in text.get(method, "").split("|") if line.strip()]
