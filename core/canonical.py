"""The one address of a list's page: known parameters in a fixed order, empty ones and page 1 left out."""

from urllib.parse import urlencode


def canonical_query(**parameters):
    """Return the query string (without `?`) of the given parameters; `page` is written from 2 on."""
    return urlencode(
        [(name, value) for name, value in parameters.items() if value and not (name == "page" and value == 1)]
    )
