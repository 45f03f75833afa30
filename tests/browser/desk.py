"""An editor at work: signed in with name and password, in a real browser, on a site of their own."""

from playwright.sync_api import expect

from tests.browser.house import PASSWORD, USERNAME
from tests.browser.probes import Watch

PATIENCE = 15_000  # milliseconds, for anything that the admin does
ENGLISH_PATH = """
    SELECT page.id FROM wagtailcore_page AS page JOIN wagtailcore_site JOIN wagtailcore_page AS root
    ON root.id = root_page_id WHERE page.url_path = rtrim(root.url_path, '/') || ?
"""
TWIN = """
    SELECT twin.id FROM wagtailcore_page AS page JOIN wagtailcore_page AS twin USING (translation_key)
    WHERE page.id = ? AND twin.id != page.id
"""


def sign_in(site, browser, username=USERNAME):
    """A browser's session (Playwright's context) of somebody who has signed in with name and password."""
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 1400, "height": 1000},
        reduced_motion="reduce",
        locale="en-KE",
        timezone_id="Africa/Nairobi",
    )
    context.set_default_timeout(PATIENCE)
    window = context.new_page()
    window.goto("/admin/")
    window.locator("#id_login").fill(username)
    window.locator("#id_password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.wait_for_url(f"{site.url}/admin/")
    window.close()
    return context


class Desk:
    """`page` is the editor's window, `watch` has what went wrong in it."""

    def __init__(self, site, context):
        self.site = site
        self.page = context.new_page()
        self.watch = Watch(self.page, site)

    def page_id(self, path):
        """The number of an English page, by its public path."""
        return self.site.sql(ENGLISH_PATH, path)[0][0]

    def twin_id(self, path):
        """The number of an English page's Kiswahili twin."""
        return self.site.sql(TWIN, self.page_id(path))[0][0]

    def open(self, path):
        """Open a screen of the admin, by its path below /admin/. Its widgets are at work when this returns."""
        answer = self.page.goto(f"/admin/{path}")
        self.settle()
        return answer

    def settle(self):
        """Wait until the screen is loaded and its widgets are at work."""
        self.page.wait_for_load_state("load")
        self.page.evaluate("new Promise(done => requestIdleCallback(done, {timeout: 1000}))")

    def edit(self, path):
        """Open the editor of an English page, by its public path."""
        self.open(f"pages/{self.page_id(path)}/edit/")

    def field(self, name):
        """A field of the form, by its name (Wagtail's labels of required fields end in a star)."""
        return self.page.locator(f"#id_{name}")

    def publish(self):
        """Press “Publish” in the editor, and wait until the admin says that it is done."""
        self.page.get_by_role("button", name="More actions").click()
        self.page.get_by_role("button", name="Publish", exact=True).click()
        self.said("published")

    def said(self, words):
        """Wait for a message at the top of the screen."""
        said = self.page.locator(".messages li").last
        expect(said).to_be_visible()
        wrong = self.page.locator(".w-field__errors:visible, .error-message:visible").all_inner_texts()
        assert words in said.inner_text(), f"{said.inner_text()} {wrong}"
