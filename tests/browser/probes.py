"""What is asked of an open page: axe, what it asked of others, what it kept, how wide it is."""

import json

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that a scheme can break: it changes colours alone
AXE = """options => axe.run(document, options).then(found => found.violations.flatMap(rule => rule.nodes.map(
  node => `${rule.id}: ${node.target.join(" ")} (${node.any.concat(node.all, node.none).map(c => c.message).join("; ")})`
)))"""
SAY_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
  console.error(`policy violated: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`))"""
SHIFTS = """new PerformanceObserver(list => {
  for (const entry of list.getEntries()) (window.shifts ??= []).push(
    entry.value.toFixed(4) + " " + entry.sources.map(s => s.node?.className || s.node?.nodeName).join(" "));
}).observe({type: "layout-shift", buffered: true})"""
KEPT = """async () => [
  ...Object.keys(localStorage).map(key => `localStorage ${key}`),
  ...Object.keys(sessionStorage).map(key => `sessionStorage ${key}`),
  ...(await (navigator.serviceWorker?.getRegistrations() ?? [])).map(worker => `service worker ${worker.scope}`),
  ...(await (window.caches?.keys() ?? [])).map(name => `cache ${name}`),
  ...(await (window.indexedDB?.databases() ?? [])).map(database => `indexedDB ${database.name}`),
]"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    e => e.checkVisibility() && e.getBoundingClientRect().right > width + 1);
  return wide.slice(0, 3).map(e => `${width} px: ${e.tagName}.${e.className} is too wide`).concat(`scrolls at ${width} px`);
}"""


def axe(page, *rules):
    """What axe finds wrong (list of str), by all rules or by the named ones. The page is loaded anew for each visit."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    return page.evaluate(AXE, {"runOnly": only, "resultTypes": ["violations"], "preload": False})


class Watch:
    """Everything that a page says in the console and asks of the network; `problems` is what it should not have."""

    def __init__(self, page, site):
        self.site, self.said, self.asked, self.expected = site, [], [], ()
        page.add_init_script(SAY_VIOLATIONS)
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("response", self.answer)

    def hear(self, message):
        """Keep errors and warnings; the browser's own words about a failed answer are in `answer`."""
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.said.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def answer(self, response):
        """Keep answers that are errors, but for the address that is expected to be one."""
        if response.status >= 400 and response.url not in self.expected:
            self.said.append(f"{response.status}: {response.url}")

    def problems(self):
        """What was said, and which other origins were asked, since the last call (list of str)."""
        others = [url for url in self.asked if not url.startswith((f"{self.site.url}/", "data:", "blob:", "about:"))]
        found = [*self.said, *(f"asked another origin: {url}" for url in others)]
        self.said.clear()
        self.asked.clear()
        return found


class Wire:
    """What a first visit costs: `sizes` has the bytes of each answer on the wire, by address; `shifts` what moved."""

    def __init__(self, page):
        self.page, self.urls, self.sizes = page, {}, {}
        page.add_init_script(SHIFTS)
        session = page.context.new_cdp_session(page)
        session.on(
            "Network.responseReceived", lambda event: self.urls.update({event["requestId"]: event["response"]["url"]})
        )
        session.on("Network.loadingFinished", self.finished)
        session.send("Network.enable")

    def finished(self, event):
        """Count an answer that came in whole."""
        if url := self.urls.get(event["requestId"]):
            self.sizes[url] = event["encodedDataLength"]

    def shifts(self):
        """What moved while the page was built (list of str: how far, and what)."""
        return self.page.evaluate("window.shifts ?? []")


def kept(page):
    """Cookies and anything else that the page left in the browser (list of str)."""
    return [f"cookie {json.dumps(cookie)}" for cookie in page.context.cookies()] + page.evaluate(KEPT)


def too_wide(page, *widths):
    """At which of the widths the page scrolls sideways, and because of what (list of str)."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        found += page.evaluate(TOO_WIDE)
    return found
