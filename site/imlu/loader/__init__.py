"""Puts the files of `content/` into Wagtail, the way an editor would (see docs/content-format.md)."""
