"""Words and their stems, in English and Kiswahili: what search compares, when it indexes and when it is asked.

SQLite and PostgreSQL each cut texts into words in a way of their own, and neither knows Kiswahili. So the stems are
made here, once, in plain ASCII, and written into the index beside the text: both databases then compare the same
words. The Kiswahili stemmer is a light one (docs/search.md says what it can't do).
"""

import re
from functools import lru_cache

import snowballstemmer
from anyascii import anyascii

# Letters and digits, with apostrophes inside (women's, king'ong'o).
WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
COMPOUND_MARK = re.compile("[-‐‑]")
COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
LONGEST_WORD = 40

# Too common to be asked for. They are indexed all the same: "About us" is a title.
STOP_WORDS = {
    "en": {
        "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has", "have",
        "how", "i", "if", "in", "is", "it", "me", "my", "not", "of", "on", "or", "our", "should", "that", "the",
        "their", "there", "they", "this", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who",
        "why", "will", "with", "you", "your",
    },
    "sw": {
        "au", "cha", "gani", "hadi", "hii", "hiyo", "huu", "ili", "je", "kama", "katika", "kila", "kuhusu", "kutoka",
        "kwa", "kwamba", "kwenye", "la", "mimi", "na", "nani", "ni", "nini", "pia", "sisi", "wa", "ya", "za",
        # my, your, his, our, theirs: of each class of nouns
        *(kind + whose for kind in ("ch", "kw", "l", "vy", "w", "y", "z")
          for whose in ("angu", "ako", "ake", "etu", "enu", "ao")),
    },
}  # fmt: skip

ENGLISH_IRREGULAR = {"women": "woman", "men": "man", "children": "child", "people": "person", "lives": "life"}
# What visitors type, and the word for it on this site: stems, which then are one.
ENGLISH_SAME = {"donat": "give", "donor": "give", "cop": "polic", "jail": "prison", "rape": "sexual"}
_english = snowballstemmer.stemmer("english")


def _stem_english(word):
    word = ENGLISH_IRREGULAR.get(word, word)
    stem = _english.stemWord(word)
    # organize, organise
    stem = stem[:-2] + "is" if len(stem) > 4 and stem.endswith("iz") else stem
    return ENGLISH_SAME.get(stem, stem)


# Plurals that change too much for a rule, and nouns whose first letters only look like a prefix: their stems.
KISWAHILI_IRREGULAR = {
    "mtu": "mtu", "watu": "mtu",
    "mwanamke": "mwanamk", "wanawake": "mwanamk",
    "mwanaume": "mwanaum", "wanaume": "mwanaum",
    "mwana": "mwana", "wana": "mwana",
    "mwananchi": "mwananch", "wananchi": "mwananch",
    "mwalimu": "mwalim", "walimu": "mwalim", "ualimu": "mwalim",
    "mwakilishi": "wakilish", "wawakilishi": "wakilish",
    "mume": "mume", "waume": "mume",
    "kitu": "kitu", "vitu": "kitu",
    "kifo": "kifo", "vifo": "kifo",
    "kisa": "kisa", "visa": "kisa",
    "kituo": "kituo", "vituo": "kituo", "kituoni": "kituo",
    "chama": "chama", "vyama": "chama",
    "cheti": "cheti", "vyeti": "cheti",
    "chombo": "chombo", "vyombo": "chombo",
    "mwaka": "mwaka", "miaka": "mwaka",
    "mwezi": "mwezi", "miezi": "mwezi",
    "mwili": "mwili", "miili": "mwili",
    "jicho": "jicho", "macho": "jicho",
    "wakili": "wakili", "mawakili": "wakili", "uwakili": "wakili",
    "kijiji": "kijiji", "vijiji": "kijiji",
    "mahali": "mahali",
}  # fmt: skip
_SUBJECTS = ["ni", "u", "a", "tu", "m", "wa", "i", "li", "ya", "ki", "vi", "zi", "pa"]
_TENSES = ["na", "li", "ta", "me", "nge", "ki", "ka"]
# What a verb (or mwana-/wana- "child of, member of") begins with, the longest first: wanatesa, aliyeteswa, hawakutesa.
VERB_PREFIXES = sorted(
    {
        "mwana",
        *(f"ha{subject}{tense}" for subject in ("wa", "tu", "i") for tense in ("ku", "ta")),
        *(
            f"{subject}{tense}{more}"
            for subject in _SUBJECTS
            for tense in _TENSES
            for more in ("", "ye", "o", "ku", "wa")
            if (subject, tense) != ("u", "ki")  # ukiukaji is a noun
        ),
    },
    key=len,
    reverse=True,
)
NOUN_PREFIXES = ("mu", "ma", "mi", "wa", "ki", "vi", "ku", "m", "u")
SUFFIXES = (
    "ishwa", "eshwa", "liwa", "lewa", "isha", "esha", "iana", "eana", "aji", "iwa", "ewa", "ika", "eka", "ana",
    "ia", "ea", "wa", "a", "e", "i", "o", "u",
)  # fmt: skip
_VOWEL = re.compile("[aeiou]")


def _stem_kiswahili(word):
    """Take off at most one verb's or noun's beginning, the locative -ni, and one ending. Three letters stay."""
    if word in KISWAHILI_IRREGULAR:
        return KISWAHILI_IRREGULAR[word]
    if len(word) < 5:
        return word[:-1] if len(word) == 4 and word[-1] in "aeiou" else word
    if len(word) > 5 and word.endswith(("ani", "eni", "ini", "oni", "uni")):
        word = word[:-2]
    for prefix in VERB_PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= 4 and _VOWEL.search(rest[:-1]):
            word = rest
            break
    else:
        word = _without_noun_prefix(word)
        if len(word) > 5 and word.startswith(("wa", "ki", "m")):  # ma-kimbilio
            word = _without_noun_prefix(word)
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _without_noun_prefix(word):
    if word.startswith(("mwa", "mwo")) and len(word) >= 6:
        return word[2:]  # the plural keeps the vowel: mw-athiriwa, wa-athiriwa; mw-aliko, mi-aliko
    for prefix in NOUN_PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= 4 and _VOWEL.search(rest[:-1]):
            return rest
    return word


_STEMMERS = {"en": _stem_english, "sw": _stem_kiswahili}


@lru_cache(maxsize=20_000)
def fold(word):
    """A word in plain ASCII, small letters, without apostrophes: what is typed on any keyboard."""
    word = word if word.isascii() else anyascii(word)
    word = word.lower()
    word = word.removesuffix("'s")
    return re.sub(r"[^a-z0-9]", "", word)[:LONGEST_WORD]


@lru_cache(maxsize=20_000)
def stem(word, language):
    """The stem of a folded word. Numbers and the commonest words are their own stems."""
    if word.isdigit() or word in STOP_WORDS[language]:
        return word
    return _STEMMERS[language](word)


def words(text):
    """The folded words of a text (list), in order."""
    return [word for word in map(fold, WORD.findall(text)) if word]


def joined(text):
    """The text with each compound as one word: extra-judicial, extrajudicial."""
    return COMPOUND.sub(lambda compound: COMPOUND_MARK.sub("", compound[0]), text)


def stems(text, language):
    """The stems of all words of a text (list), in order; then its compounds as one word: medico-legal, medicolegal."""
    compounds = [fold(joined(compound)) for compound in COMPOUND.findall(text)]
    return [stem(word, language) for word in [*words(text), *filter(None, compounds)]]
