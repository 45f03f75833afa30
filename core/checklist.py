"""What no machine can decide: the questions that a protection reviewer answers before approving."""

from django.utils.translation import gettext_lazy as _

QUESTIONS = {
    "guilt": _("Nobody is named as guilty of something of which no court has found them guilty."),
    "found": _("No child, survivor or witness can be found by place, age, school, family, work or date together."),
    "consent": _("Whoever tells or is told about has agreed to these very words, in a language that they speak well."),
    "family": _("Relatives and neighbours who did not agree can't be recognised either."),
    "danger": _("Nothing here puts somebody in new danger if the accused, an officer or an employer reads it."),
    "words": _("Nothing is told in more detail than the reader needs, and nobody is shown as helpless."),
}


def missing(ticked):
    """The questions (list of str) that are not among the ticked keys."""
    return [str(words) for key, words in QUESTIONS.items() if key not in ticked]
