"""Give a thousand gifts while everything goes wrong; at the end the ledger is the providers' books, to the shilling.

    make torture-donations [ARGS="--gifts 1000 --seed 7 --database postgres://postgres@127.0.0.1:5432/torture"]

Real programs: the site under gunicorn, the doubles of Daraja and Paystack, donors, and those who apply and reconcile. A
seeded dice chooses the faults. Donors, appliers and the site's workers are killed with SIGKILL at a random line of
donations/, again and again (a trace function counts lines). Then it is quiet, what run_due does is done, finance
allocates what nobody could match, and the ledger is compared with what money the doubles say really moved.

Without --database it runs on SQLite; with several, on one after the other (`sqlite` is SQLite).
"""

import argparse
import collections
import contextlib
import datetime
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DONORS, APPLIERS = 4, 2  # processes
AGAIN = 0.7  # how many donors send the form once more when their connection broke
SHELF = 100_00, 25_000_00  # gifts, in cents


# ---------------------------------------------------------------------------------------------------------------------
# The dice


def prompt_plan(dice):
    """How one prompt goes (an order for the double of Daraja)."""
    true, none = [{}], []
    after = dice.random()
    return {
        "answer": dice.choices(
            ["ok", "500", "503", "html", "half", "refuse", "hang", "slow"], [70, 5, 4, 4, 5, 4, 0.3, 0.3]
        )[0],
        "sent": dice.random() < 0.9,
        "code": dice.choices(["0", "1032", "1037", "1", "2001", "17", "SFC_IC0003"], [75, 9, 5, 4, 4, 1, 2])[0],
        "after": dice.choice([0, 0.1, 0.5, 1.5]),
        "callbacks": dice.choices(
            [true, none, [{}, {}], [{"after": -1}], [{"after": 3}], [{}, {"code": "1032", "after": after}],
             [{"code": "1037"}, {"after": after}], [{"amount": 5}], [{"checkout": "ws_CO_other"}],
             [{"body": '{"Body": {"stkCall'}, {}], [{}, {"after": after}, {"after": 2 * after}]],
            [30, 15, 8, 8, 6, 5, 8, 3, 3, 4, 10],
        )[0],
        "c2b": dice.choices([true, none, [{}, {}], [{"after": -0.0}], [{"after": 2}]], [35, 40, 8, 8, 9])[0],
        "query": dice.choices([[], ["pending"] * 3, ["500"], ["html"], ["1037"], ["half", "pending"]],
                              [70, 10, 6, 4, 5, 5])[0],
    }  # fmt: skip


def card_plan(dice):
    """How one payment by card goes (an order for the double of Paystack)."""
    return {
        "answer": dice.choices(["ok", "500", "html", "half", "refuse"], [80, 6, 5, 6, 3])[0],
        "pay": dice.choices(["success", "failed", None], [75, 12, 13])[0],
        "webhooks": dice.choices([[{}], [], [{}, {}], [{"after": 2}], [{"signature": "wrong"}]], [45, 20, 15, 15, 5])[
            0
        ],
        "verify": dice.choices([[], ["pending"] * 2, ["500"], ["html"], ["half"]], [75, 10, 5, 5, 5])[0],
        "refund": dice.choice(["processed", "pending", "half", "500"]),
    }


# ---------------------------------------------------------------------------------------------------------------------
# The processes: donors, appliers, the site's workers


def die_at_a_random_line(seed):
    """From now on this process counts the lines of donations/ that it runs, and kills itself at one of them."""
    dice = random.Random(seed)
    left = [int(dice.expovariate(1 / 2500)) + 20]
    folder = str(CHECKOUT / "donations")

    def line(frame, event, argument):
        if event == "line":
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame, event, argument):
        return line if frame.f_code.co_filename.startswith(folder) else None

    sys.settrace(call)


def nursery(work, kills):
    """Do `work` in a child of this process; when it is killed, in another one. `kills` (a file) counts them."""
    while True:
        child = os.fork()
        if not child:
            try:
                work()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        with kills.open("a") as file:
            file.write("x")


def donors(number, seed, first, last, notes):
    """Give the gifts `first` to `last`, one after the other; `notes` (a file) tells how far it has come."""
    from donations import giving
    from donations.models import DonationForm, Gift

    giving.SAME_AGAIN = datetime.timedelta(0)
    form = DonationForm.objects.get(code="torture")
    position, tries = map(int, notes.read_text().split()) if notes.exists() else (first, 0)
    die_at_a_random_line(f"{seed} {number} {position} {tries}")
    while position < last:
        dice = random.Random(f"{seed} gift {position}")
        amount = dice.randint(50, 3000)
        method = dice.choices(["mpesa", "card", "bank"], [72, 23, 5])[0]
        phone = f"07{position:08}"
        if phone.endswith(("1032", "2001", "1037", "0001")):
            phone = phone[:-1] + "9"
        notes.write_text(f"{position} {tries + 1}")
        if not tries or dice.random() < AGAIN:
            data = {"currency": "KES", "amount": str(amount), "method": method, "phone": phone, "language": "en",
                    "partner": "torture"}  # fmt: skip
            gift = giving.start(form, data, f"torture-{seed}-{position:06}")
            for _ in range(dice.choice([0, 1, 3])):
                time.sleep(0.1)
                gift = giving.refresh(gift)
            gift = Gift.objects.get(pk=gift.pk)
            if giving.may_retry(gift) and dice.random() < 0.5:
                with contextlib.suppress(giving.Refused):
                    giving.retry(gift, phone)
        position, tries = position + 1, 0
        notes.write_text(f"{position} 0")


def applier(number, seed):
    """What run_due does, over and over."""
    from donations import inbox, reconcile
    from donations.models import Refund

    die_at_a_random_line(f"{seed} applier {number} {time.time_ns()}")
    reconcile.FIRST = reconcile.FIRST * 0
    while True:
        inbox.apply_waiting()
        reconcile.ask_about_open()
        reconcile.prove_payments()
        reconcile.follow_refunds()
        if number == 0:
            a_refund(random.Random(f"{seed} {time.time_ns()}"), Refund)
        time.sleep(0.2)


def a_refund(dice, Refund):
    """Finance asks for a refund of some card, the approver approves."""
    from core.models import User
    from donations import refunds
    from donations.ledger import refundable
    from donations.models import Gift

    paid = Gift.objects.filter(state="paid", method="card").order_by("?").first()
    finance, approver = User.objects.get(username="finance"), User.objects.get(username="approver")
    for refund in Refund.objects.filter(state="asked"):
        with contextlib.suppress(refunds.Refused):
            refunds.approve(refund, approver)
    if paid and dice.random() < 0.3 and refundable(paid) > 200:
        with contextlib.suppress(refunds.Refused):
            refunds.ask(paid, dice.randint(100, refundable(paid)), "a torture", finance)


def post_fork(server, worker):
    """gunicorn's hook (benchmarks/torture.py is its configuration too): the site's workers die as well."""
    die_at_a_random_line(f"{os.environ['TORTURE_SEED']} worker {time.time_ns()}")


workers, timeout, loglevel = 2, 60, "error"


# ---------------------------------------------------------------------------------------------------------------------
# The end: quiet, then compare


def calm(seed, result):
    """When nobody dies any more: do what run_due does until all is known, then what finance does, and compare."""
    from django.db.models import Count, Sum
    from django.utils import timezone

    from core.models import User
    from donations import byhand, inbox, paybill, reconcile, refunds
    from donations.models import Attempt, Entry, Event, Fund, Gift, Payment, Refund
    from donations.money import Money

    finance, approver = User.objects.get(username="finance"), User.objects.get(username="approver")
    fund, now = Fund.objects.get(), timezone.now()
    for ahead in ({}, {"minutes": 20}, {"minutes": 40}, {"days": 1, "minutes": 30}, {"days": 1, "hours": 2}):
        for _ in range(3):
            inbox.apply_waiting()
        # The list is asked about as of today: only the others' patience is tried.
        later = now + datetime.timedelta(**ahead)
        reconcile.ask_about_open(later, everything=True)
        reconcile.prove_payments(min(later, now + datetime.timedelta(hours=20)))
        for refund in Refund.objects.filter(state="unknown"):
            Refund.objects.filter(pk=refund.pk).update(approved_at=now - datetime.timedelta(minutes=11))
        reconcile.follow_refunds()
    for refund in Refund.objects.filter(state="pending", attempt__provider="paystack"):
        ask(os.environ["PAYSTACK_DOUBLE"], "refund", {"id": refund.provider_id, "status": "processed"})
    time.sleep(1)
    inbox.apply_waiting()
    reconcile.follow_refunds()
    reconcile.compare(timezone.localdate())
    # Finance: what was not matched becomes a gift; money by bank is entered by one and confirmed by another.
    for payment in Payment.objects.filter(state="unallocated"):
        paybill.gift_for(payment, fund, finance)
    by_bank = 0
    for gift in Gift.objects.filter(method="bank", state="awaited"):
        byhand.confirm(byhand.enter(gift, gift.money, f"FT {gift.pk}", now, finance), approver)
        by_bank += gift.amount
    mpesa, cards = books(os.environ["DARAJA_DOUBLE"]), books(os.environ["PAYSTACK_DOUBLE"])
    # Some go back by hand: staff reverse them in Safaricom's portal and enter the number.
    for gift in Gift.objects.filter(method="mpesa", state="paid", attempts__payment__isnull=False).distinct()[:10]:
        refund = refunds.approve(refunds.ask(gift, gift.amount, "a torture", finance), approver)
        number = gift.attempts.filter(payment__isnull=False).first().payment.number
        if number in {payment["number"] for payment in mpesa["payments"]}:
            ask(os.environ["DARAJA_DOUBLE"], "reverse", {"number": number})
            refunds.done_by_hand(refund, f"R{number}", finance)
        else:
            refunds.Refund.objects.filter(pk=refund.pk).update(state="failed")
    mpesa = books(os.environ["DARAJA_DOUBLE"])

    def ledger(provider, *kinds):
        rows = Entry.objects.filter(provider=provider, kind__in=kinds or ["gift", "refund", "dispute"])
        return rows.aggregate(all=Sum("amount"))["all"] or 0

    found = {
        "gifts": Gift.objects.count(),
        "gifts paid": Gift.objects.filter(state="paid").count(),
        "attempts": Attempt.objects.count(),
        "events": dict(Event.objects.values_list("state").annotate(Count("pk")).order_by()),
        "entries": Entry.objects.count(),
        "refunds": Refund.objects.filter(state="done").count(),
        "M-Pesa, ledger": str(Money(ledger("mpesa"), "KES")),
        "M-Pesa, its books": str(Money(mpesa["total"] * 100, "KES")),
        "Paystack, ledger": str(Money(ledger("paystack"), "KES")),
        "Paystack, its books": str(Money(cards["totals"].get("KES", 0), "KES")),
        "bank, ledger": str(Money(ledger("manual", "gift"), "KES")),
        "bank, entered": str(Money(by_bank, "KES")),
        "paid twice": Gift.objects.filter(review__contains="paid twice").count(),
    }
    wrong = []
    for name in ("M-Pesa", "Paystack"):
        if found[f"{name}, ledger"] != found[f"{name}, its books"]:
            wrong.append(f"{name}: the ledger is not its books")
    if found["bank, ledger"] != found["bank, entered"]:
        wrong.append("bank: the ledger is not what was entered")
    came = Entry.objects.filter(kind="gift").exclude(provider="manual").count()
    moved = len(mpesa["payments"]) + sum(one["status"] == "success" for one in cards["payments"])
    if came != moved:
        wrong.append(f"{came} gifts in the ledger, {moved} payments in the books")
    open_still = Attempt.objects.filter(state__in=Attempt.OPEN).exclude(provider="manual")
    wrong += [f"attempt {one.pk} of gift {one.gift_id} is still {one.state}" for one in open_still[:20]]
    waiting = Event.objects.filter(state="stored").count()
    if waiting:
        wrong.append(f"{waiting} events are not applied")
    paid_without = Gift.objects.filter(state="paid").exclude(entries__kind="gift").count()
    unpaid_with = Entry.objects.filter(kind="gift").exclude(gift__state="paid").count()
    if paid_without or unpaid_with:
        wrong.append(f"{paid_without} gifts are paid without an entry, {unpaid_with} have one and are not")
    Path(result).write_text(json.dumps({"found": found, "wrong": wrong}))


def ask(url, what, data):
    """POST an order to a double."""
    request = urllib.request.Request(f"{url}/_double/{what}", json.dumps(data).encode(),
                                     {"Content-Type": "application/json"})  # fmt: skip
    with DIRECT.open(request, timeout=60) as answer:
        return json.loads(answer.read())


def books(url):
    """A double's books."""
    with DIRECT.open(f"{url}/_double/books", timeout=60) as answer:
        return json.loads(answer.read())


def make(seed, gifts):
    """The form, the two people."""
    from wagtail.models import Locale

    from core.loading import unattended
    from core.models import User
    from donations.models import DonationForm, Fund

    User.objects.create_user("finance", "finance@example.org")
    User.objects.create_user("approver", "approver@example.org")
    fund = Fund.objects.create(code="torture", name="Torture", label_en="A test")
    with unattended():
        DonationForm.objects.create(
            code="torture", title="Torture", fund=fund, live=True, methods=["mpesa", "card", "bank"],
            locale=Locale.objects.get_or_create(language_code="en")[0],
            offers=[("offer", {"currency": "KES", "presets": [], "own_amount": True, "minimum": 1, "maximum": 99999})],
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------
# The conductor


class Run:
    """One run on one database."""

    def __init__(self, database, gifts, seed):
        self.folder = Path(tempfile.mkdtemp(prefix="torture-"))
        self.gifts, self.seed, self.kills, self.programs = gifts, seed, collections.Counter(), {}
        self.wrong = ["it has not ended"]
        self.database = database or f"sqlite:///{self.folder}/db.sqlite3"
        port = free_port()
        self.env = {
            **os.environ,
            "PYTHONPATH": f"{CHECKOUT / 'site'}{os.pathsep}{CHECKOUT}",
            "DJANGO_SETTINGS_MODULE": "imlu.settings.demo",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database,
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "BIND": f"127.0.0.1:{port}",
            "TORTURE_SEED": str(seed),
            "LOG_LEVEL": "ERROR",
        }
        self.log = (self.folder / "log.txt").open("wb")

    def start(self, name, *words, **more):
        """Start a program; `name` tells it apart."""
        self.programs[name] = subprocess.Popen(
            [sys.executable, *map(str, words)], cwd=CHECKOUT, env=self.env, stdout=more.get("stdout", self.log),
            stderr=self.log, start_new_session=True,
        )  # fmt: skip
        return self.programs[name]

    def do(self, *words):
        """Run one of this file's commands to its end."""
        process = self.start("once", __file__, *words)
        if process.wait(1800):
            self.fail(f"{words[0]} failed")

    def fail(self, why):
        """End everything; the log's end is shown, for where the folder is gone (CI)."""
        lines = (self.folder / "log.txt").read_text(errors="replace").splitlines()
        raise SystemExit("\n".join([*lines[-80:], f"{why}; its log, whose end is above: {self.folder}/log.txt"]))

    def __enter__(self):
        if self.database.startswith("postgres"):
            make_database(self.database)
        for name in ("daraja", "paystack"):
            process = self.start(name, "-m", f"donations.doubles.{name}", "--port", "0", "--site", self.env["SITE_URL"],
                                 stdout=subprocess.PIPE)  # fmt: skip
            words = process.stdout.readline().decode().split()
            self.env[f"{name.upper()}_DOUBLE"] = next(word for word in words if word.startswith("http"))
        if self.start("once", "manage.py", "migrate", "-v", "0").wait(900):
            self.fail("migrate failed")
        self.do("make", self.seed, self.gifts)
        return self

    def __exit__(self, kind, *_):
        for process in self.programs.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()
        if kind is None and not self.wrong:
            shutil.rmtree(self.folder, ignore_errors=True)

    def give(self):
        """All the gifts, while donors, appliers and workers die and are started again."""
        dice = random.Random(self.seed)
        mpesa, cards = self.env["DARAJA_DOUBLE"], self.env["PAYSTACK_DOUBLE"]
        ask(mpesa, "next", [prompt_plan(dice) for _ in range(2 * self.gifts)])
        ask(cards, "next", [card_plan(dice) for _ in range(self.gifts)])
        self.start("site", "-m", "gunicorn", "--config", __file__, "--bind", self.env["BIND"], "imlu.wsgi")
        share = -(-self.gifts // DONORS)
        names = {}
        for number in range(DONORS):
            last = min(self.gifts, (number + 1) * share)
            names[f"donors {number}"] = ("donors", number, self.seed, number * share, last, self.folder)
        for number in range(APPLIERS):
            names[f"applier {number}"] = ("applier", number, self.seed, self.folder)
        for name, words in names.items():
            self.start(name, __file__, *words)
        by_hand = 0
        while any(name.startswith("donors") for name in names):
            for name in list(names):
                code = self.programs[name].poll()
                if code is None:
                    continue
                if code == 0:
                    del names[name]
                else:
                    self.fail(f"{name} ended with {code}")
            if by_hand < self.gifts // 20 and dice.random() < 0.2:
                by_hand += 1
                ask(mpesa, "by-hand", {"amount": dice.randint(10, 900), "c2b": dice.choice([[], [{}], [{}, {}]]),
                                       "reference": dice.choice(["", "gift", "K7MF2QXC", "asante"])})  # fmt: skip
            time.sleep(0.05)
        for name in names:  # the appliers
            os.killpg(self.programs[name].pid, signal.SIGKILL)
        until = time.monotonic() + 120
        while time.monotonic() < until and (books(mpesa)["waiting"] or books(cards)["waiting"]):
            time.sleep(0.2)
        for name in ("donors", "appliers"):
            with contextlib.suppress(OSError):
                self.kills[name] = (self.folder / f"kills-{name}").stat().st_size
        self.kills["site's workers"] = (self.folder / "log.txt").read_text(errors="replace").count("SIGKILL")

    def compare(self):
        """Returns (what was found, what is wrong)."""
        result = self.folder / "result.json"
        self.do("calm", self.seed, result)
        said = json.loads(result.read_text())
        self.wrong = said["wrong"]
        return said["found"], self.wrong


def free_port():
    import socket

    with contextlib.closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def make_database(url):
    """A fresh PostgreSQL database at a URL."""
    import psycopg2

    base, _, name = url.rpartition("/")
    connection = psycopg2.connect(f"{base}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gifts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", action="append", help="a database's address; again for another")
    arguments = parser.parse_args()
    failed = False
    for database in arguments.database or [""]:
        started = time.monotonic()
        with Run("" if database == "sqlite" else database, arguments.gifts, arguments.seed) as run:
            run.give()
            found, wrong = run.compare()
            kind = "PostgreSQL" if run.database.startswith("postgres") else "SQLite"
            print(f"{kind}, seed {arguments.seed}, {time.monotonic() - started:.0f} s")
            print(f"  killed: {', '.join(f'{number} {name}' for name, number in run.kills.items())}")
            for name, value in found.items():
                print(f"  {name}: {value}")
            for line in wrong:
                print(f"  WRONG: {line}")
            if wrong:
                print(f"  database and log are kept in {run.folder}")
            failed = failed or bool(wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        import django

        django.setup()
        what, words = sys.argv[1], sys.argv[2:]
        if what == "donors":
            number, seed, first, last, folder = int(words[0]), words[1], int(words[2]), int(words[3]), Path(words[4])
            nursery(lambda: donors(number, seed, first, last, folder / f"at-{number}"), folder / "kills-donors")
        elif what == "applier":
            number, seed, folder = int(words[0]), words[1], Path(words[2])
            nursery(lambda: applier(number, seed), folder / "kills-appliers")
        elif what == "make":
            make(words[0], int(words[1]))
        elif what == "calm":
            calm(words[0], words[1])
    else:
        main()
