"""Look-ups that every page makes, with their SQL written once for the life of the process.

Django builds the SQL of a QuerySet anew each time it is asked, and that costs several times what the database takes
(docs/performance.md). Here it is built once for a look-up of fixed shape; nothing of the answer is kept.
"""

import datetime

from django.db import connection

# Two values of each type that can be told apart in a query's parameters.
SAMPLES = {
    int: (1_000_001, 1_000_002),
    str: ("sample-one", "sample-two"),
    datetime.datetime: tuple(datetime.datetime(1900, 1, day, tzinfo=datetime.UTC) for day in (1, 2)),
}


class Prepared:
    """A QuerySet of one model, without `select_related`, whose shape never changes.

    Args:
        build: a function that returns the QuerySet for some values; only its parameters may depend on them.
        types: the types of these values (`int`, `str` or `datetime`), in order.

    Calling it with values returns the list of objects, as fresh from the database as the QuerySet's would be.
    """

    def __init__(self, build, *types):
        self.build, self.types, self._ready = build, types, None

    def __call__(self, *values):
        if self._ready is None:
            self._ready = self._prepare()
        model, sql, parameters, places = self._ready
        parameters = list(parameters)
        for place, number in places.items():
            parameters[place] = values[number]
        return list(model.objects.raw(sql, parameters))

    def _prepare(self):
        """(model, SQL, its parameters, {place among them: number of the value that belongs there})."""
        first = [SAMPLES[kind][0] for kind in self.types]
        queryset = self.build(*first)
        sql, parameters = queryset.query.sql_with_params()
        places = {}
        for number, kind in enumerate(self.types):
            other = [*first[:number], SAMPLES[kind][1], *first[number + 1 :]]
            changed = self.build(*other).query.sql_with_params()[1]
            places |= {place: number for place, value in enumerate(changed) if value != parameters[place]}
        if set(places.values()) != set(range(len(self.types))):
            raise ValueError(f"{connection.vendor}: a value is not a parameter of {sql}")
        return queryset.model, sql, parameters, places
