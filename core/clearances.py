"""Pictures of people: cleared by a protection reviewer, withdrawn at once, ended when their time is over.

What a clearance is: core.models.clearance. That nothing else is shown: core.pictures.
"""

import datetime
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.contrib.frontend_cache.utils import PurgeBatch
from wagtail.models import Page, Site
from wagtail.search import index

from . import due, share
from .audit import record
from .models import Rendition, SiteImage
from .models.clearance import RECOGNISABLE
from .roles import PROTECTION, PUBLISHER, addresses_of, wears
from .storage import SIZES
from .tell import tell

logger = logging.getLogger(__name__)


class NotCleared(ValidationError):
    """A picture can't be cleared so, or not by this person. Its message is for people."""


def why_not(image, person):
    """Why this person can't clear the picture as it stands (str); "" if they can."""
    if image.withdrawn_at:
        return _("It was withdrawn.")
    if not image.is_recognisable:
        return _("It shows nobody who can be recognised: it needs no clearance.")
    if not wears(person, PROTECTION):
        return _("Only a protection reviewer clears pictures.")
    if person.pk in (image.file_by_id, image.uploaded_by_user_id):
        return _("You uploaded it, so another protection reviewer must clear it.")
    if not image.shows or image.missing_terms():
        return _("First fill in what it shows and what was agreed: %s.") % ", ".join(
            str(image._meta.get_field(name).verbose_name) for name in (image.missing_terms() or ["shows"])
        )
    return ""


def clear(image, person):
    """Keep that a person has checked the consent for this very file. Raises NotCleared."""
    reason = why_not(image, person)
    if reason:
        raise NotCleared(reason)
    image.get_file_hash()
    image.cleared_as, image.cleared_by, image.cleared_at = image.terms(), person, timezone.now()
    with transaction.atomic():
        image.save()
        purposes = [name for name in ("site", "print", "campaigns") if getattr(image, f"for_{name}")]
        record(
            "picture.cleared",
            person,
            image,
            file=image.file_hash,
            consent=image.consent_reference,
            purposes=purposes,
            until=image.consent_until.isoformat(),
            explained_in=image.consent_language,
        )


def pages_with(image):
    """The pages (list, specific) that show a picture, as they are live, by Wagtail's reference index."""
    found = [source for source, _references in image.get_usage() if isinstance(source, Page)]
    return list(Page.objects.filter(pk__in=[page.pk for page in found]).specific())


def withdraw(image, person=None, action="picture.withdrawn"):
    """Delete a picture's original and all its sizes, for ever, wherever it is used; no page is edited.

    What is left is a row without picture, words or names, so that every page that used it, and every old version of
    one, finds the page's pattern in its place.
    """
    pages, name = pages_with(image), image.file.name
    kept = {"file": image.file_hash, "consent": image.consent_reference, "pages": [page.pk for page in pages]}
    with transaction.atomic():
        image.withdrawn_at = timezone.now()
        image.title = _("Withdrawn picture %s") % image.pk
        image.description = image.description_sw = image.credit = ""
        image.save()
        image.tags.clear()
        record(action, person, image, **kept)
        transaction.on_commit(lambda: _delete(image.file.storage, name))
    index.insert_or_update_object(image)
    _tell_owners(pages, action)


def _delete(storage, name):
    try:
        storage.delete(name)
    except OSError:  # a full or broken disk; `end_clearances` tries again
        logger.exception("The original of a withdrawn picture could not be deleted.")


def seen_otherwise(image):
    """After a picture was cleared, is cleared no longer, or has another file: nothing of before is left to see.

    Its sizes are deleted (they lie elsewhere now, core.storage, or show another picture), pictures for sharing are
    drawn or taken away, and front caches forget pages, lists, feeds and sizes.
    """
    site = Site.objects.filter(is_default_site=True).first()
    batch = PurgeBatch([site.root_url + rendition.url for rendition in image.renditions.all()] if site else [])
    image.renditions.all().delete()
    for page in pages_with(image):
        if page.live and hasattr(page, "weave_seed") and page.listing_image_id == image.pk:
            page.listing_image = image
            try:
                share.refresh(page)
            except OSError:  # a full disk keeps no picture from being withdrawn; `run_due` draws it later
                logger.exception("No picture for sharing was drawn.")
        batch.add_pages([page, *page.get_ancestors().filter(depth__gt=1)])
    batch.purge()


def _tell_owners(pages, action):
    """Mail those who own the pages, each of theirs; where there is nobody, the publishers."""
    paths = {}
    for page in pages:
        owner = page.owner.email if page.owner and page.owner.is_active else ""
        for address in [owner] if owner else addresses_of(PUBLISHER):
            paths.setdefault(address, []).append(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    for address, (first, *others) in paths.items():
        tell([address], action, first, *others)


def end_clearances():
    """Delete what nobody agrees to any more, and what a failing disk has left. Returns lines (list of str)."""
    lines = []
    ended = SiteImage.objects.filter(withdrawn_at=None, shows__in=RECOGNISABLE, consent_until__lt=timezone.localdate())
    for image in ended.exclude(cleared_as=""):
        if image.cleared_as == image.terms():
            withdraw(image, action="picture.ended")
            lines.append(f"deleted picture {image.pk}: its consent has ended")
    for image in SiteImage.objects.exclude(withdrawn_at=None):
        if image.file.storage.exists(image.file.name):
            _delete(image.file.storage, image.file.name)
            lines.append(f"deleted what was left of picture {image.pk}")
    return lines


def put_sizes_in_their_place():
    """Delete sizes that lie in public storage and may not: another process may have made one in the same second.

    Returns lines (list of str).
    """
    wrong = [
        rendition
        for rendition in Rendition.objects.exclude(file__startswith=f"{SIZES}/").select_related("image").iterator()
        if not rendition.is_public
    ]
    for rendition in wrong:
        rendition.delete()
    return [f"deleted {len(wrong)} sizes of pictures that the public may not see"] if wrong else []


def ending(days=60):
    """The cleared pictures (queryset) whose consent ends within so many days, the nearest first."""
    until = timezone.localdate() + datetime.timedelta(days=days)
    found = SiteImage.objects.filter(withdrawn_at=None, shows__in=RECOGNISABLE, consent_until__lte=until)
    return found.exclude(cleared_as="").order_by("consent_until")


def waiting():
    """The pictures (list) of people that nobody has cleared as they stand, the newest first."""
    found = SiteImage.objects.filter(withdrawn_at=None, shows__in=[*RECOGNISABLE, ""]).order_by("-created_at")
    return [image for image in found if not image.has_clearance]


due.register("delete pictures whose consent has ended")(end_clearances)
due.register("delete sizes that nobody may see", every=600)(put_sizes_in_their_place)
