"""What the loader of `content/` put in."""

from django.apps import apps
from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedItem(models.Model):
    """One object in one language, made from one file. The loader never writes over what an editor has changed."""

    key = models.CharField(_("key"), max_length=200)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    source_file = models.CharField(_("source file"), max_length=255)
    source_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the file as loaded")
    model = models.CharField(_("type"), max_length=80)
    object_id = models.CharField(max_length=40, editable=False)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("page")
    )
    loaded_live = models.BooleanField(default=True, editable=False)
    revision_id = models.BigIntegerField(null=True, editable=False, help_text="Latest revision right after loading")
    loaded_at = models.DateTimeField(_("loaded at"), auto_now=True)
    changed_by_editor = models.BooleanField(_("changed by an editor since"), default=False)
    reviewed_at = models.DateTimeField(_("translation reviewed at"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("reviewed by"),
    )

    class Meta:
        ordering = ["key", "language"]
        verbose_name = _("loaded content")
        verbose_name_plural = _("loaded content")
        constraints = [models.UniqueConstraint(fields=["model", "key", "language"], name="one_loaded_item_per_file")]

    def __str__(self):
        return f"{self.key} ({self.language})"

    def get_changed_by_editor_display(self):
        """Yes or no, in words."""
        return _("yes") if self.changed_by_editor else _("no")

    def get_model_display(self):
        """What it is in an editor's words (“service area”), where `model` is a class of ours."""
        try:
            return apps.get_model(self.model)._meta.verbose_name
        except (LookupError, ValueError):
            return self.model

    @property
    @display(description=_("translation"))
    def translation_state(self):
        """Whether a native speaker has read the translation; English is the original."""
        if self.language == settings.LANGUAGE_CODE:
            return _("original")
        return _("reviewed") if self.reviewed_at else _("to be reviewed by a native speaker")
