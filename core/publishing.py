"""Scheduled publishing and expiry. Wagtail's own command stops at the first refusal; here each stands alone."""

import datetime
import logging

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

from . import approvals, due, pictures
from .audit import record
from .models import Approval, Record, SiteImage
from .roles import APPROVER, EMERGENCY_DAYS, PUBLISHER, addresses_of
from .tell import tell

logger = logging.getLogger(__name__)


def _title(instance):
    return f"{instance._meta.verbose_name} {instance.pk}"


def publish_due():
    """Publish every revision whose time has come. Returns lines (list of str) that say what was done or refused."""
    lines = []
    for revision in Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("pk"):
        try:
            target = revision.as_object()
            # A refusal undoes all of it: Wagtail forgets the plan before it saves, and the item would not be due again.
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
            lines.append(f"published {_title(target)}")
        except Exception as error:
            reason = "; ".join(error.messages) if isinstance(error, ValidationError) else type(error).__name__
            logger.error("run_due: revision %s was not published: %s", revision.pk, reason)
            if isinstance(error, approvals.Refused):
                _tell_of_refusal(revision)
            lines.append(f"refused revision {revision.pk}: {reason}")
    return lines


def _tell_of_refusal(revision):
    """Record a refusal and mail its writer and the publishers: once, though the item stays due."""
    target = revision.as_object()
    if Record.objects.filter(action="refused", detail__revision=revision.pk).exists():
        return
    record("refused", None, target, revision=revision.pk)
    writer = [revision.user.email] if revision.user and revision.user.email else []
    path = reverse("wagtailadmin_pages:edit", args=[target.pk]) if isinstance(target, Page) else "/admin/"
    tell(sorted({*writer, *addresses_of(PUBLISHER)}), "refused", path)


def remind_of_overrides():
    """Tell the approvers again of emergencies that nobody has reviewed in time. Returns lines (list of str)."""
    limit = timezone.now() - datetime.timedelta(days=EMERGENCY_DAYS)
    late = Approval.objects.filter(role=approvals.OVERRIDE, reviewed_at=None, created_at__lt=limit).count()
    if late:
        tell(addresses_of(APPROVER), "override", "/admin/")
    return [f"{late} not reviewed, approvers told"] if late else []


def expire_due():
    """Take down everything whose time is over. Returns lines (list of str)."""
    lines = []
    models = [Page, *(m for m in apps.get_models() if issubclass(m, DraftStateMixin) and not issubclass(m, Page))]
    for model in models:
        for instance in model.objects.filter(live=True, expire_at__lt=timezone.now()):
            instance = instance.specific if isinstance(instance, Page) else instance
            try:
                with transaction.atomic():
                    instance.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
                lines.append(f"took down {_title(instance)}")
            except Exception as error:
                logger.error("run_due: %s was not taken down: %s", _title(instance), type(error).__name__)
                lines.append(f"could not take down {_title(instance)}: {type(error).__name__}")
    return lines


def make_pictures():
    """Make all sizes of pictures that have been uploaded or loaded. Returns lines (list of str)."""
    made = pictures.make_missing(SiteImage.objects.all())
    return [f"made {made} sizes of pictures"] if made else []


due.register("draw pictures in all sizes", every=60)(make_pictures)
due.register("publish what is due")(publish_due)
due.register("take down what has expired")(expire_due)
due.register("remind of emergencies", every=24 * 60 * 60)(remind_of_overrides)
