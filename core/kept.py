"""Remember what was read from the database until something, anything, is written to it.

Every page reads the same menu, facts and addresses, and between two acts of an editor none of it changes. How does a
process know that nothing has changed? It asks the database, once a request, for a mark that is another one after every
commit, by whatever road it came (an editor, a command, SQL typed by hand):

- PostgreSQL: `pg_current_snapshot()`, which transactions one sees. Two equal snapshots see the same rows
  (https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT).
- SQLite: `PRAGMA data_version`, another one after a commit by any other connection, with the number of rows that this
  connection has changed itself (https://www.sqlite.org/pragma.html#pragma_data_version).

So nothing needs to be told, or forgotten, and nothing is ever older than the request that shows it. Inside a
transaction nothing is remembered: it sees its own rows.
"""

import threading
from functools import wraps

from django.db import connection
from wagtail.models import Site

from .memo import in_public_request, per_request

MANY = 2_000  # answers, of some hundred bytes to some kilobytes each
MARKS = {"postgresql": "SELECT pg_current_snapshot()::text", "sqlite": "PRAGMA data_version"}

_thread = threading.local()  # as Django's connections are


def until_written(function):
    """Decorator: on public pages, call `function` anew for its (hashable, positional) arguments only after a write.

    What it returns must follow from its arguments and the database alone: not from the language, the clock, a setting
    or the request. It is shared by requests: nobody may change it.
    """

    @wraps(function)
    def kept(*args):
        answers = _answers() if in_public_request() and not connection.in_atomic_block else None
        if answers is None:
            return function(*args)
        key = (function, args)
        if key not in answers:
            if len(answers) >= MANY:
                answers.clear()
            answers[key] = function(*args)
        return answers[key]

    return kept


@per_request
def _answers():
    """{(function, arguments): answer} of this thread's connection, emptied if the database has been written to."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS[connection.vendor])
        mark = cursor.fetchone()[0]
    own = connection.connection
    state = (mark, own.total_changes) if connection.vendor == "sqlite" else mark
    if getattr(_thread, "connection", None) is not own or _thread.state != state:
        _thread.connection, _thread.state, _thread.answers = own, state, {}
        # What Wagtail keeps of home pages for an hour, each process for itself: menus would be made of it, and kept.
        Site.clear_site_root_paths_cache()
    return _thread.answers
