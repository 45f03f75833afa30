"""Where files lie. Only what the public may see lies in public storage, since whatever lies there has an address."""

from django.core.files.storage import Storage, default_storage, storages
from django.utils.deconstruct import deconstructible


def private_storage():
    """The storage without addresses (settings.STORAGES["private"])."""
    return storages["private"]


SIZES = "sizes"  # the folder, in private storage, of sizes that the public does not see


@deconstructible
class SizesStorage(Storage):
    """Where a picture's sizes lie: those that the public may see in public storage, all others in private storage.

    The admin's thumbnails of an uncleared picture are its face too, and what lies in public storage has an address.
    """

    @staticmethod
    def _of(name):
        return private_storage() if name.startswith(f"{SIZES}/") else default_storage

    def _open(self, name, mode="rb"):
        return self._of(name)._open(name, mode)

    def _save(self, name, content):
        return self._of(name)._save(name, content)

    def get_valid_name(self, name):
        return default_storage.get_valid_name(name)

    def get_alternative_name(self, file_root, file_ext):
        return default_storage.get_alternative_name(file_root, file_ext)

    def path(self, name):
        return self._of(name).path(name)

    def delete(self, name):
        return self._of(name).delete(name)

    def exists(self, name):
        return self._of(name).exists(name)

    def size(self, name):
        return self._of(name).size(name)

    def url(self, name):
        return self._of(name).url(name)
