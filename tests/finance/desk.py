"""Finance's people at their desks: signed in through the real page, with the roles of the table and nothing more."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client

from core.models import User

PASSWORD = "seven blue kettles sing"


class Desk:
    """`desk.get(path)` and `desk.post(path, …)` below /admin/; both return the parsed page, after any redirect."""

    def __init__(self, user):
        self.user = user
        self.client = Client()
        answer = self.client.post("/admin/sign-in/", {"login": user.username, "password": PASSWORD})
        assert answer.status_code == 302, answer.content[:500]

    def ask(self, method, path, data=None):
        response = getattr(self.client, method)(f"/admin/{path}", data or {}, follow=True)
        response.soup = BeautifulSoup(response.content, "lxml") if not response.streaming else None
        return response

    def get(self, path, **data):
        return self.ask("get", path, data)

    def act(self, key, obj, **data):
        """An action from its form to its confirmation. Returns the last page."""
        asked = self.ask("post", f"gifts/{key}/{obj.pk}/", data)
        if not asked.soup.select("input[name=confirmed]"):
            return asked
        return self.ask("post", f"gifts/{key}/{obj.pk}/", {**data, "confirmed": "1"})


def said(response):
    """What the page says on top, and what it says is wrong."""
    found = response.soup.select(".messages, .help-critical, .w-field__errors, .error-message")
    return " ".join(" ".join(part.text.split()) for part in found)


@pytest.fixture
def desk(home, settings):
    """`desk("Finance")` signs somebody in who has this role."""
    settings.SECOND_FACTOR = False

    def sign_in(*roles):
        name = f"person{User.objects.count()}"
        user = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        user.groups.set(Group.objects.filter(name__in=roles))
        return Desk(user)

    return sign_in
