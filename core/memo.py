"""Remember an answer for the length of one request, and never longer: a new request asks the database again."""

from contextvars import ContextVar
from functools import wraps

from django.conf import settings

PUBLIC, REQUEST = "public", "request"
_memo = ContextVar("memo", default=None)


def per_request(function):
    """Decorator: within a request, call `function` once for each set of (hashable, positional) arguments.

    Outside a request (commands, the shell) nothing is remembered.
    """

    @wraps(function)
    def remembered(*args):
        memo = _memo.get()
        if memo is None:
            return function(*args)
        key = (function, args)
        if key not in memo:
            memo[key] = function(*args)
        return memo[key]

    return remembered


def in_public_request():
    """Whether a request of the public site is being answered (or a preview of it), not one of the admin."""
    return bool((_memo.get() or {}).get(PUBLIC))


def current_request():
    """The request being answered, or None: for what is asked without one, such as a block whether it shows anything."""
    return (_memo.get() or {}).get(REQUEST)


def middleware(get_response):
    """Begin and end the memory with the request. A preview's inner request has one of its own."""

    def remember(request):
        public = not request.path_info.startswith("/" + settings.ADMIN_PATH)
        token = _memo.set({PUBLIC: public, REQUEST: request})
        try:
            return get_response(request)
        finally:
            _memo.reset(token)

    return remember
