"""A draft for somebody without an account: a link to one revision, with an end, revocable, and never kept by anybody.

Publishers make it; where a story is, protection reviewers alone. Making and revoking are in the record; opening is not,
since the site keeps nothing of its visitors.
"""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.models import Page

from core.audit import record
from core.roles import PROTECTION, PUBLISHER, roles_of

from .models import ShareLink, digest_of

LENGTHS = {
    1: gettext_lazy("1 hour"),
    24: gettext_lazy("24 hours"),
    72: gettext_lazy("3 days"),
    168: gettext_lazy("7 days"),
}
USUAL = 24  # hours
KEPT = datetime.timedelta(days=30)  # for which an ended link is listed
HEADERS = {
    "Cache-Control": "no-store",
    "CDN-Cache-Control": "no-store",
    "X-Accel-Expires": "0",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def may_share(hats, page):
    """Whether somebody with these hats (a set of keys of core.roles) may show a draft of a page to strangers."""
    return (PROTECTION.key if page.needs_protection_review() else PUBLISHER.key) in hats


def newest(page):
    """A page's newest words, published or not."""
    return page.get_latest_revision_as_object()


def check_right(user, page):
    """Raise PermissionDenied unless the person may show this page's drafts. A story is one if live or draft says so."""
    hats = {role.key for role in roles_of(user)}
    allowed = may_share(hats, page) and may_share(hats, newest(page))
    if not allowed or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied


def share(request, pk):
    """The links of a page; make one to its newest words, revoke one."""
    page = get_object_or_404(Page, pk=pk, depth__gt=1).specific
    check_right(request.user, page)
    if request.method == "POST":
        if "revoke" in request.POST:
            link = get_object_or_404(ShareLink, pk=request.POST["revoke"], page=page, revoked_at=None)
            link.revoked_at = timezone.now()
            link.save()
            record("share.revoked", request.user, page, link=link.pk)
            messages.success(request, _("The link shows nothing any more."))
            return redirect(request.path)
        hours = request.POST.get("hours", "")
        if hours not in map(str, LENGTHS):
            messages.error(request, _("Please choose how long the link shows the draft."))
            return redirect(request.path)
        return _make(request, page, int(hours))
    return _screen(request, page)


def _make(request, page, hours):
    """Make a link to a page's newest words, and show it."""
    revision = page.latest_revision or page.save_revision(user=request.user, changed=False)
    link, address = ShareLink.make(revision, request.user, datetime.timedelta(hours=hours))
    record("share.made", request.user, page, link=link.pk, revision=revision.pk, until=link.ends_at.isoformat())
    # Not by redirect: the address is in this answer alone, not in a session or an address bar.
    # The public site's address: the admin may be on a host that strangers do not reach.
    return _screen(request, page, page.get_site().root_url + address, link)


class ShareMenuItem(ActionMenuItem):
    """In the editor's menu: save what is written as a draft, and show it to somebody, for the usual time."""

    name = "action-share"
    label = gettext_lazy("Show to someone without an account")
    icon_name = "view"

    def is_shown(self, context):
        if context["view"] != "edit" or context["locked_for_user"]:
            return False
        return may_share({role.key for role in roles_of(context["request"].user)}, context["page"])


def share_what_was_saved(request, page):
    """Hook after the editor has saved: if that menu item was pressed, the answer is the link."""
    if "action-share" in request.POST:
        check_right(request.user, page)
        return _make(request, type(page).objects.get(pk=page.pk), USUAL)
    return None


def _screen(request, page, address="", made=None):
    context = {
        "page": page,
        "revision": page.latest_revision,
        "links": ShareLink.objects.filter(page=page).select_related("made_by", "revision"),
        "lengths": LENGTHS,
        "usual": USUAL,
        "address": address,
        "made": made,
    }
    return render(request, "desk/share.html", context)


@require_safe
def shared_draft(request, token):
    """What somebody with the link sees: the page as it would be, in its own language; or, that the link has ended."""
    link = ShareLink.objects.filter(digest=digest_of(token)).select_related("revision").first()
    if link is None:
        raise Http404
    if not link.works:
        response = render(request, "desk/share_ended.html", status=410)
    else:
        page = link.revision.as_object()
        with translation.override(page.locale.language_code):
            # No `original_request`: nothing of the visitor reaches the page.
            response = page.make_preview_request(extra_request_attrs={"shared_until": link.ends_at})
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def forget_ended():
    """Delete links that ended a month ago. Returns lines (list of str)."""
    count, _by_model = ShareLink.objects.filter(ends_at__lt=timezone.now() - KEPT).delete()
    return [f"forgot {count} links to drafts"] if count else []
