"""Pictures and documents. Originals and documents lie in private storage: no address leads to them."""

import re
import secrets
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, WagtailImageField, get_upload_to
from wagtail.images.models import Image as WagtailImage
from wagtail.log_actions import get_active_log_context
from wagtail.models import ReferenceIndex
from wagtail.search import index
from wagtail.utils.file import hash_filelike

from ..indexing import Searchable
from ..loading import is_unattended
from ..pictures import PUBLIC_SPECS
from ..roles import PROTECTION, PUBLISHER, wears
from ..storage import SIZES, private_storage
from ..uploads.documents import clean_document
from ..uploads.pictures import clean_picture
from .clearance import RECOGNISABLE, Clearance
from .four_eyes import FourEyes


def approvers_of_pages_with(file):
    """The Roles (set) that approve the live pages and snippets which show a picture or link to a document.

    Of drafts the approval is still to come, or is of the very file that was there (core.approvals).
    """
    from ..approvals import roles_needed  # it needs the models

    sources = [source for source, _references in ReferenceIndex.get_references_to(file).group_by_source_object()]
    sources = [getattr(source, "specific", source) for source in sources]
    live = [source for source in sources if isinstance(source, FourEyes) and source.live]
    return {role for source in live for role in roles_needed(source)}


class CleanedAtUpload:
    """A file that is cleaned before it is stored, whatever road it comes by (form, bulk upload, loader, shell).

    `clean()` does it so that a form can show the refusal; `save()` makes sure of it.
    """

    @staticmethod
    def cleaner(file, name):
        """Return an object whose `content` is the clean file. Raises ValidationError."""
        raise NotImplementedError

    def clean_upload(self):
        """Replace a new file by its clean copy. Raises ValidationError for what must not be kept."""
        new = self.file and not self.file._committed
        if new and not getattr(self.file.file, "is_cleaned", False):
            content = self.cleaner(self.file.file, self.file.name).content
            content.is_cleaned = True
            self.file = content

    def stored(self):
        """It as it was last saved, or None."""
        return type(self).objects.filter(pk=self.pk).first() if self.pk else None

    def has_new_file(self, stored):
        return bool(self.file) and (not stored or not self.file._committed or stored.file.name != self.file.name)

    def goes_to_readers(self):
        """Whether a new file is shown at once where the old one was."""
        return True

    def refuse(self, stored):
        """Raise ValidationError for a change that this person may not make alone; `stored`: as it was, or None.

        A page's approvals are for its words, and a file changes without them: who may not publish puts no other file
        before readers.
        """
        person = get_active_log_context().user
        if not stored or not person or person.is_superuser or wears(person, PUBLISHER):
            return
        if not self.has_new_file(stored) or not self.goes_to_readers():
            return
        if any(source and getattr(source, "live", True) for source, _references in stored.get_usage()):
            words = _("Readers see it now. Add the new file beside it, and choose it on the page: then it is reviewed.")
            raise ValidationError({"file": words})

    def clean(self):
        super().clean()
        try:
            self.clean_upload()
        except ValidationError as error:
            raise ValidationError({"file": error}) from error
        self.refuse(self.stored())

    def save(self, *args, **kwargs):
        self.clean_upload()
        self.refuse(self.stored())
        super().save(*args, **kwargs)


class SiteImage(CleanedAtUpload, Clearance, AbstractImage):
    """A picture, cleaned at upload (core.uploads); `description` is its alternative text.

    It is shown only if nobody can be recognised or a reviewer has cleared it (Clearance, core.pictures).
    """

    file = WagtailImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=private_storage,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField(
        _("credit"),
        max_length=255,
        blank=True,
        help_text=_("Who made it. Shown under the picture where there is room."),
    )

    description_sw = models.CharField(
        _("description, Kiswahili"), max_length=255, blank=True, help_text=_("Read out on Kiswahili pages.")
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the words beside it don't say: no description."),
    )

    WORDS = ("description", "description_sw", "is_decorative", "credit")  # readers see or hear them
    cleaner = staticmethod(clean_picture)
    admin_form_fields = (
        "title",
        "file",
        "shows",
        "description",
        "description_sw",
        "is_decorative",
        "credit",
        "consent_reference",
        "for_site",
        "for_print",
        "for_campaigns",
        "consent_until",
        "consent_language",
        "collection",
        "tags",
        *(name for name in WagtailImage.admin_form_fields if name.startswith("focal")),
    )
    # The chooser leaves out what was withdrawn (core.wagtail_hooks): its search can do so by such fields alone.
    search_fields = [*AbstractImage.search_fields, index.FilterField("withdrawn_at")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def default_alt_text(self):
        """The alternative text in the active language; never the title, which may be a file name."""
        if self.is_decorative:
            return ""
        return (self.description_sw if translation.get_language() == "sw" else "") or self.description

    def goes_to_readers(self):
        """People wait for their clearance, and painting over a face only takes away."""
        return not self.is_recognisable and not getattr(self.file.file, "is_painted", False)

    def is_stored_locally(self):
        """Whether its original is a file here. A withdrawn one has none: Wagtail would ask to “change the source”."""
        return not self.withdrawn_at and super().is_stored_locally()

    def save(self, *args, **kwargs):
        if set(kwargs.get("update_fields") or ["*"]) <= {"file_hash", "file_size"}:  # Wagtail notes what it measured
            super().save(*args, **kwargs)
            return
        self.clean_upload()
        stored = self.stored()
        new_file = self.has_new_file(stored)
        if new_file:
            # Here, since what is cleared is this hash: Wagtail's forms set it, other roads don't.
            self._set_image_file_metadata()
            self.file_by = get_active_log_context().user or self.uploaded_by_user
        super().save(*args, **kwargs)
        if stored and new_file:
            transaction.on_commit(partial(self.file.storage.delete, stored.file.name))
        if stored and (new_file or stored.is_shown != self.is_shown or stored.withdrawn_at != self.withdrawn_at):
            from ..clearances import seen_otherwise  # it needs the models

            seen_otherwise(self)

    def create_renditions(self, *filters):
        """Wagtail's. Of a size that another visitor has made in the same moment, the other's file is shown, not ours.

        No row knows ours: it would stay at its public address for ever, also when the picture is withdrawn.
        """
        made = super().create_renditions(*filters)
        rows = Rendition.objects.filter(image=self) if made else []
        known = {(each.filter_spec, each.focal_point_key): each for each in rows}
        for each, own in made.items():
            kept = known.get((own.filter_spec, own.focal_point_key))
            if kept and kept.file.name != own.file.name:
                own.file.delete(save=False)
                made[each] = kept
        return made

    def refuse(self, stored):
        """Also what would bring a picture back, or take people out of it by words alone."""
        super().refuse(stored)
        new_file = self.has_new_file(stored)
        if new_file and stored and stored.withdrawn_at:
            raise ValidationError({"file": _("This picture was withdrawn. Upload another as a new picture.")})
        if new_file:
            with self.open_file() as file:
                known = type(self).objects.filter(file_hash=hash_filelike(file)).exclude(withdrawn_at=None)
                file.seek(0)
            if known.exists():
                raise ValidationError({"file": _("This very picture was withdrawn: it may not be used again.")})
        if stored and not new_file and stored.shows in RECOGNISABLE and self.shows != stored.shows:
            person = get_active_log_context().user
            if person and (person.pk == stored.file_by_id or not wears(person, PROTECTION)):
                words = _("Only a protection reviewer who did not upload it may say that it shows something else.")
                raise ValidationError({"shows": words})
        if stored:
            self._refuse_on_approved_pages(stored, new_file)

    def _refuse_on_approved_pages(self, stored, new_file):
        """What a second person approved of a page is the picture that it shows, and the words read out for it.

        Anybody takes a picture away; and one of people that is another file is not shown before it is cleared.
        Protection reviewers cover parts wherever it is.
        """
        person = get_active_log_context().user
        changed = [name for name in self.WORDS if getattr(self, name) != getattr(stored, name)]
        if new_file and self.shows not in RECOGNISABLE:
            changed.insert(0, "file")
        if not person or self.withdrawn_at or not changed or wears(person, PROTECTION):
            return
        if not all(wears(person, role) for role in approvers_of_pages_with(self)):
            words = _(
                "A page that needs approval shows it: somebody who approves such pages may change this. Or upload "
                "a new picture."
            )
            raise ValidationError({changed[0]: words})


class Rendition(AbstractRendition):
    """A picture in one size. Only the public's sizes of a picture that the public may see lie in public storage."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter")
        ]

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        try:
            super().save(*args, **kwargs)
        except IntegrityError:  # another has made it meanwhile: see SiteImage.create_renditions
            if is_new:
                self.file.delete(save=False)
            raise

    @property
    def is_public(self):
        """Whether its place is in public storage."""
        return self.image.is_shown and self.filter_spec in PUBLIC_SPECS

    def get_upload_to(self, filename):
        return f"{'images' if self.is_public else SIZES}/{self.file.field.storage.get_valid_name(filename)}"


def new_address_key():
    """What nobody guesses (str)."""
    return secrets.token_hex(8)


class SiteDocument(Searchable, CleanedAtUpload, AbstractDocument):
    """A file to download, cleaned at upload (core.uploads), served by a view and never by address.

    Its address holds a key: number and title can be guessed, and a document is there before anybody has reviewed the
    page that links to it. Those from before there were keys have none, and keep their addresses.
    """

    LANGUAGES = [("en", _("English")), ("sw", _("Kiswahili"))]

    file = models.FileField(upload_to="documents", verbose_name=_("file"), storage=private_storage)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True)
    address_key = models.CharField(max_length=16, blank=True, default=new_address_key, editable=False)

    cleaner = staticmethod(clean_document)
    admin_form_fields = ("title", "file", "language", "collection", "tags")
    search_kind = "document"
    search_fields = [*AbstractDocument.search_fields, index.FilterField("language")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]

    def refuse(self, stored):
        """What a second person approves of a page is the file that it links to, not one put in its place."""
        super().refuse(stored)
        if stored and not is_unattended() and self.has_new_file(stored) and approvers_of_pages_with(self):
            words = _(
                "A page that needs approval links to this file. Upload the other as a new document, and choose it on "
                "the page: then it is approved."
            )
            raise ValidationError({"file": words})

    @property
    def search_language(self):
        return self.language or settings.LANGUAGE_CODE

    @property
    def search_year(self):
        """The first year that the title names: the day of the upload says nothing of the document's age."""
        year = re.search(r"\b(?:19|20)\d\d\b", self.title)
        return int(year[0]) if year else None

    @property
    def search_more(self):
        return [tag.name for tag in self.tags.all()]

    @property
    def url(self):
        """Its address: `/documents/7/<key>/report.pdf`."""
        key = f"{self.address_key}/" if self.address_key else ""
        return reverse("wagtaildocs_serve", args=[self.pk, f"{key}{self.filename}"])

    @property
    def filename(self):
        """The name that a reader's browser saves: made of the title, since the stored name is a random one."""
        return f"{slugify(self.title) or 'document'}.{self.file_extension}"

    @property
    def file_extension(self):
        """The ending of the stored file, lower case, without the dot."""
        return self.file.name.rpartition(".")[2].lower()
