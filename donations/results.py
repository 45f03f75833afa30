"""What the providers' result codes mean, in kind words, and whether trying again makes sense."""

from django.utils.translation import gettext_lazy as _

TRY_AGAIN = _("Nothing was taken. You can try again.")
# Of M-Pesa, of Paystack, and our own.
WORDS = {
    "1": _("There was not enough money in the M-Pesa account. Nothing was taken."),
    "2": _("This amount is below M-Pesa’s limit. Nothing was taken."),
    "3": _("This amount is above M-Pesa’s limit. Nothing was taken."),
    "4": _("With this amount, M-Pesa’s limit for one day would be passed. Nothing was taken."),
    "8": _("M-Pesa could not take this gift just now. Nothing was taken."),
    "17": _("M-Pesa takes the same amount from the same number only every two minutes. Please wait, then try again."),
    "26": _("M-Pesa is busy. Nothing was taken. Please try again in a few minutes."),
    "1001": _("Your phone was busy with another M-Pesa request. Please wait two minutes, then try again."),
    "1019": _("The request on your phone expired. Nothing was taken. You can try again."),
    "1025": _("M-Pesa could not send the request to your phone. Nothing was taken."),
    "1032": _("You cancelled the request on your phone. Nothing was taken. You can try again."),
    "1037": _("Your phone could not be reached, or the request was not answered in time. You can try again."),
    "2001": _("The M-Pesa PIN was not right. Nothing was taken. You can try again."),
    "2028": _("M-Pesa could not take this gift. The fault is ours; we have been told."),
    "8006": _("M-Pesa could not take this gift: the account is locked. Safaricom can help on 100."),
    "9999": _("M-Pesa could not send the request to your phone. Nothing was taken."),
    "SFC_IC0003": _("M-Pesa could not take this gift. The fault is ours; we have been told."),
    "400.002.02": _("M-Pesa did not accept this telephone number. Nothing was taken."),
    "not_sent": _("M-Pesa or the card service could not be reached. Nothing was taken. You can try again."),
    "not_begun": _("The payment was not begun. Nothing was taken. You can try again."),
    "abandoned": _("The payment was not finished. Nothing was taken. You can try again."),
    "failed": _("The card was not charged. You can try again, or give in another way."),
    "reversed": _("The payment was taken back. You can try again."),
    "nothing_came": _("Nothing reached us, so nothing was taken. You can try again."),
}
OURS = {"2028", "8006", "SFC_IC0003", "9999", "1025"}  # staff must look at our own configuration


def words(code):
    """The sentence (str) for a result code, in the active language."""
    return str(WORDS.get(code, TRY_AGAIN))
