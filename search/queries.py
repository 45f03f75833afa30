"""What a visitor typed: taken apart, looked for, and looked for again with more patience when nothing is found."""

from dataclasses import dataclass, field
from itertools import chain

from rapidfuzz.distance import OSA
from wagtail.models import Page

from core import words
from core.documents import public_documents
from core.models import SiteDocument

from . import engine, spelling

MOST_WORDS = 10
LONGEST = 200  # characters
ALIKE = 0.7  # how near a word must come to a word of the organisation's name (1: the same)


@dataclass
class Answer:
    """What was found. `how` says by which try: "all" words, "beginnings", "corrected" words, "any" word."""

    hits: list = field(default_factory=list)
    more: bool = False
    stems: tuple = ()
    how: str = "all"
    corrected: str = ""

    def include(self, other):
        """Add what another try found. What both found has the better of its scores."""
        best = {hit.entry: hit for hit in sorted([*self.hits, *other.hits], key=engine.best_first, reverse=True)}
        self.hits = sorted(best.values(), key=engine.best_first)[: engine.MOST]
        self.more = self.more or other.more
        self.stems = tuple(dict.fromkeys([*self.stems, *other.stems]))

    def put_first(self, pk):
        """Make the page with this key the first hit, whether it was found or not."""
        found = [hit for hit in self.hits if hit.pk == pk and hit.model is not SiteDocument]
        rest = [hit for hit in self.hits if hit not in found]
        self.hits = [*(found or [engine.Hit(0, Page, pk, 0)]), *rest]


def clean(text):
    """What was typed as one line (str) that can be shown, compared and put into an address."""
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate is no character
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST].strip()


def asked_words(text, language, short_name):
    """The words (list) that pages must have: without the commonest, and without “IMLU”, which is meant anyway."""
    everything = list(dict.fromkeys(words.words(text)))[:MOST_WORDS]
    names = {words.fold(short_name)}
    telling = [word for word in everything if word not in words.STOP_WORDS[language]]
    return [word for word in telling if word not in names] or telling or everything


def names_us(text, names):
    """Whether the words are the organisation's name, or nearly: “Independent Medical Legal Unit”, “Indepedent”, “imlu”.

    Args:
        names: the name and the short name (list of str). Every word must resemble one of theirs, and one word must
            resemble a first one, since “legal unit” may be about something else.
    """
    typed = [word for word in words.words(text) if word not in {"the", "kenya"}]
    names = [words.words(name) for name in names if name]
    ours, first = set(chain.from_iterable(names)), {name[0] for name in names if name}
    return all(_is_alike(word, ours) for word in typed) and any(_is_alike(word, first) for word in typed)


def _is_alike(word, others):
    # The first letter is seldom wrong, and "unit" is not "init".
    return any(word[0] == other[0] and OSA.normalized_similarity(word, other) >= ALIKE for other in others)


def search(asked, locale, name="", kind="", year=None, joined=()):
    """Look for words (list) and return an Answer: all of them; as beginnings; corrected; any of them.

    Args:
        name: what was typed, of which the words are the telling ones.
        joined: the words with compounds as one; pages with these are found too.
    """
    language = locale.language_code
    stems = _stems(asked, language)
    if not stems:
        return Answer()

    def attempt(how, stems, name=name, **options):
        request = engine.Request(stems, language, name, kind, year, **options)
        return Answer(*engine.find(request, locale), stems, how)

    answer = attempt("all", stems)
    if joined and joined != asked:
        answer.include(attempt("all", _stems(joined, language)))
    if not answer.hits and all(len(word) >= spelling.SHORTEST for word in asked):
        answer = attempt("beginnings", stems, prefix=True)
    if not answer.hits:
        corrected = spelling.correct(asked, locale, public_documents(SiteDocument.objects.filter(language=language)))
        if corrected:
            answer = attempt("corrected", _stems(corrected, language), " ".join(corrected))
            # Without a page that anybody may read, the word stays untold.
            answer.corrected = " ".join(corrected) if answer.hits else ""
    if not answer.hits and len(stems) > 1:
        answer = attempt("any", stems, any_word=True)
    return answer if answer.hits else Answer(stems=stems)


def _stems(asked, language):
    return tuple(dict.fromkeys(words.stem(word, language) for word in asked))
