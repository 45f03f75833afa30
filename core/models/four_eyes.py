"""The refusal that every road to publishing passes."""

from django.db import models
from wagtail.models import Workflow

from ..drafting import is_drafting
from ..pictures import pictures_in
from ..roles import REVIEW_FIRST


class FourEyes(models.Model):
    """A page or draftable snippet that may need the approval of a second person (docs/roles.md)."""

    class Meta:
        abstract = True

    def needs_protection_review(self):
        """Whether a protection reviewer must clear the words: stories, and whatever shows a recognisable person.

        A class that says more says `or super()`.
        """
        return any(image.is_recognisable for image in pictures_in(self))

    def needs_second_publisher(self):
        """Whether a publisher must approve who is not an author: press statements, help pages."""
        return False

    def save_revision(self, user=None, *args, overwrite_revision=None, **kwargs):
        """While a person types, Wagtail's editor writes over their last draft: never over words that others have seen.

        What was approved, shown or published would be something else afterwards, and its author nobody. And what is
        copied into another language, for which Wagtail names nobody, is of the person who does it.
        """
        from .. import approvals  # it needs the models, of which this is one

        user = user or approvals.who_copies(self)
        own = overwrite_revision and overwrite_revision.user_id == (user and user.pk)
        if own and overwrite_revision.pk == self.latest_revision_id and approvals.is_seen(overwrite_revision, self):
            overwrite_revision = None
        return super().save_revision(user, *args, overwrite_revision=overwrite_revision, **kwargs)

    def save(self, *args, **kwargs):
        from .. import approvals, rules  # they need the models, of which this is one

        words = approvals.live_fields(self, kwargs.get("update_fields"))
        if words and is_drafting() and type(self)._base_manager.filter(pk=self.pk, live=True).exists():
            self.live = True
            return
        # Here and not in a hook: copies, aliases, translations, timed publishing and bulk actions come by other roads.
        if words and self.live:
            approvals.check(self)
            rules.check(self)
        super().save(*args, **kwargs)


class RoutedByContent:
    """For the base page: which workflow it goes through. Stories go past a protection reviewer first."""

    def get_workflow(self):
        first = Workflow.objects.filter(name=REVIEW_FIRST, active=True) if self.needs_protection_review() else []
        return first[0] if first else super().get_workflow()

    @property
    def has_workflow(self):
        return self.get_workflow() is not None
