"""“Did you mean”: the nearest known words for those that nobody has written.

Known are the words of titles and summaries, live and public ones alone: an unpublished name is never suggested.
"""

from collections import Counter

from django.apps import apps
from django.core.cache import cache
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core import words
from core.models import BasePage, SiteDocument
from core.pages import public

# Of each page type the newest so many: the list stays small, and is made in a fifth of a second at the worst.
NEWEST = 20_000
KEPT = 10 * 60  # seconds
SHORTEST = 4  # letters: shorter words are not known
# A wrong correction is worse than none ("donate" is not "done", nor "bank" "back"): shorter words are left as they are,
# in longer ones so many slips are understood; none in the first letter, which is seldom wrong.
SLIPS = {5: 1, 8: 2}


def _known(locale, documents):
    """The known words (list, the commonest first) and their stems (frozenset), kept for some minutes."""
    key = f"search-words-{locale.language_code}"
    known = cache.get(key)
    if known is None:
        counted = Counter()
        for model in apps.get_models():
            if issubclass(model, BasePage):
                pages = public(model.objects.filter(locale=locale)).order_by("-pk")
                for texts in pages.values_list("title", "summary")[:NEWEST]:
                    counted.update(_words(" ".join(texts)))
        for title in SiteDocument.objects.filter(pk__in=documents).values_list("title", flat=True)[:NEWEST]:
            counted.update(_words(title))
        ordered = [word for word, _number in counted.most_common()]
        known = ordered, frozenset(words.stem(word, locale.language_code) for word in ordered)
        cache.set(key, known, KEPT)
    return known


def _words(text):
    return {word for word in words.words(text) if len(word) >= SHORTEST and not word.isdigit()}


def correct(asked, locale, documents):
    """Return the asked words with each unknown one replaced by the nearest known word, or None if none is near.

    Args:
        asked: folded words (list).
        documents: keys of the public documents (queryset), whose titles are known too.
    """
    known, stems = _known(locale, documents)
    corrected = [_nearest(word, known, stems, locale.language_code) for word in asked]
    return corrected if corrected != asked else None


def _nearest(word, known, stems, language):
    slips = max((number for letters, number in SLIPS.items() if len(word) >= letters), default=0)
    if not slips or word.isdigit() or words.stem(word, language) in stems:
        return word
    alike = [other for other in known if other[0] == word[0]]
    found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found else word
