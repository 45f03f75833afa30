"""The record: who did what, when, to what, with old and new for settings; never a page's words, never a visitor.

`record()` writes a row that nobody can change, and a line of JSON to the logger `imlu.record`, which goes to syslog
where the setting RECORD_SYSLOG says so, and from there off the machine.
"""

import json
import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import get_active_log_context

from .models import Record

logger = logging.getLogger("imlu.record")

# Our own actions, with what the report calls them. Wagtail's (wagtail.publish and so on) come with their own names.
ACTIONS = {
    "sign-in": _("Signed in"),
    "sign-in.failed": _("Failed to sign in"),
    "factor.added": _("Added a second factor"),
    "factor.removed": _("Removed a second factor"),
    "factor.reset": _("Reset another person's second factor"),
    "password.changed": _("Changed the password"),
    "account.made": _("Made an account"),
    "account.changed": _("Changed an account"),
    "account.deleted": _("Deleted an account"),
    "roles.changed": _("Changed somebody's roles"),
    "permissions.changed": _("Changed what a role may do"),
    "setting.changed": _("Changed a setting"),
    "approval": _("Approved"),
    "override": _("Published without approval, in an emergency"),
    "override.reviewed": _("Reviewed an emergency"),
    "refused": _("Was refused publishing or deleting"),
    "export": _("Exported a list"),
    "check.overridden": _("Let a number pass, with a reason"),
    "name.added": _("Put a name on the protected list"),
    "name.removed": _("Took a name off the protected list"),
    "picture.cleared": _("Cleared a picture of people"),
    "picture.withdrawn": _("Withdrew a picture"),
    "picture.ended": _("A picture's consent ended"),
    "picture.changed": _("Cropped a picture or painted over a part"),
    "share.made": _("Made a link to a draft"),
    "share.revoked": _("Revoked a link to a draft"),
    "giving.stopped": _("Stopped a way to give"),
    "giving.started": _("Started a way to give again"),
    "gift.corrected": _("Corrected the ledger"),
    "gift.looked-into": _("Looked into a gift and closed it"),
    "event.looked-into": _("Looked into a provider's message and closed it"),
    "gift.made": _("Made a gift of a payment"),
    "payment.allocated": _("Gave a payment to a gift"),
    "payment.entered": _("Entered money that came"),
    "payment.confirmed": _("Confirmed money that came"),
    "payment.refused": _("Refused money that was entered or told of"),
    "payment.seen": _("Saw a payment in M-Pesa's portal"),
    "refund.asked": _("Asked for a refund"),
    "refund.approved": _("Approved a refund"),
    "refund.refused": _("Refused a refund"),
    "refund.done": _("Closed a refund that was made by hand"),
    "refund.failed": _("Closed a refund that could not be sent back"),
    "receipt.fetched": _("Fetched a receipt, which names the donor"),
    "receipt.resent": _("Sent a receipt again"),
    "receipt.voided": _("A receipt became void"),
    "receipt.restored": _("A receipt is valid again"),
    "letter.again": _("Put a letter back into the queue"),
    "letter.left": _("Left a letter unsent"),
    "donor.seen": _("Looked at who a donor is"),
    "donor.erased": _("Forgot a donor at the donor's wish"),
}


def acting_person():
    """The person at whose request Wagtail's admin is at work, or None."""
    return get_active_log_context().user


def record(action, person=None, instance=None, **detail):
    """Keep that `person` (default: who is at work in the admin) did `action` to `instance`; `detail` is JSON."""
    person = person or acting_person()
    row = Record.objects.create(
        action=action,
        person_id=person.pk if person else None,
        person=person.get_username() if person else "",
        model=instance._meta.label if instance is not None else "",
        object_id=str(instance.pk) if instance is not None else "",
        detail=detail,
    )
    line = json.dumps(
        {
            "at": row.at.isoformat(),
            "person": row.person,
            "action": action,
            "model": row.model,
            "object": row.object_id,
            **({"detail": detail} if detail else {}),
        },
        ensure_ascii=False,
    )
    transaction.on_commit(lambda: logger.info(line))
    return row
