"""What is missing before anybody can give: for the panel on a form, and for the dashboard."""

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from .methods import Method, missing, stopped
from .models.form import DonationForm, live_forms


def _name(method):
    return str(Method(method).label)


def problems_of(form):
    """Why nothing, or not all that was meant, can be given with a DonationForm (list of sentences)."""
    found = [str(words) for _name, words in DonationForm.lacking(form.fund_id, form.offers, form.methods)]
    if form.fund_id and not form.fund.active:
        found.append(_("Its fund is not active."))
    for method in form.methods or []:
        if method not in Method.values:
            continue
        if lacks := missing(Method(method)):
            found.append(
                _("%(method)s is not offered: the server's settings lack %(names)s.")
                % {"method": _name(method), "names": get_text_list(lacks, _("and"))}
            )
        elif method in stopped():
            found.append(_("%(method)s is not offered: somebody has stopped it.") % {"method": _name(method)})
    return found


def problems():
    """Why nobody can give on this site (list of sentences); empty where somebody can."""
    forms = live_forms()
    if not forms:
        return [_("No donation form is published.")]
    if any(form.is_open and form.ways() for form in forms):
        return []
    said = [sentence for form in forms for sentence in problems_of(form)]
    return list(dict.fromkeys(said)) or [_("No donation form is open at present.")]


def is_test():
    """Whether no real money moves."""
    return not settings.GIVING_LIVE
