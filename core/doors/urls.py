"""The sign-in pages: of allauth's views the ones that are wanted, and no sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from .throttle import throttled
from .views import reauthenticate

urlpatterns = [
    path("", throttled(account.login), name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", throttled(reauthenticate), name="account_reauthenticate"),
    path("password/", throttled(account.password_change), name="account_change_password"),
    path("forgotten/", throttled(account.password_reset, always=True), name="account_reset_password"),
    path("forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("forgotten/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("factor/", mfa.index, name="mfa_index"),
    path("factor/ask/", throttled(mfa.authenticate), name="mfa_authenticate"),
    path("factor/again/", throttled(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("factor/app/add/", throttled(totp.activate_totp), name="mfa_activate_totp"),
    path("factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factor/codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("factor/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("factor/keys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("factor/keys/again/", throttled(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("factor/keys/in/", throttled(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("factor/keys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("factor/keys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
