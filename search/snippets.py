"""The lines below a result: the passage that holds most of the words looked for, with those words marked."""

from django.utils.html import escape
from django.utils.safestring import mark_safe

from core import words
from core.indexing import text_of_entry

LENGTH = 220  # characters
BEFORE = 60  # characters shown before the first word found
PASSAGES = 80  # so many are looked at; help pages have ten, the longest report sixty


class Wanted:
    """The stems looked for; with `beginnings`, words that begin so will do."""

    def __init__(self, stems, language, beginnings=False):
        self.stems, self.language, self.beginnings = stems, language, beginnings

    def match(self, word):
        """The wanted stem that a word of a text has, or None."""
        stem = words.stem(words.fold(word), self.language)
        if stem in self.stems:
            return stem
        return next((one for one in self.stems if stem.startswith(one)), None) if self.beginnings else None

    def find(self, passage):
        """{wanted stem: the place where it is first found} in a passage."""
        # Most passages hold none; three letters of a stem tell so without a look at each word.
        if not any(stem[:3] in passage.lower() for stem in self.stems):
            return {}
        found = {}
        for match in words.WORD.finditer(passage):
            stem = self.match(match[0])
            if stem:
                found.setdefault(stem, match.start())
        return found


def highlight(text, wanted):
    """Return the text as safe HTML, with every Wanted word in `<mark>`."""
    pieces, place = [], 0
    for match in words.WORD.finditer(text):
        if wanted.match(match[0]):
            pieces += [escape(text[place : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            place = match.end()
    return mark_safe("".join([*pieces, escape(text[place:])]))


def snippet(body, wanted):
    """Return safe HTML from an index entry's body: of the passage with most of the Wanted words, what fits LENGTH.

    Where no passage has any (they are in the title), the first one, which is the summary.
    """
    best, found = "", None
    for passage in text_of_entry(body)[:PASSAGES]:
        here = wanted.find(passage)
        if found is None or len(here) > len(found):
            best, found = passage, here
        if len(found) == len(wanted.stems):
            break
    return highlight(_cut(best, min(found.values(), default=0) if found else 0), wanted)


def _cut(text, place):
    """About LENGTH characters of a text around a place, cut between words."""
    if len(text) <= LENGTH:
        return text
    start = 0 if place <= BEFORE else text.find(" ", place - BEFORE) + 1
    start = min(start, place)
    end = text.rfind(" ", start, start + LENGTH) if start + LENGTH < len(text) else len(text)
    end = end if end > place else start + LENGTH
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
