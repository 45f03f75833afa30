"""The admin in the browser: nothing on its screens is blocked by its policy, and nothing asks another origin."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
EACH_TYPE = """
    SELECT type.model, min(page.id) FROM wagtailcore_page AS page JOIN django_content_type AS type
    ON type.id = page.content_type_id WHERE page.live AND page.depth > 1 GROUP BY type.model
"""
SCREENS = [
    "pages/",
    "pages/{how}/",
    "pages/{twin}/edit/",  # the side-by-side screen of the translation
    "pages/{how}/history/",
    "pages/{how}/revisions/compare/earliest...live/",
    "pages/{how}/usage/",
    "pages/{how}/copy/",
    "pages/{how}/delete/",
    "pages/add/news/newspage/{news}/",
    "pages/add/programmes/programmepage/{work}/",
    "pages/search/?q=work",
    "snippets/",
    "snippets/core/notice/",
    "snippets/core/notice/add/",
    "snippets/core/menu/edit/1/",
    "snippets/core/footer/edit/1/",
    "snippets/core/helpline/edit/1/",
    "images/",
    "images/add/",
    "images/multiple/add/",
    "images/1/",
    "documents/",
    "documents/multiple/add/",
    "settings/core/facts/",
    "settings/core/wording/",
    "reports/site-history/",
    "reports/aging-pages/",
    "reports/to-be-supplied/",
    "gifts/month/",
    "gifts/enter-by-hand/",
    "gifts/forget-by-email/",
    "donations/gift/",
    "donations/payment/",
    "donations/entry/",
    "settings/donations/receiptwords/",
    "core/loadeditem/",
    "core/loadeditem/inspect/{loaded}/",
    "users/",
    "users/new/",
    "groups/",
    "groups/edit/{group}/",
    "account/",
    "redirects/",
    "locales/",
    "collections/",
    "workflows/list/",
]


def test_dashboard_says_that_it_is_the_demo(desk):
    desk.open("")
    expect(desk.page.locator("main")).to_contain_text("This is not the real website")
    assert not desk.watch.problems()


def test_every_screen(desk):
    numbers = {
        "how": desk.page_id("/how-we-work/"),
        "twin": desk.twin_id("/how-we-work/"),
        "news": desk.page_id("/news/"),
        "work": desk.page_id("/what-we-do/"),
        "group": desk.site.sql("SELECT min(id) FROM auth_group")[0][0],
        "loaded": desk.site.sql("SELECT min(id) FROM core_loadeditem WHERE key != '*'")[0][0],
    }
    types = dict(desk.site.sql(EACH_TYPE))
    screens = [f"pages/{number}/edit/" for number in types.values()]
    screens += [screen.format_map(numbers) for screen in SCREENS]
    problems = []
    for screen in screens:
        answer = desk.open(screen)
        problems += [f"{screen}: {each}" for each in desk.watch.problems()]
        assert answer.status == 200, screen
    assert not problems, "\n".join(problems)
    assert len(types) == 12
    assert len(screens) >= 50


def test_all_that_opens_in_the_editor(desk):
    screen = f"pages/add/news/newspage/{desk.page_id('/news/')}/"
    desk.watch.expected = (f"{desk.site.url}/admin/{screen}",)  # the draft can't save itself while it has no title
    desk.open(screen)
    window = desk.page.get_by_role("dialog")

    def opens_and_closes(button):
        button.click()
        expect(window).to_be_visible()
        window.get_by_role("button", name="Close").click()
        expect(window).to_be_hidden()

    desk.page.get_by_role("button", name="Add Organisation").click()
    expect(desk.field("signatories-0-name")).to_be_visible()
    desk.field("closing_date").click()
    expect(desk.page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)

    body = desk.page.locator("[data-contentpath=body]")
    body.get_by_role("button", name="Insert a block").click()
    choices = desk.page.locator(".w-combobox__option")
    assert choices.count() >= 15
    desk.page.locator(".w-combobox__option-preview").first.click()
    preview = desk.page.frame_locator(".w-block-preview iframe, .w-combobox-preview iframe").first
    expect(preview.locator("h2").first).to_be_visible()
    choices.filter(has_text="Section").click()
    words = body.locator(".public-DraftEditor-content")
    words.fill("Read more")
    words.press("Control+a")
    opens_and_closes(body.locator("button[name=LINK]"))
    opens_and_closes(desk.page.locator(".image-chooser [data-chooser-action-choose]:visible"))
    assert not desk.watch.problems()


def test_the_list_of_records_has_its_filters_above_and_fits_the_screen(desk):
    desk.page.set_viewport_size({"width": 1280, "height": 900})
    desk.open("core/loadeditem/")
    filters, table = (desk.page.locator(part).bounding_box() for part in (".changelist-filter", ".listing"))
    assert filters["y"] + filters["height"] <= table["y"]
    assert table["x"] + table["width"] <= 1280
