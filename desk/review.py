"""Reviewing in one place: what changed, a comment, a decision. And an earlier version, put back."""

import json
import re

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, TaskState

from core import rules
from core.approvals import Refused, Words, approve, untold
from core.checklist import QUESTIONS
from core.roles import PROTECTION, PUBLISHER, wears

from . import translating
from .links import edit_address

MARKS = re.compile(r' data-block-key=\\?"\w*\\?"')
DECISIONS = {"approve": "approve", "reject": "reject"}


def differences(instance, before, after, request):
    """What differs between two versions of a page or snippet: Wagtail's comparisons (list), a field each."""
    handler = instance.get_edit_handler() if isinstance(instance, Page) else get_edit_handler(type(instance))
    comparisons = handler.get_bound_panel(instance=instance, request=request, form=None).get_comparison()
    found = [compare(before, after) for compare in comparisons]
    return [difference for difference in found if difference.has_changed() and not _is_the_same(difference)]


def _is_the_same(difference):
    """Whether the two values of a text differ in the marks alone that the editor gave to its paragraphs."""
    if not isinstance(difference.field, (RichTextField, StreamField)):
        return False
    values = (difference.field.get_prep_value(value) for value in (difference.val_a, difference.val_b))
    # PostgreSQL keeps no order of keys.
    texts = (json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder) for value in values)
    before, after = (MARKS.sub("", text) for text in texts)
    return before == after


def review(request, pk):
    """One step of a workflow: what would change for readers, and what the reviewer says to it."""
    state = get_object_or_404(TaskState.objects.reviewable_by(request.user), pk=pk)
    state = state.specific
    instance = state.revision.content_object
    if instance is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, state, instance)
    after = state.revision.as_object()
    # Against what readers see; a new page against nothing.
    before = instance if instance.live else type(instance)()
    words = Words(after)
    context = {
        "state": state,
        "instance": after,
        "is_new": not instance.live,
        "differences": differences(after, before, after, request),
        "needed": [(role, role not in words.missing()) for role in words.needed],
        "is_author": request.user.pk in words.authors(),
        "questions": QUESTIONS if _is_protection(request.user, words.needed) else {},
        "checks_address": reverse("checks", args=[words.content_type.pk, instance.pk]),
        "blocking": rules.blocking(after),
        "can_override": wears(request.user, PUBLISHER),
        "edit_address": edit_address(instance),
        "preview_address": _preview_address(instance, state),
    }
    return render(request, "desk/review.html", context)


def _is_protection(user, needed):
    """Whether this person answers the questions of a protection reviewer here."""
    return PROTECTION in needed and wears(user, PROTECTION)


def _preview_address(instance, state):
    if isinstance(instance, Page):
        return reverse("wagtailadmin_pages:workflow_preview", args=[instance.pk, state.task_id])
    return reverse(instance.snippet_viewset.get_url_name("workflow_preview"), args=[instance.pk, state.task_id])


def _decide(request, state, instance):
    """Approve or send back. The newest words are decided about, or nothing is."""
    decision, comment = request.POST.get("decision"), request.POST.get("comment", "").strip()
    if str(state.revision_id) != request.POST.get("revision") or state.revision_id != instance.latest_revision_id:
        # Wagtail leaves the step at the words that were sent: it goes on with what was written since.
        state.revision = instance.latest_revision
        state.save()
        messages.error(request, _("It was changed meanwhile. Please read it again."))
        return redirect(request.path)
    if decision not in DECISIONS:
        messages.error(request, _("Please approve it, or send it back."))
        return redirect(request.path)
    if decision == "reject" and not comment:
        messages.error(request, _("Please say what is to be changed."))
        return redirect(request.path)
    try:
        with transaction.atomic():
            if decision == "approve" and _is_protection(request.user, Words(state.revision.as_object()).needed):
                # The questions are answered with this very approval; the workflow's step is the same one.
                approve(state.revision, request.user, ticked=request.POST.getlist("ticked"))
            state.task.specific.on_action(state, request.user, DECISIONS[decision], comment=comment)
    except Refused as refused:
        if not untold.get():  # else core.approval_screens tells it above the screen
            messages.error(request, " ".join(refused.messages))
        return redirect(request.path)
    instance.refresh_from_db()
    if decision == "reject":
        messages.success(request, _("Sent back, with your comment."))
    elif instance.live and not instance.has_unpublished_changes:
        messages.success(request, _("Approved. Readers see it now."))
    else:
        messages.success(request, _("Approved. It goes on to the next reviewer."))
    return redirect("wagtailadmin_home")


def put_back(request, pk, revision_pk):
    """Ask, then make an earlier version of a page the newest one; published, if the person may and nobody else must."""
    page = get_object_or_404(Page, pk=pk, depth__gt=1).specific
    permissions = page.permissions_for_user(request.user)
    lock = page.get_lock()
    if not permissions.can_edit() or (lock and lock.for_user(request.user)):
        raise PermissionDenied
    revision = get_object_or_404(page.revisions, pk=revision_pk)
    old = revision.as_object()
    # The words come back. With its dates the version would wait for its day, or be taken down at once.
    old.go_live_at, old.expire_at = page.go_live_at, page.expire_at
    publishes = permissions.can_publish() and page.live
    if request.method == "POST":
        with transaction.atomic():
            new = old.save_revision(user=request.user, previous_revision=revision, clean=False)
            translating.take_back(page, old, request.user)
        if publishes:
            # A refusal (core.approvals) is told above the page, and what was put back stays a draft.
            new.publish(user=request.user, previous_revision=revision)
            messages.success(request, _("Put back. Readers see the earlier version now."))
        else:
            messages.success(request, _("Put back, as a draft."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {
        "page": page,
        "revision": revision,
        "publishes": publishes,
        "differences": differences(page, page.get_latest_revision_as_object(), old, request),
    }
    return render(request, "desk/put_back.html", context)
