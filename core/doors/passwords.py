"""What a password must not be (ASVS 6.2). Length counts; there are no rules about signs."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FLOOR = 8
# Anybody who knows whose site this is tries these first.
CONTEXT = """
    independent medico medical legal unit imlu kenya kenyan nairobi karen mokoyeti mombasa kisumu nakuru
    eldoret kakamega torture survivor survivors human rights police justice reforms prwgk mateso haki polisi
    uhuru harambee tusker website wagtail django admin administrator editor password passwort passphrase
    secret letmein welcome karibu nywila siri qwerty asdf login signin jambo habari mpesa safaricom january
    february march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday
""".split()
WORDS = re.compile("|".join(sorted(CONTEXT, key=len, reverse=True)))
COUNTING = "1234567890" * 7
LOOKALIKES = str.maketrans("01345@$!", "oleasasi")


class NotOfOurWorld:
    """Refuses what is left too short when the words of our world, years and single repeated signs are taken away."""

    def validate(self, password, user=None):
        """Raise ValidationError for "Imlu2026Nairobi" and its like."""
        years = re.compile(r"(19|20)\d\d")
        for plain in (years.sub("", password.lower()), password.lower().translate(LOOKALIKES)):
            rest = re.sub(r"[\W_]+", "", WORDS.sub("", plain))
            if len(rest) < FLOOR or len(set(rest)) < 4 or rest in COUNTING or rest[::-1] in COUNTING:
                raise ValidationError(
                    _(
                        "This password is made of words that anybody would try first here. "
                        "Take four or five words that do not belong together."
                    ),
                    code="password_of_our_world",
                )

    def get_help_text(self):
        return _("Take 15 characters or more: four or five words that do not belong together. Any sign is allowed.")
