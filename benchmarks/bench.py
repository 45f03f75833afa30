"""`make bench`: what a page costs, and how that grows with the number of news items.

    python benchmarks/bench.py [--growth 100000] [name=url …]

Serves the site as production would, with two workers, and writes a dated table to benchmarks/results/. Further
`name=url` pairs are measured in the same run, for comparison. The load comes from this machine's own cores.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.load import load
from benchmarks.site import CHECKOUT, VAR, environment, run, served

PAGES = {
    "home": "/",
    "home, Kiswahili": "/sw/",
    "how we work": "/how-we-work/",
    "get help": "/get-help/",
    "service area": "/what-we-do/forensic-documentation/",
    "programme": "/what-we-do/accountability/",
    "coalition": "/coalitions/prwg-k/",
    "news list": "/news/",
    "news item": "/news/annual-figures-2025/",
    "publications": "/publications/",
    "publication": "/publications/twin-crises/",
    "figures": "/figures/",
    "contact": "/contact/",
    "give": "/give/",
    "donation details": "/donate/general/?amount=KES-200",
    "search": "/search/?q=police",
    "not found": "/no-such-page/",
}
GROWING = {
    "home": "/",
    "news list": "/news/",
    "last page of the list": "/news/?page={last}",
    "news item": "/news/annual-figures-2025/",
    "search": "/search/?q=police",
    "feed": "/news/feed/",
    "sitemap": "/sitemap.xml",
}
SECONDS = 4
DESK = {"40 blocks": 800, "listing": 500}  # milliseconds that editors' screens may take


def row(name, address, path, queries=None):
    """Measure one address: alone for the first byte, then with four connections for the rate."""
    load(address + path, seconds=1, connections=2)  # warm: templates are compiled, renditions made
    alone = load(address + path, seconds=SECONDS / 2)
    busy = load(address + path, seconds=SECONDS, connections=4)
    count = "" if queries is None else queries
    return f"| {name} | {alone.status} | {count} | {alone.first_byte:.1f} | {busy.per_second:.0f} | {alone.size:,} |"


def growth(address, news):
    """Milliseconds to the first byte of the pages that could grow, with so many news items, and of a publishing."""
    last = max(1, -(-(news + 31) // 12))
    timings = {}
    for name, path in GROWING.items():
        url = address + path.format(last=last)
        load(url, seconds=0.5)
        timings[name] = load(url, seconds=2).first_byte
    timings["publish"] = json.loads(run("benchmarks/data.py", "publish"))
    return timings


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--growth", type=int, default=100_000, help="how many news items at the end; 0: none")
    options.add_argument("others", nargs="*", metavar="name=url")
    options = options.parse_args()
    VAR.mkdir(parents=True, exist_ok=True)
    for old in VAR.glob("db.sqlite3*"):
        old.unlink()
    run("manage.py", "prepare")
    queries = json.loads(run("benchmarks/data.py", "queries", *PAGES.values()))
    lines = [
        f"# {datetime.now():%Y-%m-%d %H:%M}",
        "",
        f"{platform.machine()}, two workers, SQLite, Python {platform.python_version()}; the load from the same cores.",
        "",
        "| page | status | queries | ms to first byte | pages a second | bytes on the wire |",
        "|---|---|---|---|---|---|",
    ]
    with served() as address:
        lines += [row(name, address, path, queries[path]) for name, path in PAGES.items()]
        for other in options.others:
            name, _, url = other.partition("=")
            lines.append(row(name, url, ""))
        lines += given(address)
        run("benchmarks/data.py", "news", "100")
        before = growth(address, 100) if options.growth else None
        lines += desk()
        if options.growth:
            lines += grown(address, options.growth, before)
    lines += exported(100_000)
    text = "\n".join(lines) + "\n"
    (CHECKOUT / "benchmarks" / "results" / f"{datetime.now():%Y-%m-%d-%H%M}.md").write_text(text)
    print(text)


def given(address):
    """The tables of giving: callbacks stored at 200 a second (at most 10 ms, none lost), and 10,000 open gifts."""
    command = [sys.executable, "-m", "donations.doubles.daraja", "--port", "0"]
    double = subprocess.Popen(command, cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        words = double.stdout.readline().split()
        os.environ["DARAJA_DOUBLE"] = next(word for word in words if word.startswith("http"))
        told = json.loads(run("benchmarks/giving.py", "callbacks", "2000", address))
        asked = json.loads(run("benchmarks/giving.py", "reconcile", "10000"))
    finally:
        double.terminate()
    return [
        "",
        "| callbacks sent | stored | a second | ms, median | ms, 95 of 100 | ms, longest |",
        "|---|---|---|---|---|---|",
        f"| {told['sent']:,} | {told['stored']:,} | {told['per_second']:.0f} | {told['median_ms']:.1f} "
        f"| {told['p95_ms']:.1f} | {told['longest_ms']:.1f} |",
        "",
        "| open gifts reconciled | found paid | queries | s |",
        "|---|---|---|---|",
        f"| {asked['open']:,} | {asked['paid']:,} | {asked['queries']} | {asked['seconds']:.0f} |",
    ]


def desk():
    """The table of editors' screens, with 5,000 news items; what they may take is DESK."""
    run("benchmarks/data.py", "news", "5000")
    lines = ["", "| editors' screen | at most, ms | ms | queries |", "|---|---|---|---|"]
    for name, (milliseconds, queries) in json.loads(run("benchmarks/data.py", "desk")).items():
        most = next((limit for word, limit in DESK.items() if word in name), "")
        late = " **too slow**" if most and milliseconds > most else ""
        lines.append(f"| {name} | {most} | {milliseconds:.0f}{late} | {queries} |")
    return lines


def grown(address, news, before):
    """The table of growth from 100 news items (`before`: the timings then) to `news`."""
    start = time.monotonic()
    run("benchmarks/data.py", "news", str(news))
    made = time.monotonic() - start
    after = growth(address, news)
    lines = ["", f"| | 100 news items, ms | {news:,} ({made:.0f} s to make), ms | times |", "|---|---|---|---|"]
    return lines + [
        f"| {name} | {before[name]:.1f} | {after[name]:.1f} | {after[name] / before[name]:.2f} |" for name in before
    ]


def exported(gifts):
    """The table of finance's export: at most 10 s and 100 MB for 100,000 gifts."""
    run("benchmarks/exporting.py", "make", str(gifts))
    lines = [
        "",
        f"| export of {gifts:,} gifts | s | of the processor, s | MB over base | bytes |",
        "|---|---|---|---|---|",
    ]
    for kind in ("csv", "xlsx"):
        found = json.loads(run("benchmarks/exporting.py", kind))
        times = f"{found['seconds']:.1f} | {found['of_processor']:.1f}"
        lines.append(f"| {kind} | {times} | {found['megabytes']:.0f} | {found['bytes']:,} |")
    return lines


if __name__ == "__main__":
    main()
