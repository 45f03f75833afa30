"""Nothing that others stand on is deleted: pages with pages below, what a menu links to, pictures and files in use.

The refusal is in the deletion itself (`pre_delete`), so that it holds on every road of the admin, for many things at
once too. What no person does (commands, the loader, timed work) is not refused.
"""

from django.apps import apps
from django.db.models import Q
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page, ReferenceIndex, Revision

from core.approvals import Refused
from core.audit import acting_person
from core.models import Facts, Footer, Menu, Notice, SiteDocument, SiteImage, Wording
from core.pictures import references_of
from core.roles import DRAFTABLE

LISTED = 5  # of what is in the way; the rest is a number
FRAME = (Menu, Footer, Notice, Facts, Wording)  # what a page is needed by; other pages only lose a link


class StillUsed(Refused):
    """Something would be deleted that others stand on. Its message is for people."""


def names(found):
    """The first of these titles (list of str), and how many more there are."""
    words = found[:LISTED]
    if len(found) > LISTED:
        words.append(
            ngettext("and one more", "and %(count)s more", len(found) - LISTED) % {"count": len(found) - LISTED}
        )
    return ", ".join(words)


def _title(item):
    return item.get_admin_display_title() if isinstance(item, Page) else f"{item._meta.verbose_name} “{item}”"


def users_of(instance, models=None):
    """The titles (list of str) of what refers to an instance, of these models alone or of any; drafts come last."""
    rows = ReferenceIndex.get_references_to(instance).group_by_source_object()
    found = [source for source, _references in rows]
    users = [item for item in found if item is not None and (models is None or isinstance(item, models))]
    drafts = [draft for draft in _drafts_with(instance, models) if draft not in users]
    return [*map(_title, users), *(_("%s (draft)") % _title(draft) for draft in drafts)]


def _drafts_with(instance, models):
    """The drafts (list of objects) that refer to an instance: unpublished changes, and what is planned.

    Wagtail's reference index knows what is stored, not the words of a revision.
    """
    label, found = (Page if isinstance(instance, Page) else type(instance))._meta.label, {}
    for model in [Page, *(apps.get_model(name) for name in DRAFTABLE)]:
        if models is not None and not issubclass(model, models):
            continue
        changed = Q(pk__in=model.objects.filter(has_unpublished_changes=True).values("latest_revision"))
        planned = Q(approved_go_live_at__isnull=False, base_content_type__app_label=model._meta.app_label)
        planned &= Q(base_content_type__model=model._meta.model_name)
        # The number stands in the words, if the draft refers to it; what that finds too much is sorted out below.
        for revision in Revision.objects.filter(changed | planned, content__icontains=str(instance.pk)):
            draft = revision.as_object()
            if str(instance.pk) in references_of(draft).get(label, ()):
                found[draft._meta.label, draft.pk] = draft
    return list(found.values())


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
            return words % {
                "title": _title(instance),
                "count": len(below),
                "names": names([_title(page) for page in below]),
            }
        users = users_of(instance, FRAME)
    elif isinstance(instance, (Menu, Footer)):  # one is chosen, and shown in each language
        users = [user for version in instance.get_translations(inclusive=True) for user in users_of(version)]
    elif isinstance(instance, (SiteImage, SiteDocument)):
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


@receiver(pre_save, sender=Menu)
@receiver(pre_save, sender=Footer)
def refuse_to_unpublish(sender, instance, **kwargs):
    """Raise StillUsed where a person would take the menu or footer from every page: “Unpublish” is beside “Publish”."""
    if instance.live or acting_person() is None or not sender.objects.filter(pk=instance.pk, live=True).exists():
        return
    if users_of(instance, (Wording,)):
        words = _("“%s” is on every page. First choose another one in Settings, Menu and footer.")
        raise StillUsed(words % instance)


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
