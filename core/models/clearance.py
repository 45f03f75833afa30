"""What a picture shows of people, and who has cleared it: facts of the picture's file, not of any page."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CODE = RegexValidator(
    r"^(?=.*\d)[A-Z0-9][A-Z0-9/-]{2,29}$", _("A code with a number, in capitals: CF-2026-014. Never a name.")
)


class Shows(models.TextChoices):
    """What a careful communications officer asks of every picture."""

    NOBODY = "nobody", _("Nobody: a place, a thing, a drawing, a logo")
    UNRECOGNISABLE = "unrecognisable", _("People who can't be recognised, by anybody")
    ADULTS = "adults", _("Adults who can be recognised")
    CHILD = "child", _("A child who can be recognised")


RECOGNISABLE = (Shows.ADULTS, Shows.CHILD)


class Clearance(models.Model):
    """A mixin of the picture. Where people can be recognised, it is shown only with their consent, which a
    protection reviewer who did not bring the file has checked (core.clearances): for the site, until a day.

    Cleared is a digest of the file and of all that was said of it: with another file, another purpose or another day
    it is another digest, and the clearance is void by itself. Empty fields mean that nothing was said yet: not shown.
    """

    shows = models.CharField(_("what it shows"), max_length=20, choices=Shows.choices, blank=True)
    consent_reference = models.CharField(
        _("consent reference"),
        max_length=30,
        blank=True,
        validators=[CODE],
        help_text=_("The code of the signed consent in the office's file, such as CF-2026-014. Never a name."),
    )
    for_site = models.BooleanField(_("agreed to: this website"), default=False)
    for_print = models.BooleanField(_("agreed to: print"), default=False)
    for_campaigns = models.BooleanField(_("agreed to: campaigns and fundraising"), default=False)
    consent_until = models.DateField(
        _("agreed until"),
        null=True,
        blank=True,
        help_text=_("The last day. After it the picture is deleted by itself, everywhere."),
    )
    consent_language = models.CharField(
        _("explained in"),
        max_length=60,
        blank=True,
        help_text=_("The language in which the person was told what the picture is for, such as Kiswahili or Dholuo."),
    )
    file_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    cleared_as = models.CharField(max_length=64, blank=True, editable=False)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False, db_index=True)

    class Meta:
        abstract = True

    def terms(self):
        """The digest (hex) of the file and of what was agreed: what a clearance is given to."""
        purposes = [self.for_site, self.for_print, self.for_campaigns]
        parts = [self.file_hash, self.shows, self.consent_reference, *purposes, self.consent_until]
        return hashlib.sha256("\n".join(map(str, [*parts, self.consent_language])).encode()).hexdigest()

    @property
    def is_recognisable(self):
        """Whether somebody may be recognised. Nobody said yet: then somebody may."""
        return not self.shows or self.shows in RECOGNISABLE

    @property
    def has_clearance(self):
        """Whether a reviewer has cleared this very file on these very terms, and the time has not run out."""
        return bool(
            self.cleared_as
            and self.consent_until
            and self.consent_until >= timezone.localdate()
            and self.cleared_as == self.terms()
        )

    @property
    def is_shown(self):
        """Whether the public may see it. Asks the database nothing: it is asked for at every picture."""
        if self.withdrawn_at:
            return False
        return not self.is_recognisable or (self.for_site and self.has_clearance)

    @property
    def clearance_state(self):
        """In a few words, for the desk (str)."""
        if self.withdrawn_at:
            return _("withdrawn")
        if not self.shows:
            return _("not said what it shows: not on the site")
        if not self.is_recognisable:
            return ""
        if not self.has_clearance:
            return _("shows people, not cleared: not on the site")
        return _("cleared") if self.for_site else _("cleared, not for the site")

    def missing_terms(self):
        """{field: what is wrong} of a consent that can't be cleared as it stands; {} where none is needed."""
        if self.shows not in RECOGNISABLE:
            return {}
        wanted = _("Where people can be recognised, this must be known.")
        missing = dict.fromkeys(("consent_reference", "consent_until", "consent_language"), wanted)
        missing = {name: words for name, words in missing.items() if not getattr(self, name)}
        if not (self.for_site or self.for_print or self.for_campaigns):
            missing["for_site"] = _("Say at least one thing that they agreed to.")
        if self.consent_until and self.consent_until < timezone.localdate():
            missing["consent_until"] = _("That day is over.")
        if self.consent_reference:
            try:
                CODE(self.consent_reference)
            except ValidationError as error:
                missing["consent_reference"] = error.message
        return missing
