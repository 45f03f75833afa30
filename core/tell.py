"""Mails that say that something waits, and where; never what it says."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def subjects():
    """{kind: (subject, sentence)} of every mail."""
    return {
        "override": (
            _("An emergency on the website: please review it within 48 hours"),
            _("An administrator let something go live without approval, and gave a reason. Please review it:"),
        ),
        "refused": (
            _("Something on the website was not published"),
            _("Its time had come, but an approval is missing. It waits here:"),
        ),
        "picture.withdrawn": (
            _("A picture was withdrawn from the website"),
            _("It is deleted everywhere. Where it stood, these pages of yours now show a pattern. Choose another:"),
        ),
        "picture.ended": (
            _("A picture was deleted from the website: its consent has ended"),
            _("It is deleted everywhere. Where it stood, these pages of yours now show a pattern. Choose another:"),
        ),
        "account.made": (
            _("An account for you on the website"),
            _("Ask here for a link to choose your password. At the first sign-in you set up a second factor:"),
        ),
        "account.changed": (
            _("Your account on the website was changed"),
            _("An administrator set another e-mail address or password. If you do not know of it, ask at once:"),
        ),
        "giving": (
            _("Giving: something needs a person"),
            _("Please look into it:"),
        ),
        "facts": (
            _("Contact details on the website were changed"),
            _("If you do not know of this change, look into it at once:"),
        ),
        "giving_limit": (
            _("Unusually many gifts are begun on the website"),
            _("No more are taken for some minutes. Somebody may be trying out cards. You can stop a way to give:"),
        ),
    }


def tell(addresses, kind, path, *lines):
    """Send a mail of a kind to addresses (list of str), each its own; `path` is where to look.

    A mail that can't be sent undoes nothing and keeps no other back; the log says that it was not sent.
    """
    subject, sentence = subjects()[kind]
    body = "\n".join([sentence, settings.WAGTAILADMIN_BASE_URL + path, *([""] if lines else []), *lines]) + "\n"
    for address in addresses:
        try:
            send_mail(subject, body, None, [address])
        except OSError as error:  # smtplib's are such too
            logger.error("A mail of the kind “%s” was not sent: %s", kind, type(error).__name__)
