"""What a rule is, and what it finds."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

BLOCKING, WARNING = "blocking", "warning"


def sealed(purpose, text):
    """A keyed digest (hex, SHA-256) of a text that must not be kept as it is: without SECRET_KEY it can't be tried out.

    A new SECRET_KEY makes all of them unknown.
    """
    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Finding:
    """Something that a rule found: at a place, in some words. `match` is what an override is given to, sealed."""

    rule: object
    place: object
    quote: str = ""
    match: str = ""


class Rule:
    """A rule about what goes live. A subclass says in plain words what it is for, and finds.

    Attributes:
        key: its name in the record and in addresses.
        severity: BLOCKING or WARNING.
        title: what was found, as a short sentence.
        reason: what harm it does to whom.
        hint: what to do.
        can_be_overridden: whether a publisher may let it pass, with a reason in the record.
    """

    key = title = reason = hint = ""
    severity = WARNING
    can_be_overridden = False

    def find(self, reading):
        """Yield (Place, quote) or (Place, quote, what it matched) for each thing found in a Reading."""
        raise NotImplementedError

    def findings(self, reading):
        """The Findings (list) in a reading, each match and quote at a place once."""
        found = {}
        for place, quote, *match in self.find(reading):
            seal = sealed(self.key, match[0]) if match else ""
            found.setdefault((place, quote, seal), Finding(self, place, quote, seal))
        return list(found.values())


class PatternRule(Rule):
    """A rule that finds patterns (a list of regular expressions) in texts. Group 1, if there is one, is the match."""

    patterns = []

    def find(self, reading):
        for text in reading.texts:
            for pattern in self.patterns:
                for found in re.finditer(pattern, text.words):
                    match = next((part for part in found.groups() if part), found[0])
                    if self.counts(match, text):
                        yield text.place, excerpt(text.words, found), self.normal(match)

    def counts(self, match, text):
        """Whether a match is one."""
        return True

    def normal(self, match):
        """The match without what may be written differently."""
        return match


def excerpt(words, found, around=24):
    """A few words around a match, on one line."""
    start, end = max(0, found.start() - around), min(len(words), found.end() + around)
    cut = words[start:end].replace("\n", " ").strip()
    return f"{'… ' if start else ''}{cut}{' …' if end < len(words) else ''}"
