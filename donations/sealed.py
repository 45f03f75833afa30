"""What must not be read from a stolen database: donors' names and e-mail addresses, what the providers sent.

Encrypted with Fernet (AES-128 in CBC mode with HMAC-SHA256) and the keys of the setting SEALING_KEYS, which lie outside
the database. The first key seals, all of them open: to change keys put a new one in front.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.crypto import salted_hmac


class Unreadable(Exception):
    """No key of SEALING_KEYS opens this, or there is none."""


def _keys():
    if not settings.SEALING_KEYS:
        raise ImproperlyConfigured(
            "SEALING_KEYS must be set before anything about donors is kept; see docs/settings.md."
        )
    return MultiFernet([Fernet(key) for key in settings.SEALING_KEYS])


class Sealed:
    """An encrypted text. It shows nothing of itself by accident: only `open()` gives the text."""

    def __init__(self, token):
        self.token = token

    def open(self):
        """The text (str). Raises Unreadable if none of the keys fits, or none is there."""
        try:
            return _keys().decrypt(self.token.encode()).decode("utf-8", "surrogateescape")
        except (InvalidToken, ImproperlyConfigured):
            raise Unreadable from None

    def __bool__(self):
        return bool(self.token)

    def __eq__(self, other):
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self):
        return hash(self.token)

    def __str__(self):
        return "•••" if self.token else ""

    __repr__ = __str__


EMPTY = Sealed("")


def seal(text):
    """Encrypt a text (str, or bytes as they came). Nothing stays nothing."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return Sealed(_keys().encrypt(data).decode()) if data else EMPTY


def fingerprint(purpose, text):
    """A keyed SHA-256 (hex) of a text: equal texts can be told, but not read, and not across purposes."""
    data = text if isinstance(text, bytes) else text.encode()
    return salted_hmac(f"donations {purpose}", data, algorithm="sha256").hexdigest()


class SealedField(models.TextField):
    """Holds a `Sealed`; a plain text is refused, so that nobody stores one by mistake."""

    def __init__(self, *args, **kwargs):
        kwargs.update(blank=True, default=EMPTY, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("blank", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def to_python(self, value):
        return value if isinstance(value, Sealed) else Sealed(value or "")

    def from_db_value(self, value, expression, connection):
        return Sealed(value or "")

    def get_prep_value(self, value):
        if isinstance(value, Sealed):
            return value.token
        if not value:
            return ""
        raise TypeError("Only what seal() made can be stored here.")

    def value_to_string(self, obj):
        return self.value_from_object(obj).token
