from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who works on the site. A model of our own from the first migration: it can't be swapped in later."""
