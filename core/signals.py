"""Small consequences of saving."""

from django.core.exceptions import PermissionDenied
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision, UploadedFile
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtail.users.models import UserProfile
from wagtail_localize.models import SegmentOverride, StringTranslation

from . import pictures, redirects, share
from .loading import is_loading
from .models import Facts, LoadedItem, Phone, SiteImage, Wording


@receiver(post_save, sender=Revision)
def note_that_an_editor_changed_loaded_content(sender, instance, created, **kwargs):
    """A new revision outside the loader means that the object is the editors' now."""
    if created and not is_loading():
        label = instance.content_type.model_class()._meta.label
        LoadedItem.objects.filter(model=label, object_id=instance.object_id).update(changed_by_editor=True)


@receiver(post_save, sender=Facts)
@receiver(post_save, sender=SiteImage)
@receiver(post_save, sender=Wording)
def note_that_an_editor_changed_something_without_revisions(sender, instance, **kwargs):
    """The same for settings and pictures, which have no revisions."""
    if not is_loading():
        LoadedItem.objects.filter(model=sender._meta.label, object_id=instance.pk).update(changed_by_editor=True)


@receiver([post_save, post_delete], sender=StringTranslation)
@receiver([post_save, post_delete], sender=SegmentOverride)
def note_that_a_translator_began(sender, instance, **kwargs):
    """The same for a string of a translation: localize keeps each as it is typed, a revision comes only at the end."""
    twin = None if is_loading() else instance.context.object.get_instance_or_none(instance.locale_id)
    if twin:
        label = getattr(twin, "specific_class", type(twin))._meta.label
        LoadedItem.objects.filter(model=label, object_id=twin.pk).update(changed_by_editor=True)


@receiver([post_save, post_delete], sender=Phone)
def keep_last_known_facts(sender, instance, **kwargs):
    """The error page's copy of the helpline follows every change of a number."""
    instance.facts.keep_last_known()


@receiver(post_save)
def a_page_takes_its_address(sender, instance, raw=False, **kwargs):
    """A redirect never stands on a page's present address. Every road to publishing ends in `save()`."""
    if isinstance(instance, Page) and not raw:
        redirects.make_room(instance)


@receiver([page_slug_changed, post_page_move])
def pages_take_their_new_addresses(sender, instance, **kwargs):
    """The same for all pages below one that got another address: theirs change without a `save()`."""
    redirects.make_room(instance, below=True)


@receiver(pre_save, sender=Redirect)
def follow_the_page(sender, instance, **kwargs):
    """A redirect to the address of a page of ours leads to the page itself, wherever that moves (as from imports)."""
    if instance.redirect_link and not instance.redirect_page_id:
        path = redirects.path_inside(instance.redirect_link)
        if path and "?" not in path and "#" not in instance.redirect_link:
            page = redirects.pages_at([redirects.normalise(path)]).get(redirects.normalise(path))
            if page:
                instance.redirect_page, instance.redirect_link = page, ""


@receiver(pre_save, sender=UploadedFile)
def no_upload_is_kept_as_it_came(sender, instance, **kwargs):
    """Wagtail would keep a file whose form isn't whole, with all that it tells of people, in public storage."""
    raise PermissionDenied("A file is only kept once it has been cleaned.")


@receiver(pre_save, sender=UserProfile)
def no_picture_of_a_person_is_kept_as_it_came(sender, instance, **kwargs):
    """The same for the picture of oneself, which the account page doesn't ask for (core.doors.apps)."""
    if instance.avatar and not instance.avatar._committed:
        raise PermissionDenied("A file is only kept once it has been cleaned.")


@receiver([page_published, page_unpublished])
def draw_what_is_shared(sender, instance, **kwargs):
    """A page has its picture for sharing from the moment that it is published, and none when it is taken down.

    Pages that the loader publishes, a hundred at once, have theirs a minute later, from `run_due`.
    """
    if not is_loading() and hasattr(instance, "weave_seed"):  # Wagtail's own pages have no face
        share.refresh(instance)
        pictures.make_missing(SiteImage.objects.filter(pk=instance.listing_image_id))


@receiver(post_delete)
def nothing_is_left_to_share(sender, instance, **kwargs):
    """A deleted page's picture goes with it."""
    if isinstance(instance, Page) and hasattr(instance, "weave_seed"):
        instance.live = False
        share.refresh(instance)
