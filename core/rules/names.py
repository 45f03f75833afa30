"""Names that must not appear: kept as keyed digests, so that a stolen database is no list of people in danger.

A name is normalised (case, accents, apostrophes, order of its parts), so that “Wanjirũ, Jane” is “jane wanjiru”. A
text is searched by digesting each run of as many words as some name on the list has.
"""

import re
import unicodedata

from .base import sealed

PURPOSE = "protected names"
FEWEST, MOST = 2, 5  # words of a name: one alone would be somebody else's too


def words_of(text):
    """[(normalised word, start, end)] of a text."""
    found = []
    for match in re.finditer(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*", text):
        plain = unicodedata.normalize("NFKD", re.sub(r"['’ʼ]s$", "", match[0].casefold()))
        found.append((re.sub(r"[^\w]", "", plain, flags=re.ASCII), match.start(), match.end()))
    return found


def digest_of(words):
    """The digest of a name's normalised words (list of str), in whatever order."""
    return sealed(PURPOSE, " ".join(sorted(words)))


def names_on_list():
    """{digest: number of words} of the names on the list."""
    from ..models import ProtectedName

    return dict(ProtectedName.objects.values_list("digest", "words"))


def known_names(text, listed):
    """The passages (list of str) of a text that are a name on the list, as `names_on_list()` gives it."""
    words, found = words_of(text) if listed else [], []
    for length in sorted(set(listed.values())):
        for place in range(len(words) - length + 1):
            run = words[place : place + length]
            if digest_of([word for word, _start, _end in run]) in listed:
                found.append(text[run[0][1] : run[-1][2]])
    return found
