"""Those through whom the money comes. Each is a class with the few functions of `base.Provider`."""

from ..methods import Method
from .daraja import Daraja
from .manual import Manual
from .paystack import Paystack

PROVIDERS = {provider.name: provider for provider in (Daraja(), Paystack(), Manual())}
_OF_METHOD = {Method.MPESA: "mpesa", Method.CARD: "paystack"}


def provider_of(method):
    """The Provider for a method (Method, or its value)."""
    return PROVIDERS[_OF_METHOD.get(Method(method), "manual")]
