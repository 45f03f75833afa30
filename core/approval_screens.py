"""Where people approve, override and review; and the refusal, told on whatever screen it happens."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from . import rules
from .approvals import OVERRIDE, NotApproved, Refused, Words, approve, check, override, untold
from .audit import record
from .before_publishing import address_of
from .checklist import QUESTIONS
from .models import Approval
from .roles import ADMINISTRATOR, APPROVER, EMERGENCY_DAYS, PROTECTION, PUBLISHER, wears

SENT = {"action-submit", "action-restart-workflow"}  # Wagtail's buttons that send something for review


def middleware(get_response):
    """What `save()` refuses is told above the page from which the person came, whatever view it ended.

    Whatever list is exported, Wagtail's own too, is recorded.
    """

    def pass_on(request):
        token = untold.set([])
        try:
            response = get_response(request)
            for words in untold.get():
                _tell(request, words)
            if request.GET.get("export") in ("csv", "xlsx") and response.get("Content-Disposition"):
                record("export", request.user, what=request.path, **getattr(response, "exported", {}))
            return response
        finally:
            untold.reset(token)

    def process_exception(request, exception):
        if isinstance(exception, Refused):
            if not untold.get():
                _tell(request, " ".join(exception.messages))
        elif isinstance(exception, ValidationError) and request.method == "POST":
            messages.error(request, " ".join(exception.messages))
        else:
            return None
        return redirect(_back(request))

    pass_on.process_exception = process_exception
    return pass_on


def _tell(request, words, page=None, buttons=None):
    where = request.resolver_match.view_name if request.resolver_match else ""
    record("refused", request.user, page, screen=where)
    messages.error(request, words, buttons=buttons)


def _back(request):
    """The page of the admin from which the person came."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours else reverse("wagtailadmin_home")


def say_what_is_missing(request, page):
    """Hook before publishing in the editor: the draft is saved already, and the person hears why it stays one."""
    was_live, page.live = page.live, True
    try:
        check(page)
        rules.check(page)
    except Refused as refused:
        untold.get().clear()
        button = _button(page) if isinstance(refused, NotApproved) else _checks_button(page)
        _tell(request, " ".join(refused.messages), page, [button])
        return redirect("wagtailadmin_pages:edit", page.pk)
    finally:
        page.live = was_live
    return None


def say_what_would_keep_it(request, instance):
    """Hook after saving: who sends words for review hears at once what would keep them from going live."""
    if SENT & set(request.POST) and hasattr(instance, "needs_protection_review"):
        warn_of_what_blocks(request, instance)


def warn_of_what_blocks(request, instance):
    """Say above the next screen what blocking rules find in the newest draft."""
    found = rules.blocking(instance.get_latest_revision_as_object())
    if found:
        words = _("Before this can go live: %s.") % "; ".join(rules.told(found))
        messages.warning(request, words, buttons=[_checks_button(instance)])


def copy_all_or_nothing(request, page):
    """Hook before a copy: if a page below may not go live, the section does not go live without it either."""
    if request.method != "POST" or hasattr(request, "copies_all_or_nothing"):
        return None
    request.copies_all_or_nothing = True
    try:
        with transaction.atomic():
            match = request.resolver_match  # the view that asks: a function in Wagtail 7, a class in 8
            return match.func(request, *match.args, **match.kwargs)
    except NotApproved as refused:
        untold.get().clear()
        words = _("Nothing was copied: something there may not go live a second time without approval. Copy as drafts.")
        raise NotApproved(words) from refused


def _button(page):
    kind = ContentType.objects.get_for_model(type(page))
    return messages.button(reverse("approve", args=[kind.pk, page.pk]), _("Approval"))


def _checks_button(page):
    return messages.button(address_of(page), _("Before you publish"))


def say_that_it_waits(request, page):
    """Above the editor: that the words need approval, and where to give it."""
    page = page.specific
    # What Wagtail asks for after the first autosave of a new page shows no messages: it would be said twice later.
    if request.method == "GET" and "_w_hydrate_create_view" not in request.GET and page.latest_revision_id:
        words = Words(page.get_latest_revision_as_object())
        if words.needed and not words.change_nothing() and words.missing():
            roles = ", ".join(role.name for role in words.missing())
            text = _("Before this can go live, it must be approved: %s.") % roles
            messages.warning(request, text, buttons=[_button(page)])


def approval(request, kind, pk):
    """See who wrote the newest draft and who approved it; approve it, or override in an emergency."""
    model = get_object_or_404(ContentType, pk=kind).model_class()
    if model is None or not hasattr(model, "needs_protection_review"):
        raise Http404
    instance = get_object_or_404(model, pk=pk)
    words = Words(instance.get_latest_revision_as_object()) if instance.latest_revision_id else None
    if words is None or not words.needed:
        raise Http404
    hats = (PROTECTION, PUBLISHER, APPROVER, ADMINISTRATOR)
    if not instance.permissions_for_user(request.user).can_edit() and not any(wears(request.user, hat) for hat in hats):
        raise PermissionDenied
    revision = instance.latest_revision
    if request.method == "POST":
        # The words and not the revision's number: its author may have written over it meanwhile.
        if request.POST.get("words") != words.approved_as:
            messages.error(request, _("It was changed meanwhile. Please read it again."))
            return redirect(request.path)
        try:
            if "override" in request.POST:
                override(revision, request.user, request.POST.get("reason", ""))
                messages.success(request, _("It can be published now. All approvers are told."))
            else:
                approve(revision, request.user, ticked=request.POST.getlist("ticked"))
                _send_on(instance, request.user)
                messages.success(request, _("Approved."))
        except NotApproved as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(request.path)
    authors = words.authors()
    context = {
        "instance": instance,
        "words": words.approved_as,
        "needed": [(role, role not in words.missing()) for role in words.needed],
        "approvals": words.approvals(),
        "is_author": request.user.pk in authors,
        "can_approve": request.user.pk not in authors and any(wears(request.user, role) for role in words.needed),
        "can_override": wears(request.user, ADMINISTRATOR),
        "questions": QUESTIONS if PROTECTION in words.needed and wears(request.user, PROTECTION) else {},
    }
    return TemplateResponse(request, "core/approval.html", context)


def _send_on(instance, person):
    """A protection reviewer's approval is their step of the workflow too: it goes on to the publishers."""
    state = getattr(instance, "current_workflow_task_state", None)
    if state and state.task.name == PROTECTION.name and wears(person, PROTECTION):
        state.approve(user=person)


class Overrides(Component):
    """On the dashboard: the emergencies that are still to be reviewed."""

    order = 20
    template_name = "core/overrides.html"

    def __init__(self, request):
        self.request = request

    def get_context_data(self, parent_context):
        days = datetime.timedelta(days=EMERGENCY_DAYS)
        rows = [
            {"approval": row, "until": row.created_at + days, "late": timezone.now() > row.created_at + days}
            for row in waiting_overrides()
        ]
        return {"rows": rows, "can_review": wears(self.request.user, APPROVER), "request": self.request}


def waiting_overrides():
    """The overrides that nobody has reviewed, the oldest first."""
    found = Approval.objects.filter(role=OVERRIDE, reviewed_at=None)
    return found.select_related("person", "content_type").order_by("created_at")


def show_overrides(request, panels):
    """Hook of the dashboard."""
    if (wears(request.user, APPROVER) or wears(request.user, ADMINISTRATOR)) and waiting_overrides().exists():
        panels.insert(0, Overrides(request))


def review_override(request, pk):
    """An approver says that they have looked at an emergency; nobody reviews their own."""
    row = get_object_or_404(Approval, pk=pk, role=OVERRIDE, reviewed_at=None)
    if request.method != "POST" or not wears(request.user, APPROVER) or row.person_id == request.user.pk:
        raise PermissionDenied
    row.reviewed_by, row.reviewed_at = request.user, timezone.now()
    row.save()
    record("override.reviewed", request.user, row.revision.content_object, override=row.pk)
    messages.success(request, _("Reviewed."))
    return redirect("wagtailadmin_home")
