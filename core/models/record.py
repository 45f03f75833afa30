"""The record of what people did on the site, and who approved what."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotChanged(Exception):
    """The record is only ever added to."""


class RecordQuerySet(models.QuerySet):
    """Refuses what would change a record. PostgreSQL refuses by itself too (migration “record_and_approval”)."""

    def update(self, **kwargs):
        raise NotChanged

    def delete(self):
        raise NotChanged

    def bulk_update(self, *args, **kwargs):
        raise NotChanged


class Record(models.Model):
    """One thing that somebody did. No foreign keys: it outlives whom and what it is about. Never a page's words."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)
    person_id = models.BigIntegerField(null=True, editable=False)
    person = models.CharField(_("who"), max_length=150, blank=True, editable=False)
    action = models.CharField(_("what"), max_length=60, db_index=True, editable=False)
    model = models.CharField(_("type"), max_length=80, blank=True, editable=False)
    object_id = models.CharField(_("number"), max_length=40, blank=True, editable=False)
    detail = models.JSONField(_("detail"), default=dict, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("record")
        verbose_name_plural = _("records")
        default_permissions = ["view"]
        base_manager_name = "objects"

    def __str__(self):
        return f"{self.action} {self.model} {self.object_id}".strip()

    def save(self, *args, **kwargs):
        if self.pk:
            raise NotChanged
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise NotChanged


class Approval(models.Model):
    """A person in a role has seen these very words (`digest`) and says that they may go live.

    An override by an administrator is one too, with a reason, and is to be reviewed afterwards.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=40)
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=30)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        default_permissions = []
        indexes = [models.Index(fields=["content_type", "object_id", "digest"], name="approval_of_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "digest", "person", "role"], name="one_approval_each"
            )
        ]

    def __str__(self):
        return f"{self.role} {self.object_id}"
