"""Rules that keep a page from going live."""

import re

from django.utils.translation import gettext_lazy as _

from .base import BLOCKING, PatternRule, Rule

HINT_MARK = "✎"  # begins each hint of a starting point


class LeftoverHint(PatternRule):
    key = "hint"
    severity = BLOCKING
    title = _("A hint or placeholder is still there")
    reason = _("Readers would see words that were meant for the writer.")
    hint = _("Write what belongs there, or delete it.")
    patterns = [
        rf"{HINT_MARK}[^\n]*",
        r"(?i)\blorem ipsum\b",
        r"\b(?:TODO|TBC|TBD|FIXME)\b|(?i:\bxxx+\b)|\?{3,}",
        r"(?i)\((?:date|name|place|time|venue|number|tarehe|jina)?\s*(?:to be (?:confirmed|added)|itathibitishwa)\)",
        r"(?i)\binsert [^.\n]{1,40} here\b|\breplace this text\b",
        r"(?i)\[\s*(?:to )?(?:insert|add|enter|write|name|date|place|title|quote|number|link|jina|tarehe|mahali|"
        r"andika|ongeza|weka|nambari|kiungo)\b[^\]\n]*\]",
    ]


class UnclearedPicture(Rule):
    key = "clearance"
    severity = BLOCKING
    title = _("A picture of people without clearance")
    reason = _("A face or a badge can put somebody in danger. Without clearance readers see a pattern in its place.")
    hint = _("Ask a protection reviewer to clear the picture, or choose another.")

    def find(self, reading):
        for shown in reading.shown:
            image = reading.images.get(shown.image)
            if image and not image.withdrawn_at and image.is_recognisable and not image.is_shown:
                yield shown.place, image.title


class BareFigure(Rule):
    key = "figure"
    severity = BLOCKING
    title = _("A figure without what is counted, period or source")
    reason = _("A number that nobody can check is quoted against us.")
    hint = _("Fill in what is counted, from when to when, and who counted.")

    def find(self, reading):
        for place, value in reading.figures:
            wanted = [name for name in ("unit", "period", "definition", "source_name") if name in value]
            if not all(str(value.get(name) or "").strip() for name in wanted):
                yield place, str(value.get("value") or value.get("heading") or "")


class LinkToNothing(Rule):
    key = "link"
    severity = BLOCKING
    title = _("A link that leads nowhere")
    reason = _("Somebody who needs help taps it, and nothing happens.")
    hint = _("Choose what it leads to, or take the link away.")
    ADDRESS = re.compile(r"(?i)^(?:https?://[^\s/]+\.[^\s/]+.*|mailto:.*|tel:.*|/.*|#.+)$")

    def find(self, reading):
        for link in reading.links:
            if link.page is not None:
                leads = link.page in reading.pages
            elif link.document is not None:
                leads = link.document in reading.documents
            else:
                leads = bool(self.ADDRESS.match(link.href))
            if not leads:
                yield link.place, link.words or link.href


class IdentityNumber(PatternRule):
    key = "identity"
    severity = BLOCKING
    can_be_overridden = True
    title = _("An identity-card or passport number")
    reason = _("With it anybody can find the person, and take out loans in their name.")
    hint = _("Take the number out. A publisher may let it pass, with a reason that is kept in the record.")
    patterns = [
        r"(?i)\b(?:i\.d\.|i/d\b|(?:birth certificate|"
        r"id|identity|identification|kitambulisho|vitambulisho|passport|pasipoti|huduma|maisha)\b)"
        r"(?:\s+(?:card|entry|number|numbers|no|nos|namba|nambari|cha|ya|la|taifa|kitaifa|holder|is|was|ni)\b\.?|[\s.:,#()-]){0,6}"
        r"([A-Z]{0,2}\d[\d -]{5,12}\d)\b",
        r"\b([AP]\d{9}[A-Z])\b",  # the tax office's
    ]

    def counts(self, match, text):
        return 7 <= len(re.sub(r"\D", "", match)) <= 14

    def normal(self, match):
        return re.sub(r"[\s-]", "", match).upper()


class PersonalNumber(PatternRule):
    key = "telephone"
    severity = BLOCKING
    can_be_overridden = True
    title = _("A mobile number that is not one of ours")
    reason = _("A private number on the site is called, threatened and traced.")
    hint = _(
        "Use the numbers in the organisation facts. A publisher may let another pass, with a reason that is kept in "
        "the record."
    )
    # Kenyan mobile numbers, 07… and 01…, as people write them; never a part of a longer number or a code.
    BETWEEN = r"[\s.()-]{0,2}"
    patterns = [
        rf"(?<![\w.])(?<!\d{{4}}/)(?<!\d-)(?:(?:\+|00)?254{BETWEEN}{BETWEEN}(?:0{BETWEEN}{BETWEEN})?|\(?0[\s()-]{{0,2}})"
        rf"(?:7{BETWEEN}\d|1{BETWEEN}[01])(?:{BETWEEN}\d){{7}}(?!\w|[.,/-][1-9])"
    ]

    def find(self, reading):
        self.ours = None
        return super().find(reading)

    def counts(self, match, text):
        if self.ours is None:
            self.ours = _our_numbers()
        return self.normal(match) not in self.ours

    def normal(self, match):
        return re.sub(r"\D", "", match)[-9:]


def _our_numbers():
    """The last nine digits (set) of the numbers in the facts and of the checked helplines of others."""
    from ..models import Helpline, Phone

    numbers = [number for row in Phone.objects.values_list("number", "international") for number in row]
    numbers += Helpline.objects.exclude(checked_on=None).values_list("phone", flat=True)
    return {re.sub(r"\D", "", number)[-9:] for number in numbers if number}


BLOCKING_RULES = [LeftoverHint, UnclearedPicture, BareFigure, LinkToNothing, IdentityNumber, PersonalNumber]
