"""Rules that warn: often right, sometimes not, so that a person decides."""

import re

from django.utils.translation import gettext_lazy as _

from .base import Rule, excerpt
from .names import known_names, names_on_list

FILE_NAME = re.compile(
    r"(?i)\.(?:jpe?g|png|webp|avif|gif|heic|tiff?)\s*$|^(?:img|dsc|dscn|pxl|wa|mvimg|photo|image|picha|screenshot)"
    r"[-_ ]?\d{2,}|^(?:whatsapp image|untitled|scan\d*)\b"
)


class PictureText(Rule):
    key = "picture-text"
    title = _("A picture without a description")
    reason = _("People who can't see it learn nothing of it. A file name is read out letter by letter.")
    hint = _("Say in a sentence what it shows, or mark the picture as decorative.")

    def find(self, reading):
        for shown in reading.shown:
            image = reading.images.get(shown.image)
            if image and not image.is_decorative and not image.withdrawn_at:
                words = (shown.alt or image.description).strip()
                if not words or FILE_NAME.search(words):
                    yield shown.place, words or image.title


class WithdrawnPicture(Rule):
    key = "withdrawn"
    title = _("A picture that was withdrawn")
    reason = _("Readers see a pattern in its place.")
    hint = _("Choose another picture, or take the block away.")

    def find(self, reading):
        for shown in reading.shown:
            image = reading.images.get(shown.image)
            if image and image.withdrawn_at:
                yield shown.place, image.title


class ClickHere(Rule):
    key = "click-here"
    title = _("A link that doesn't say where it leads")
    reason = _("Screen readers list links by themselves: ten times “here” says nothing.")
    hint = _("Let the link's words say what the reader finds: “The report of 2025”.")
    WORDS = re.compile(
        r"(?i)^(?:(?:please )?click(?: here)?|(?:right )?here|(?:read|learn|see) more|more|this (?:link|page)|link|"
        r"(?:tafadhali )?(?:bonyeza|bofya|gusa)(?: hapa)?|hapa|soma zaidi|zaidi|kiungo(?: hiki)?)\W*$"
    )

    def find(self, reading):
        for link in reading.links:
            if self.WORDS.match(link.words.strip()):
                yield link.place, link.words


class HeadingJump(Rule):
    key = "heading"
    title = _("A heading that skips a level")
    reason = _("Screen readers jump from heading to heading, and a missing level sounds like a missing part.")
    hint = _("Begin a new section, or make it bold text.")

    def find(self, reading):
        for text in reading.texts:
            level = text.level
            for heading in text.soup.find_all(re.compile("^h[2-6]$")) if text.html else []:
                if int(heading.name[1]) > level + 1:
                    yield text.place, heading.get_text(" ", strip=True)
                level = int(heading.name[1])


class LongSentence(Rule):
    key = "long-sentence"
    title = _("A sentence of more than 25 words, on a help page")
    reason = _("Who reads it may be afraid, in pain, or reading in a third language.")
    hint = _("Make two sentences of it.")
    MOST = 25
    # Ends of sentences, not of "Dr.", "No.", "e.g." or of initials.
    END = re.compile(r"(?<!\bDr)(?<!\bNo)(?<!\bMr)(?<!\bMs)(?<!\be\.g)(?<!\bi\.e)(?<!\b[A-Z])[.!?:;…]+[”’\")]*\s+|\n+")

    def find(self, reading):
        if not reading.is_help:
            return
        for text in reading.texts:
            for sentence in self.END.split(text.words):
                words = re.findall(r"[\w’'-]*\w[\w’'-]*", sentence)
                if len(words) > self.MOST:
                    yield text.place, f"{' '.join(sentence.split()[:8])} … ({len(words)})"


class Initials(Rule):
    key = "initials"
    title = _("Initials that nobody explains")
    reason = _("A reader who doesn't know them stops reading.")
    hint = _("Write the whole name the first time, with the initials in brackets.")
    # Known to everybody who reads a Kenyan newspaper, or no initials at all.
    KNOWN = set(
        "IMLU UN EU US USA UK NGO CSO HIV AIDS PDF SMS USSD TV KES KSH ID FAQ PO OK CEO WHO DNA COVID USD GMT EAT AM "
        "PM KB MB GB KM DVD CD IT ICT URL QR NHIF SHA KRA DCI OCS OB CCTV II III IV VI VII VIII IX XI XII WC".split()
    )
    FOUND = re.compile(r"(?<![\w@/.-])[A-Z][A-Z]+(?:-[A-Z]+)*s?(?![\w@-]|\.\w)")

    def find(self, reading):
        told = set()
        for text in reading.texts:
            if text.words.isupper() and len(text.words.split()) > 2:  # a line in capitals
                continue
            for found in self.FOUND.finditer(text.words):
                initials = found[0].rstrip("s")
                if (len(initials) > 5 and "-" not in initials) or initials in self.KNOWN or initials in told:
                    continue
                if not self._explained(initials, reading.words):
                    told.add(initials)
                    yield text.place, excerpt(text.words, found)

    @staticmethod
    def _explained(initials, words):
        """Whether they stand in brackets after a name, or a name in brackets after them."""
        name = re.escape(initials)
        before = rf"\w[”’\"]?\s+\([^()]*\b{name}s?\b[^()]*\)"
        return re.search(rf"{before}|\b{name}s?\s*(?:\(|, (?:the|yaani)\b| – )\s*\w", words)


class DocumentLanguage(Rule):
    key = "document-language"
    title = _("A document whose language nobody has said")
    reason = _("A reader pays for the download before seeing that it is in the other language.")
    hint = _("Open the document in Documents, and choose its language.")

    def find(self, reading):
        places = [*reading.files, *((link.place, link.document) for link in reading.links if link.document)]
        for place, pk in places:
            document = reading.documents.get(pk)
            if document and not document.language:
                yield place, document.title


class OlderKiswahili(Rule):
    key = "older-kiswahili"
    title = _("The Kiswahili of this help page is missing or older than its English")
    reason = _("Who reads Kiswahili gets other advice, or none.")
    hint = _("Bring the translation up to date, then publish it.")

    def find(self, reading):
        page = reading.instance
        if not reading.is_help or not getattr(page, "translation_key", None) or not page.pk:
            return
        from .reading import Place

        versions = {page.locale.language_code: page for page in page.get_translations(inclusive=True)}
        english, swahili = versions.get("en"), versions.get("sw")
        if english is None:
            return
        place = Place("title", str(page._meta.get_field("title").verbose_name))
        if swahili is None or not swahili.live:
            yield place, str(_("no Kiswahili page is live"))
        elif _day(english) > _day(swahili) or (page.pk == english.pk and _changes(page)):
            yield place, str(_("Kiswahili published on %s")) % f"{_day(swahili):%d.%m.%Y}"


def _day(page):
    return page.last_published_at or page.first_published_at or page.latest_revision_created_at


def _changes(page):
    """Whether the page in memory says something else than the live one."""
    from ..approvals import Words

    return not Words(page).change_nothing()


class ListedName(Rule):
    key = "name"
    title = _("A name on the protected list")
    reason = _("Somebody asked not to be named, or is in danger when they are.")
    hint = _("Take the name out, or ask a protection reviewer.")

    def find(self, reading):
        listed = names_on_list()
        for text in reading.texts:
            for name in known_names(text.words, listed):
                yield text.place, name


WARNING_RULES = [
    PictureText,
    WithdrawnPicture,
    ClickHere,
    HeadingJump,
    LongSentence,
    Initials,
    DocumentLanguage,
    OlderKiswahili,
    ListedName,
]
