"""What must be set for giving, as system checks: a half-set provider is said at start, and is not offered."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from .methods import BY_HAND, Method, missing


@register()
def sealing_keys_fit(app_configs, **kwargs):
    """Keys that cannot be used would be found out with the first gift."""
    from cryptography.fernet import Fernet

    try:
        for key in settings.SEALING_KEYS:
            Fernet(key)
    except ValueError:
        return [Error("SEALING_KEYS holds something that is no key; see docs/giving.md.", id="donations.E001")]
    return []


@register(Tags.security, deploy=True)
def methods_are_whole(app_configs, **kwargs):
    """`check --deploy` names what is missing of a method that has been begun, and what contradicts GIVING_LIVE."""
    begun = {Method.MPESA: settings.MPESA_KEY, Method.CARD: settings.PAYSTACK_SECRET}
    found = []
    for method in Method:
        gone = missing(method)
        if method not in BY_HAND and begun[method] and gone:
            found.append(Warning(f"{method.label} is not offered: {', '.join(gone)}.", id="donations.W001"))
    return found


@register(Tags.security, deploy=True)
def no_doubles(app_configs, **kwargs):
    """A real server talks to real providers, over https."""
    return [
        Error(f"{name} is not the provider's own address.", id="donations.E002")
        for name in ("MPESA_URL", "PAYSTACK_URL")
        if not getattr(settings, name).startswith("https://")
    ]
