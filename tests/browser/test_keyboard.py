"""By keyboard alone: every link and control is reached, in the order of reading, seen, and big enough for a finger."""

import pytest

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/get-help/",
    "/sw/pata-msaada/",
    "/how-we-work/",
    "/news/",
    "/contact/",
    "/figures/",
    "/search/?q=police",
]
MORE_PAGES = [
    "/not-here/",
    "/coalitions/prwg-k/",
    "/publications/cso-shadow-report-2022/",
    "/news/annual-figures-2025/",
]
MOST_STOPS = 300

# The element that has the focus: where it stands in the document, where on the screen, whether it shows and is seen.
STOP = """() => {
  const luminance = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const element = focused.type === "radio" ? focused.labels[0] : focused;  // what is seen of a choice is its label
  const [box] = element.getClientRects();
  const points = [[box.left + 2, box.top + 2], [box.left + box.width / 2, box.top + box.height / 2], [box.right - 2, box.bottom - 2]];
  const hits = points.map(([x, y]) => document.elementFromPoint(x, y));
  const style = getComputedStyle(element);
  let around = element.parentElement;
  while (around !== document.documentElement && getComputedStyle(around).backgroundColor === "rgba(0, 0, 0, 0)") around = around.parentElement;
  const [lighter, darker] = [style.outlineColor, getComputedStyle(around).backgroundColor].map(luminance).sort((a, b) => b - a);
  return {
    name: `${element.tagName} ${element.textContent.trim().slice(0, 40) || element.name || element.className}`,
    place: [...document.querySelectorAll("*")].indexOf(focused),
    fixed: !!element.closest(".help-bar"),
    top: Math.round(box.top + scrollY), left: Math.round(box.left),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    contrast: (lighter + .05) / (darker + .05),
    covered: hits.filter(hit => hit && !element.contains(hit)).map(hit => `${hit.tagName}.${hit.className}`),
    seen: hits.some(hit => element.contains(hit)),
  };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(element => element.checkVisibility({visibilityProperty: true}))
  .filter((element, at, all) => element.type !== "radio" || element.checked || // Tab stops once in each group
    element === all.filter(other => other.name === element.name && other.form === element.form)
      .sort((one, other) => other.checked - one.checked)[0]).length"""
TOO_SMALL = """() => {
  const targets = [...document.querySelectorAll("a[href], button, input, select, summary")].filter(
    element => element.checkVisibility() && !element.matches(".skip"));
  const called = ".help-bar__call, .leave, .helpline__number";
  const inText = link => getComputedStyle(link).display === "inline"
    && link.closest("p, li, dd, div, td, th, figcaption").textContent.trim().length > link.textContent.trim().length + 1;
  const boxes = new Map(targets.map(element => [element, element.getBoundingClientRect()]));
  const crowded = element => {  // another target reaches into the circle of 24 px around this one's middle
    const own = boxes.get(element), x = own.left + own.width / 2, y = own.top + own.height / 2;
    return targets.some(other => {
      const box = boxes.get(other);
      const aside = x - Math.max(box.left, Math.min(x, box.right)), above = y - Math.max(box.top, Math.min(y, box.bottom));
      return other !== element && Math.hypot(aside, above) < 12;
    });
  };
  const small = targets.filter(element => {
    const {width, height} = boxes.get(element);
    if (element.matches(called)) return width < 44 || height < 44;
    return (width < 24 || height < 24) && !inText(element) && crowded(element);
  });
  return {walked: targets.length, called: targets.filter(element => element.matches(called)).length,
    small: small.map(e => `${e.className} ${e.textContent.trim().slice(0, 40)}: ${boxes.get(e).width} by ${boxes.get(e).height}`)};
}"""


def stops(page):
    """Press Tab until the focus leaves the page or comes back to its beginning; the stops on the way."""
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if not stop or (found and stop["place"] == found[0]["place"]):
            return found
        found.append(stop)
    pytest.fail(f"the focus never leaves the page: {[stop['name'] for stop in found[-5:]]}")


@pytest.mark.parametrize("path", ["/how-we-work/", "/sw/jinsi-tunavyofanya-kazi/", "/get-help/", "/sw/pata-msaada/"])
def test_skip_link(site, visitor, path):
    page = visitor(site)
    page.goto(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    box = page.locator("a.skip").first.bounding_box()
    assert box["y"] >= 0
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null && document.activeElement.id !== 'main'")


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1280, 800)])
@pytest.mark.parametrize("path", PAGES)
def test_order_and_focus(site, visitor, path, width, height):
    page = visitor(site, width, height)
    page.goto(path)
    reachable = page.evaluate(REACHABLE)
    found = stops(page)
    problems = [f"{stop['name']}: behind {stop['covered']}" for stop in found if stop["covered"]]
    problems += [f"{stop['name']}: is off the screen" for stop in found if not stop["seen"]]
    problems += [f"{stop['name']}: the focus can't be seen" for stop in found if stop["outline"] < 2]
    problems += [f"{stop['name']}: focus contrast {stop['contrast']:.1f}" for stop in found if stop["contrast"] < 3]
    for before, after in zip(found, found[1:], strict=False):
        if after["place"] <= before["place"]:
            problems.append(f"{after['name']} comes before {before['name']} in the document")
        next_column = after["left"] > before["left"] + 100  # the footer's lists stand side by side
        upwards = after["top"] + 12 < before["top"] and not next_column
        if width < 600 and upwards and not before["fixed"] and not after["fixed"]:
            problems.append(f"{after['name']} stands above {before['name']}")
    assert not problems, "\n".join(problems)
    assert len(found) >= reachable > 20


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", [*PAGES, *MORE_PAGES])
def test_size_of_targets(site, visitor, path, width):
    page = visitor(site, width)
    page.goto(path)
    page.evaluate("document.querySelector('details.menu').open = true")
    found = page.evaluate(TOO_SMALL)
    assert not found["small"], "\n".join(found["small"])
    assert found["walked"] > 20
    assert found["called"] >= 1


def test_the_open_menu_fits_the_screen(site, visitor):
    page = visitor(site, 320)
    page.goto("/get-help/")
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="How we work").first.wait_for(state="visible")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
