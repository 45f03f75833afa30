"""Two pairs of eyes: what may harm somebody goes live only with the approval of a person who did not write it.

`check()` is the lock. It is called by `save()` of every page and draftable snippet (core.models.four_eyes), the one
place that every road to publishing passes. Approved are words, not a button: an `Approval` holds their digest, so that
the revision which the Publish button makes of the very same words is approved too, and one more change is not.
"""

import hashlib
import json
from contextvars import ContextVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.log_actions import registry
from wagtail.models import Revision

from . import checklist
from .audit import acting_person, record
from .loading import is_unattended
from .models import Approval, SiteDocument, SiteImage
from .pictures import references_of
from .roles import ADMINISTRATOR, APPROVER, PROTECTION, PUBLISHER, addresses_of, wears
from .tell import tell

OVERRIDE = "override"
# Not words: Wagtail's own state, places, times, and the desk's notes.
ASIDE = set(
    "pk id path depth numchild url_path translation_key locale live has_unpublished_changes draft_title live_revision "
    "latest_revision latest_revision_created_at first_published_at last_published_at go_live_at expire_at expired "
    "locked locked_at locked_by owner content_type alias_of page_ptr to_be_supplied wagtail_admin_comments "
    "show_in_menus".split()
)


# What a request was refused and has not been told yet: wagtail-localize shows a remark of its own instead.
untold = ContextVar("untold", default=None)


class Refused(ValidationError):
    """Something would go live that may not. Its message is for people."""

    def __init__(self, words):
        super().__init__({NON_FIELD_ERRORS: [words]})  # a dict, since localize reads `error_dict`


class NotApproved(Refused):
    """Words would go live that nobody else has approved."""


def digest_of(content):
    """The SHA-256 (hex) of the words in a revision's content (dict), or of an instance."""
    content = content if isinstance(content, dict) else content.serializable_data()

    def words(value):
        if isinstance(value, dict):
            return {name: words(item) for name, item in value.items() if name not in ASIDE}
        return [words(item) for item in value] if isinstance(value, list) else value

    text = json.dumps(words(content), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def copied(instance):
    """The digest (hex) by which a copy, at another address or in another language, is known as one."""
    content = {**instance.serializable_data(), "slug": ""}
    for relation in get_all_child_relations(type(instance)):
        for row in content[relation.get_accessor_name()]:
            row.pop(relation.field.name)  # the instance's own number
    return digest_of(content)


def live_translations(instance):
    """The instance in other languages (list), as readers see it."""
    found = instance.get_translations().filter(live=True) if hasattr(instance, "get_translations") else []
    return [getattr(other, "specific", other) for other in found]


def who_copies(instance):
    """Who has words copied into another language (a person or None): nobody's are those that readers have already."""
    person = acting_person()
    if person is None or any(copied(other) == copied(instance) for other in live_translations(instance)):
        return None
    return person


def roles_needed(instance):
    """The Roles (list) that must approve an instance's words."""
    needed = [PROTECTION] if instance.needs_protection_review() else []
    return [*needed, PUBLISHER] if instance.needs_second_publisher() else needed


class Words:
    """The words of an instance that are live or about to be: who wrote them, who approved them."""

    def __init__(self, instance):
        self.instance = instance
        model = type(instance)
        self.content_type = ContentType.objects.get_for_model(model)
        self.stored = model._base_manager.filter(pk=instance.pk).first() if instance.pk else None
        self.is_live = bool(self.stored and self.stored.live)
        self.digest = digest_of(instance)

    @property
    def needed(self):
        """The roles that must approve. What readers saw as a story does not stop being one by being called something
        else, nor by being taken down before that; nor does its translation.
        """
        found = roles_needed(self.instance)
        for seen in filter(None, [self.stored if self.is_live else self.was_live, *live_translations(self.instance)]):
            found += [role for role in roles_needed(seen) if role not in found]
        return found

    @cached_property
    def was_live(self):
        """The instance as readers saw it last, before it was taken down; or None."""
        revision = Revision.objects.filter(pk=self.last_live).first() if self.last_live else None
        return revision and revision.as_object()

    @cached_property
    def approved_as(self):
        """The digest (hex) of the words and of the files that they link to or show, with what is read out for these:
        another file in the place of one waits.
        """
        found, used = references_of(self.instance), {}
        for name, model, more in (("files", SiteDocument, ()), ("pictures", SiteImage, SiteImage.WORDS)):
            if ids := found.get(model._meta.label):
                rows = model.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "file", *more)
                used[name] = [list(row) for row in rows]
        return digest_of({"words": self.digest, **used}) if used else self.digest

    def change_nothing(self):
        """Whether readers would see what they see already."""
        return self.is_live and self.digest == digest_of(self.stored)

    def show_an_original(self):
        """Whether the instance is an alias with the words of a live page, which has passed the lock itself."""
        original = self.instance.alias_of.specific if getattr(self.instance, "alias_of_id", None) else None
        return bool(original and original.live and self._of_original(original))

    def _of_original(self, original):
        return copied(self.instance) == copied(original)

    @cached_property
    def last_live(self):
        """The number of the newest revision that was ever live; 0: none was."""
        if self.is_live and self.stored.live_revision_id:
            return self.stored.live_revision_id
        if not self.stored:
            return 0
        entries = registry.get_logs_for_instance(self.stored)
        published = entries.filter(action__in=["wagtail.publish", "wagtail.publish.scheduled"])
        return max([0, *published.exclude(revision=None).values_list("revision_id", flat=True)])

    def authors(self):
        """The ids (set) of everybody who changed the words since they were last live."""
        if not self.stored:
            return set()
        before = Revision.objects.filter(pk=self.last_live).first()
        known, found = digest_of(before.content) if before else None, set()
        for revision in Revision.objects.for_instance(self.stored).filter(pk__gt=self.last_live).order_by("pk"):
            digest = digest_of(revision.content)
            if digest != known and revision.user_id:
                found.add(revision.user_id)
            known = digest
        return found | self.translators() | self.authors_of_original()

    def authors_of_original(self):
        """Of a translation: the ids (set) of the authors of what it was copied from, while that was never read."""
        from wagtail_localize.models import TranslationSource

        key = getattr(self.instance, "translation_key", None)
        source = key and TranslationSource.objects.filter(object_id=key).exclude(locale=self.instance.locale_id).first()
        original = source and source.object.get_instance_or_none(source.locale)
        return Words(original).authors() if original and not original.live else set()

    def translators(self):
        """The ids (set) of those who translated a string of it, or put another picture, link or number in its place,
        since it was last live: localize keeps them apart.
        """
        from wagtail_localize.models import SegmentOverride, StringTranslation

        if not getattr(self.instance, "translation_key", None):
            return set()
        since, found = getattr(self.stored, "last_published_at", None), set()
        for model in (StringTranslation, SegmentOverride):
            rows = model.objects.filter(
                locale=self.instance.locale_id, context__object_id=self.instance.translation_key
            ).exclude(last_translated_by=None)
            if since:
                rows = rows.filter(updated_at__gt=since)
            found.update(rows.values_list("last_translated_by_id", flat=True))
        return found

    def approvals(self):
        """The Approvals of these very words since they, or others in their place, were last live."""
        return Approval.objects.filter(
            content_type=self.content_type,
            object_id=str(self.instance.pk),
            digest=self.approved_as,
            revision_id__gt=self.last_live,
        ).select_related("person")

    def missing(self):
        """The roles (list) whose approval is missing."""
        given, authors = list(self.approvals()) if self.instance.pk else [], self.authors()
        if any(approval.role == OVERRIDE and wears(approval.person, ADMINISTRATOR) for approval in given):
            return []

        def is_given(role):
            return any(
                approval.role == role.key and approval.person_id not in authors and wears(approval.person, role)
                for approval in given
            )

        return [role for role in self.needed if not is_given(role)]


# Who has seen a revision as it is: functions of a revision (-> bool). Other rooms add theirs.
SEEN_BY = [
    lambda revision: revision.approved_go_live_at is not None,
    lambda revision: revision.task_states.exists(),
    lambda revision: Approval.objects.filter(revision=revision).exists(),
]


def is_seen(revision, instance):
    """Whether a revision of an instance was live, or somebody approved it, shows it or is to decide about it."""
    return revision.pk <= Words(instance).last_live or any(has_seen(revision) for has_seen in SEEN_BY)


def refusal(roles):
    """The words (str) in which a missing approval is told."""
    if PROTECTION in roles:
        return _(
            "Not published: a story, or a page that shows a person, needs the approval of a protection reviewer who "
            "did not write it. It is kept as a draft."
        )
    return _(
        "Not published: a press statement or help page needs the approval of a publisher who did not write it. "
        "It is kept as a draft."
    )


def check(instance):
    """Raise NotApproved if these words may not go live. A publisher who publishes what others wrote approves it."""
    if is_unattended():
        return
    words = Words(instance)
    if not words.needed or words.change_nothing() or words.show_an_original():
        return
    missing = words.missing()
    person = acting_person()
    if PUBLISHER in missing and wears(person, PUBLISHER) and person.pk not in words.authors():
        revision = instance.latest_revision or instance.live_revision
        if revision and digest_of(revision.content) == words.digest:
            approve(revision, person, [PUBLISHER])
            missing.remove(PUBLISHER)
    if missing:
        if untold.get() is not None:
            untold.get().append(refusal(missing))
        raise NotApproved(refusal(missing))


def approve(revision, person, roles=(PROTECTION, PUBLISHER), ticked=()):
    """Keep that a person approves a revision's words, in each of the roles that they have and it needs.

    A protection reviewer has answered all questions of core.checklist: `ticked` are their keys.

    Returns the roles (list). Raises NotApproved if the person wrote it, or has none of the roles.
    """
    instance = revision.as_object()
    words = Words(instance)
    if person.pk in words.authors():
        raise NotApproved(_("You wrote some of this, so somebody else must approve it."))
    given = [role for role in roles if role in words.needed and wears(person, role)]
    if words.needed and not given:
        raise NotApproved(_("Your roles do not include approving this."))
    if PROTECTION in given and checklist.missing(ticked):
        raise NotApproved(
            _("First answer each question of the reviewer's list, where you review it or on the screen “Approval”.")
        )
    for role in given:
        _keep(words, revision, person, role.key)
        answers = {"checklist": sorted(ticked)} if role == PROTECTION else {}
        record("approval", person, instance, role=role.key, revision=revision.pk, **answers)
    return given


def override(revision, person, reason):
    """Let a revision's words go live without approval, in an emergency: recorded, told to all approvers."""
    if not wears(person, ADMINISTRATOR):
        raise NotApproved(_("Only an administrator may do that."))
    if len(reason.strip()) < 10:
        raise NotApproved(_("Please give the reason, in a sentence."))
    instance = revision.as_object()
    kept = _keep(Words(instance), revision, person, OVERRIDE, reason.strip())
    record("override", person, instance, revision=revision.pk)
    tell(addresses_of(APPROVER), "override", "/admin/")
    return kept


@receiver(pre_delete, sender=Approval)
def keep_until_reviewed(sender, instance, **kwargs):
    """With the page, or with the person, an emergency would be gone before anybody has looked at it."""
    if instance.role == OVERRIDE and not instance.reviewed_at and acting_person():
        raise Refused(_("Not deleted: what went live in an emergency must first be reviewed by an approver."))


def _keep(words, revision, person, role, reason=""):
    approval, _created = Approval.objects.update_or_create(
        content_type=words.content_type,
        object_id=str(words.instance.pk),
        digest=words.approved_as,
        person=person,
        role=role,
        defaults={
            "revision": revision,
            "reason": reason,
            "created_at": timezone.now(),
            "reviewed_by": None,
            "reviewed_at": None,
        },
    )
    return approval


def live_fields(instance, update_fields):
    """Whether a save with these `update_fields` (or None) writes words, or makes live."""
    if update_fields is None:
        return True
    names = {field.name for field in instance._meta.concrete_fields} - (ASIDE - {"live"})
    return bool(names & set(update_fields))
