"""What `run_due` does for donors and finance. Each job may be run twice and at once."""

from core import due

from .. import letters, privacy, receipts

due.register("giving: receipts")(receipts.follow_all)
due.register("giving: letters to donors")(letters.send_due)
due.register("giving: forget", every=60 * 60)(privacy.purge)
