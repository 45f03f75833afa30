"""`make audit`: what tests can't promise, measured on this machine; writes docs/design/audit.md.

axe at 320, 768 and 1280 pixels, light and dark, both languages, on every address of the browser tests (must find
nothing), and Lighthouse's mobile scores, largest paint and shifts on every page type, with the time of the largest
paint at 360 px, 400 kbit/s, 400 ms and a processor four times slower; for help pages also at 50 kbit/s.

Needs Chromium, and for Lighthouse Node 18.16 or newer (NODE names another one than the path's) with
`npm install --ignore-scripts --prefix var/lighthouse lighthouse@12.8.2`. Without it the table says so.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.addresses import ADDRESSES, WALKS  # noqa: E402
from tests.browser.conftest import ARGUMENTS  # noqa: E402
from tests.browser.house import Site  # noqa: E402
from tests.browser.probes import axe  # noqa: E402

OUT = CHECKOUT / "docs" / "design" / "audit.md"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LIGHTHOUSE = CHECKOUT / "var" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
TRIES = 3
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SECOND_GENERATION = {**SLOW, "downloadThroughput": 6_250, "uploadThroughput": 6_250}  # 50 kbit/s
PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({type: "largest-contentful-paint", buffered: true}))"""


def axe_findings(browser, site):
    """What axe finds (list of str) in every combination, and how many were looked at."""
    found, looked = [], 0
    for address, language in WALKS:
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            page.goto(site.url + address.path(language))
            for width in (320, 768, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                found += [f"{address.path(language)} {scheme} {width}: {each}" for each in axe(page)]
                looked += 1
            context.close()
    return found, looked


def largest_paint(browser, url, line=SLOW):
    """Milliseconds until the largest paint of a first visit on a slow phone and a slow line."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="load", timeout=120_000)
    value = page.evaluate(PAINT)
    context.close()
    return value


def scores(url):
    """Lighthouse's four scores (list of str, each with what it misses below 100), or None without Lighthouse."""
    if not LIGHTHOUSE.exists():
        return None
    flags = ["--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    for _ in range(
        TRIES
    ):  # a trace without a beginning is Chromium's fault, not the page's: Lighthouse asks to run again
        done = subprocess.run(  # noqa: S603 — the address is our own
            [os.environ.get("NODE") or shutil.which("node"), LIGHTHOUSE, url, *flags],
            env={**os.environ, "CHROME_PATH": CHROMIUM},
            capture_output=True,
            check=False,
        )
        if not done.returncode:
            break
    else:
        raise SystemExit(f"Lighthouse failed {TRIES} times: {done.stderr.decode()[-400:]}")
    report = json.loads(done.stdout)
    return [_score(report["categories"][name], report["audits"]) for name in CATEGORIES]


def _score(category, audits):
    """A score with the names of the audits that it misses: “54 (is-crawlable)”."""
    score = round(100 * category["score"])
    counted = (part["id"] for part in category["auditRefs"] if part["weight"])
    missed = [name for name in counted if audits[name]["score"] is not None and audits[name]["score"] < 1]
    return str(score) if score == 100 else f"{score} ({', '.join(missed)})"


def main(names):
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        Site(Path(folder) / "var") as site,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        lines = [
            "# What `make audit` measured",
            "",
            f"{date.today():%-d %B %Y}, {os.cpu_count()} cores; English pages. Largest paint: a first visit at 360 px,",
            "400 kbit/s, 400 ms and a processor four times slower (goal 1800 ms). Pages that ask robots to stay away",
            "(search, a gift, a receipt) miss `is-crawlable` on purpose, and have no description.",
            "",
            "| page | largest paint, ms | performance | accessibility | best practices | search |",
            "|---|---|---|---|---|---|",
        ]
        for address in ADDRESSES:
            if address.name in names if names else address.status == 200 and "?" not in address.en:
                url = site.url + address.en
                site.get(address.en)  # not the one visitor who waits for pictures to be made
                paint, found = largest_paint(browser, url), scores(url) or ["not measured"] * 4
                lines.append(f"| {address.name} | {paint:.0f} | {' | '.join(map(str, found))} |")
                print(lines[-1], flush=True)
        for address in ADDRESSES:
            if address.sensitive and address.status == 200 and not names:
                paint = largest_paint(browser, site.url + address.en, SECOND_GENERATION)
                lines.append(f"| {address.name}, 50 kbit/s | {paint:.0f} | | | | |")
                print(lines[-1], flush=True)
        problems, looked = axe_findings(browser, site)
        browser.close()
    lines += ["", f"axe looked at {looked} combinations and found {len(problems)} faults.", *problems]
    if not LIGHTHOUSE.exists():
        lines.append("Lighthouse was not there: see the first lines of deploy/audit.py.")
    OUT.write_text("\n".join(lines) + "\n", "utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
