"""Who may do what with pictures and documents: Wagtail's own rules. Its instances move between Wagtail 7.4 and 8.0."""

from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .models import SiteDocument, SiteImage

picture_policy = CollectionOwnershipPermissionPolicy(SiteImage, auth_model=Image, owner_field_name="uploaded_by_user")
document_policy = CollectionOwnershipPermissionPolicy(
    SiteDocument, auth_model=Document, owner_field_name="uploaded_by_user"
)
