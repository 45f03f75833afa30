"""What follows from signing in, and from a changed factor, password or account."""

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse

from ..audit import acting_person
from ..tell import tell
from .sessions import FACTORS, end_sessions


@receiver(user_logged_in)
def session_begins(sender, request, user, **kwargs):
    request.session["began"] = request.session["seen"] = time.time()
    request.has_just_signed_in = user


@receiver(authenticator_added)
def factor_was_added(sender, request, user, authenticator, **kwargs):
    """Who adds one has just used it; whoever else is signed in as this person must show who they are."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_sessions(user, but=request.session.session_key)


@receiver(authenticator_removed)
def factor_was_removed(sender, request, user, authenticator, **kwargs):
    if authenticator.type in FACTORS:
        end_sessions(user, but=request.session.session_key)


@receiver(post_save, sender=get_user_model())
def account_was_closed(sender, instance, **kwargs):
    if not instance.is_active:
        end_sessions(instance)


@receiver(post_save, sender=get_user_model())
def account_was_changed(sender, instance, **kwargs):
    """Who is given another address or password by somebody else hears of it, at the address they had."""
    old = getattr(instance, "_old_account", None)  # core.audit_signals
    if not old:
        return
    if old["email"] != instance.email:
        # allauth notes the addresses that asked for a link, and would go on sending links to them.
        EmailAddress.objects.filter(user=instance).delete()
    person = acting_person()
    changed = old["email"] != instance.email or old["password"] != instance.password
    if changed and person and person.pk != instance.pk and old["email"]:
        tell([old["email"]], "account.changed", reverse("wagtailadmin_home"))
