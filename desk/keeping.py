"""Nothing that others stand on is deleted: pages with pages below, what a menu links to, pictures and files in use.

The refusal is in the deletion itself (`pre_delete`), so that it holds on every road of the admin, for many things at
once too. What no person does (commands, the loader, timed work) is not refused.
"""

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page, ReferenceIndex

from core.approvals import Refused
from core.audit import acting_person
from core.models import Facts, Footer, Menu, Notice, SiteDocument, SiteImage, Wording

LISTED = 5  # of what is in the way; the rest is a number
FRAME = (Menu, Footer, Notice, Facts, Wording)  # what a page is needed by; other pages only lose a link


class StillUsed(Refused):
    """Something would be deleted that others stand on. Its message is for people."""


def names(found):
    """The first of these (list), by name, and how many more there are."""
    words = [_title(item) for item in found[:LISTED]]
    if len(found) > LISTED:
        words.append(
            ngettext("and one more", "and %(count)s more", len(found) - LISTED) % {"count": len(found) - LISTED}
        )
    return ", ".join(words)


def _title(item):
    return item.get_admin_display_title() if isinstance(item, Page) else f"{item._meta.verbose_name} “{item}”"


def users_of(instance, models=None):
    """What refers to an instance (list of objects), of these models alone or of any, as it is now."""
    rows = ReferenceIndex.get_references_to(instance).group_by_source_object()
    found = [source for source, _references in rows]
    return [item for item in found if item is not None and (models is None or isinstance(item, models))]


def why_not(instance):
    """Why something may not be deleted (str, with a count and a list), or "" if it may."""
    if isinstance(instance, Page):
        below = list(instance.get_children().order_by("path"))
        if below:
            words = ngettext(
                "“%(title)s” is not deleted: one page lies below it (%(names)s). Move or delete that first.",
                "“%(title)s” is not deleted: %(count)s pages lie below it (%(names)s). Move or delete these first.",
                len(below),
            )
            return words % {"title": _title(instance), "count": len(below), "names": names(below)}
        users = users_of(instance, FRAME)
    elif isinstance(instance, (Menu, Footer, SiteImage, SiteDocument)):
        users = users_of(instance)
    else:
        return ""
    if not users:
        return ""
    words = ngettext(
        "“%(title)s” is not deleted: it is used in one place (%(names)s). Take it out there first.",
        "“%(title)s” is not deleted: it is used in %(count)s places (%(names)s). Take it out there first.",
        len(users),
    )
    title = _title(instance) if isinstance(instance, Page) else str(instance)
    return words % {"title": title, "count": len(users), "names": names(users)}


@receiver(pre_delete)
def refuse(sender, instance, **kwargs):
    """Raise StillUsed where a person would delete what others stand on."""
    if sender in (Page, Menu, Footer, SiteImage, SiteDocument) and acting_person() is not None:
        words = why_not(instance)
        if words:
            raise StillUsed(words)


def say_before_deleting(request, instance):
    """Hook before the question whether to delete: the refusal comes at once, not after the answer."""
    words = why_not(instance)
    if words:
        messages.error(request, words)
        return redirect("wagtailadmin_pages:edit", instance.pk)
    return None


def say_before_deleting_many(request, action_type, objects, action):
    """Hook before a bulk action: all of it is refused, with each reason, or nothing is."""
    if action_type != "delete":
        return None
    reasons = [words for words in map(why_not, objects) if words]
    for words in reasons:
        messages.error(request, words)
    return redirect(action.next_url) if reasons else None
