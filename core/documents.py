"""Which documents a visitor may have: those in private collections answer 404, so no page links to them."""

from wagtail.models import Collection, CollectionViewRestriction

from .kept import until_written
from .memo import per_request


@per_request
@until_written
def _private_collections():
    """The ids of the collections that need a sign-in or password; what lies below needs it too."""
    private = set()
    for path in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
        private.update(Collection.objects.filter(path__startswith=path).values_list("pk", flat=True))
    return private


def is_public(document):
    """Whether a document may be shown; False for None."""
    return bool(document) and document.collection_id not in _private_collections()


def public_documents(queryset):
    """Only documents in no private collection."""
    return queryset.exclude(collection_id__in=_private_collections())
