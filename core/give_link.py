"""The link to giving, which is there only while something can be given."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from .links import LinkValue, PageBlock
from .memo import in_public_request


class FormChooserBlock(SnippetChooserBlock):
    """Wagtail's chooser; on public pages the live forms are found once in a request, however many are shown."""

    def bulk_to_python(self, values):
        if not in_public_request():
            return super().bulk_to_python(values)
        known = self.target_model.known()
        return [known.get(value) for value in values]

    def deconstruct(self):
        """To migrations it is Wagtail's own: what is stored is the same."""
        return ("wagtail.snippets.blocks.SnippetChooserBlock", *super().deconstruct()[1:])


class GiveValue(LinkValue):
    """A link's value that is empty while its donation form takes no gifts."""

    @cached_property
    def open_form(self):
        """The donation form in the reader's language that takes gifts now, or None."""
        return self["form"].for_readers() if self.get("form") else None

    @property
    def href(self):
        """The page, if one was chosen and is published, else the form's own page; "" while nothing can be given."""
        if not self.open_form:
            return ""
        return super().href or reverse("giving_form", args=[self.open_form.code])

    @property
    def label(self):
        """The words of the link; the form's title where none are given."""
        return self.get("text") or (self.open_form.title if self.open_form else "")


class GiveBlock(blocks.StructBlock):
    """Where a donor begins. It disappears while no way to give is set up, or its form is closed."""

    text = blocks.CharBlock(label=_("Words of the link"), max_length=40, required=False)
    form = FormChooserBlock("donations.DonationForm", label=_("Donation form"))
    page = PageBlock(
        required=False,
        help_text=_("The page to lead to. Left empty, the link leads straight to the form's own page."),
    )

    class Meta:
        icon = "pick"
        label = _("Give")
        value_class = GiveValue
        template = "components/link.html"
