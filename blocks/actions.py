"""What a reader can do next."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.chrome import current_chrome
from core.links import LinkBlock

from .base import QuietChoiceBlock, RichTextBlock, SectionBlock, rich


class HeroBlock(blocks.StructBlock):
    """The top of the home page: one sentence, one action."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), rows=2, max_length=300)
    link = LinkBlock(label=_("Action"))

    class Meta:
        icon = "title"
        label = _("Opening")
        group = _("Actions")
        description = _("The top of the home page: one sentence and one action.")
        template = "blocks/hero.html"
        preview_value = {
            "heading": "Injuries are evidence",
            "text": "We stand with survivors of torture in Kenya.",
            "link": {"text": "Get help", "url": "https://example.org/"},
        }

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), **value}


class CallToActionBlock(SectionBlock):
    """One thing that the reader is asked to do."""

    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)
    link = LinkBlock(label=_("Action"))
    tone = QuietChoiceBlock(
        label=_("Tone"),
        choices=[("plain", _("Plain")), ("strong", _("Strong")), ("give", _("Giving"))],
        default="plain",
    )

    class Meta:
        icon = "pick"
        label = _("Call to action")
        group = _("Actions")
        description = _(
            "What the reader is asked to do: “Learn more about PRWG-K”. Disappears while its page isn't published."
        )
        template = "blocks/call_to_action.html"
        preview_value = {
            "heading": "Police reform needs a count",
            "text": "We convene the Police Reforms Working Group Kenya.",
            "link": {"text": "Learn more about PRWG-K", "url": "https://example.org/"},
            "tone": "strong",
        }

    def shows(self, value):
        return bool(value.get("link"))


class DescribedLinkBlock(blocks.StructBlock):
    link = LinkBlock(label=_("Link"))
    description = blocks.CharBlock(label=_("Description"), required=False, max_length=200)


class LinkListBlock(SectionBlock):
    """Where to go from here."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    links = blocks.ListBlock(DescribedLinkBlock(), label=_("Links"))

    class Meta:
        icon = "link"
        label = _("List of links")
        group = _("Actions")
        description = _("Links with a line about each. A link to an unpublished page is left out.")
        template = "blocks/link_list.html"
        preview_value = {
            "heading": "Read on",
            "intro": rich(""),
            "links": [
                {"link": {"text": "How it works", "url": "https://example.org/"}, "description": "From the first call."}
            ],
        }

    def get_context(self, value, parent_context=None):
        from core.links import resolve

        resolve([item["link"] for item in value.get("links") or []])
        return super().get_context(value, parent_context)


class HelplineBlock(SectionBlock):
    """The toll-free number, large."""

    text = blocks.TextBlock(label=_("Text"), required=False, rows=2)

    class Meta:
        icon = "mobile-alt"
        label = _("Helpline")
        group = _("Actions")
        description = _("The toll-free number from the organisation facts, large, with a call link.")
        template = "blocks/helpline.html"
        preview_value = {"heading": "Call us free of charge", "text": "From any phone in Kenya."}

    def shows(self, value):
        chrome = current_chrome()
        return chrome is None or bool(chrome.helpline)


class HelplinesBlock(SectionBlock):
    """Other organisations' helplines that have been checked."""

    intro = RichTextBlock(label=_("Introduction"), required=False)

    class Meta:
        icon = "group"
        label = _("Helplines of others")
        group = _("Actions")
        description = _("The published helplines of other organisations, each with the day on which it was checked.")
        template = "blocks/helplines.html"
        preview_value = {"heading": "Other helplines", "intro": rich("")}

    def get_context(self, value, parent_context=None):
        from core.locales import active_locale, in_language
        from core.models import Helpline

        helplines = in_language(Helpline.objects.filter(live=True), active_locale())
        return {**super().get_context(value, parent_context), "helplines": helplines}


class ContactDetailsBlock(SectionBlock):
    """Address, telephone, e-mail, hours and social links from the facts."""

    class Meta:
        icon = "mail"
        label = _("Contact details")
        group = _("Actions")
        description = _("Address, telephone numbers, e-mail and hours, as they stand in the organisation facts.")
        template = "blocks/contact_details.html"
        preview_value = {"heading": "Where to find us"}

    def shows(self, value):
        chrome = current_chrome()
        return chrome is None or chrome.can_be_reached
