"""People at their desks: each with one role, signed in (signing in has tests of its own)."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from core.models import User
from core.roles import ROLES


@pytest.fixture
def person(db):
    """Make a person with roles: `person("Writer", "Finance")`; always the same for the same roles."""

    def make(*names):
        user, created = User.objects.get_or_create(username="-".join(names).lower().replace(" ", "-"))
        if created:
            user.email = f"{user.username}@example.org"
            user.save()
            user.groups.set(Group.objects.filter(name__in=names))
        return user

    return make


@pytest.fixture
def at_desk(person):
    """A client in which a person with these roles is signed in: `at_desk("Writer")`."""

    def sign_in(*names):
        client = Client()
        client.force_login(person(*names))
        return client

    return sign_in


@pytest.fixture
def every_role(at_desk):
    """{name of a role: its client}."""
    return {role.name: at_desk(role.name) for role in ROLES}
