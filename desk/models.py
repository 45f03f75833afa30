"""What the desk keeps: links that show a draft to somebody without an account, and links of ours that lead nowhere."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.approvals import SEEN_BY


def digest_of(token):
    """What is kept of a token: whoever reads the database cannot open the link."""
    return hashlib.sha256(token.encode()).hexdigest()


class ShareLink(models.Model):
    """An address that shows one revision of one page, until it ends or is revoked, to whoever has it."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("until"), db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-made_at"]
        default_permissions = []

    def __str__(self):
        return f"{self.page_id} {self.ends_at:%Y-%m-%d %H:%M}"

    @classmethod
    def make(cls, revision, person, lasts):
        """Make a link to a page's revision that `lasts` (timedelta). Returns (ShareLink, its address).

        The address is told here and never again: only the token's digest is kept.
        """
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(
            page_id=revision.object_id,
            revision=revision,
            digest=digest_of(token),
            made_by=person,
            ends_at=timezone.now() + lasts,
        )
        return link, reverse("shared_draft", args=[token])

    @property
    def works(self):
        """Whether it shows anything now."""
        return self.revoked_at is None and self.ends_at > timezone.now()


SEEN_BY.append(lambda revision: ShareLink.objects.filter(revision=revision).exists())


class OutsideLink(models.Model):
    """An address outside the site that a live page links to, and what it answered at night (desk.broken)."""

    url = models.URLField(_("address"), max_length=500, unique=True)
    seen_at = models.DateTimeField(help_text="When a live page was last found to link to it")
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, db_index=True)
    answer = models.CharField(_("answer"), max_length=60, blank=True, help_text="Empty: it works, or isn't known yet")
    failures = models.PositiveSmallIntegerField(default=0, help_text="How many nights in a row it failed")

    class Meta:
        ordering = ["url"]
        default_permissions = []

    def __str__(self):
        return self.url


class Term(models.Model):
    """A word of the house: how we say it in Kiswahili. Shown to translators beside the pieces that have it."""

    english = models.CharField(_("English"), max_length=80, unique=True)
    kiswahili = models.CharField(_("Kiswahili"), max_length=120)
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("When it is not said so, and why."))

    panels = ["english", "kiswahili", "note"]

    class Meta:
        ordering = ["english"]
        verbose_name = _("word of the house")
        verbose_name_plural = _("words of the house")

    def __str__(self):
        return f"{self.english}: {self.kiswahili}"
