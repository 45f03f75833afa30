"""The dashboard: what the person who signed in can begin, and what waits for them. Nothing that they may not do.

Each list is one function: a person → Rows. It costs a fixed number of queries, however much there is of it, shows the
first few, and is left out when it is empty. `pages` are the pages' numbers that the person may change.
"""

import datetime

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import DraftStateMixin, Page, TaskState, WorkflowState

from core.models import DueJob, Facts, Notice
from core.roles import ADMINISTRATOR, APPROVER, DRAFTABLE, PROTECTION, PUBLISHER, TRANSLATOR, WRITER, roles_of
from news.models import NewsPage

from . import clearances, translating
from .links import Row, edit_address
from .sharing import may_share
from .starts import starts_for

SHOWN = 6  # rows of a list; the rest is a number
SOON = datetime.timedelta(days=30)
CLEARANCES_SOON = datetime.timedelta(days=60)
LATE = datetime.timedelta(minutes=15)  # after which timed work is taken to have stopped
EDITORS = {WRITER.key, PUBLISHER.key, PROTECTION.key, TRANSLATOR.key, ADMINISTRATOR.key}


class Panel(Component):
    """A heading with Rows (list) below it; `more` is an address with all of them."""

    template_name = "desk/panel.html"

    def __init__(self, name, heading, rows, order, total=None, more="", urgent=False):
        self.name, self.heading, self.rows, self.order = name, heading, rows[:SHOWN], order
        self.total, self.more, self.urgent = (len(rows) if total is None else total), more, urgent

    def get_context_data(self, parent_context):
        left = self.total - len(self.rows)
        further = ngettext("and one more", "and %(count)s more", left) % {"count": left} if left > 0 else ""
        return {"panel": self, "further": further}


class Starts(Component):
    """The one-click starts."""

    order, template_name = 20, "desk/starts.html"

    def __init__(self, starts):
        self.starts = starts

    def get_context_data(self, parent_context):
        return {"starts": self.starts}


def when(moment):
    """A time or day, as people write it."""
    if isinstance(moment, datetime.datetime):
        return date_format(timezone.localtime(moment), "j M Y, H:i")
    return date_format(moment, "j M Y")


def waits_for(user):
    """What others sent for this person's review, and what was sent back to them."""
    rows = []
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("revision__user", "task")
        .prefetch_related("revision__content_object")
        .order_by("started_at")
    )
    for state in states:
        instance = state.revision.content_object
        if instance:
            by = state.revision.user.get_full_name() or state.revision.user.username if state.revision.user else "–"
            detail = _("sent by %(person)s, %(when)s") % {"person": by, "when": when(state.started_at)}
            rows.append(Row(_title(instance), reverse("desk:review", args=[state.pk]), detail))
    back = (
        WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
        .select_related("current_task_state")
        .prefetch_related("content_object")
    )
    for state in back:
        if state.content_object:
            comment = state.current_task_state.comment if state.current_task_state else ""
            rows.append(Row(_title(state.content_object), edit_address(state.content_object), _("sent back") + (
                f": {comment}" if comment else "")))  # fmt: skip
    return rows


def sent_by(user):
    """What this person sent and others have still to look at."""
    states = (
        WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, requested_by=user)
        .select_related("current_task_state__task")
        .prefetch_related("content_object")
        .order_by("created_at")
    )
    return [
        Row(
            _title(state.content_object),
            edit_address(state.content_object),
            _("waits for: %s") % (state.current_task_state.task.name if state.current_task_state else "–"),
        )
        for state in states
        if state.content_object
    ]


def drafts_of(user):
    """(the newest unpublished changes of this person, how many there are)."""
    drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__user=user)
    drafts = drafts.order_by("-latest_revision_created_at")
    hats = {role.key for role in roles_of(user)}
    rows = []
    # With all their words: whether a draft may be shown depends on the pictures in it.
    for page in drafts.specific()[:SHOWN]:
        actions = [(_("Show to someone"), reverse("desk:share", args=[page.pk]))] if may_share(hats, page) else []
        rows.append(Row(_title(page), edit_address(page), when(page.latest_revision_created_at), actions))
    total = drafts.count()
    for name in DRAFTABLE:
        for snippet in apps.get_model(name).objects.filter(has_unpublished_changes=True, latest_revision__user=user):
            rows.append(Row(_title(snippet), edit_address(snippet), str(snippet._meta.verbose_name)))
            total += 1
    return rows, total


def expiring():
    """What is taken down, or closes, within a month."""
    now, rows = timezone.now(), []
    for model in [Page, *(apps.get_model(name) for name in DRAFTABLE)]:
        if issubclass(model, DraftStateMixin):
            for found in model.objects.filter(live=True, expire_at__range=(now, now + SOON)):
                rows.append((found.expire_at, Row(_title(found), edit_address(found), _("is taken down"))))
    today = timezone.localdate()
    for page in NewsPage.objects.live().filter(closing_date__range=(today, today + SOON)):
        end = timezone.make_aware(datetime.datetime.combine(page.closing_date, datetime.time.max))
        rows.append((end, Row(page.title, edit_address(page), _("closes"))))
    rows.sort(key=lambda pair: pair[0])
    for end, row in rows:
        row.detail = f"{row.detail}, {when(end)}"
    return [row for _end, row in rows]


def notices_up(user):
    """The notices that readers see now."""
    rows = []
    for notice in Notice.current():
        until = _("until %s") % when(notice.show_until) if notice.show_until else _("until somebody takes it down")
        viewset, actions, url = Notice.snippet_viewset, [], ""
        if user.has_perm("core.change_notice"):
            url = edit_address(notice)
        if user.has_perm("core.publish_notice"):
            actions = [(_("Take down"), reverse(viewset.get_url_name("unpublish"), args=[notice.pk]))]
        rows.append(Row(notice.text_en, url, f"{notice.get_severity_display()}, {until}", actions))
    return rows


def failed_jobs():
    """Timed work that failed, or has stopped."""
    rows = [
        Row(job.name, "", _("failed: %(reason)s; last well %(when)s") % {
            "reason": job.last_error, "when": when(job.last_succeeded) if job.last_succeeded else _("never")})
        for job in DueJob.objects.exclude(last_error="")
    ]  # fmt: skip
    last = DueJob.objects.order_by("-last_started").values_list("last_started", flat=True).first()
    if last and last < timezone.now() - LATE:
        rows.insert(0, Row(_("All timed work"), "", _("has not run since %s") % when(last)))
    return rows


def to_be_supplied():
    """(what IMLU has still to tell: facts by name, then pages; how many)."""
    facts = Facts.objects.select_related("logo").prefetch_related("phones", "social_links").first()
    missing = facts.missing() if facts else []
    rows = [Row(name) for name in missing]
    return rows, len(missing) + translating.pages_with_gaps()


def _title(instance):
    if isinstance(instance, Page):
        return instance.draft_title or instance.title
    return str(instance)


def panels_for(user):
    """The panels (list) of a person's dashboard."""
    hats = {role.key for role in roles_of(user)}
    every = user.is_superuser
    edits = every or bool(hats & EDITORS)
    found = [Starts(starts_for(user))]

    def add(name, heading, rows, total=None, more="", urgent=False):
        if rows or total:
            found.append(Panel(name, heading, rows, 100 + len(found), total, more, urgent))

    waiting = waits_for(user)
    if PROTECTION.key in hats:
        waiting += clearances.waiting_for(user)
    add("waiting", _("Waits for you"), waiting, urgent=True)
    if every or hats & {ADMINISTRATOR.key}:
        add("jobs", _("Timed work that failed"), failed_jobs(), urgent=True)
    if edits or APPROVER.key in hats:
        add("notices", _("Notices that readers see now"), notices_up(user))
    if edits:
        rows, total = drafts_of(user)
        add("drafts", _("Your drafts"), rows, total)
        add("sent", _("Sent by you, with others now"), sent_by(user))
        add("expiring", _("Ends within a month"), expiring())
    if every or hats & {PROTECTION.key, PUBLISHER.key}:
        add(
            "clearances",
            _("Clearances that end within 60 days"),
            clearances.ending_before(timezone.localdate() + CLEARANCES_SOON),
        )
    if edits:
        rows, total = translating.waiting_rows(SHOWN)
        more = reverse("desk:translate") if user.has_perm("wagtail_localize.submit_translation") else ""
        add("translations", _("Not in Kiswahili, or out of date"), rows, total, more)
        rows, total = to_be_supplied()
        add("supplied", _("To be supplied"), rows, total, reverse("to_be_supplied"))
    return found


def arrange(request, panels):
    """Hook of the dashboard: Wagtail's lists make room for ours; what others put there (overrides …) stays."""
    kept = [panel for panel in panels if not type(panel).__module__.startswith("wagtail.")]
    panels[:] = [*kept, *panels_for(request.user)]
