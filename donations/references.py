"""The reference of a gift: short, neutral, and safe to read out, copy from a screen and type into a telephone.

Eight characters, the last of which checks the others. No vowels, so no words; none of 0 O, 1 I L, U V, Y; and of each
pair that looks alike (2 Z, 5 S, 8 B) the digit alone, so that the other letter can be read as it. The alphabet has 23
characters, a prime: the weighted sum finds every single wrong character and every two that changed places.
"""

import re
import secrets

ALPHABET = "23456789CDFGHJKMNPQRTWX"
LENGTH = 8
ALIKE = str.maketrans("ZSB", "258")


def _check_character(body):
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def new_reference():
    """A random reference (str); 23⁷ are possible."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + _check_character(body)


def read_reference(typed):
    """The reference (str) in what a person typed, in either case, with blanks, hyphens or dots; "" if there is none."""
    text = re.sub(r"[\s.\-–/]", "", str(typed)).upper().translate(ALIKE)
    if len(text) != LENGTH or any(character not in ALPHABET for character in text):
        return ""
    return text if _check_character(text[:-1]) == text[-1] else ""
