"""Checks before publishing: what blocks a page or snippet from going live, and what its writer should look at again.

`check()` is the lock, beside core.approvals: `save()` of every page and draftable snippet calls it. `findings()` is
what the panel “Before you publish” shows. What no machine can decide is on the reviewer's list (core.checklist).
"""

from django.utils.translation import gettext as _

from ..approvals import Refused, Words, untold
from ..audit import record
from ..loading import is_unattended
from ..models import Record
from ..roles import PUBLISHER, wears
from .base import BLOCKING, WARNING, Finding, Rule  # noqa: F401
from .blocking import BLOCKING_RULES
from .reading import Reading
from .warnings import WARNING_RULES

RULES = [*BLOCKING_RULES, *WARNING_RULES]
OVERRIDDEN = "check.overridden"
SHORTEST_REASON = 10  # characters


class NotReady(Refused):
    """Something would go live that a blocking rule keeps back. Its message is for people."""


def findings(instance, rules=None):
    """What the rules find in an instance as it stands in memory (list of Finding), blocking ones first."""
    reading = Reading.of(instance)
    return [finding for rule in rules or RULES for finding in rule().findings(reading)]


def blocking(instance):
    """The findings (list) that keep an instance from going live: those of blocking rules that nobody let pass."""
    found = findings(instance, BLOCKING_RULES)
    passed = overridden(instance) if any(finding.rule.can_be_overridden for finding in found) else set()
    return [finding for finding in found if (finding.rule.key, finding.match) not in passed]


def overridden(instance):
    """{(key of a rule, sealed match)} that a publisher has let pass in this instance."""
    if not instance.pk:
        return set()
    rows = Record.objects.filter(action=OVERRIDDEN, model=instance._meta.label, object_id=str(instance.pk))
    return {(detail["rule"], match) for detail in rows.values_list("detail", flat=True) for match in detail["what"]}


def override(instance, key, person, reason):
    """Let what a rule finds in an instance pass, for a reason that is kept in the record.

    It holds for these very numbers in this page or snippet; others are found again. Raises NotReady.
    """
    if not wears(person, PUBLISHER):
        raise NotReady(_("Only a publisher may let this pass."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotReady(_("Please give the reason, in a sentence."))
    rules = [rule for rule in BLOCKING_RULES if rule.key == key and rule.can_be_overridden]
    found = findings(instance, rules) if rules else []
    if not found:
        raise NotReady(_("There is nothing of that kind to let pass."))
    what = sorted({finding.match for finding in found})
    record(OVERRIDDEN, person, instance, rule=key, what=what, reason=reason.strip())


def told(found):
    """What findings say (list of str), each rule with the places where it found something."""
    places = {}
    for finding in found:
        places.setdefault(str(finding.rule.title), {})[str(finding.place.label)] = None
    return [f"{title} ({', '.join(labels)})" for title, labels in places.items()]


def refusal(found):
    """The words (str) in which findings that block are told."""
    titles = dict.fromkeys(str(finding.rule.title) for finding in found)
    places = dict.fromkeys(str(finding.place.label) for finding in found)
    return _("Not published: %(what)s (%(where)s). It is kept as a draft.") % {
        "what": "; ".join(titles),
        "where": ", ".join(places),
    }


def check(instance):
    """Raise NotReady if a blocking rule finds something in words that would go live, by whatever road."""
    if is_unattended():
        return
    words = Words(instance)
    if words.change_nothing() or words.show_an_original():
        return
    found = blocking(instance)
    if found:
        if untold.get() is not None:
            untold.get().append(refusal(found))
        raise NotReady(refusal(found))
