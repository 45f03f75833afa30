"""Old revisions go, and what was published stays: a page keeps every version that readers have seen."""

import datetime

from django.db.models import Max, Q
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, WorkflowState

from core.models import Approval

from .models import ShareLink

KEPT = datetime.timedelta(days=90)  # for which every saved draft is kept
BATCH = 500  # deleted in one run; the rest waits for the next
PUBLISHED = ["wagtail.publish", "wagtail.publish.scheduled", "wagtail.revert"]
UNDECIDED = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]


def prunable():
    """The Revisions that nobody needs: old, never published, not newest, planned, in review, shared or approved.

    Nor a person's newest of a page: whoever wrote in it is its author, however long ago (core.approvals).
    """
    published = Q()
    for log in (PageLogEntry, ModelLogEntry):
        published |= Q(pk__in=log.objects.filter(action__in=PUBLISHED).exclude(revision=None).values("revision"))
    newest = Q(pk__in=_pointed_at())
    shared = Q(pk__in=ShareLink.objects.filter(ends_at__gt=timezone.now()).values("revision"))
    approved = Q(pk__in=Approval.objects.values("revision"))
    in_review = Q(pk__in=Revision.objects.filter(task_states__workflow_state__status__in=UNDECIDED).values("pk"))
    written = Revision.objects.order_by().values("content_type", "object_id", "user").annotate(newest=Max("pk"))
    old = Revision.objects.filter(created_at__lt=timezone.now() - KEPT, approved_go_live_at=None)
    kept = (published, newest, shared, approved, in_review, Q(pk__in=written.exclude(user=None).values("newest")))
    for needed in kept:
        old = old.exclude(needed)
    return old


def _pointed_at():
    """The numbers of all revisions that are something's newest or live one."""
    from django.apps import apps
    from wagtail.models import RevisionMixin

    found = set()
    for model in apps.get_models():
        if issubclass(model, RevisionMixin) and "latest_revision" in {field.name for field in model._meta.local_fields}:
            names = ["latest_revision_id"] + (["live_revision_id"] if hasattr(model, "live_revision") else [])
            for row in model._base_manager.values_list(*names):
                found.update(filter(None, row))
    return found


def prune():
    """Delete them, some at a time. Returns lines (list of str)."""
    ids = list(prunable().order_by("pk").values_list("pk", flat=True)[:BATCH])
    Revision.objects.filter(pk__in=ids).delete()
    return [f"deleted {len(ids)} old drafts"] if ids else []
