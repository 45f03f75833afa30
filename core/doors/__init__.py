"""Signing in: django-allauth, a second factor for everybody, slowed guessing, short sessions (docs/security.md)."""
