"""What a telephone number may be made of: a letter O in place of a nought is a helpline that nobody reaches."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

PATTERN = r"^\+?[\d ]{3,20}$"
SENTENCE = _("Digits and spaces only, for example 0800 721 401.")
ABROAD = _("A plus sign, then digits and spaces only, for example +254 20 000 0000.")

is_number = RegexValidator(PATTERN, SENTENCE)
is_international = RegexValidator(r"^\+[\d ]{7,20}$", ABROAD)


def check_numbers(validators):
    """Raise one ValidationError, by field, for what no telephone can dial.

    Args:
        validators: {name of the field: (value, validator)}; an empty value is nobody's mistake here.
    """
    errors = {}
    for name, (value, validator) in validators.items():
        try:
            if value:
                validator(value)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
