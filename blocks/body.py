"""The stream of blocks that a page's body is made of."""

from wagtail import blocks

from .actions import (
    CallToActionBlock,
    ContactDetailsBlock,
    HelplineBlock,
    HelplinesBlock,
    HeroBlock,
    LinkListBlock,
)
from .data import FiguresBlock, TableBlock
from .giving import DonationFormBlock
from .listings import CoalitionsBlock, LatestNewsBlock, PageCardsBlock, ServiceAreasBlock
from .media import DocumentsBlock, PictureBlock
from .text import AccordionBlock, CalloutBlock, QuoteBlock, StepsBlock, TextSectionBlock, TimelineBlock


class BodyBlock(blocks.StreamBlock):
    """The body of any page."""

    section = TextSectionBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    accordion = AccordionBlock()
    quote = QuoteBlock()
    timeline = TimelineBlock()
    image = PictureBlock()
    documents = DocumentsBlock()
    figures = FiguresBlock()
    table = TableBlock()
    call_to_action = CallToActionBlock()
    donation_form = DonationFormBlock()
    link_list = LinkListBlock()
    helpline = HelplineBlock()
    helplines = HelplinesBlock()
    contact_details = ContactDetailsBlock()
    service_areas = ServiceAreasBlock()
    coalitions = CoalitionsBlock()
    page_cards = PageCardsBlock()
    latest_news = LatestNewsBlock()

    class Meta:
        block_counts = {"helpline": {"max_num": 1}, "contact_details": {"max_num": 1}}


class HomeBodyBlock(BodyBlock):
    """The home page's body also has an opening."""

    hero = HeroBlock()

    class Meta:
        block_counts = {**BodyBlock().meta.block_counts, "hero": {"max_num": 1}}
