"""Forms of the admin that differ from Wagtail's."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from .models.clearance import RECOGNISABLE
from .uploads.common import refusing
from .uploads.pictures import CORRUPT, check_picture


class KeepsItsFile:
    """Of a picture or document that is there: a refused form shows it with the file that is kept.

    Wagtail would look for the new file in the storage, find none, and advise to delete what readers see.
    """

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.errors and self.instance.pk and "file" in self.changed_data:
            # Past the field's setter: it measures pictures, and the file of a withdrawn one is gone.
            kept = vars(self.instance.stored())
            vars(self.instance).update({name: kept[name] for name in ("file", "width", "height") if name in kept})


class SiteDocumentForm(KeepsItsFile, BaseDocumentForm):
    """Asks in which language a document is.

    "Add several" sends the file alone at first, and it is kept, without a language, until the form that follows is
    filled in. Were the language required there, the file would be kept aside as it came, uncleaned
    (core.signals.no_upload_is_kept_as_it_came).
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_first_step = self.is_bound and not self.instance.pk and self.add_prefix("language") not in self.data
        if "language" in self.fields:
            self.fields["language"].required = not is_first_step


def checked_first(check):
    """Wagtail decodes a picture before it asks how large it is, and takes a damaged one for a fault of the site."""

    def checked(file):
        check_picture(file, file.name)
        file.seek(0)
        with refusing("corrupt", CORRUPT):
            check(file)

    return checked


class SiteImageForm(KeepsItsFile, BaseImageForm):
    """Asks what a careful communications officer would ask of a picture.

    "Add several" sends the file alone at first, and it is kept, cleaned: as a picture of which nobody has said what it
    shows, and which is therefore shown nowhere until the form that follows is filled in.
    """

    seen = forms.BooleanField(
        required=False,
        label=_("I have looked at the new file"),
        help_text=_("Only with a new file: what it shows is what is said below."),
    )

    class Meta(BaseImageForm.Meta):
        widgets = {
            **BaseImageForm.Meta.widgets,
            "shows": forms.RadioSelect,
            "consent_until": AdminDateInput,
            "description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_new = self.is_bound and not self.instance.pk
        self.is_first_step = is_new and self.add_prefix("description") not in self.data
        self.fields["shows"].choices = [(value, words) for value, words in self.fields["shows"].choices if value]
        self.fields["shows"].required = not self.is_first_step
        self.fields["description"].label = _("Description")
        self.fields["description"].help_text = _(
            "What somebody who can't see it should know of it, in a sentence. It is read out in the picture's place."
        )
        if "file" in self.fields:
            self.fields["file"].check_image_pixel_size = checked_first(self.fields["file"].check_image_pixel_size)
        if self.instance.pk is None or "file" not in self.fields:
            del self.fields["seen"]
        else:
            self.order_fields(["title", "file", "seen"])

    def clean(self):
        cleaned = super().clean()
        if self.is_first_step:
            return cleaned
        if not cleaned.get("description") and not cleaned.get("is_decorative"):
            self.add_error("description", _("Describe the picture, or say that it is decorative."))
        if "seen" in self.fields and "file" in self.changed_data and not cleaned.get("seen"):
            self.add_error("seen", _("Look at the new file, and say below what it shows: it needs its own clearance."))
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.is_first_step and self.instance.shows in RECOGNISABLE:
            for name, words in self.instance.missing_terms().items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, words)
