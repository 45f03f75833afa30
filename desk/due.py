"""The desk's timed work (core.due)."""

from core import due

from . import broken, pruning, sharing

DAY = 24 * 60 * 60
due.register("forget ended links to drafts", every=DAY)(sharing.forget_ended)
due.register("delete old drafts", every=DAY)(pruning.prune)
due.register("note links to other websites", every=6 * 60 * 60)(broken.collect)
due.register("ask other websites at night", every=60)(broken.check_some)
