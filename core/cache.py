"""The memory cache of each process, but for what signing in counts: all processes share that."""

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

OF_THE_DOORS = "allauth"  # how the keys begin under which allauth remembers used codes; it takes the default cache


class Cache(LocMemCache):
    """CACHES["default"]. A key of the doors goes on to CACHES["shared"]; public pages never ask that."""

    def _for(self, key):
        return caches["shared"] if key.startswith(OF_THE_DOORS) else super()

    def add(self, key, *args, **kwargs):
        return self._for(key).add(key, *args, **kwargs)

    def get(self, key, *args, **kwargs):
        return self._for(key).get(key, *args, **kwargs)

    def set(self, key, *args, **kwargs):
        return self._for(key).set(key, *args, **kwargs)

    def touch(self, key, *args, **kwargs):
        return self._for(key).touch(key, *args, **kwargs)

    def delete(self, key, *args, **kwargs):
        return self._for(key).delete(key, *args, **kwargs)
