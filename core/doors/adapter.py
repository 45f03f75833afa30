"""What allauth does differently here: nobody signs up, secrets are stored encrypted, the last factor stays."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn
from cryptography.fernet import Fernet
from django.conf import settings

from .sessions import FACTORS, has_factor, is_fresh
from .throttle import client_address


class AccountAdapter(DefaultAccountAdapter):
    """ACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request):
        return False

    def add_message(self, request, level, message_template=None, *args, message=None, **kwargs):
        """allauth's own remarks are not wanted: the pages say what happened."""
        if message:
            super().add_message(request, level, message=message, **kwargs)

    def get_client_ip(self, request):
        return client_address(request)

    def is_reauthentication_required(self, app):
        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user):
        """Who has a second factor confirms with that: a password alone changes nothing."""
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] != "reauthenticate"]
        return strong if has_factor(user) else methods


class MFAAdapter(DefaultMFAAdapter):
    """MFA_ADAPTER."""

    def _fernet(self):
        digest = hashlib.sha256(b"second factor " + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(digest))

    def encrypt(self, text):
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator):
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return not settings.SECOND_FACTOR or others.exists()


class ActivateTOTP(ActivateTOTPForm):
    """The code that switches one-time codes on is used up by that."""

    def clean_code(self):
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class NonsenseIsWrong:
    """Of a form: what no browser's passkey would send is a wrong answer. allauth and Django's JSON field take it for a
    fault (500), also from a stranger at the sign-in page, and each fault is a mail to the administrators.
    """

    def full_clean(self):
        try:
            super().full_clean()
        except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError):
            self.data = {}  # to show it again would be the same fault
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class LoginWebAuthn(NonsenseIsWrong, webauthn.LoginWebAuthnForm):
    pass


class AuthenticateWebAuthn(NonsenseIsWrong, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticateWebAuthn(NonsenseIsWrong, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddWebAuthn(NonsenseIsWrong, webauthn.AddWebAuthnForm):
    pass
