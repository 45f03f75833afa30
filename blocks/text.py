"""Words: sections, callouts, steps, accordions, quotes, timelines."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .base import QuietChoiceBlock, RichTextBlock, SectionBlock, rich


class TextSectionBlock(SectionBlock):
    """A heading and text: what most of a page is made of."""

    text = RichTextBlock(label=_("Text"))

    class Meta:
        icon = "pilcrow"
        label = _("Section")
        group = _("Words")
        description = _("A heading with text below it. Appears in the page's contents list.")
        template = "blocks/section.html"
        preview_value = {
            "heading": "Care for the whole person",
            "text": rich(
                "<p>A doctor, a counsellor and a lawyer share one plan. Nobody tells their story three times.</p>"
            ),
        }


class CalloutBlock(blocks.StructBlock):
    """A remark set apart."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = RichTextBlock(label=_("Text"))
    tone = QuietChoiceBlock(
        label=_("Tone"),
        choices=[("info", _("Good to know")), ("caution", _("Caution")), ("help", _("Help"))],
        default="info",
    )

    class Meta:
        icon = "warning"
        label = _("Callout")
        group = _("Words")
        description = _("A short remark set apart from the text: good to know, caution, or help.")
        template = "blocks/callout.html"
        preview_value = {
            "title": "You decide",
            "text": rich("<p>Nothing is passed on without your agreement.</p>"),
            "tone": "help",
        }


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"), max_length=120)
    text = RichTextBlock(label=_("What happens"), required=False)


class StepsBlock(SectionBlock):
    """Things that happen one after the other."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = _("Words")
        description = _("A numbered list of things that happen one after the other.")
        template = "blocks/steps.html"
        preview_value = {
            "heading": "How help works",
            "intro": rich(""),
            "steps": [
                {"title": "First contact", "text": rich("<p>You call, or someone you trust refers you.</p>")},
                {"title": "Assessment", "text": rich("<p>A doctor and a counsellor listen and examine.</p>")},
            ],
        }


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Question or title"), max_length=160)
    text = RichTextBlock(label=_("Text"))


class AccordionBlock(SectionBlock):
    """Questions whose answers open one by one."""

    items = blocks.ListBlock(AccordionItemBlock(), label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("Questions and answers")
        group = _("Words")
        description = _("Questions whose answers open one by one. For what only some readers need.")
        template = "blocks/accordion.html"
        preview_value = {
            "heading": "Questions",
            "items": [
                {
                    "title": "What is the Istanbul Protocol?",
                    "text": rich("<p>The international guide to documenting torture.</p>"),
                }
            ],
        }

    def get_context(self, value, parent_context=None):
        # `items` is a dict's method in Django templates; the list gets a name of its own.
        return {**super().get_context(value, parent_context), "entries": value.get("items")}


class QuoteBlock(blocks.StructBlock):
    """Someone's words, with who said them."""

    text = blocks.TextBlock(label=_("Words"), rows=3)
    attribution = blocks.CharBlock(
        label=_("Who or what is quoted"),
        max_length=160,
        help_text=_("A role or a document. Never a survivor's name."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        group = _("Words")
        description = _("Someone's own words, with the role or document that they come from.")
        template = "blocks/quote.html"
        preview_value = {"text": "An injury that nobody writes down never happened.", "attribution": "A network doctor"}

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), **value}


class EventBlock(blocks.StructBlock):
    when = blocks.CharBlock(
        label=_("When"), max_length=40, help_text=_("As exactly as it is known: 2011, or July 2011.")
    )
    text = RichTextBlock(label=_("What happened"))


class TimelineBlock(SectionBlock):
    """What happened when."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    events = blocks.ListBlock(EventBlock(), label=_("Events"))

    class Meta:
        icon = "history"
        label = _("Timeline")
        group = _("Words")
        description = _("Events in order of time.")
        template = "blocks/timeline.html"
        preview_value = {
            "heading": "How it began",
            "intro": rich(""),
            "events": [{"when": "1993", "text": rich("<p>The work is organised.</p>")}],
        }
