"""The giving form: step 1, on any page."""

from django.utils.translation import gettext_lazy as _

from core.give_link import FormChooserBlock

from .base import RichTextBlock, SectionBlock, rich


class DonationFormBlock(SectionBlock):
    """A donation form's amounts. Absent while nothing can be given with it: then `instead` is shown, if filled."""

    form = FormChooserBlock("donations.DonationForm", label=_("Donation form"))
    instead = RichTextBlock(
        label=_("When nothing can be given online"),
        required=False,
        help_text=_("How to ask about a gift while no way to give is set up. Left empty, nothing is shown then."),
    )

    class Meta:
        icon = "pick"
        label = _("Donation form")
        group = _("Actions")
        description = _(
            "The amounts of a donation form; the next page takes the gift. Disappears while no way to give is set up."
        )
        template = "blocks/donation_form.html"
        preview_value = {"heading": "Support this work", "form": None, "instead": rich("<p>Call us and ask.</p>")}

    def _open_form(self, value):
        """The form in the reader's language that takes gifts now, or None."""
        chosen = value.get("form")
        return chosen.for_readers() if chosen else None

    def shows(self, value):
        return bool(self._open_form(value) or value.get("instead"))

    def get_context(self, value, parent_context=None):
        form = self._open_form(value)
        return {**super().get_context(value, parent_context), "give": form.widget() if form else None}
