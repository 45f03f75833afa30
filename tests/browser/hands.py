"""Hands that count: every click and every key that activates something. Typing, and moving the focus, is not counted.

`python -m pytest tests/browser/test_tasks.py -s` prints what was counted. So that nothing is left out, the browser
counts too: a click that the hands did not count fails the test.
"""

import io
import os
from pathlib import Path

from PIL import Image

from tests.browser.desk import Desk

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "img"

# Trusted clicks alone. A label passes its click on to its field: that is one activation, not two.
COUNT = """
addEventListener("click", event => {
  if (!event.isTrusted || (event.target.labels?.length && performance.now() - (window.lastLabel ?? -99) < 50)) return;
  if (event.target.closest("label")) window.lastLabel = performance.now();
  sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks") ?? 0) + 1);
}, true);
"""

PEOPLE = """
import django; django.setup()
from django.contrib.auth.models import Group
from core.models import User
from core.roles import ROLES
from tests.browser.house import PASSWORD
for role in ROLES:
    user = User.objects.create_user(role.key, f"{role.key}@example.org", PASSWORD)
    user.groups.set(Group.objects.filter(name=role.name))
"""


class Hands(Desk):
    """A person with one role, on the dashboard; `steps` are their activations so far, in words."""

    def __init__(self, site, context):
        super().__init__(site, context)
        self.page.add_init_script(COUNT)
        self.steps = []
        self.open("")

    def press(self, what, words=""):
        """Click something (a locator)."""
        self.steps.append(words or what.inner_text().strip() or "…")
        what.click()

    def button(self, words, within=None):
        """Press a button by its words."""
        self.press((within or self.page).get_by_role("button", name=words, exact=True), words)

    def link(self, words, within=None):
        """Follow a link by its words, to another screen, or `within` a window."""
        found = (within or self.page).get_by_role("link", name=words, exact=True).first
        if within:
            self.press(found, words)
            return
        with self.page.expect_navigation():
            self.press(found, words)
        self.settle()

    def choose(self, select, label):
        """Choose from a list."""
        self.steps.append(f"choose {label}")
        select.select_option(label=label)

    def find(self, words):
        """Type into the dashboard's search, and press Enter."""
        self.page.locator(".w-dashboard input[name=q]").fill(words)
        self.steps.append("Enter")
        with self.page.expect_navigation():
            self.page.locator(".w-dashboard input[name=q]").press("Enter")
        self.settle()

    def result(self, title):
        """Open the editor of a page that was found."""
        with self.page.expect_navigation():
            self.press(self.page.locator(".listing .title-wrapper").get_by_role("link", name=title, exact=True), title)
        self.settle()

    def write(self, editor, words):
        """Write over what is in a rich text field; the focus comes by Tab."""
        editor.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def picture(self, name):
        """Take a picture for the handbook, where `make handbook` asks for it (HANDBOOK=write)."""
        if os.environ.get("HANDBOOK") == "write":
            screen = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
            screen.thumbnail((980, 980))
            screen.save(IMAGES / f"{name}.webp", quality=60, method=6)

    def clicks(self):
        """What the browser counted."""
        return int(self.page.evaluate("sessionStorage.getItem('clicks') ?? 0"))
