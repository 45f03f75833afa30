"""Who may do what with pictures: Wagtail's own rule. Its own instance of it moves between Wagtail 7.4 and 8.0."""

from wagtail.images.models import Image
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .models import SiteImage

permission_policy = CollectionOwnershipPermissionPolicy(
    SiteImage, auth_model=Image, owner_field_name="uploaded_by_user"
)
