"""Telephone numbers for M-Pesa, in every form that people type."""

import re

import phonenumbers
from django.utils.translation import gettext as _

from .sealed import fingerprint


class NotAPhone(ValueError):
    """What was typed is no Kenyan mobile number. Its text is for the person who typed it."""


def read_phone(typed):
    """The twelve digits (str, 2547… or 2541…) in what a person typed: 0712 345 678, +254 712-345678, 712345678.

    Prefixes of operators are not looked at: numbers move from one to another. Raises NotAPhone.
    """
    text = str(typed).strip()
    if not re.fullmatch(r"\+?[0-9 ().\-–\u00a0]{9,25}", text):
        raise NotAPhone(_("Type a Kenyan mobile number, for example 0712 345 678."))
    digits = re.sub(r"\D", "", text)
    if not text.startswith("+") and digits.startswith("00254"):
        digits = digits[2:]
    digits = "+" + digits if digits.startswith("254") and len(digits) >= 12 else digits
    try:
        number = phonenumbers.parse(digits, "KE")
    except phonenumbers.NumberParseException:
        raise NotAPhone(_("Type a Kenyan mobile number, for example 0712 345 678.")) from None
    national = str(number.national_number)
    if number.country_code != 254 or not re.fullmatch(r"[17][0-9]{8}", national):
        raise NotAPhone(_("Type a Kenyan mobile number, for example 0712 345 678."))
    return f"254{national}"


def phone_hash(phone):
    """The keyed hash (hex) by which a number is known again once it has been forgotten."""
    return fingerprint("phone", phone)


def as_shown(phone):
    """A number (twelve digits) as its owner is shown it: 0712 345 678."""
    return f"0{phone[3:6]} {phone[6:9]} {phone[9:]}"
