"""What a form proposes in one currency: the amounts to choose from, and the limits of an own amount.

Editors type whole units (“200”); everything else works with minor units.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from .money import CURRENCIES, MINOR_DIGITS

NO_SOURCE = _("Say where this is known from, or leave out what the amount does.")
TWICE = _("This currency is there already.")


class PresetBlock(blocks.StructBlock):
    """An amount, and what it does, which needs a source."""

    amount = blocks.IntegerBlock(label=_("Amount"), min_value=1, help_text=_("In whole units: 200 for KES 200."))
    line = blocks.CharBlock(label=_("What it does"), max_length=80, required=False)
    source = blocks.CharBlock(
        label=_("Source"),
        max_length=160,
        required=False,
        help_text=_("Who says that it does so, and when."),
    )

    class Meta:
        icon = "pick"
        label = _("Amount")

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned.get("line") and not cleaned.get("source"):
            raise StructBlockValidationError({"source": ValidationError(NO_SOURCE)})
        return cleaned


class OfferBlock(blocks.StructBlock):
    """The amounts in one currency."""

    currency = blocks.ChoiceBlock(CURRENCIES, label=_("Currency"), default="KES")
    presets = blocks.ListBlock(PresetBlock(), label=_("Amounts to choose from"), max_num=6)
    own_amount = blocks.BooleanBlock(label=_("Donors may type another amount"), required=False, default=True)
    minimum = blocks.IntegerBlock(label=_("At least"), min_value=1)
    maximum = blocks.IntegerBlock(label=_("At most"), min_value=1)

    class Meta:
        icon = "tag"
        label = _("Currency")

    def clean(self, value):
        cleaned = super().clean(value)
        least, most = cleaned.get("minimum") or 0, cleaned.get("maximum") or 0
        if least > most:
            raise StructBlockValidationError({"maximum": ValidationError(_("This is less than the least."))})
        amounts = [preset["amount"] for preset in cleaned["presets"]]
        if any(not least <= amount <= most for amount in amounts):
            raise StructBlockValidationError({"presets": ValidationError(_("Each must lie within the limits below."))})
        if not amounts and not cleaned.get("own_amount"):
            raise StructBlockValidationError({"presets": ValidationError(_("Add an amount, or let donors type one."))})
        return cleaned


class OffersBlock(blocks.StreamBlock):
    """The currencies of a form, each once."""

    offer = OfferBlock()

    def clean(self, value):
        cleaned = super().clean(value)
        codes = [child.value["currency"] for child in cleaned]
        twice = {place: ValidationError(TWICE) for place, code in enumerate(codes) if code in codes[:place]}
        if twice:
            raise StreamBlockValidationError(block_errors=twice)
        return cleaned


@dataclass(frozen=True)
class Preset:
    """`amount` in minor units; `line` what it does and `source` who says so (str, often empty)."""

    amount: int
    line: str
    source: str = ""


@dataclass(frozen=True)
class Offer:
    """`presets` (list of Preset), `minimum` and `maximum` in minor units of `currency`."""

    currency: str
    presets: list
    own_amount: bool
    minimum: int
    maximum: int


def offers_of(stream):
    """The Offers (list) of a form's stream. What an unfinished draft lacks is left out."""
    found = []
    for child in stream or []:
        value = child.value
        if not value.get("currency"):
            continue
        unit = 10 ** MINOR_DIGITS[value["currency"]]
        presets = [
            Preset(p["amount"] * unit, p.get("line") or "", p.get("source") or "")
            for p in value.get("presets") or []
            if p.get("amount")
        ]
        lowest = min((preset.amount for preset in presets), default=unit)
        found.append(
            Offer(
                value["currency"],
                presets,
                bool(value.get("own_amount")),
                (value.get("minimum") or 0) * unit or lowest,
                (value.get("maximum") or 0) * unit or max((preset.amount for preset in presets), default=lowest),
            )
        )
    return found
